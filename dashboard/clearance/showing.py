"""A judgement as its page shows it: domains, findings, rules, and what would make it Ready.

Numbers of body size, limits beside them and reasons that name them are left out until somebody asks
to see them: what is not in these values cannot reach a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clearance import cells
from dashboard.clearance.cells import TROUBLES, value_words
from dashboard.clearance.models import Override
from dashboard.clearance.providing import Place, place_of, readings_of
from dashboard.clearance.standing import Standing, named
from dashboard.clearance.strip import YES_OR_NO
from dashboard.clearance.wording import (
    KINDS,
    age_words,
    clearing,
    frameworks,
    is_of_size,
    left_words,
    limit_words,
    line_words,
    origin_words,
    overridden,
    reason_of_tier,
)
from dashboard.clinical.clearance import Purpose, Reason, Verdict, information
from dashboard.clinical.clearance.judgement import FindingVerdict, Need, RuleVerdict
from dashboard.clinical.clearance.populations import TITLES
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.clearance.verdicts import Standing as Verified
from dashboard.findings.models import Finding

HIDDEN = "hidden"
PURPOSES: Mapping[Purpose, str] = {
    Purpose.ACTIVATION: "starting or going on with treatment",
    Purpose.SESSION: "a session on that day",
    Purpose.PRESCRIPTION: "a prescription on that day",
}


@dataclass(frozen=True)
class Mark:
    """A verdict as icon and word."""

    kind: str
    word: str


@dataclass(frozen=True)
class RuleLine:
    """One rule's verdict with whose limit it is, and how well the number is verified."""

    id: str
    mark: Mark
    framework: str
    limit: str
    verified: str
    is_from_memory: bool
    source: str
    note: str
    decides: bool


@dataclass(frozen=True)
class FindingLine:
    """One finding: what was found, against which limit, how old it is, and whence."""

    label: str
    mark: Mark
    value: str
    limit: str
    taken_on: str
    age: str
    left: str
    source: str
    href: str
    frameworks: tuple[str, ...]
    trouble: str
    overridden: str
    override_ref: str
    to_decide: tuple[str, ...]


@dataclass(frozen=True)
class DomainView:
    """One domain: what was found of it, what is not on record or not asked, and every rule."""

    key: str
    title: str
    mark: Mark
    lines: tuple[FindingLine, ...]
    not_on_record: tuple[str, ...]
    not_asked: tuple[str, ...]
    rules: tuple[tuple[str, tuple[RuleLine, ...]], ...]

    @property
    def is_plain(self) -> bool:
        """Whether it holds nothing but answers that are all clear: it may stand folded."""
        return all(one.mark.word == "Clear" and one.value in YES_OR_NO for one in self.lines)


@dataclass(frozen=True)
class NeedLine:
    """One thing that would make the patient Ready: what was found, and where to provide another.

    `facts` are value, limit, day with age, source, and whose rule it is, as far as they are known.
    """

    mark: Mark
    label: str
    what: str
    facts: tuple[str, ...]
    place: Place
    rules: str
    to_decide: tuple[str, ...]


@dataclass(frozen=True)
class Lack:
    """What one page can provide: the page, and the names of what lacks."""

    place: Place
    what: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """What a page of one judgement says; `needs` are stops and cautions, `lacks` is not known."""

    domains: tuple[DomainView, ...]
    needs: tuple[NeedLine, ...]
    lacks: tuple[Lack, ...]
    information: tuple[tuple[str, str, str], ...]
    tier: str
    tier_reasons: tuple[str, ...]
    hides: bool


def shown(
    standing: Standing, *, rows: Mapping[str, Finding], rules: RuleSet, shows_weight: bool
) -> Shown:
    """Return a judgement as plain values; `rows` are the findings by their public id."""
    judged, page = standing.judged, _Page(standing, rows, shows_weight)
    lines = information.information(
        standing.case.patient, findings=standing.case.findings, on=judged.on, rules=rules
    )
    domains = sorted(judged.domains, key=lambda one: -one.verdict)
    return Shown(
        domains=tuple(page.domain(one.name, one.verdict, one.findings) for one in domains),
        needs=tuple(page.need(one) for one in judged.needs if one.verdict is not Verdict.UNKNOWN),
        lacks=_lacks(one for one in judged.needs if one.verdict is Verdict.UNKNOWN),
        information=tuple(line_words(one) for one in lines if shows_weight or not is_of_size(one)),
        tier=judged.tier.value,
        tier_reasons=tuple(reason_of_tier(words, shows_weight) for words in judged.tier_reasons),
        hides=not shows_weight,
    )


def _lacks(needs: Iterable[Need]) -> tuple[Lack, ...]:
    """Gather what is not known by the page that provides it and by what is wrong with it."""
    found: dict[tuple[Place, str], list[str]] = {}
    for one in needs:
        what = TROUBLES.get(str(one.reason), "not on record")
        found.setdefault((place_of(one.name), what), []).append(named(one))
    return tuple(Lack(place, what, tuple(labels)) for (place, what), labels in found.items())


def ordered(found: Sequence[RuleVerdict]) -> list[RuleVerdict]:
    """Return rules, the stricter first, each family together."""
    return sorted(found, key=lambda one: (-one.verdict, not one.fires, one.rule.line))


@dataclass(frozen=True)
class _Page:
    standing: Standing
    rows: Mapping[str, Finding]
    shows_weight: bool

    def domain(self, name: str, verdict: Verdict, found: Sequence[FindingVerdict]) -> DomainView:
        asked = sorted(
            (one for one in found if one.verdict is not Verdict.NOT_APPLICABLE),
            key=lambda one: -one.verdict,
        )
        return DomainView(
            key=name.lower(), title=TITLES[name], mark=Mark(*KINDS[verdict]),
            lines=tuple(self.line(one) for one in asked if not _is_empty(one)),
            not_on_record=tuple(one.label for one in asked if _is_empty(one)),
            not_asked=tuple(one.label for one in found if one not in asked),
            rules=tuple((one.label, self.rules(one)) for one in (*asked, *_rest(found, asked))),
        )  # fmt: skip

    def line(self, one: FindingVerdict) -> FindingLine:
        rule, hides = one.deciding, self._hides(one)
        override = self._override(one)
        return FindingLine(
            label=one.label, mark=Mark(*KINDS[one.verdict]),
            value=HIDDEN if hides and rule.value is not None else value_words(rule),
            limit="" if hides else limit_words(one),
            taken_on=formats.day(rule.taken_on) if rule.taken_on else "",
            age=age_words(rule.taken_on, self.standing.case.today),
            left=left_words(rule, self.standing.judged.on),
            source=self._source(rule), href=self._href(rule),
            frameworks=() if hides else frameworks(one), trouble=self._trouble(one),
            overridden=overridden(override) if override else "",
            override_ref=override.ref if override else "", to_decide=self._to_decide(one.rules),
        )  # fmt: skip

    def rules(self, one: FindingVerdict) -> tuple[RuleLine, ...]:
        hides = self._hides(one)
        return tuple(
            RuleLine(
                id=rule.rule.id, mark=Mark(*KINDS[rule.verdict]),
                framework=rule.rule.framework.value,
                limit="hidden with the weights" if hides else formats.printed(rule.rule.said),
                verified=rule.rule.standing.words,
                is_from_memory=rule.rule.standing is not Verified.VERIFIED,
                source="" if hides else rule.rule.source, note="" if hides else rule.rule.note,
                decides=rule is one.deciding and one.verdict >= Verdict.CAUTION,
            )
            for rule in ordered(one.rules)
        )  # fmt: skip

    def need(self, one: Need) -> NeedLine:
        found = [rule for rule in self.standing.judged.rules if rule.rule.id in one.rules]
        what = TROUBLES.get(str(one.reason), "") if one.reason else ""
        if one.verdict is Verdict.STOP and not what:
            what = f"forbids. No override exists. What clears it: {clearing(found)}"
        elif one.verdict is Verdict.CAUTION:
            waits = self._to_decide(found)
            what = "caution, waits for your decision" if waits else "caution, overridden"
        return NeedLine(
            mark=Mark(*KINDS[one.verdict]), label=named(one), what=what, facts=self._facts(one),
            place=place_of(one.name), rules=", ".join(one.rules),
            to_decide=self._to_decide(found),
        )  # fmt: skip

    def _facts(self, need: Need) -> tuple[str, ...]:
        found = next(one for one in self.standing.judged.findings if one.variable == need.name)
        line, rule = self.line(found), found.deciding.rule
        taken = f"{line.taken_on} ({line.age})" if line.age else line.taken_on
        source = "" if self._hides(found) else f"{rule.framework.value}: {rule.source}"
        told = (line.value, line.limit, taken, line.source, source)
        return tuple(words for words in told if words)

    def _hides(self, one: FindingVerdict) -> bool:
        return not self.shows_weight and cells.is_of_body_size(one)

    def _override(self, one: FindingVerdict) -> Override | None:
        covered = self.standing.covered
        return next((covered[r.rule.id] for r in one.rules if r.rule.id in covered), None)

    def _to_decide(self, found: Sequence[RuleVerdict]) -> tuple[str, ...]:
        covered = self.standing.covered
        return tuple(
            one.rule.id
            for one in found
            if one.verdict is Verdict.CAUTION and one.fires and one.rule.id not in covered
        )

    def _trouble(self, one: FindingVerdict) -> str:
        reason = one.reason
        if reason is None:
            return ""
        words = TROUBLES[reason.value]
        lacking = ", ".join(one.lacking)
        return f"{words}: {lacking}" if lacking and reason is Reason.INCOMPLETE else words

    def _source(self, rule: RuleVerdict) -> str:
        told = [origin_words(self.rows.get(one.origin), one.origin) for one in rule.findings]
        return "; ".join(dict.fromkeys(words for words in told if words))

    def _href(self, rule: RuleVerdict) -> str:
        known = [one.kind for one in rule.findings if one.origin in self.rows]
        return readings_of(known[-1]) if known else ""


def _is_empty(one: FindingVerdict) -> bool:
    """Whether there is nothing to show of it but that it is not on record."""
    return one.reason is Reason.MISSING and one.deciding.value is None and not one.firing


def _rest(found: Sequence[FindingVerdict], asked: Sequence[FindingVerdict]) -> list[FindingVerdict]:
    return [one for one in found if one not in asked]
