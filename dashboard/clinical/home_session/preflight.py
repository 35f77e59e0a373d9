"""The pre-flight: what the answers before a dose at home mean for starting.

An answer that is a finding is judged by the clearance itself, so that pre-flight and gate cannot
disagree. A question that was asked of this patient and not answered is UNKNOWN, and UNKNOWN blocks.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from dashboard.clinical.clearance import (
    Collection,
    Finding,
    Judgement,
    Patient,
    Purpose,
    Rejected,
    RuleSet,
    Verdict,
    judge,
    read,
    ruleset,
)
from dashboard.clinical.clearance.conditions import Facts
from dashboard.clinical.clearance.findings import YES_OR_NO, Pressure, Typed, plain_number
from dashboard.clinical.clearance.verdicts import worst
from dashboard.clinical.home_session.session_file import (
    AnswerKind,
    Composite,
    Item,
    Point,
    SessionRules,
    session_rules,
)
from dashboard.clinical.instants import utc

# The findings that one pair of readings before the dose is judged as.
OF_A_PAIR = ("sbp_predose", "dbp_predose", "sbp", "dbp")
IN_THE_MOUTH = frozenset({"SL", "RDT", "troche"})


@dataclass(frozen=True)
class Answered:
    """One answer as typed, and when it was given; an empty value is no answer."""

    value: Typed | Pressure | None
    at: datetime
    is_confirmed: bool = False

    @property
    def is_blank(self) -> bool:
        """Whether nothing was said."""
        return self.value is None or (isinstance(self.value, str) and not self.value.strip())


Answers = Mapping[str, Answered]


@dataclass(frozen=True)
class PointVerdict:
    """What one answer means, and why."""

    point: Point
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class ItemVerdict:
    """What one of the 15 items means: the worst of its answers."""

    item: Item
    points: tuple[PointVerdict, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict that gates."""
        return worst(one.verdict for one in self.points)


@dataclass(frozen=True)
class Preflight:
    """The pre-flight of one session, judged under one version of its rules."""

    version: str
    items: tuple[ItemVerdict, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict that gates."""
        return worst(one.verdict for one in self.items)

    @property
    def blocks(self) -> tuple[PointVerdict, ...]:
        """Every answer, or missing answer, under which the session may not start."""
        return tuple(p for item in self.items for p in item.points if p.verdict.blocks)

    @property
    def cautions(self) -> tuple[PointVerdict, ...]:
        """Every answer that asks for a decision."""
        points = (p for item in self.items for p in item.points)
        return tuple(p for p in points if p.verdict is Verdict.CAUTION)


def judge_preflight(
    answers: Answers,
    *,
    patient: Patient,
    dose_at: datetime,
    zone: ZoneInfo,
    rules: SessionRules | None = None,
    limits: RuleSet | None = None,
) -> Preflight:
    """Judge the answers for a dose at an instant; raise `Rejected` for an impossible value.

    An answer given after `dose_at`, or longer before it than the clearance allows, is no answer.
    """
    made, clearance = rules or session_rules(), limits or ruleset()
    at_home = replace(patient, setting="home")
    findings = findings_of(answers, zone=zone, rules=made, limits=clearance)
    on = dose_at.astimezone(zone).date()
    judged = judge(
        at_home, findings=findings, on=on, purpose=Purpose.SESSION, rules=clearance,
        dose_at=utc(dose_at),
    )  # fmt: skip
    judging = _Judging(answers, at_home, utc(dose_at), made, judged)
    return Preflight(
        made.version,
        tuple(ItemVerdict(item, tuple(map(judging.of, item.points))) for item in made.items),
    )


def findings_of(
    answers: Answers,
    *,
    zone: ZoneInfo,
    rules: SessionRules | None = None,
    limits: RuleSet | None = None,
) -> tuple[Finding, ...]:
    """Return the findings that the answers are, for the gate; raise `Rejected`."""
    made, clearance = rules or session_rules(), limits or ruleset()
    found = []
    for point in made.points.values():
        answer = answers.get(point.id)
        if point.finding and answer is not None and not answer.is_blank:
            found.append(_finding(point.finding, answer, zone, clearance))
    for composite in made.composites:
        if (joint := _joint(composite, answers, made)) is not None:
            found.append(_finding(composite.finding, joint, zone, clearance))
    return tuple(found)


def is_asked(point: Point, *, patient: Patient) -> bool:
    """Say whether a question is asked of this patient; what is not known never spares it."""
    if point.only_held_in_mouth:
        return patient.route is None or patient.route in IN_THE_MOUTH
    flags = {
        "first_dose": patient.first_dose, "dose_increase": patient.dose_increase,
        "oximeter": patient.oximeter,
    }  # fmt: skip
    return point.asked is None or point.asked.applies(Facts(setting=patient.setting, flags=flags))


@dataclass(frozen=True)
class _Judging:
    """Judges one question after the other."""

    answers: Answers
    patient: Patient
    dose_at: datetime
    rules: SessionRules
    judged: Judgement

    def of(self, point: Point) -> PointVerdict:
        answer, asked = self.answers.get(point.id), is_asked(point, patient=self.patient)
        if answer is None or answer.is_blank:
            if asked:
                return PointVerdict(point, Verdict.UNKNOWN, "not answered")
            return PointVerdict(point, Verdict.NOT_APPLICABLE, "not asked here")
        if utc(answer.at) > self.dose_at:
            return PointVerdict(point, Verdict.UNKNOWN, "answered after the dose")
        own = _own(point, answer)
        if not asked:
            own = PointVerdict(point, Verdict.NOT_APPLICABLE, "not asked here")
        return max((own, *self._as_findings(point)), key=lambda one: one.verdict)

    def _as_findings(self, point: Point) -> list[PointVerdict]:
        names = [one.finding for one in self.rules.composites if point.id in one.of]
        if point.finding:
            names += OF_A_PAIR if point.kind is AnswerKind.PRESSURE else [point.finding]
        found = [self._as_finding(point, name) for name in names]
        return [one for one in found if one is not None]

    def _as_finding(self, point: Point, name: str) -> PointVerdict | None:
        for domain in self.judged.domains:
            for finding in domain.findings:
                if finding.variable == name:
                    rule = max(finding.rules, key=lambda one: one.verdict)
                    why = rule.explanation or (rule.reason.value if rule.reason else "")
                    said = f"{rule.rule.said} ({rule.rule.id})" if rule.fires else why
                    return PointVerdict(point, rule.verdict, said or finding.label)
        return None


def _own(point: Point, answer: Answered) -> PointVerdict:
    """Judge an answer by the file alone; that of a finding is left to the clearance."""
    if point.kind is not AnswerKind.YES_OR_NO:
        if point.kind is AnswerKind.TEXT and not isinstance(answer.value, str):
            raise Rejected(f"{point.id}: words are asked for")
        if point.kind is AnswerKind.NUMBER and not point.finding:
            _refuse_no_number(point, answer)
        return PointVerdict(point, Verdict.CLEAR, "answered")
    if _truth(point, answer) is point.good:
        return PointVerdict(point, Verdict.CLEAR, "answered")
    if point.finding:
        return PointVerdict(point, Verdict.CAUTION, "not as it should be")
    return PointVerdict(point, point.otherwise.verdict, "not as it should be")


def _truth(point: Point, answer: Answered) -> bool:
    told = YES_OR_NO.get(str(answer.value).strip().casefold())
    if told is None:
        raise Rejected(f"{point.id}: {answer.value!r} is neither yes nor no")
    return told


def _refuse_no_number(point: Point, answer: Answered) -> None:
    if isinstance(answer.value, Pressure) or answer.value is None:
        raise Rejected(f"{point.id}: a number is asked for")
    try:
        value = plain_number(answer.value)
    except ValueError as error:
        raise Rejected(f"{point.id}: {error}") from None
    if value < 0:
        raise Rejected(f"{point.id}: {answer.value} is below zero")


def _joint(composite: Composite, answers: Answers, rules: SessionRules) -> Answered | None:
    """Return what the answers of a composite say together, as old as the oldest of them."""
    parts = [
        (rules.points[name], answer)
        for name in composite.of
        if (answer := answers.get(name)) is not None and not answer.is_blank
    ]
    if not parts:
        return None
    are_good = all(_own(point, answer).verdict is Verdict.CLEAR for point, answer in parts)
    if are_good and len(parts) < len(composite.of):
        return None
    return Answered(are_good, min((answer.at for _, answer in parts), key=utc))


def _finding(kind: str, answer: Answered, zone: ZoneInfo, limits: RuleSet) -> Finding:
    if answer.value is None:
        raise Rejected(f"{kind}: there is no value")
    at = utc(answer.at)
    taken = Collection(
        on=at.astimezone(zone).date(), at=at, is_confirmed=answer.is_confirmed, origin="pre-flight"
    )
    return read(kind, value=answer.value, unit=None, taken=taken, rules=limits)
