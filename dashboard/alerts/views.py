"""Alerts as pages show them: plain frozen values, every status a word with its icon."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app, url_for

from dashboard import formats
from dashboard.alerts import words
from dashboard.alerts.models import Level, State, StepKind
from dashboard.alerts.reading import Line, Step, Waiting
from dashboard.clock import now
from dashboard.patients.banner import Flag
from dashboard.scores.shelf import scored_with

LIFELINE = "988 Suicide & Crisis Lifeline (call or text)"
BY_ITSELF = {StepKind.ESCALATED: "the clock", StepKind.OWNER_LEFT: "the care team"}
TOLD = {StepKind.RAISED, StepKind.REPEATED, StepKind.ANSWER_CHANGED}
ASKS_AGAIN = "checkins.by_hand"


@dataclass(frozen=True)
class AlertView:
    """One alert: what was answered, how soon, who has it, and the one thing to do next."""

    ref: str
    is_danger: bool
    is_blank: bool
    is_open: bool
    is_closed: bool
    is_overdue: bool
    level: Flag
    state: Flag
    how_soon: str
    heading: str
    messages: tuple[str, ...]
    taken: str
    times: str
    owner: str
    due: str
    clock: str
    fate: str
    outcome: str
    closed: str
    closed_by: str
    repeat: str
    response_ref: str
    lifeline: str = LIFELINE


@dataclass(frozen=True)
class Row:
    """One line of the worklist."""

    patient_ref: str
    patient: str
    born: str
    alert: AlertView


@dataclass(frozen=True)
class StepView:
    """One thing that happened to an alert."""

    what: str
    at: str
    who: str
    note: str
    answers: str
    response_ref: str


def view(line: Line, *, at: dt.datetime | None = None) -> AlertView:
    """Return one alert in words."""
    alert, moment = line.alert, at or now()
    is_open = alert.state is State.OPEN
    return AlertView(
        ref=alert.ref,
        is_danger=alert.is_danger,
        is_blank=alert.level is Level.FOLLOW_UP and alert.answers != "{}",
        is_open=is_open,
        is_closed=alert.state is State.CLOSED,
        is_overdue=is_open and alert.due_at <= moment,
        level=words.LEVELS[alert.level],
        state=words.STATES[alert.state],
        how_soon=words.HOW_SOON[alert.level],
        heading=words.heading(alert),
        messages=words.messages(alert),
        taken=formats.moment(line.taken_at or alert.last_raised_at, line.taken_zone),
        times=words.times(alert.times),
        owner=line.owner or "nobody",
        due=formats.moment(alert.due_at),
        clock=words.clock(alert.due_at, at=moment) if is_open else "",
        fate=words.fate(is_in_error=line.is_in_error, is_corrected=line.is_corrected),
        outcome=alert.outcome.value.capitalize() if alert.outcome else "",
        closed=formats.moment(alert.closed_at) if alert.closed_at else "",
        closed_by=line.closed_by or "",
        repeat=_repeat(line, moment),
        response_ref=line.response_ref or "",
    )


def views(lines: Sequence[Line]) -> tuple[AlertView, ...]:
    """Return alerts in words, all at one moment."""
    moment = now()
    return tuple(view(line, at=moment) for line in lines)


def rows(found: Sequence[Waiting]) -> tuple[Row, ...]:
    """Return the lines of a worklist."""
    moment = now()
    return tuple(
        Row(
            one.patient.ref,
            f"{one.patient.family_name.upper()}, {one.patient.given_name}",
            formats.day(one.patient.born_on),
            view(one.line, at=moment),
        )
        for one in found
    )


def step_views(steps: Sequence[Step]) -> tuple[StepView, ...]:
    """Return what happened, the newest first."""
    return tuple(_step(one) for one in reversed(steps))


def asks_again(patient_ref: str) -> str:
    """Return the address where a check-in is made by hand; empty where there is none."""
    if ASKS_AGAIN not in current_app.view_functions:
        return ""
    return url_for(ASKS_AGAIN, patient_ref=patient_ref)


def _step(one: Step) -> StepView:
    step = one.step
    return StepView(
        what=step.kind.value.capitalize(),
        at=formats.moment(step.at),
        who=one.name or BY_ITSELF.get(step.kind, "the answers"),
        note=step.note,
        answers=words.answered(None, step.answers) if step.kind in TOLD else "",
        response_ref=(one.response_ref or "") if _brings_answers(one) else "",
    )


def _brings_answers(one: Step) -> bool:
    """Whether answers came with a step: they raised it, changed it or brought their response."""
    return one.step.kind in TOLD or (one.step.kind is StepKind.NOTED and one.name is None)


def _repeat(line: Line, moment: dt.datetime) -> str:
    """Ask for a confirming repeat while it can still confirm anything."""
    alert = line.alert
    if alert.repeat_by is None or alert.state is State.CLOSED:
        return ""
    instrument = scored_with(alert.instrument, alert.version)
    name = instrument.short if instrument else alert.instrument
    if alert.repeat_by < formats.today(moment):
        return f"A confirming repeat of {name} was asked for until {formats.day(alert.repeat_by)}."
    return f"A confirming repeat of {name} is asked for until {formats.day(alert.repeat_by)}."
