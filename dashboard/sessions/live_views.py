"""A session that runs or ran, as its page shows it: readings, what they call for, what is due.

Everything is worked out from what is on record, so that it survives a reload and a restart.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.adverse_events import Called, Urgency
from dashboard.clinical.clearance import Pressure
from dashboard.clinical.home_session import (
    NextDue,
    ReadingVerdict,
    judge_reading,
    next_due,
    session_rules,
    sign,
)
from dashboard.patients.banner import Flag
from dashboard.sessions import measuring
from dashboard.sessions.models import SessionAnswer, SessionReading, TreatmentSession

KINDS = {
    Urgency.EMERGENCY: "stop", Urgency.NOW: "stop", Urgency.SAME_DAY: "due",
    Urgency.WITHIN_72_HOURS: "due",
}  # fmt: skip
SYMPTOMS, SIGNS = "symptoms", "signs"


@dataclass(frozen=True)
class CallView:
    """What a reading calls for, and why; `words` is the sentence of the reference."""

    flag: Flag
    words: str
    because: str


@dataclass(frozen=True)
class ReadingView:
    """One reading, or one that is missing (`ref` empty), with what it calls for."""

    ref: str
    slot: str
    values: str
    beside: str
    who: str
    flag: Flag
    calls: tuple[CallView, ...] = ()
    told: tuple[str, ...] = ()


@dataclass(frozen=True)
class DueView:
    """The next reading; `at` is the instant in milliseconds since 1970, for the countdown."""

    slot: str
    words: str
    is_due: bool
    at: int
    now: int


@dataclass(frozen=True)
class Live:
    """Everything on record of a session that has started, gathered once."""

    session: TreatmentSession
    before: Pressure | None
    readings: Sequence[SessionReading]
    effects: Mapping[str, SessionAnswer]
    has_oximeter: bool = True

    def verdict(self, row: SessionReading) -> ReadingVerdict:
        """Say what one reading calls for."""
        symptoms, signs = self.beside(row, SYMPTOMS), self.beside(row, SIGNS)
        return judge_reading(
            measuring.as_read(row),
            baseline=self.before,
            minute=measuring.minute_of(self.session, row.taken_at),
            signs=[sign(one) for one in signs.split(", ") if one],
            has_symptoms={"yes": True, "no": False}.get(symptoms),
            has_oximeter=self.has_oximeter,
        )

    def beside(self, row: SessionReading, what: str) -> str:
        """Return what was said beside a reading: symptoms, or the ids of signs."""
        held = self.effects.get(key_of(what, row.ref))
        return held.value if held else ""

    @property
    def taken(self) -> frozenset[int]:
        """The minutes whose reading is there; the one before the dose is the pre-flight's."""
        minutes = {one.minute for one in self.readings if one.minute is not None}
        return frozenset(minutes | ({0} if self.before else set()))

    def due(self, *, now: dt.datetime) -> NextDue | None:
        """Return the next reading that is due; None before the start."""
        started = self.session.started_at
        if started is None:
            return None
        newest = self.readings[-1] if self.readings else None
        is_high = newest is not None and self.verdict(newest).is_repeated
        high_at = newest.taken_at if newest is not None and is_high else None
        return next_due(started, taken=self.taken, now=now, high_at=high_at)


def key_of(what: str, reading_ref: str) -> str:
    """Return the key of what was said beside a reading."""
    return f"{what} {reading_ref}"


def due_view(due: NextDue | None) -> DueView | None:
    """Return what is due next in words; None when nothing is."""
    if due is None or due.due_at is None:
        return None
    slot = "Repeat of the blood pressure" if due.minute is None else f"Reading at {due.minute} min"
    return DueView(
        slot=slot, words=formats.time_of_day(due.due_at), is_due=due.is_due,
        at=int(due.due_at.timestamp() * 1000), now=int(due.now.timestamp() * 1000),
    )  # fmt: skip


def rows(live: Live, *, now: dt.datetime, is_over: bool = False) -> list[ReadingView]:
    """Return the schedule with its readings, those between in their order of time."""
    due = live.due(now=now)
    missed = frozenset(due.missed if due else ())
    start = live.session.started_at or now
    found = [(one.taken_at, _row(live, one)) for one in live.readings]
    there = {one.minute for one in live.readings}
    for minute in session_rules().minutes:
        if minute in there:
            continue
        at = start + dt.timedelta(minutes=minute)
        if minute == 0 and live.before:
            found.append((at, _before(live.before)))
        else:
            flag = _open(is_missed=is_over or minute in missed, is_due=at <= now)
            found.append(
                (
                    at,
                    ReadingView(
                        "", f"{minute} min", "–", "", f"due {formats.time_of_day(at)}", flag
                    ),
                )
            )
    return [view for _, view in sorted(found, key=lambda pair: pair[0])]


def values(row: SessionReading) -> str:
    """Return a reading in words: 118/74 mmHg, 64 a minute, 98 %."""
    parts = [
        f"{row.systolic}/{row.diastolic} mmHg" if row.systolic is not None else "",
        f"{row.rate} a minute" if row.rate is not None else "",
        f"{row.saturation} %" if row.saturation is not None else "",
        f"{row.breaths} breaths a minute" if row.breaths is not None else "",
    ]
    return ", ".join(filter(None, parts))


def who(row: SessionReading) -> str:
    """Say whose reading it is, and when it was taken."""
    corrected = "corrected, " if row.corrects_id else ""
    return f"{corrected}{row.by_name}, {formats.moment(row.taken_at)}"


def _row(live: Live, row: SessionReading) -> ReadingView:
    verdict, minute = live.verdict(row), measuring.minute_of(live.session, row.taken_at)
    slot = f"{row.minute} min" if row.minute is not None else f"between, {minute} min"
    signs = [sign(one).label for one in live.beside(row, SIGNS).split(", ") if one]
    symptoms = live.beside(row, SYMPTOMS)
    beside = [f"symptoms: {symptoms}" if symptoms else "", *signs]
    missing = [f"Not measured: {', '.join(verdict.missing)}"] if verdict.missing else []
    kept = ["Unusual, confirmed by the one who typed it"] if row.is_confirmed else []
    return ReadingView(
        ref=row.ref, slot=slot, values=values(row), beside=", ".join(filter(None, beside)),
        who=who(row),
        flag=_flag(verdict), calls=tuple(_call(one) for one in verdict.called),
        told=(*verdict.told, *missing, *kept),
    )  # fmt: skip


def _call(one: Called) -> CallView:
    sure = "" if one.is_certain else " Not certain: find out, or act as if it were so."
    return CallView(
        Flag(KINDS[one.response.urgency], one.response.urgency.value.capitalize()),
        f"{one.response.words}{sure}",
        one.because,
    )


def _flag(verdict: ReadingVerdict) -> Flag:
    if verdict.called:
        first = verdict.called[0].response.urgency
        return Flag(KINDS[first], first.value.capitalize())
    if verdict.told or verdict.questions:
        return Flag("due", "Look at this")
    return Flag("none", "Incomplete") if verdict.missing else Flag("ok", "Nothing to do")


def _before(pressure: Pressure) -> ReadingView:
    return ReadingView(
        "",
        "before the dose",
        f"{pressure} mmHg",
        "",
        "from the pre-flight",
        Flag("info", "Baseline"),
    )  # fmt: skip


def _open(*, is_missed: bool, is_due: bool) -> Flag:
    if is_missed:
        return Flag("none", "Not taken")
    return Flag("due", "Due now") if is_due else Flag("info", "To come")
