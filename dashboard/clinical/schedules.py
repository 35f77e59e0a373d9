"""Schedules: which questionnaires a patient is asked on which day, and why one is left out.

Nothing is asked before the days that the last answers cover are over, no check-in has more than
40 questions, and what was left out for that comes first next time (clinical reference, C 1).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.clinical.baseline import day_words
from dashboard.clinical.definition import Instrument
from dashboard.clinical.dues import LOCAL_HOUR, Days, Due, merged
from dashboard.clinical.timings import (
    AfterDose,
    Answered,
    Calendar,
    Dose,
    Entry,
    Timing,
    problems,
    spacing_words,
    why_never,
)
from dashboard.clinical.turns import MOST_QUESTIONS, choose

__all__ = [
    "LOCAL_HOUR",
    "MOST_QUESTIONS",
    "AfterDose",
    "Answered",
    "Calendar",
    "Dose",
    "Entry",
    "LeftOut",
    "Occasion",
    "Plan",
    "Timing",
    "occasions",
    "plan",
    "problems",
]


@dataclass(frozen=True)
class LeftOut:
    """A questionnaire that was due on a day and is not asked then, with the reason in words."""

    instrument_id: str
    on: date
    why: str


@dataclass(frozen=True)
class Occasion:
    """One check-in: when it opens, what it asks in which order, and what it leaves out.

    `key` stays the same whenever the schedule is worked out again: the local day, or the dose and
    the hours after it. `follows` is the key of the check-in that comes directly before on the day.
    """

    key: str
    due_at: datetime
    on: date
    instrument_ids: tuple[str, ...]
    questions: int
    left_out: tuple[LeftOut, ...] = ()
    follows: str | None = None


@dataclass(frozen=True)
class Plan:
    """The check-ins of a stretch of time, and everything that was due and is not asked."""

    occasions: tuple[Occasion, ...]
    left_out: tuple[LeftOut, ...]


def occasions(
    entries: Iterable[Entry],
    *,
    instruments: Mapping[str, Instrument],
    doses: Iterable[Dose],
    answered: Iterable[Answered],
    zone: ZoneInfo,
    start: datetime,
    until: datetime,
    local_hour: int = LOCAL_HOUR,
) -> tuple[Occasion, ...]:
    """Return the check-ins that open from `start` to before `until`, in order."""
    return plan(
        entries,
        instruments=instruments,
        doses=doses,
        answered=answered,
        zone=zone,
        start=start,
        until=until,
        local_hour=local_hour,
    ).occasions


def plan(
    entries: Iterable[Entry],
    *,
    instruments: Mapping[str, Instrument],
    doses: Iterable[Dose],
    answered: Iterable[Answered],
    zone: ZoneInfo,
    start: datetime,
    until: datetime,
    local_hour: int = LOCAL_HOUR,
) -> Plan:
    """Work out the check-ins that open from `start` to before `until`.

    A questionnaire of the calendar that was answered late is asked as soon as it may be, if that
    is before its next turn. Entries for unknown instruments, and such as `problems` refuses for
    another reason than the interval, are left out in words. Everything is worked out from the
    first day on, so that the same facts give the same keys whenever they are asked for.
    """
    known = dict(instruments)
    last_day = until.astimezone(zone).date()
    days = Days(zone=zone, local_hour=local_hour, last_day=last_day)
    fit, unfit = _sorted_out(entries, known, on=start.astimezone(zone).date())
    turns = days.turns(fit, tuple(doses))
    made, left = _Asking(days=days, instruments=known, answered=tuple(answered)).through(turns)
    first_day = start.astimezone(zone).date()
    return Plan(
        tuple(one for one in made if start <= one.due_at < until),
        (*unfit, *(one for one in left if first_day <= one.on <= last_day)),
    )


def _sorted_out(
    entries: Iterable[Entry], instruments: Mapping[str, Instrument], *, on: date
) -> tuple[list[Entry], list[LeftOut]]:
    """Part entries that can be asked at all from those that cannot, with the reason."""
    fit, unfit = [], []
    for entry in sorted(set(entries), key=repr):
        instrument = instruments.get(entry.instrument_id)
        if instrument is None:
            unfit.append(LeftOut(entry.instrument_id, on, "It cannot be asked by link here."))
        elif never := why_never(instrument):
            unfit.append(LeftOut(entry.instrument_id, on, " ".join(never)))
        else:
            fit.append(entry)
    return fit, unfit


class _Asking:
    """Goes through the days in order and remembers what was asked and what had to wait."""

    def __init__(
        self, *, days: Days, instruments: Mapping[str, Instrument], answered: tuple[Answered, ...]
    ) -> None:
        self._days, self._instruments = days, instruments
        self._answered: dict[str, list[datetime]] = {}
        for form in answered:
            self._answered.setdefault(form.instrument_id, []).append(form.at)
        self._asked_on: dict[str, date] = {}
        self._waited: dict[str, int] = {}
        self._left: list[LeftOut] = []

    def through(self, turns: list[Due]) -> tuple[list[Occasion], list[LeftOut]]:
        """Return the check-ins of all days, and what was left out."""
        waiting: dict[date, list[Due]] = {}
        for due in turns:
            waiting.setdefault(due.on, []).append(due)
        made: list[Occasion] = []
        while waiting:
            day = min(waiting)
            moved: list[Due] = []
            made += self._day(day, waiting.pop(day), moved, calendar_days=_by_calendar(waiting))
            for due in moved:
                if due.on <= self._days.last_day:
                    waiting.setdefault(due.on, []).append(due)
        return made, self._left

    def _day(
        self, on: date, turns: list[Due], moved: list[Due], *, calendar_days: list[date]
    ) -> list[Occasion]:
        n_left = len(self._left)
        due = merged(turns)
        open_now = {name: one for name, one in due.items() if self._is_free(one, moved)}
        chosen = choose(open_now, instruments=self._instruments, waited=self._waited)
        asked = [name for check_in in chosen.check_ins for name in check_in]
        self._remember(on, asked, chosen.waiting)
        held_over = (self._held_over(open_now[name], calendar_days) for name in chosen.waiting)
        moved += [due for due in held_over if due is not None]
        if not asked:
            return []
        at = max(open_now[name].at for name in asked)
        key = _key(on, [open_now[name] for name in asked])
        keys = [key, *(f"{key}:{n}" for n in range(2, len(chosen.check_ins) + 1))]
        left = tuple(self._left[n_left:])
        return [
            Occasion(
                key=keys[n],
                due_at=at,
                on=on,
                instrument_ids=ids,
                questions=sum(len(self._instruments[one].items) for one in ids),
                left_out=() if n else left,
                follows=keys[n - 1] if n else None,
            )
            for n, ids in enumerate(chosen.check_ins)
        ]

    def _is_free(self, due: Due, moved: list[Due]) -> bool:
        """Say whether it may be asked; if not, move it or leave it out, and say why."""
        last_on, how = self._last(due)
        instrument = self._instruments[due.instrument_id]
        spacing = timedelta(days=instrument.administration.shortest_interval_days)
        if last_on is None or due.on - last_on >= spacing:
            return True
        free_on = last_on + spacing
        why = f"{how} on {day_words(last_on)}: {spacing_words(instrument)}."
        if due.next_on is not None and free_on < due.next_on:
            moved.append(replace(due, on=free_on, at=self._days.opening(free_on)))
            why += f" Asked on {day_words(free_on)} instead."
        self._left.append(LeftOut(due.instrument_id, due.on, why))
        return False

    def _held_over(self, due: Due, calendar_days: list[date]) -> Due | None:
        """Move a turn for which there was no room to the next check-in before its next turn."""
        if due.next_on is None:
            return None
        days = [day for day in calendar_days if due.on < day < due.next_on]
        if not days:
            return None
        return replace(due, on=min(days), at=self._days.opening(min(days)))

    def _last(self, due: Due) -> tuple[date | None, str]:
        answers = [at for at in self._answered.get(due.instrument_id, ()) if at < due.at]
        answered_on = self._days.of(max(answers)) if answers else None
        asked_on = self._asked_on.get(due.instrument_id)
        if answered_on is not None and (asked_on is None or answered_on >= asked_on):
            return answered_on, "Answered"
        return asked_on, "Asked"

    def _remember(self, on: date, asked: list[str], waiting: tuple[str, ...]) -> None:
        for name in asked:
            self._asked_on[name] = on
            self._waited.pop(name, None)
        for name in waiting:
            self._waited[name] = self._waited.get(name, 0) + 1
            why = f"The check-in would have more than {MOST_QUESTIONS} questions. First next time."
            self._left.append(LeftOut(name, on, why))


def _by_calendar(waiting: Mapping[date, list[Due]]) -> list[date]:
    """List the days to come on which a check-in of the calendar is due."""
    return [day for day, turns in waiting.items() if any(due.dose_key is None for due in turns)]


def _key(on: date, asked: list[Due]) -> str:
    """Name a check-in by its day; one that only follows doses by the earliest of them."""
    of_doses = [due for due in asked if due.dose_key is not None]
    first = min(of_doses, key=lambda due: (due.at, due.dose_key or ""), default=None)
    if first is None or first.dose_key is None or len(of_doses) < len(asked):
        return on.isoformat()
    return first.dose_key
