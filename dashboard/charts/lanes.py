"""The lanes of a chart, each drawn by itself on the shared span, and the whole trend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from dashboard.charts import summary
from dashboard.charts.span import Span
from dashboard.charts.trend import Marker, MarkerKind, Strip


@dataclass(frozen=True)
class AxisLane:
    """The dates along the top, with today."""

    span: Span
    key: str = "axis"
    name: str = ""
    subtitle: str = ""

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return "Dates"

    @property
    def summary(self) -> str:
        """Say from when to when the chart runs."""
        return summary.of_span(self.span)


@dataclass(frozen=True)
class MarkerLane:
    """What happened when: one row of symbols."""

    span: Span
    markers: tuple[Marker, ...]
    key: str
    name: str
    subtitle: str = ""

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return self.name

    @property
    def summary(self) -> str:
        """Say every marker with its date."""
        return summary.of_markers(self.markers, span=self.span)


@dataclass(frozen=True)
class StripLane:
    """One instrument's strip, with the visits and the doses that vertical lines mark in it."""

    span: Span
    strip: Strip
    marked: tuple[datetime, ...] = ()
    doses: tuple[datetime, ...] = ()

    @property
    def key(self) -> str:
        """The strip's key."""
        return self.strip.key

    @property
    def name(self) -> str:
        """The instrument's name."""
        return self.strip.name

    @property
    def subtitle(self) -> str:
        """What the instrument measures, and how."""
        return self.strip.subtitle

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return f"{self.strip.name}, {self.strip.direction}"

    @property
    def summary(self) -> str:
        """Say every value with its date, the baseline and the change."""
        return summary.of_strip(self.strip, span=self.span, doses=self.doses)


Lane = AxisLane | MarkerLane | StripLane


@dataclass(frozen=True)
class Row:
    """One line of the table under the chart: exactly one drawn point."""

    at: datetime
    day: date
    key: str
    name: str
    value: str
    band: str
    remark: str


@dataclass(frozen=True)
class Trend:
    """A patient's strips and markers on one span; only a baseline may lie before it."""

    span: Span
    strips: tuple[Strip, ...]
    markers: tuple[Marker, ...] = ()

    def __post_init__(self) -> None:
        """Order the markers; refuse what the span would hide and names that repeat."""
        object.__setattr__(self, "markers", tuple(sorted(self.markers, key=lambda m: m.at)))
        if hidden := [at for at in self._instants() if not self.span.holds(at)]:
            raise ValueError(f"{hidden[0]} is outside the chart's days")
        if len({strip.key for strip in self.strips}) < len(self.strips):
            raise ValueError("two strips share a key")

    def _instants(self) -> Iterator[datetime]:
        """Yield every instant that must have a place on the axis."""
        yield from (marker.at for marker in self.markers)
        for strip in self.strips:
            yield from (point.at for point in strip.points)
            yield from strip.missed

    @property
    def axis(self) -> AxisLane:
        """The dates along the top."""
        return AxisLane(self.span)

    @property
    def visits(self) -> MarkerLane:
        """The lane of visits."""
        return self._markers(MarkerKind.VISIT, "visits", "Visits")

    @property
    def doses(self) -> MarkerLane:
        """The lane of doses."""
        return self._markers(MarkerKind.DOSE, "doses", "Doses")

    def _markers(self, kind: MarkerKind, key: str, name: str) -> MarkerLane:
        """Return the lane of one kind of marker."""
        mine = tuple(marker for marker in self.markers if marker.kind is kind)
        subtitle = f"{len(mine)} in this time" if mine else "none in this time"
        return MarkerLane(self.span, mine, key=key, name=name, subtitle=subtitle)

    def _instants_of(self, kind: MarkerKind) -> tuple[datetime, ...]:
        """Return when one kind of marker stands."""
        return tuple(marker.at for marker in self.markers if marker.kind is kind)

    @property
    def lanes(self) -> tuple[Lane, ...]:
        """Every lane, from the top of the chart to the bottom."""
        return (self.axis, self.visits, *(self.strip(strip.key) for strip in self.strips))

    def strip(self, key: str) -> StripLane:
        """Return one instrument's lane; KeyError where the trend has none of that name."""
        for strip in self.strips:
            if strip.key == key:
                return StripLane(
                    self.span,
                    strip,
                    self._instants_of(MarkerKind.VISIT),
                    self._instants_of(MarkerKind.DOSE),
                )
        raise KeyError(key)

    @property
    def summary(self) -> str:
        """Say the whole chart in sentences."""
        return " ".join(lane.summary for lane in self.lanes)

    def table(self) -> tuple[Row, ...]:
        """Return one row a drawn point, oldest first."""
        rows = (row for strip in self.strips for row in self._rows(strip))
        return tuple(sorted(rows, key=lambda row: row.at))

    def _rows(self, strip: Strip) -> Iterator[Row]:
        """Yield a strip's rows."""
        for point in strip.points:
            band = None if point.value is None else strip.band_of(point.value)
            yield Row(
                at=point.at,
                day=self.span.day(point.at),
                key=strip.key,
                name=strip.name,
                value=point.label,
                band=band.label if band else "",
                remark=", ".join(point.remarks),
            )
