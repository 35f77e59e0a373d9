"""The lanes of the course of treatment: doses, contacts, medicines and events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from dashboard.charts import course_words
from dashboard.charts.drawable import Drawable
from dashboard.charts.marks import (
    BARE,
    Backdrop,
    ContactKind,
    ContactMark,
    DoseMark,
    EventMark,
    Interval,
)
from dashboard.charts.span import Span

UPPER_ROW = frozenset({ContactKind.THERAPY, ContactKind.INTEGRATION})


@dataclass(frozen=True)
class DoseLane(Drawable):
    """The doses: given, planned, on hold, with what was given under them."""

    span: Span
    marks: tuple[DoseMark, ...]
    backdrop: Backdrop = BARE
    key: str = "doses"
    name: str = "Ketamine"
    subtitle: str = ""

    __hash__ = Drawable.__hash__

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return f"{self.name}, doses"

    @property
    def summary(self) -> str:
        """Say how many doses there are, each of them, and the windows after them."""
        return course_words.of_doses(self.marks, span=self.span, backdrop=self.backdrop)


@dataclass(frozen=True)
class ContactLane(Drawable):
    """The contacts in two rows: therapy and integration above, dietitian and meals below."""

    span: Span
    marks: tuple[ContactMark, ...]
    backdrop: Backdrop = BARE
    key: str = "contacts"
    name: str = "Therapy"
    subtitle: str = "dietitian"

    __hash__ = Drawable.__hash__

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return f"{self.name}, {self.subtitle}" if self.subtitle else self.name

    @property
    def summary(self) -> str:
        """Say every contact with its date and whether it lies in a window."""
        return course_words.of_contacts(self.marks, span=self.span, backdrop=self.backdrop)

    @property
    def rows(self) -> tuple[tuple[ContactMark, ...], tuple[ContactMark, ...]]:
        """The upper and the lower row."""
        upper = tuple(mark for mark in self.marks if mark.kind in UPPER_ROW)
        return upper, tuple(mark for mark in self.marks if mark.kind not in UPPER_ROW)


@dataclass(frozen=True)
class IntervalLane(Drawable):
    """Medicines and other treatment as bars, events as triangles over them."""

    span: Span
    intervals: tuple[Interval, ...] = ()
    events: tuple[EventMark, ...] = ()
    backdrop: Backdrop = BARE
    key: str = "intervals"
    name: str = "Medicines, events"
    subtitle: str = "other treatment running"

    __hash__ = Drawable.__hash__

    @property
    def title(self) -> str:
        """The lane's name as a screen reader says it."""
        return self.name

    @property
    def summary(self) -> str:
        """Say every interval with its days and every event."""
        return course_words.of_intervals(self.intervals, self.events, span=self.span)

    @cached_property
    def tracks(self) -> tuple[tuple[Interval, ...], ...]:
        """The rows of bars, top down: one medicine in one row, others beside it where they fit."""
        rows: list[list[Interval]] = []
        for track in self._by_track():
            row = next((row for row in rows if not _overlap(row, track)), None)
            if row is None:
                rows.append(track)
            else:
                row += track
        return tuple(tuple(sorted(row, key=_first_day)) for row in rows)

    def _by_track(self) -> list[list[Interval]]:
        """Return the intervals of each medicine, the earliest first."""
        tracks: dict[str, list[Interval]] = {}
        for bar in sorted(self.intervals, key=_first_day):
            tracks.setdefault(bar.track or bar.label, []).append(bar)
        return list(tracks.values())


def _first_day(bar: Interval) -> date:
    return bar.start or date.min


def _overlap(row: list[Interval], track: list[Interval]) -> bool:
    """Say whether any two bars share a day."""
    return any(
        _first_day(one) <= (other.end or date.max) and _first_day(other) <= (one.end or date.max)
        for one in row
        for other in track
    )
