"""Adverse events in words: what each calls for, and how what is known of it changed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from wtforms import Field

from dashboard import formats
from dashboard.clinical.adverse_events import (
    Called,
    Urgency,
    event_list,
    is_serious,
    needs_hold,
)
from dashboard.clinical.courses import PlanState
from dashboard.patients.banner import Flag
from dashboard.plans import actions as plans
from dashboard.sessions import event_reading, events
from dashboard.sessions.event_forms import EventForm
from dashboard.sessions.event_reading import Chain
from dashboard.sessions.models import AdverseEvent
from dashboard.sessions.steps import by_id

URGENCY = {
    Urgency.EMERGENCY: Flag("stop", "Emergency"),
    Urgency.NOW: Flag("stop", "Now"),
    Urgency.SAME_DAY: Flag("due", "Same day"),
    Urgency.WITHIN_72_HOURS: Flag("due", "Within 72 hours"),
}
LEFT_OUT = frozenset({"are_measured", "which_began", "which_ended"})
NOTHING = ("Nothing was changed",)


@dataclass(frozen=True)
class EventRow:
    """One event in the list."""

    ref: str
    what: str
    words: str
    began: str
    grade: str
    serious: Flag
    relatedness: str
    outcome: str
    state: Flag
    is_open: bool
    holds: bool


@dataclass(frozen=True)
class CalledRow:
    """One thing that is to be done, and why; `is_certain` is False when a fact is missing."""

    id: str
    urgency: Flag
    is_emergency: bool
    words: str
    because: str
    is_certain: bool


@dataclass(frozen=True)
class Written:
    """One entry of an event's history: who wrote it when, and what it changed."""

    at: str
    by: str
    changes: tuple[str, ...]


@dataclass(frozen=True)
class Difference:
    """One fact as it was written by somebody else, and as it is typed here."""

    label: str
    theirs: str
    yours: str


def rows(patient_id: uuid.UUID) -> list[EventRow]:
    """Return every event, open ones first, then the newest beginning first."""
    found = [row(one) for one in event_reading.chains(patient_id)]
    return sorted(found, key=lambda one: not one.is_open)


def row(chain: Chain) -> EventRow:
    """Return one event for the list."""
    one = chain.newest
    event = events.as_event(one)
    holds = not chain.is_closed and needs_hold(event)
    return EventRow(
        ref=chain.first.ref, what=event.kind.label, words=one.words,
        began=_began(one), grade=_grade(one), serious=_serious(one),
        relatedness=one.relatedness.value.capitalize(), outcome=one.outcome.value.capitalize(),
        state=_state(is_closed=chain.is_closed, holds=holds), is_open=not chain.is_closed,
        holds=holds,
    )  # fmt: skip


def called(one: AdverseEvent, *, at: dt.datetime | None = None) -> list[CalledRow]:
    """Return what an event calls for, most urgent first."""
    return [_called(found) for found in event_reading.called(one, at=at)]


def facts(one: AdverseEvent) -> Mapping[str, str]:
    """Return everything known of an event in words, in the order of the form."""
    pressure = f"{one.systolic}/{one.diastolic} mmHg" if one.systolic is not None else ""
    return {
        "What happened": event_list().events[one.kind].label,
        "In words": one.words or "–",
        "Began": _began(one),
        "Ended": _ended(one),
        "How often": "not said" if one.times is None else f"{one.times} ×",
        "Grade": f"{_grade(one)} ({one.grading})",
        "Serious": _serious_words(one),
        "Highest blood pressure": pressure or "not measured",
        "Lowest oxygen saturation": _measured(one.saturation, "%"),
        "Slowest breathing": _measured(one.breaths, "breaths a minute"),
        "Symptoms with the pressure": {True: "yes", False: "no", None: "not asked"}[
            one.has_symptoms
        ],
        "Was it the dose": one.relatedness.value,
        "What was done": one.action.value,
        "How it ended": one.outcome.value,
    }


def history(chain: Chain) -> list[Written]:
    """Return who wrote what of an event, the newest first."""
    found = []
    before: Mapping[str, str] = {}
    for one in chain.entries:
        known = facts(one)
        changes = tuple(
            f"{name}: {before[name]} → {value}"
            for name, value in known.items()
            if before and before[name] != value
        )
        first = () if before else ("Recorded",)
        found.append(
            Written(formats.moment(one.recorded_at), one.by_name, first or changes or NOTHING)
        )
        before = known
    return found[::-1]


def differences(theirs: Mapping[str, object], form: EventForm) -> list[Difference]:
    """Return where what somebody typed differs from what was written meanwhile."""
    return [
        Difference(form[name].label.text, _said(form[name], value), _said(form[name], typed))
        for name, value in theirs.items()
        if name not in LEFT_OUT
        and _said(form[name], value) != _said(form[name], typed := form[name].data)
    ]


def closing(chain: Chain) -> Written | None:
    """Say who closed an event, when, and what was decided."""
    one = chain.newest
    if one.closed_at is None or one.closed_by_id is None:
        return None
    name = by_id(one.closed_by_id).name
    return Written(formats.moment(one.closed_at), name, (one.closed_words,))


def plan_flag(patient_id: uuid.UUID) -> Flag | None:
    """Say what the plan in force does: active or held; None when there is none."""
    plan = plans.in_force(patient_id)
    if plan is None:
        return None
    if plan.state is PlanState.HELD:
        return Flag("stop", "The plan is held")
    return Flag("info", "The plan is active")


def holding(found: Sequence[EventRow]) -> str:
    """Say in words which open events hold the plan; empty when none does."""
    return "; ".join(f"{one.what}, {one.grade.lower()}" for one in found if one.holds)


def _said(field: Field, value: object) -> str:
    """Return what stands in a field as a person reads it."""
    if isinstance(value, list):
        return ", ".join(value) or "–"
    if isinstance(value, dt.date):
        return formats.day(value)
    if isinstance(value, dt.time):
        return f"{value:%H:%M}"
    words = {value: label for value, label, *_ in getattr(field, "choices", None) or ()}
    return str(words.get(value, value) or "–") if value is not None else "–"


def _called(one: Called) -> CalledRow:
    return CalledRow(
        id=one.response.id, urgency=URGENCY[one.response.urgency],
        is_emergency=one.response.urgency is Urgency.EMERGENCY,
        words=one.response.words, because=one.because, is_certain=one.is_certain,
    )  # fmt: skip


def _state(*, is_closed: bool, holds: bool) -> Flag:
    if is_closed:
        return Flag("none", "Closed")
    return Flag("stop", "Open, holds the plan") if holds else Flag("due", "Open")


def _began(one: AdverseEvent) -> str:
    at = formats.moment(one.began_at)
    return at if one.onset_minutes is None else f"{at}, {one.onset_minutes} min after the dose"


def _ended(one: AdverseEvent) -> str:
    if one.offset_minutes is None:
        return "not said"
    lasted = one.offset_minutes - (one.onset_minutes or 0)
    return f"{one.offset_minutes} min after the dose, it lasted {lasted} min"


def _grade(one: AdverseEvent) -> str:
    if one.grade is None:
        return "Not graded yet"
    return f"Grade {one.grade}, {event_list().grades[one.grade - 1].word}"


def _serious(one: AdverseEvent) -> Flag:
    said = is_serious(events.as_event(one))
    if said is None:
        return Flag("none", "Not known yet")
    return Flag("stop", "Serious") if said else Flag("info", "Not serious")


def _serious_words(one: AdverseEvent) -> str:
    if one.seriousness is None:
        return "not known yet"
    return one.seriousness or "none of these"


def _measured(value: int | None, unit: str) -> str:
    return "not measured" if value is None else f"{value} {unit}"
