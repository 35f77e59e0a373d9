"""A patient's trends as data: strips of scores and lanes of markers on one span of days.

Everything here is frozen, hashable and exact. What is drawn, what a screen reader says and what
the table lists all come from the same points, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from itertools import pairwise

from dashboard.charts.text import clean

Number = int | Decimal | Fraction


class Mode(StrEnum):
    """How the answers were given; the modes are drawn differently and never mixed silently."""

    INTERVIEW = "interview"
    PAPER = "paper"
    PHONE = "phone"
    IMPORTED = "imported"


_HOW = {Mode.PAPER: "by paper", Mode.PHONE: "by phone", Mode.IMPORTED: "imported"}


def exact(number: Number) -> Fraction:
    """Return a finite number exactly, or refuse it."""
    if isinstance(number, bool | float) or (isinstance(number, Decimal) and not number.is_finite()):
        raise ValueError(f"not an exact number: {number!r}")
    return Fraction(number)


def written(value: Fraction) -> str:
    """Write a value as on the chart: whole, or rounded half up to one decimal place."""
    tenths = int(abs(value) * 10 + Fraction(1, 2))
    sign = "\N{MINUS SIGN}" if value < 0 and tenths else ""
    return sign + (str(tenths // 10) if tenths % 10 == 0 else f"{tenths // 10}.{tenths % 10}")


def instant(at: datetime) -> datetime:
    """Return an aware instant in UTC; a naive one is refused."""
    if at.tzinfo is None:
        raise ValueError("an instant needs its time zone")
    return at.astimezone(UTC)


@dataclass(frozen=True)
class Point:
    """One score at one instant.

    Without a `value` it is an incomplete score, of which only the bounds `low` to `high` may be
    known. `label` is the value as written, worked out where it is left empty. `version` names the
    instrument's version: scores of two versions are not joined. A `superseded` point was
    corrected later: it stays visible and joins nothing.
    """

    at: datetime
    value: Number | None
    label: str = ""
    low: Number | None = None
    high: Number | None = None
    mode: Mode = Mode.INTERVIEW
    version: str = ""
    prorated: bool = False
    out_of_limit: bool = False
    superseded: bool = False

    def __post_init__(self) -> None:
        """Keep the instant in UTC and the numbers exact; refuse bounds that miss the value."""
        object.__setattr__(self, "at", instant(self.at))
        object.__setattr__(self, "mode", Mode(self.mode))
        for name in ("value", "low", "high"):
            if (number := getattr(self, name)) is not None:
                object.__setattr__(self, name, exact(number))
        known = [number for number in (self.low, self.value, self.high) if number is not None]
        if (self.low is None) != (self.high is None) or known != sorted(known):
            raise ValueError("bounds come in pairs and hold the value between them")
        object.__setattr__(self, "label", clean(self.label) or self._written())

    def _written(self) -> str:
        """Write the value, or the bounds of an incomplete score."""
        if self.value is not None:
            return written(exact(self.value))
        if self.low is None or self.high is None:
            return "incomplete"
        return f"{written(exact(self.low))}\N{EN DASH}{written(exact(self.high))}"

    @property
    def is_current(self) -> bool:
        """Say whether this is a complete score that nothing has corrected."""
        return self.value is not None and not self.superseded

    @property
    def remarks(self) -> tuple[str, ...]:
        """What a reader must know of the value besides the number."""
        claims = (
            (self.superseded, "corrected later"),
            (self.value is None, "incomplete"),
            (self.prorated, "prorated"),
            (self.out_of_limit, "outside limits"),
            (self.mode is not Mode.INTERVIEW, _HOW.get(self.mode, "")),
        )
        return tuple(words for is_true, words in claims if is_true)


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

    def __post_init__(self) -> None:
        """Keep the instant in UTC, clean the words; refuse a kind that has no symbol."""
        object.__setattr__(self, "label", clean(self.label))
        object.__setattr__(self, "at", instant(self.at))
        object.__setattr__(self, "kind", MarkerKind(self.kind))


@dataclass(frozen=True)
class Strip:
    """One instrument's scores over its full range `low` to `high`.

    `direction` says the range and which way is worse; `change_words` is the verdict on change as
    the clinical rules word it; `thresholds` are written on the left. Points are kept in order of
    time. Scores further apart than `max_gap_days` are not joined. `healthy` is where the clinical
    range ends, `recall_days` how many days before it each score tells of, `missed` when answers
    were asked for and did not come.
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

    def __post_init__(self) -> None:
        """Order the points, clean the words; refuse values that the range cannot show."""
        for name in ("name", "subtitle", "direction", "change_words"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "low", exact(self.low))
        object.__setattr__(self, "high", exact(self.high))
        object.__setattr__(self, "thresholds", tuple(exact(value) for value in self.thresholds))
        object.__setattr__(self, "missed", tuple(sorted(instant(at) for at in self.missed)))
        object.__setattr__(self, "points", tuple(sorted(self.points, key=lambda p: p.at)))
        if not self.low < self.high:
            raise ValueError(f"{self.key}: the range is empty")
        if outside := [value for value in self._drawn() if not self.low <= value <= self.high]:
            raise ValueError(f"{self.key}: {outside[0]} is outside {self.low} to {self.high}")
        lows = [band.low for band in self.bands]
        if lows != sorted(set(lows)) or (lows and lows[0] > self.low):
            raise ValueError(f"{self.key}: bands rise from the bottom of the range")

    def _drawn(self) -> Iterator[Number]:
        """Yield every number that must have a place on the scale."""
        for point in self.points:
            yield from (n for n in (point.value, point.low, point.high) if n is not None)
        yield from self.thresholds
        if self.baseline:
            yield self.baseline.value
        if self.healthy is not None:
            yield self.healthy

    @property
    def last(self) -> Point | None:
        """The newest complete score."""
        return next((point for point in reversed(self.points) if point.is_current), None)

    def band_of(self, value: Number) -> Band | None:
        """Return the band a value falls in; None where the instrument has none."""
        return next((band for band in reversed(self.bands) if band.low <= value), None)

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
