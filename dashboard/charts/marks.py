"""What lies along the time axis beside the scores: windows, doses, contacts, medicines, events.

All frozen and hashable; instants are aware and kept in UTC. `href` is the address of the record.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from dashboard.charts.point import instant
from dashboard.charts.text import address, clean
from dashboard.clinical.windows import ContactKind

__all__ = [
    "BARE",
    "Backdrop",
    "ContactKind",
    "ContactMark",
    "ContactState",
    "DoseMark",
    "DoseState",
    "EventMark",
    "Interval",
    "Shade",
]


class _Mark:
    """What every mark at one instant has in common."""

    at: datetime
    label: str
    href: str

    def __post_init__(self) -> None:
        """Keep the instant in UTC, clean the words, refuse an address elsewhere."""
        object.__setattr__(self, "at", instant(self.at))
        for name in ("label", "short", "note"):
            if hasattr(self, name):
                object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "href", address(self.href))


@dataclass(frozen=True)
class Shade:
    """A window after a dose, shaded gold through every lane; both ends are inside.

    It may begin before the chart's days or end after them, and is then drawn as far as they go.
    """

    opens_at: datetime
    closes_at: datetime
    label: str = ""

    def __post_init__(self) -> None:
        """Keep the instants in UTC; refuse a window that closes before it opens."""
        object.__setattr__(self, "opens_at", instant(self.opens_at))
        object.__setattr__(self, "closes_at", instant(self.closes_at))
        object.__setattr__(self, "label", clean(self.label))
        if not self.opens_at < self.closes_at:
            raise ValueError("a window closes after it opens")

    def __contains__(self, at: datetime) -> bool:
        """Say whether an instant lies in the window."""
        return self.opens_at <= at <= self.closes_at


@dataclass(frozen=True)
class Backdrop:
    """What runs vertically through every lane: windows, doses given, doses still to come."""

    windows: tuple[Shade, ...] = ()
    doses: tuple[datetime, ...] = ()
    planned: tuple[datetime, ...] = ()

    def __contains__(self, at: datetime) -> bool:
        """Say whether an instant lies in any window."""
        return any(at in window for window in self.windows)


BARE = Backdrop()


class DoseState(StrEnum):
    """What became of a dose: filled when given, hollow when planned, a stop mark when held."""

    GIVEN = "given"
    PLANNED = "planned"
    HELD = "on hold"
    NOT_GIVEN = "not given"


@dataclass(frozen=True)
class DoseMark(_Mark):
    """One dose: `label` is drawn under it ("200", or "hold"), `note` says the rest of it.

    The note holds what the label leaves out: unit, route, session number, why it is held.
    """

    at: datetime
    label: str
    state: DoseState = DoseState.GIVEN
    note: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        """Refuse a state that has no symbol."""
        super().__post_init__()
        object.__setattr__(self, "state", DoseState(self.state))


class ContactState(StrEnum):
    """What became of a contact; only one that was held can use a window."""

    HELD = "held"
    PLANNED = "booked"
    UNCONFIRMED = "not confirmed"
    MISSED = "did not take place"


@dataclass(frozen=True)
class ContactMark(_Mark):
    """One therapy, dietitian or integration contact, or an exposure meal.

    Whether it lies in a window is worked out from the chart's own shading, so that the filled
    symbol and the gold behind it cannot disagree.
    """

    at: datetime
    kind: ContactKind
    label: str
    state: ContactState = ContactState.HELD
    href: str = ""

    def __post_init__(self) -> None:
        """Refuse a kind or a state that has no symbol."""
        super().__post_init__()
        object.__setattr__(self, "kind", ContactKind(self.kind))
        object.__setattr__(self, "state", ContactState(self.state))


@dataclass(frozen=True)
class Interval:
    """A medicine at one dose, or another treatment, on whole days of the practice.

    It holds `start` and `end`. A `start` of None lies before what is known, an `end` of None is
    still running: the bar then goes to today. Intervals of one `track` (one medicine) share a row;
    an empty track is the label's own. `short` is drawn where `label` finds no room.
    """

    start: date | None
    end: date | None
    label: str
    track: str = ""
    short: str = ""
    note: str = ""
    href: str = ""

    def __post_init__(self) -> None:
        """Clean the words; refuse days that run backwards."""
        for name in ("label", "track", "short", "note"):
            object.__setattr__(self, name, clean(getattr(self, name)))
        object.__setattr__(self, "href", address(self.href))
        if isinstance(self.start, datetime) or isinstance(self.end, datetime):
            raise ValueError("an interval is given in days")
        if self.start and self.end and self.end < self.start:
            raise ValueError("an interval cannot end before it starts")


@dataclass(frozen=True)
class EventMark(_Mark):
    """Something that happened: a life event, an adverse event. A serious one is drawn in red."""

    at: datetime
    label: str
    short: str = ""
    is_serious: bool = False
    note: str = ""
    href: str = ""
