"""A patient's trends as data: strips of scores and lanes of markers on one span of days.

Everything here is frozen, hashable and exact. What is drawn, what a screen reader says and what
the table lists all come from the same points, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise

from dashboard.charts.point import Mode, Number, Point, exact, instant, written
from dashboard.charts.text import address, clean

__all__ = [
    "Band",
    "Baseline",
    "ChangeLines",
    "Marker",
    "MarkerKind",
    "Mode",
    "Number",
    "Point",
    "Reference",
    "Strip",
    "StripKind",
    "exact",
    "instant",
    "written",
]


@dataclass(frozen=True)
class Band:
    """A stretch of a scale in words; `shade` 0 (none) to 4 (strongest) means how severe.

    It holds `low` and everything below the next band. `short` is drawn where `label` is long.
    """

    low: Number
    label: str
    shade: int
    short: str = ""

    def __post_init__(self) -> None:
        """Clean the words; refuse a shade that has no colour."""
        object.__setattr__(self, "low", exact(self.low))
        object.__setattr__(self, "label", clean(self.label))
        object.__setattr__(self, "short", clean(self.short))
        if self.shade not in range(5):
            raise ValueError(f"a band has a shade from 0 to 4, not {self.shade}")


@dataclass(frozen=True)
class Baseline:
    """The score that change is counted from."""

    at: datetime
    value: Number

    def __post_init__(self) -> None:
        """Keep the instant in UTC and the number exact."""
        object.__setattr__(self, "at", instant(self.at))
        object.__setattr__(self, "value", exact(self.value))


@dataclass(frozen=True)
class ChangeLines:
    """The scores at which change from the baseline becomes reliable, for better and for worse."""

    better: Number | None = None
    worse: Number | None = None
    is_provisional: bool = False

    def __post_init__(self) -> None:
        """Keep the numbers exact."""
        for name in ("better", "worse"):
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, exact(number))


class MarkerKind(StrEnum):
    """What a marker stands for; each kind has its own symbol."""

    VISIT = "visit"
    DOSE = "dose"


@dataclass(frozen=True)
class Marker:
    """Something that happened; `filled` says that its record is complete."""

    at: datetime
    kind: MarkerKind
    label: str
    filled: bool = True
    href: str = ""

    def __post_init__(self) -> None:
        """Keep the instant in UTC, clean the words; refuse a kind that has no symbol."""
        object.__setattr__(self, "href", address(self.href))
        object.__setattr__(self, "label", clean(self.label))
        object.__setattr__(self, "at", instant(self.at))
        object.__setattr__(self, "kind", MarkerKind(self.kind))


class StripKind(StrEnum):
    """What a strip's points are; the word is what one of them is called."""

    SCORE = "score"
    VALUE = "value"
    COUNT = "count"
    WEIGHT = "weight"


@dataclass(frozen=True)
class Reference:
    """The range of a laboratory value, or of QTc, that is within limits; an end may be open."""

    low: Number | None = None
    high: Number | None = None

    def __post_init__(self) -> None:
        """Keep the numbers exact; refuse a range without ends or the wrong way round."""
        for name in ("low", "high"):
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, exact(number))
        ends = [end for end in (self.low, self.high) if end is not None]
        if not ends or ends != sorted(set(ends)):
            raise ValueError("a reference range has an end, and its low end below its high end")

    def __contains__(self, value: Number) -> bool:
        """Say whether a value is within limits; the limits themselves are."""
        is_low = self.low is not None and value < self.low
        return not is_low and (self.high is None or value <= self.high)

    @property
    def words(self) -> str:
        """The range in words: 3.5 to 5, 3.5 or more, 460 or less."""
        low, high = (end if end is None else written(exact(end)) for end in (self.low, self.high))
        if low is None:
            return f"{high} or less"
        return f"{low} or more" if high is None else f"{low} to {high}"


@dataclass(frozen=True)
class Strip:
    """One instrument's scores over its full range `low` to `high`.

    `direction` says the range and which way is worse; `change_words` is the verdict on change as
    the clinical rules word it; `thresholds` are written on the left. Points are kept in order of
    time. Scores further apart than `max_gap_days` are not joined. `healthy` is where the clinical
    range ends, `recall_days` how many days before it each score tells of, `missed` when answers
    were asked for and did not come, `planned` when one is still to come. A `reference` is filled
    as the band within limits; every point outside it is `out_of_limit`.
    """

    key: str
    name: str
    subtitle: str
    low: Number
    high: Number
    direction: str
    points: tuple[Point, ...] = ()
    bands: tuple[Band, ...] = ()
    thresholds: tuple[Number, ...] = ()
    baseline: Baseline | None = None
    change: ChangeLines | None = None
    change_words: str = ""
    max_gap_days: int | None = None
    healthy: Number | None = None
    recall_days: int | None = None
    missed: tuple[datetime, ...] = ()
    kind: StripKind = StripKind.SCORE
    reference: Reference | None = None
    planned: tuple[datetime, ...] = ()

    def __post_init__(self) -> None:
        """Order the points, clean the words; refuse values that the range cannot show."""
        for name in ("name", "subtitle", "direction", "change_words"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "low", exact(self.low))
        object.__setattr__(self, "high", exact(self.high))
        object.__setattr__(self, "thresholds", tuple(exact(value) for value in self.thresholds))
        for name in ("missed", "planned"):
            given = sorted(instant(at) for at in getattr(self, name))
            object.__setattr__(self, name, tuple(given))
        points = (self._judged(point) for point in self.points)
        object.__setattr__(self, "points", tuple(sorted(points, key=lambda p: p.at)))
        if not self.low < self.high:
            raise ValueError(f"{self.key}: the range is empty")
        if outside := [value for value in self._drawn() if not self.low <= value <= self.high]:
            raise ValueError(f"{self.key}: {outside[0]} is outside {self.low} to {self.high}")
        lows = [band.low for band in self.bands]
        if lows != sorted(set(lows)) or (lows and lows[0] > self.low):
            raise ValueError(f"{self.key}: bands rise from the bottom of the range")

    def _judged(self, point: Point) -> Point:
        """Mark a point outside the reference range, so that band and point cannot disagree."""
        if self.reference is None or point.value is None or point.out_of_limit:
            return point
        return replace(point, out_of_limit=point.value not in self.reference)

    def _drawn(self) -> Iterator[Number]:
        """Yield every number that must have a place on the scale."""
        for point in self.points:
            yield from (n for n in (point.value, point.low, point.high) if n is not None)
        yield from self.thresholds
        if self.baseline:
            yield self.baseline.value
        if self.healthy is not None:
            yield self.healthy
        if self.reference:
            ends = (self.reference.low, self.reference.high)
            yield from (end for end in ends if end is not None)

    @property
    def last(self) -> Point | None:
        """The newest complete score."""
        return next((point for point in reversed(self.points) if point.is_current), None)

    def band_of(self, value: Number) -> Band | None:
        """Return the band a value falls in; None where the instrument has none."""
        return next((band for band in reversed(self.bands) if band.low <= value), None)

    def meaning(self, point: Point) -> str:
        """Return the band of a point in words; empty where there is none."""
        band = None if point.value is None else self.band_of(point.value)
        return band.label if band else ""

    def runs(self) -> tuple[tuple[Point, ...], ...]:
        """Return the stretches of points that a line may join.

        A stretch ends at a gap, at a new version and at an incomplete score.
        """
        runs: list[list[Point]] = [[]]
        standing = [point for point in self.points if not point.superseded]
        for before, point in pairwise([None, *standing]):
            if point is None or point.value is None:
                continue
            if before is None or before.value is None or self._is_break(before, point):
                runs.append([])
            runs[-1].append(point)
        return tuple(tuple(run) for run in runs if run)

    def _is_break(self, before: Point, after: Point) -> bool:
        """Say whether two scores are too far apart, or too different, to be joined."""
        gap = timedelta(days=self.max_gap_days) if self.max_gap_days else timedelta.max
        return after.at - before.at > gap or after.version != before.version
