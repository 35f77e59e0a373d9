"""Windows: the hours after a dose in which therapy may reach further, and whether they were used.

A working hypothesis, and every page that draws one says so. A window still open is not yet missed,
and a booking is not a contact: what was booked and is past counts only once somebody says it took
place. A contact that lies in two windows counts for both.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dashboard.clinical.clearance.verdicts import Standing
from dashboard.clinical.instants import utc
from dashboard.clinical.provenance import Provenance, Sourced

# Clearance reference 6.5: integration, first visit 24 to 72 h. The same section names 24 h to 5 d
# for the label; the narrower one is the default, as rule S09 and the plan have it.
OPENS_HOURS, CLOSES_HOURS = 24, 72
STANDING = Standing.DESIGN
LABEL = "working hypothesis"
# A typing guard, not a clinical limit: the longest time that the evidence names is about 2 weeks.
LONGEST_HOURS = 14 * 24
OVERLAP = "A contact inside two windows counts for both."
NO_EFFECT = "not evidence of effect"

EVIDENCE = (
    Sourced(
        "No trial in eating disorders has tested timing.",
        Provenance("clearance reference 6.5, search of 2026-11-23", Standing.VERIFIED),
    ),
    Sourced(
        "Depression, 154 people: training from 24 h after one 0.5 mg/kg infusion, twice daily for "
        "4 days, kept scores low for 30 days; with sham training they went back towards placebo.",
        Provenance("Price 2022, American Journal of Psychiatry", Standing.VERIFIED),
    ),
    Sourced(
        "Rodents: new synapses by 24 h; new spines form 12 to 24 h after a dose and sustain "
        "behaviour at 2 to 7 days; spine density raised up to about 2 weeks.",
        Provenance(
            "Li 2010, Science 329:959; Moda-Sava 2019, Science 364:eaat8078; Phoumthipphavong 2016",
            Standing.MEMORY_HIGH,
        ),
    ),
)


class ContactKind(StrEnum):
    """What counts as using a window."""

    THERAPY = "therapy"
    DIETITIAN = "dietitian"
    INTEGRATION = "integration visit"
    EXPOSURE_MEAL = "exposure meal"


class WindowState(StrEnum):
    """What became of one window."""

    AHEAD = "not open yet"
    OPEN = "open"
    USED = "used"
    UNCONFIRMED = "not confirmed"
    MISSED = "missed"


@dataclass(frozen=True)
class Window:
    """The time after one dose, in UTC; both ends are inside."""

    dose_at: datetime
    opens_at: datetime
    closes_at: datetime

    def __post_init__(self) -> None:
        for name in ("dose_at", "opens_at", "closes_at"):
            object.__setattr__(self, name, utc(getattr(self, name)))
        if not self.dose_at <= self.opens_at < self.closes_at:
            raise ValueError("a window opens after its dose and closes after it opened")

    def __contains__(self, moment: datetime) -> bool:
        return self.opens_at <= utc(moment) <= self.closes_at

    def overlaps(self, other: Window) -> bool:
        """Whether a contact can lie in both."""
        return self.opens_at <= other.closes_at and other.opens_at <= self.closes_at


@dataclass(frozen=True)
class Hours:
    """From how many hours to how many hours after a dose a plan's windows are open."""

    opens: int = OPENS_HOURS
    closes: int = CLOSES_HOURS

    def __post_init__(self) -> None:
        if not 0 <= self.opens < self.closes <= LONGEST_HOURS:
            raise ValueError(
                f"a window opens 0 hours or more after the dose, closes later, and by "
                f"{LONGEST_HOURS} hours"
            )

    def after(self, dose_at: datetime) -> Window:
        """Return the window of a dose; raise `NoInstant` for a time without time zone."""
        start = utc(dose_at)
        opens, closes = timedelta(hours=self.opens), timedelta(hours=self.closes)
        return Window(start, start + opens, start + closes)

    @property
    def is_default(self) -> bool:
        """Whether these are the hours of the reference."""
        return self == Hours()

    @property
    def words(self) -> str:
        """The hours in words, always with what they are."""
        return f"{self.opens} to {self.closes} hours after the dose ({LABEL})"


@dataclass(frozen=True)
class Contact:
    """One contact: held if it took place, booked if it is only agreed; `at` is when it begins."""

    kind: ContactKind
    at: datetime
    is_booked: bool
    by: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "at", utc(self.at))

    def is_held(self, now: datetime) -> bool:
        """Whether it has taken place; one that is still to come has not, whatever was logged."""
        return not self.is_booked and self.at <= now


@dataclass(frozen=True)
class WindowUse:
    """One window, the `number`th by dose: its contacts, and the kinds of contact it lacks.

    `unconfirmed` were booked, their time has passed, and nobody said whether they took place.
    """

    number: int
    window: Window
    state: WindowState
    held: tuple[Contact, ...]
    booked: tuple[Contact, ...]
    unconfirmed: tuple[Contact, ...]
    missing: tuple[ContactKind, ...]

    @property
    def is_used(self) -> bool:
        """Whether at least one contact took place inside."""
        return bool(self.held)

    @property
    def has_opened(self) -> bool:
        """Whether it counts: it has opened, and may still be open."""
        return self.state is not WindowState.AHEAD

    @property
    def lacks_booking(self) -> bool:
        """Whether it is open or still to come, with no contact held and none booked."""
        is_to_come = self.state in {WindowState.AHEAD, WindowState.OPEN}
        return is_to_come and not self.booked


@dataclass(frozen=True)
class Uses:
    """All windows of a course in the order of their doses."""

    each: tuple[WindowUse, ...]

    @property
    def n_used(self) -> int:
        """How many of the opened windows had a contact."""
        return sum(one.is_used for one in self.each)

    @property
    def n_opened(self) -> int:
        """How many windows have opened, those still open included."""
        return sum(one.has_opened for one in self.each)

    def of(self, state: WindowState) -> tuple[WindowUse, ...]:
        """Return the windows of one state: those missed, those still open."""
        return tuple(one for one in self.each if one.state is state)

    @property
    def has_overlap(self) -> bool:
        """Whether two windows overlap, so that one contact may count twice."""
        found = [one.window for one in self.each]
        return any(a.overlaps(b) for at, a in enumerate(found) for b in found[at + 1 :])

    @property
    def words(self) -> str:
        """The count in words: "5 of 6 windows used, 1 still open"."""
        if not self.n_opened:
            return "No window has opened yet"
        parts = [f"{self.n_used} of {self.n_opened} windows used"]
        for state, said in ((WindowState.OPEN, "still open"),
                            (WindowState.UNCONFIRMED, "not confirmed")):  # fmt: skip
            if found := len(self.of(state)):
                parts.append(f"{found} {said}")
        return ", ".join(parts)


def windows_of(doses: Iterable[datetime], *, hours: Hours) -> tuple[Window, ...]:
    """Return the windows of completed doses in the order of the doses."""
    return tuple(hours.after(dose_at) for dose_at in sorted(utc(one) for one in doses))


def used(
    windows: Iterable[Window],
    *,
    contacts: Iterable[Contact],
    now: datetime,
    wanted: Collection[ContactKind] = tuple(ContactKind),
) -> Uses:
    """Say for every window which contacts lie in it, and which of the wanted kinds it lacks."""
    moment = utc(now)
    known = sorted(contacts, key=lambda one: (one.at, one.kind, one.by))
    ordered = sorted(windows, key=lambda one: (one.dose_at, one.opens_at, one.closes_at))
    return Uses(
        tuple(
            _use(number, window, [one for one in known if one.at in window], moment, wanted)
            for number, window in enumerate(ordered, 1)
        )
    )


def _use(
    number: int,
    window: Window,
    inside: Iterable[Contact],
    now: datetime,
    wanted: Collection[ContactKind],
) -> WindowUse:
    contacts = tuple(inside)
    held = tuple(one for one in contacts if one.is_held(now))
    booked = tuple(one for one in contacts if one.at > now)
    unconfirmed = tuple(one for one in contacts if one.is_booked and one.at <= now)
    seen = {one.kind for one in (*held, *booked)}
    return WindowUse(
        number=number,
        window=window,
        state=_state(window, now, is_used=bool(held), is_open_question=bool(unconfirmed)),
        held=held,
        booked=booked,
        unconfirmed=unconfirmed,
        missing=tuple(kind for kind in ContactKind if kind in wanted and kind not in seen),
    )


def _state(window: Window, now: datetime, *, is_used: bool, is_open_question: bool) -> WindowState:
    if is_used:
        return WindowState.USED
    if now < window.opens_at:
        return WindowState.AHEAD
    if now <= window.closes_at:
        return WindowState.OPEN
    return WindowState.UNCONFIRMED if is_open_question else WindowState.MISSED
