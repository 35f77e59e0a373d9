"""One version of one instrument: a frozen definition that refuses to be incoherent."""

import re
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cached_property

from dashboard.clinical.evidence import Administration, Cutoff, Licence, Psychometric
from dashboard.clinical.items import Consistency, Gate, Item, refuse_bad_codes
from dashboard.clinical.logic import Condition, declinable_in, names_in
from dashboard.clinical.misfit import Misfit, refuse_repeats
from dashboard.clinical.possible import refuse_wrong_range
from dashboard.clinical.score_rules import Operation, ScoreRule
from dashboard.clinical.texts import Attestation

_ID = re.compile(r"[a-z][a-z0-9_]*")
_VERSION = re.compile(r"[0-9]+(\.[0-9]+)*")


class Level(StrEnum):
    """How soon a human must look."""

    IMMEDIATE = "immediate"
    SAME_DAY = "same_day"
    NEXT_VISIT = "next_visit"

    @property
    def urgency(self) -> int:
        """Return 3 for the most urgent level, down to 1."""
        return {Level.IMMEDIATE: 3, Level.SAME_DAY: 2, Level.NEXT_VISIT: 1}[self]


@dataclass(frozen=True)
class Rule:
    """A named screen: yes, no, or cannot tell."""

    id: str
    label: str
    when: Condition
    verified: str
    citation: str | None = None


@dataclass(frozen=True)
class SafetyRule:
    """A condition that needs a human; entries with one id are levels of one danger.

    A blank is never "no": it is a follow-up.
    """

    id: str
    when: Condition
    level: Level
    message_clinician: str
    message_patient: str
    citation: str | None = None


@dataclass(frozen=True)
class Vector:
    """A worked example that the definition must reproduce; it arrives with the file."""

    answers: tuple[tuple[str, int], ...]
    blank: tuple[str, ...] = ()
    declined: tuple[str, ...] = ()
    expected: tuple[tuple[str, Fraction | None], ...] = ()
    bands: tuple[tuple[str, str], ...] = ()
    rules: tuple[tuple[str, bool | None], ...] = ()
    safety: tuple[tuple[str, str], ...] = ()
    refused_item: str | None = None
    note: str | None = None


@dataclass(frozen=True, eq=False)
class Instrument:
    """A questionnaire as its file defines it; two are equal when id, version and file agree."""

    id: str
    version: str
    title: str
    short: str
    language: str
    authors_year: str
    citation: str
    licence: Licence
    administration: Administration
    items: tuple[Item, ...]
    scores: tuple[ScoreRule, ...]
    gates: tuple[Gate, ...] = ()
    consistency: tuple[Consistency, ...] = ()
    cutoffs: tuple[Cutoff, ...] = ()
    rules: tuple[Rule, ...] = ()
    safety: tuple[SafetyRule, ...] = ()
    psychometrics: tuple[Psychometric, ...] = ()
    vectors: tuple[Vector, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()
    supersedes: str | None = None
    scores_like: tuple[str, ...] = ()
    derived_from: str | None = None
    no_primary: str | None = None
    notes: str | None = None
    file: str = ""
    sha256: str = ""
    attestation: Attestation | None = None

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise Misfit(f'"{self.id}" is not an id (a-z, 0-9, _)', at="id")
        if not _VERSION.fullmatch(self.version):
            raise Misfit(f'"{self.version}" is not a version like 2016.1', at="version")
        refuse_bad_codes(self.codes)
        self._refuse_repeated_ids()
        self._refuse_text_without_licence()
        self._refuse_unknown_names()
        self._refuse_bad_gates()
        self._refuse_two_primaries()
        for index, rule in enumerate(self.scores):
            refuse_wrong_range(self, rule, at=f"scores[{index}]")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Instrument):
            return NotImplemented
        return (self.identity, self.attestation) == (other.identity, other.attestation)

    def __hash__(self) -> int:
        return hash(self.identity)

    def scale_of(self, version: str) -> str:
        """Return the version whose scale a version's scores are on.

        Where only the administration changed, the file says in `scores_like` which earlier versions
        have the same items and scoring: their scores are compared and joined with this one's.
        """
        return self.version if version in self.scores_like else version

    @property
    def identity(self) -> tuple[str, str, str]:
        """What is stored beside every response: id, version and the file's sha256."""
        return self.id, self.version, self.sha256

    @property
    def primary(self) -> ScoreRule:
        """The score that speaks for the instrument; LookupError when it has none."""
        for rule in self.scores:
            if rule.is_primary:
                return rule
        raise LookupError(f"{self.short} has no primary score")

    @cached_property
    def has_primary(self) -> bool:
        """Whether one score speaks for the instrument; packs of single ratings have none."""
        return any(rule.is_primary for rule in self.scores)

    @cached_property
    def has_text(self) -> bool:
        """Whether every question can be shown to a patient."""
        return all(item.text is not None for item in self.items)

    @cached_property
    def is_unverified(self) -> bool:
        """Whether part of the scoring key could not be checked against its source."""
        return any(rule.is_unverified for rule in self.scores)

    def item(self, item_id: str) -> Item:
        """Return one item; KeyError when there is none of that id."""
        return self.items_by_id[item_id]

    def score_rule(self, score_id: str) -> ScoreRule:
        """Return one score's rule; KeyError when there is none of that id."""
        return self.rules_by_score[score_id]

    @cached_property
    def items_by_id(self) -> dict[str, Item]:
        """Every item by its id, in the order of the form."""
        return {item.id: item for item in self.items}

    @cached_property
    def rules_by_score(self) -> dict[str, ScoreRule]:
        """Every score's rule by its id, in the order of the file."""
        return {rule.id: rule for rule in self.scores}

    @cached_property
    def items_behind(self) -> dict[str, tuple[str, ...]]:
        """For every score the answers that it rests on, through other scores as well."""
        behind: dict[str, tuple[str, ...]] = {}
        for rule in self.scores:
            inner = [item for score in rule.of for item in behind[score]]
            behind[rule.id] = tuple(dict.fromkeys([*rule.items, *inner]))
        return behind

    def _refuse_repeated_ids(self) -> None:
        refuse_repeats([item.id for item in self.items], at="items")
        refuse_repeats([rule.id for rule in self.scores], at="scores")
        refuse_repeats([rule.id for rule in self.rules], at="rules")
        for index, danger in enumerate(self.safety):
            if danger.id in {rule.id for rule in self.rules}:
                raise Misfit(f'"{danger.id}" is a rule already', at=f"safety[{index}].id")
        for index, rule in enumerate(self.scores):
            is_the_answer = rule.op is Operation.VALUE and rule.items == (rule.id,)
            if rule.id in self.items_by_id and not is_the_answer:
                raise Misfit(f'"{rule.id}" is an item already', at=f"scores[{index}].id")

    def _refuse_text_without_licence(self) -> None:
        may_have_text = self.licence.text_included or self.attestation is not None
        for index, item in enumerate(self.items):
            if (item.text is not None) != may_have_text:
                has = "has text" if item.text is not None else "has no text"
                raise Misfit(
                    f"the item {has}, licence.text_included says otherwise",
                    at=f"items[{index}].text",
                )

    def _refuse_unknown_names(self) -> None:
        known: set[str] = set()
        for index, rule in enumerate(self.scores):
            _refuse_strangers(
                set(rule.items), set(self.items_by_id), "item", at=f"scores[{index}].items"
            )
            _refuse_strangers(set(rule.of), known, "earlier score", at=f"scores[{index}].of")
            known.add(rule.id)
        everything = known | set(self.items_by_id)
        for place, condition in self._conditions():
            _refuse_strangers(names_in(condition), everything, "item or score", at=place)
            for name in sorted(declinable_in(condition)):
                if name not in self.items_by_id or not self.item(name).allow_decline:
                    raise Misfit(f'"{name}" is no item that may be declined', at=place)
        for place, score in self._scores_spoken_of():
            _refuse_strangers({score}, known, "score", at=place)

    def _conditions(self) -> list[tuple[str, Condition]]:
        return [
            *((f"rules[{i}].when", rule.when) for i, rule in enumerate(self.rules)),
            *((f"safety[{i}].when", rule.when) for i, rule in enumerate(self.safety)),
            *((f"consistency[{i}].when", soft.when) for i, soft in enumerate(self.consistency)),
        ]

    def _scores_spoken_of(self) -> list[tuple[str, str]]:
        return [
            *((f"cutoffs[{i}].score", cutoff.score) for i, cutoff in enumerate(self.cutoffs)),
            *((f"psychometrics[{i}].score", p.score) for i, p in enumerate(self.psychometrics)),
        ]

    def _refuse_bad_gates(self) -> None:
        scored = {item for rule in self.scores for item in rule.items}
        for index, gate in enumerate(self.gates):
            at = f"gates[{index}]"
            named = names_in(gate.closed_when) | set(gate.then)
            _refuse_strangers(named, set(self.items_by_id), "item", at=at)
            if gate.value is None and scored & set(gate.then):
                raise Misfit("a scored item behind a gate needs a value", at=f"{at}.value")
            for hidden in gate.then:
                if gate.value is not None and not self.item(hidden).accepts(gate.value):
                    raise Misfit(f'{gate.value} is no answer of item "{hidden}"', at=f"{at}.value")
        for index, rule in enumerate(self.scores):
            if rule.missing.gate is not None:
                self._refuse_bad_zero_gate(rule, at=f"scores[{index}].missing.gate")

    def _refuse_bad_zero_gate(self, rule: ScoreRule, *, at: str) -> None:
        hidden = {
            item
            for gate in self.gates
            for item in gate.then
            if names_in(gate.closed_when) == {rule.missing.gate}
        }
        if not hidden >= set(rule.items):
            raise Misfit(f'no gate on item "{rule.missing.gate}" hides the score\'s items', at=at)
        if not rule.lowest <= 0 <= rule.highest:
            raise Misfit("0 lies outside the score's range", at=at)

    def _refuse_two_primaries(self) -> None:
        found = [index for index, rule in enumerate(self.scores) if rule.is_primary]
        if self.no_primary is not None and found:
            raise Misfit("one score is primary, the file says that none is", at="no_primary")
        if self.scores and self.no_primary is None and len(found) != 1:
            at = f"scores[{found[1] if found else 0}].primary"
            raise Misfit(f"exactly one score is primary, {len(found)} are", at=at)


def _refuse_strangers(
    names: set[str] | frozenset[str], known: set[str], noun: str, *, at: str
) -> None:
    for name in sorted(names - known):
        raise Misfit(f'there is no {noun} "{name}"', at=at)
