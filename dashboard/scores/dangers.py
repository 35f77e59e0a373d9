"""Dangers as pages tell them: first, in words, until a named physician writes what was done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical import instruments
from dashboard.clinical.instruments import Instrument, SafetyOutcome, SafetyStatus
from dashboard.clinical.logic import names_in
from dashboard.patients.banner import Flag
from dashboard.scores.listing import Danger
from dashboard.scores.models import Attention, Response
from dashboard.scores.shelf import scored_with

HOW_SOON = {
    Attention.IMMEDIATE: "Look at this now",
    Attention.SAME_DAY: "Look at this today",
    Attention.NEXT_VISIT: "Look at this at the next visit",
    Attention.ASK: "Ask the patient",
}
LIFELINE = "988 Suicide & Crisis Lifeline (call or text)"


@dataclass(frozen=True)
class DangerNotice:
    """One response that needs attention; `is_danger` is false for a blank that must be asked."""

    ref: str
    is_danger: bool
    how_soon: str
    heading: str
    messages: tuple[str, ...]
    taken: str
    fate: str
    lifeline: str = LIFELINE


def notices(dangers: Sequence[Danger]) -> tuple[DangerNotice, ...]:
    """Return the open dangers in words, the most urgent first, newest first among equals."""
    urgency = list(HOW_SOON)
    ordered = sorted(dangers, key=lambda one: urgency.index(one.attention))
    return tuple(
        _notice(
            one.ref,
            one.attention,
            told=told(one.instrument, one.version, one.answers),
            taken=formats.moment(one.taken_at),
            fate=_fate(is_in_error=one.is_in_error, is_corrected=one.is_corrected),
        )
        for one in ordered
    )


def notice_of(response: Response, *, is_corrected: bool) -> DangerNotice | None:
    """Return what one response says, acknowledged or not; None when it says nothing."""
    if response.attention is None:
        return None
    return _notice(
        response.ref,
        response.attention,
        told=told(response.instrument, response.version, response.answers),
        taken=formats.moment(response.taken_at, response.taken_zone),
        fate=_fate(is_in_error=response.entered_in_error_at is not None, is_corrected=is_corrected),
    )


def flag(dangers: Sequence[Danger]) -> tuple[Flag, ...]:
    """Return the banner's flag while anything is open."""
    if not dangers:
        return ()
    if any(one.attention.is_danger for one in dangers):
        return (Flag("stop", "Safety answer open"),)
    return (Flag("due", "Safety question blank"),)


@dataclass(frozen=True)
class Told:
    """What the answers say about dangers: a heading and the definition's own messages."""

    heading: str
    messages: tuple[str, ...]


def told(instrument_id: str, version: str, answers: str) -> Told:
    """Return what a stored response says about dangers."""
    instrument = scored_with(instrument_id, version)
    if instrument is None:
        return Told(f"{instrument_id} {version}: a safety question needs attention", ())
    given: dict[str, int | None] = json.loads(answers)
    loud = [one for one in instruments.score(instrument, given).safety if _is_loud(one)]
    heading = "; ".join(
        _answered(instrument, item, given.get(item))
        for outcome in loud
        for item in _items(instrument, outcome)
    )
    return Told(f"{instrument.short} {heading}", tuple(one.message_clinician for one in loud))


def _notice(ref: str, attention: Attention, *, told: Told, taken: str, fate: str) -> DangerNotice:
    return DangerNotice(
        ref, attention.is_danger, HOW_SOON[attention], told.heading, told.messages, taken, fate
    )


def _is_loud(outcome: SafetyOutcome) -> bool:
    return outcome.status is not SafetyStatus.CLEAR


def _items(instrument: Instrument, outcome: SafetyOutcome) -> list[str]:
    named = {
        name for rule in instrument.safety if rule.id == outcome.id for name in names_in(rule.when)
    }
    return [name for name in instrument.items_by_id if name in named]


def _answered(instrument: Instrument, item: str, answer: int | None) -> str:
    if answer is None:
        return f"item {item}: not answered"
    label = instrument.item(item).label_of(answer)
    return f"item {item}: {answer}, {label.lower()}" if label else f"item {item}: {answer}"


def _fate(*, is_in_error: bool, is_corrected: bool) -> str:
    """Say what became of the response since; neither silences it."""
    if is_in_error:
        return "This response was marked as entered in error. Say in the note what you found."
    if is_corrected:
        return "This response was corrected later. Say in the note what you found."
    return ""
