"""Alerts in words: how soon, by when, what was answered, what became of it."""

from __future__ import annotations

import datetime as dt
import json

from dashboard.alerts.models import Alert, Level, State
from dashboard.clinical.instruments import Instrument
from dashboard.patients.banner import Flag
from dashboard.scores.shelf import scored_with

HOW_SOON = {
    Level.IMMEDIATE: "Look at this now",
    Level.SAME_DAY: "Look at this today",
    Level.FOLLOW_UP: "Ask the patient",
    Level.NEXT_VISIT: "Look at this at the next visit",
}
LEVELS = {
    Level.IMMEDIATE: Flag("stop", "Now"),
    Level.SAME_DAY: Flag("stop", "Today"),
    Level.FOLLOW_UP: Flag("due", "Ask"),
    Level.NEXT_VISIT: Flag("due", "Next visit"),
}
STATES = {
    State.OPEN: Flag("due", "Not taken"),
    State.ACKNOWLEDGED: Flag("info", "Taken, not closed"),
    State.CLOSED: Flag("none", "Closed"),
}
MINUTE, HOUR, DAY = 60, 3600, 86400


def clock(due_at: dt.datetime, *, at: dt.datetime) -> str:
    """Say how a clock stands: due in 20 minutes, overdue by 2 hours."""
    left = (due_at - at).total_seconds()
    if left > 0:
        return f"due in {_span(left)}"
    return f"overdue by {_span(-left)}"


def _span(seconds: float) -> str:
    """Write a span in its largest fitting unit, rounded down; never "0 minutes"."""
    if seconds < 2 * HOUR:
        return _counted(max(1, int(seconds // MINUTE)), "minute")
    if seconds < 2 * DAY:
        return _counted(int(seconds // HOUR), "hour")
    return _counted(int(seconds // DAY), "day")


def _counted(number: int, unit: str) -> str:
    return f"{number} {unit}{'' if number == 1 else 's'}"


def times(number: int) -> str:
    """Say how often an alert was raised; nothing for once."""
    return {1: "", 2: "twice"}.get(number, f"{number} times")


def heading(alert: Alert) -> str:
    """Say what was answered: PHQ-9 item 9: 2, more than half the days."""
    instrument = scored_with(alert.instrument, alert.version)
    name = instrument.short if instrument else alert.instrument
    given = answered(instrument, alert.answers)
    if given:
        return f"{name} {given}"
    first = _sentences(alert.words)[0]
    return first if not name or first.startswith(name) else f"{name}: {first}"


def messages(alert: Alert) -> tuple[str, ...]:
    """Return what the rule says beyond the heading."""
    if json.loads(alert.answers):
        return (alert.words,)
    rest = _sentences(alert.words)[1]
    return (rest,) if rest else ()


def _sentences(words: str) -> tuple[str, str]:
    """Return the first sentence without its full stop, and the others."""
    first, _, rest = words.partition(". ")
    return first.removesuffix("."), rest


def answered(instrument: Instrument | None, answers: str) -> str:
    """Say the answers behind an alert in the order of the questionnaire."""
    given: dict[str, int | None] = json.loads(answers)
    order = list(instrument.items_by_id) if instrument else sorted(given)
    return "; ".join(
        _answer(instrument, item, given[item])
        for item in sorted(given, key=lambda one: order.index(one) if one in order else len(order))
    )


def _answer(instrument: Instrument | None, item: str, answer: int | None) -> str:
    if answer is None:
        return f"item {item}: not answered"
    known = instrument.items_by_id.get(item) if instrument else None
    label = known.label_of(answer) if known else None
    return f"item {item}: {answer}, {label.lower()}" if label else f"item {item}: {answer}"


def fate(*, is_in_error: bool, is_corrected: bool) -> str:
    """Say what became of the response since; neither silences the alert."""
    if is_in_error:
        return "This response was marked as entered in error. Say in the note what you found."
    if is_corrected:
        return "This response was corrected later. Say in the note what you found."
    return ""
