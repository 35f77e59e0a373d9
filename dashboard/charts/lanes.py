"""The lanes of a chart, each drawn by itself on the shared span, and the whole trend."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from dashboard.charts import rows, summary
from dashboard.charts.course_lanes import ContactLane, DoseLane, IntervalLane
from dashboard.charts.drawable import Drawable
from dashboard.charts.marks import (
    BARE,
    Backdrop,
    ContactMark,
    DoseMark,
    DoseState,
    EventMark,
    Interval,
    Shade,
)
from dashboard.charts.rows import Row, RowKind
from dashboard.charts.span import Span
from dashboard.charts.trend import Marker, MarkerKind, Strip

__all__ = [
    "AxisLane",
    "ContactLane",
    "DoseLane",
    "IntervalLane",
    "Lane",
    "MarkerLane",
    "Row",
    "RowKind",
    "StripLane",
    "Trend",
]


@dataclass(frozen=True)
class AxisLane(Drawable):
    """The time along the top, with today: calendar dates, or days since `day_zero`."""

    span: Span
    key: str = "axis"
    name: str = ""
    subtitle: str = ""
    backdrop: Backdrop = BARE
    day_zero: date | None = None

    __hash__ = Drawable.__hash__

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return "Days since the first dose" if self.day_zero else "Dates"

    @property
    def summary(self) -> str:
        """Say from when to when the chart runs."""
        return summary.of_span(self.span, day_zero=self.day_zero)


@dataclass(frozen=True)
class MarkerLane(Drawable):
    """What happened when: one row of symbols."""

    span: Span
    markers: tuple[Marker, ...]
    key: str
    name: str
    subtitle: str = ""
    backdrop: Backdrop = BARE

    __hash__ = Drawable.__hash__

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return self.name

    @property
    def summary(self) -> str:
        """Say every marker with its date."""
        return summary.of_markers(self.markers, span=self.span)


@dataclass(frozen=True)
class StripLane(Drawable):
    """One instrument's strip, with the visits and the doses that vertical lines mark in it."""

    span: Span
    strip: Strip
    marked: tuple[datetime, ...] = ()
    doses: tuple[datetime, ...] = ()
    backdrop: Backdrop = BARE

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

    __hash__ = Drawable.__hash__

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return f"{self.strip.name}, {self.strip.direction}"

    @property
    def summary(self) -> str:
        """Say every value with its date, the baseline and the change."""
        return summary.of_strip(
            self.strip, span=self.span, doses=self.doses, sentences=self.sentences
        )

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What each point of the strip says, in their order."""
        return tuple(
            summary.of_point(point, strip=self.strip, span=self.span) for point in self.strip.points
        )


Lane = AxisLane | MarkerLane | StripLane | DoseLane | ContactLane | IntervalLane


@dataclass(frozen=True)
class Trend:
    """A patient's strips and marks on one span.

    Only a baseline, a window or an interval may reach beyond the span. `doses_given`, `contacts`
    and `intervals` with `events` each have a lane when they are not None; an empty lane says that
    there was nothing. `windows` are shaded, and doses drawn, through all lanes. With
    `day_zero` the axis counts days since that day; what is drawn under it stays where it is.
    """

    span: Span
    strips: tuple[Strip, ...]
    markers: tuple[Marker, ...] = ()
    windows: tuple[Shade, ...] = ()
    doses_given: tuple[DoseMark, ...] | None = None
    contacts: tuple[ContactMark, ...] | None = None
    intervals: tuple[Interval, ...] | None = None
    events: tuple[EventMark, ...] | None = None
    day_zero: date | None = None

    def __post_init__(self) -> None:
        """Order the marks; refuse what the span would hide and names that repeat."""
        for name in ("markers", "doses_given", "contacts", "events"):
            if (marks := getattr(self, name)) is not None:
                object.__setattr__(self, name, tuple(sorted(marks, key=lambda mark: mark.at)))
        windows = tuple(sorted(self.windows, key=lambda window: window.opens_at))
        object.__setattr__(self, "windows", windows)
        if hidden := [at for at in self._instants() if not self.span.holds(at)]:
            raise ValueError(f"{hidden[0]} is outside the chart's days")
        if any(not self.span.overlaps(one.opens_at, one.closes_at) for one in self.windows):
            raise ValueError("a window is outside the chart's days")
        if any(self._is_away(bar) for bar in self.intervals or ()):
            raise ValueError("an interval is outside the chart's days")
        if len({strip.key for strip in self.strips}) < len(self.strips):
            raise ValueError("two strips share a key")

    def _is_away(self, bar: Interval) -> bool:
        """Say whether an interval lies wholly outside the span."""
        begins_late = bar.start is not None and bar.start > self.span.end
        return begins_late or (bar.end is not None and bar.end < self.span.start)

    def _instants(self) -> Iterator[datetime]:
        """Yield every instant that must have a place on the axis."""
        for marks in (self.markers, self.doses_given, self.contacts, self.events):
            yield from (mark.at for mark in marks or ())
        for strip in self.strips:
            yield from (point.at for point in strip.points)
            yield from (*strip.missed, *strip.planned)

    @cached_property
    def backdrop(self) -> Backdrop:
        """What runs vertically through every lane."""
        doses = self.doses_given or ()
        open_states = {DoseState.PLANNED, DoseState.HELD}
        return Backdrop(
            self.windows,
            tuple(mark.at for mark in doses if mark.state is DoseState.GIVEN),
            tuple(mark.at for mark in doses if mark.state in open_states),
        )

    @cached_property
    def axis(self) -> AxisLane:
        """The dates along the top."""
        return AxisLane(self.span, backdrop=self.backdrop, day_zero=self.day_zero)

    @cached_property
    def visits(self) -> MarkerLane:
        """The lane of visits."""
        return self._markers(MarkerKind.VISIT, "visits", "Visits")

    @cached_property
    def doses(self) -> MarkerLane:
        """The lane of doses that are only marked."""
        return self._markers(MarkerKind.DOSE, "doses", "Doses")

    @cached_property
    def dose_lane(self) -> DoseLane:
        """The lane of doses with their amounts."""
        marks = self.doses_given or ()
        return DoseLane(self.span, marks, self.backdrop, subtitle=_counted(len(marks)))

    @cached_property
    def contact_lane(self) -> ContactLane:
        """The lane of contacts."""
        return ContactLane(self.span, self.contacts or (), self.backdrop)

    @cached_property
    def interval_lane(self) -> IntervalLane:
        """The lane of medicines, other treatment and events."""
        return IntervalLane(self.span, self.intervals or (), self.events or (), self.backdrop)

    def _markers(self, kind: MarkerKind, key: str, name: str) -> MarkerLane:
        """Return the lane of one kind of marker."""
        mine = tuple(marker for marker in self.markers if marker.kind is kind)
        subtitle = _counted(len(mine))
        return MarkerLane(self.span, mine, key, name, subtitle, self.backdrop)

    def _instants_of(self, kind: MarkerKind) -> tuple[datetime, ...]:
        """Return when one kind of marker stands."""
        return tuple(marker.at for marker in self.markers if marker.kind is kind)

    @cached_property
    def lanes(self) -> tuple[Lane, ...]:
        """Every lane, from the top of the chart to the bottom."""
        course = tuple(self._course_lanes())
        is_plain = not course or self._instants_of(MarkerKind.VISIT)
        visits = (self.visits,) if is_plain else ()
        return (self.axis, *course, *visits, *(self.strip(strip.key) for strip in self.strips))

    def _course_lanes(self) -> Iterator[Lane]:
        """Yield the lanes of the course of treatment that the chart has."""
        if self.doses_given is not None:
            yield self.dose_lane
        if self.contacts is not None:
            yield self.contact_lane
        if self.intervals is not None or self.events is not None:
            yield self.interval_lane

    def strip(self, key: str) -> StripLane:
        """Return one instrument's lane; KeyError where the trend has none of that name."""
        return self._strips[key]

    @cached_property
    def _strips(self) -> dict[str, StripLane]:
        """Every strip's lane; visits are lines in it only where no doses are."""
        has_doses = self.doses_given is not None
        visits = () if has_doses else self._instants_of(MarkerKind.VISIT)
        doses = self._instants_of(MarkerKind.DOSE)
        return {
            strip.key: StripLane(self.span, strip, visits, doses, self.backdrop)
            for strip in self.strips
        }

    @property
    def summary(self) -> str:
        """Say the whole chart in sentences."""
        return " ".join(lane.summary for lane in self.lanes)

    def table(self, *, with_markers: bool = False) -> tuple[Row, ...]:
        """Return one row for each thing drawn, oldest first; markers only where they are asked."""
        return tuple(sorted(self._rows(with_markers), key=lambda row: row.at))

    def _rows(self, with_markers: bool) -> Iterator[Row]:
        """Yield the rows of every lane."""
        span = self.span
        yield from (rows.of_dose(mark, span=span) for mark in self.doses_given or ())
        for mark in self.contacts or ():
            yield rows.of_contact(mark, span=span, backdrop=self.backdrop)
        yield from (rows.of_interval(bar, span=span) for bar in self.intervals or ())
        yield from (rows.of_event(mark, span=span) for mark in self.events or ())
        if with_markers:
            yield from (rows.of_marker(marker, span=span) for marker in self.markers)
        for strip in self.strips:
            yield from rows.of_strip(strip, span=span)


def _counted(number: int) -> str:
    return f"{number} in this time" if number else "none in this time"
