"""From answers to scores: exact values, bounds over the blanks, screens and dangers.

A blank is never a zero. A score without a value still has bounds, and a screen may still be sure.
"""

from collections.abc import Mapping, Set
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from types import MappingProxyType
from typing import TypeAlias

from dashboard.clinical.answering import checked, refuse_wrong_declines, through_gates
from dashboard.clinical.definition import Instrument, Level, SafetyRule
from dashboard.clinical.exact import Bounds, Part, exact_text, fraction, shown
from dashboard.clinical.logic import NOTHING, holds, names_in
from dashboard.clinical.operations import work_out
from dashboard.clinical.score_rules import Band, ScoreRule

Plain: TypeAlias = "bool | int | str | list[Plain] | dict[str, Plain] | None"


class SafetyStatus(StrEnum):
    """What the answers say about one danger; unanswered is a follow-up, never "no"."""

    TRIGGERED = "triggered"
    CLEAR = "clear"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class Score:
    """One score, with the version and file of the definition that made it.

    `value` is None when too few answers were given. An item behind a closed gate counts as
    answered, a blank that another answer excuses does not. `prorated` says that the
    missing-answer rule stood in for blanks.
    """

    id: str
    label: str
    value: Fraction | None
    lo: Fraction
    hi: Fraction
    n_answered: int
    n_items: int
    prorated: bool
    band: Band | None
    decimals: int
    instrument_id: str
    version: str
    sha256: str

    @property
    def is_complete(self) -> bool:
        """Say whether nothing is missing behind the value."""
        return self.value is not None and not self.prorated

    @property
    def shown(self) -> str:
        """The value as it is written for people; empty when there is none."""
        return "" if self.value is None else shown(self.value, decimals=self.decimals)

    def as_plain(self) -> dict[str, Plain]:
        """Return the score as JSON can hold it, exact values as text."""
        return {
            "value": None if self.value is None else exact_text(self.value),
            "lo": exact_text(self.lo),
            "hi": exact_text(self.hi),
            "answered": self.n_answered,
            "items": self.n_items,
            "prorated": self.prorated,
            "band": self.band.id if self.band else None,
        }


@dataclass(frozen=True)
class SafetyOutcome:
    """What the answers say about one danger, at its most urgent level."""

    id: str
    status: SafetyStatus
    level: Level | None
    message_clinician: str
    message_patient: str

    @property
    def is_follow_up(self) -> bool:
        """Say whether somebody must ask, because the patient did not answer."""
        return self.status is SafetyStatus.UNANSWERED


@dataclass(frozen=True)
class Result:
    """Everything one set of answers says."""

    instrument: Instrument
    answers: Mapping[str, int | None]
    scores: Mapping[str, Score]
    rules: Mapping[str, bool | None]
    safety: tuple[SafetyOutcome, ...]
    messages: tuple[str, ...]
    declined: frozenset[str] = NOTHING

    @property
    def primary(self) -> Score:
        """The score that speaks for the instrument; LookupError when it has none."""
        return self.scores[self.instrument.primary.id]

    @property
    def danger(self) -> Level | None:
        """The most urgent level that was triggered; None says nothing about blanks."""
        return max(
            (found.level for found in self.safety if found.level),
            key=lambda level: level.urgency,
            default=None,
        )

    @property
    def follow_ups(self) -> tuple[SafetyOutcome, ...]:
        """The dangers the patient did not answer about."""
        return tuple(outcome for outcome in self.safety if outcome.is_follow_up)

    def as_plain(self) -> dict[str, Plain]:
        """Return the result as JSON can hold it, to be stored beside the answers."""
        plain: dict[str, Plain] = {
            "instrument": self.instrument.id,
            "version": self.instrument.version,
            "sha256": self.instrument.sha256,
            "answers": dict(self.answers),
            "scores": {name: found.as_plain() for name, found in self.scores.items()},
            "rules": dict(self.rules),
            "safety": [
                {
                    "id": found.id,
                    "status": found.status.value,
                    "level": found.level.value if found.level else None,
                }
                for found in self.safety
            ],
            "messages": list(self.messages),
        }
        if self.declined:
            plain["declined"] = list(sorted(self.declined))
        return plain


def score(
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    declined: Set[str] = NOTHING,
) -> Result:
    """Score a form; an absent item is a blank, and BadAnswer names what cannot be an answer.

    An item that was declined is a blank for scores; conditions may ask whether it was declined.
    """
    given = checked(instrument, answers)
    refuse_wrong_declines(instrument, given, declined)
    known, notes = through_gates(instrument, given, declined)
    parts = {name: item.part(known[name]) for name, item in instrument.items_by_id.items()}
    facts = {name: item.raw(known[name]) for name, item in instrument.items_by_id.items()}
    for rule in instrument.scores:
        made = work_out(rule, parts, gate_is_closed=_gate_of(instrument, rule, facts, declined))
        parts[rule.id], facts[rule.id] = made, Bounds(made.lo, made.hi)
    return Result(
        instrument=instrument,
        answers=MappingProxyType(given),
        scores=MappingProxyType(
            {rule.id: _score(instrument, rule, parts[rule.id]) for rule in instrument.scores}
        ),
        rules=MappingProxyType(
            {rule.id: holds(rule.when, facts, declined=declined) for rule in instrument.rules}
        ),
        safety=_dangers(instrument, facts, declined),
        messages=(
            *notes,
            *(
                soft.message
                for soft in instrument.consistency
                if holds(soft.when, facts, declined=declined)
            ),
        ),
        declined=frozenset(declined),
    )


def dangers_in(
    instrument: Instrument,
    answers: Mapping[str, int | None],
    *,
    declined: Set[str] = NOTHING,
) -> tuple[SafetyOutcome, ...]:
    """Return the dangers that are certain already, whatever the rest of a form will say.

    For a form that is not finished: a question that was not reached yet is no follow-up.
    """
    found = score(instrument, answers, declined=declined).safety
    return tuple(one for one in found if one.status is SafetyStatus.TRIGGERED)


def _gate_of(
    instrument: Instrument, rule: ScoreRule, facts: Mapping[str, Bounds], declined: Set[str]
) -> bool | None:
    if rule.missing.gate is None:
        return False
    return next(
        holds(gate.closed_when, facts, declined=declined)
        for gate in instrument.gates
        if gate.asked_of == {rule.missing.gate}
    )


def _score(instrument: Instrument, rule: ScoreRule, made: Part) -> Score:
    value = None if made.value is None else fraction(made.value)
    n_items = len(instrument.items_behind[rule.id])
    return Score(
        id=rule.id,
        label=rule.label,
        value=value,
        lo=fraction(made.lo),
        hi=fraction(made.hi),
        n_answered=n_items - len(made.blanks),
        n_items=n_items,
        prorated=value is not None and made.prorated,
        band=None if value is None else rule.band(value),
        decimals=rule.decimals,
        instrument_id=instrument.id,
        version=instrument.version,
        sha256=instrument.sha256,
    )


def _dangers(
    instrument: Instrument, facts: Mapping[str, Bounds], declined: Set[str]
) -> tuple[SafetyOutcome, ...]:
    entries: dict[str, list[SafetyRule]] = {}
    for rule in instrument.safety:
        entries.setdefault(rule.id, []).append(rule)
    return tuple(_danger(instrument, levels, facts, declined) for levels in entries.values())


def _danger(
    instrument: Instrument,
    levels: list[SafetyRule],
    facts: Mapping[str, Bounds],
    declined: Set[str],
) -> SafetyOutcome:
    answers = [(rule, holds(rule.when, facts, declined=declined)) for rule in levels]
    triggered = [rule for rule, answer in answers if answer]
    if triggered:
        worst = max(triggered, key=lambda rule: rule.level.urgency)
        return SafetyOutcome(
            worst.id,
            SafetyStatus.TRIGGERED,
            worst.level,
            worst.message_clinician,
            worst.message_patient,
        )
    if all(answer is False for _, answer in answers):
        return SafetyOutcome(levels[0].id, SafetyStatus.CLEAR, None, "", "")
    blank = ", ".join(sorted(frozenset().union(*(names_in(rule.when) for rule in levels))))
    return SafetyOutcome(
        levels[0].id,
        SafetyStatus.UNANSWERED,
        None,
        f"{instrument.short} item {blank} was not answered. Ask: a blank is not a no.",
        "",
    )
