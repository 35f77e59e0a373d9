"""Reviews: the yes-or-no questions of the rules in groups, with what is known and what is due.

"None of these" answers only what is asked, what nobody answered otherwise before, and what a "none"
does no harm to: a document that is missing, or C-SSRS, is answered by itself.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from functools import cache

from dashboard.clearance.gathering import ASKED_FACTS, Case
from dashboard.clinical.clearance import Finding, Judgement, RuleSet, ruleset
from dashboard.clinical.clearance.findings import LEVELS
from dashboard.clinical.clearance.judgement import FindingVerdict
from dashboard.clinical.clearance.kinds import Form, Kind
from dashboard.clinical.clearance.limits import Value
from dashboard.clinical.clearance.verdicts import Verdict

GROUPS: Mapping[str, str] = {
    "symptoms": "Symptoms", "behaviours": "Behaviours", "psychiatric": "Psychiatric",
    "medicines": "Medicines", "history": "History", "home and sitter": "Home and sitter",
    "care": "Care",
}  # fmt: skip
# Asked by itself: facts whose "no" takes rules away, and the structured interview.
BY_ITSELF = ASKED_FACTS | {"cssrs_ideation_past_month", "cssrs_behaviour_3mo"}
REFEEDING = "refeeding"
FOLLOWS = frozenset({"aspen_moderate"})  # from criteria that are asked one by one
NONE = frozenset({False, Fraction(0), LEVELS[0]})
CSSRS_LEVELS = ("0", "1", "2", "3", "4", "5")


class Part(StrEnum):
    """Where on the page of its group an item stands."""

    DUE = "due"
    IN_DATE = "in date"
    LATER = "on the day of a session"
    NOT_NEEDED = "not needed now"


@dataclass(frozen=True, kw_only=True)
class Item:
    """One question: what is known of it, until when, and whether "none of these" answers it."""

    kind: Kind
    part: Part
    is_required: bool
    known: Finding | None
    fact: bool | None
    valid_until: dt.date | None
    is_covered: bool

    @property
    def is_known(self) -> bool:
        """Whether an answer is on record, from a review, an intake or a check."""
        return self.known is not None or self.fact is not None


@dataclass(frozen=True)
class Group:
    """One group of questions."""

    key: str
    title: str
    items: tuple[Item, ...]

    def of(self, part: Part) -> tuple[Item, ...]:
        """Return the items of one part."""
        return tuple(item for item in self.items if item.part is part)

    @property
    def due(self) -> tuple[Item, ...]:
        """What is missing or stale and required: what the group still needs."""
        return tuple(item for item in self.of(Part.DUE) if item.is_required)

    @property
    def in_date(self) -> tuple[Item, ...]:
        """What is answered and lasts beyond the day judged for."""
        return self.of(Part.IN_DATE)

    @property
    def front(self) -> tuple[Item, ...]:
        """What is asked: what is due; with nothing due, all that is in date, to ask it again."""
        return self.of(Part.DUE) or self.in_date

    @property
    def covered(self) -> tuple[Item, ...]:
        """What "none of these" answers, unless it is answered by itself."""
        return tuple(item for item in self.front if item.is_covered)

    @property
    def next_stale(self) -> dt.date | None:
        """The first day on which something in date is stale."""
        days = [i.valid_until for i in self.in_date if i.valid_until and i.is_required]
        return min(days, default=None)


@cache
def kinds_of(key: str) -> tuple[Kind, ...]:
    """Return the kinds of a group, in the order of the rule set."""
    return tuple(kind for kind in ruleset().kinds.values() if kind.review == key)


@cache
def harmless(name: str) -> str | None:
    """Return the answer that "none of these" gives, or None where none is harmless.

    It is harmless when no rule forbids or warns on it.
    """
    kind = ruleset().kinds[name]
    meant: Mapping[Form, Value] = {Form.TRUTH: False, Form.LEVEL: LEVELS[0]}
    value = meant.get(kind.form, Fraction(0))
    rules = ruleset().by_variable.get(name, ())
    if name in BY_ITSELF or any(rule.limit.is_met_by(value) for rule in rules):
        return None
    return {Form.TRUTH: "no", Form.LEVEL: LEVELS[0]}.get(kind.form, "0")


def choices_of(kind: Kind) -> tuple[str, ...]:
    """Return the answers to choose from; none for a number that is typed."""
    if kind.name == "cssrs_ideation_past_month":
        return CSSRS_LEVELS
    return {Form.TRUTH: ("no", "yes"), Form.LEVEL: LEVELS}.get(kind.form, ())


def groups(case: Case, judged: Judgement, *, rules: RuleSet) -> tuple[Group, ...]:
    """Return every group as it stands on the day judged for."""
    newest = _newest(case.findings, judged.on)
    verdicts = {one.variable: one for one in judged.findings}
    open_inputs = {name for one in judged.findings if one.is_required for name in one.lacking}
    open_inputs |= {fact.name for fact in judged.missing_facts}
    look = _Look(case, judged, rules, newest, verdicts, frozenset(open_inputs))
    return tuple(
        Group(key, title, tuple(look.item(kind) for kind in kinds_of(key)))
        for key, title in GROUPS.items()
    )


def next_due(found: Sequence[Group], after: str = "") -> Group | None:
    """Return the next group that needs something, beginning behind `after`."""
    keys = [group.key for group in found]
    start = keys.index(after) + 1 if after in keys else 0
    turned = (*found[start:], *found[:start])
    return next((group for group in turned if group.due and group.key != after), None)


@dataclass(frozen=True)
class _Look:
    """One look at every item on one day."""

    case: Case
    judged: Judgement
    rules: RuleSet
    newest: Mapping[str, Finding]
    verdicts: Mapping[str, FindingVerdict]
    open_inputs: frozenset[str]

    def item(self, kind: Kind) -> Item:
        known = self.newest.get(kind.name)
        is_fact = kind.name in ASKED_FACTS
        fact = getattr(self.case.patient, kind.name) if is_fact and known is None else None
        part, is_required = self._part(kind, known, fact)
        return Item(
            kind=kind, part=part, is_required=is_required, known=known, fact=fact,
            valid_until=self._until(kind, known), is_covered=_is_covered(kind, known, fact),
        )  # fmt: skip

    def _part(self, kind: Kind, known: Finding | None, fact: bool | None) -> tuple[Part, bool]:
        verdict = self.verdicts.get(kind.name)
        if verdict is None:
            if kind.is_judged:
                return Part.LATER, False
            return self._part_of_input(kind, known, fact)
        applies = any(one.verdict is not Verdict.NOT_APPLICABLE for one in verdict.rules)
        if verdict.is_required:
            is_open = any(one.reason is not None for one in verdict.rules)
            return (Part.DUE if is_open else Part.IN_DATE), True
        if not applies and not self._concerns(verdict):
            return Part.NOT_NEEDED, False
        is_over = known is None or self._is_over(kind, known)
        return (Part.DUE if is_over else Part.IN_DATE), False

    def _part_of_input(
        self, kind: Kind, known: Finding | None, fact: bool | None
    ) -> tuple[Part, bool]:
        """Return the part of what only feeds other variables, or is a fact of the patient."""
        if known is not None:
            is_over = self._is_over(kind, known)
            return (Part.DUE if is_over else Part.IN_DATE), is_over and kind.name not in ASKED_FACTS
        if kind.name in self.open_inputs or self._feeds_what_is_required(kind):
            return Part.DUE, True
        if fact is not None:
            return Part.IN_DATE, False
        return (Part.DUE, False) if kind.name in ASKED_FACTS else (Part.NOT_NEEDED, False)

    def _feeds_what_is_required(self, kind: Kind) -> bool:
        """Whether NICE or ASPEN, which are drawn from it, are required and not known."""
        if kind.validity != REFEEDING or kind.name in FOLLOWS:
            return False
        drawn = [one for one in self.judged.findings if one.domain == REFEEDING and one.is_required]
        return any(rule.reason is not None for one in drawn for rule in one.rules)

    def _concerns(self, verdict: FindingVerdict) -> bool:
        """Whether an optional variable has a rule for this patient at all."""
        own = self.rules.by_variable[verdict.variable]
        return any(not rule.population.terms for rule in own) or bool(verdict.firing)

    def _until(self, kind: Kind, known: Finding | None) -> dt.date | None:
        if known is None:
            return None
        verdict = self.verdicts.get(kind.name)
        if verdict is not None:
            days = [one.valid_until for one in verdict.rules if one.valid_until is not None]
            if days:
                return min(days)
        return self._last_day(kind, known)

    def _last_day(self, kind: Kind, known: Finding) -> dt.date | None:
        if kind.validity not in self.rules.validities:
            return None
        days = self.rules.validities[kind.validity].for_tier(self.judged.tier)
        return None if days is None else known.on + dt.timedelta(days=days)

    def _is_over(self, kind: Kind, known: Finding) -> bool:
        last = self._last_day(kind, known)
        return last is not None and last < self.judged.on


def _is_covered(kind: Kind, known: Finding | None, fact: bool | None) -> bool:
    """Whether "none of these" may answer it: never against what was said last."""
    none = harmless(kind.name)
    if none is None:
        return False
    if known is None:
        return fact is not True
    return known.value in NONE


def _newest(findings: Iterable[Finding], day: dt.date) -> Mapping[str, Finding]:
    """Return the newest answer of each kind; of one day the one that is not "none"."""
    found: dict[str, Finding] = {}
    for one in sorted(findings, key=lambda each: (each.on, each.value not in NONE)):
        if one.on <= day:
            found[one.kind] = one
    return found
