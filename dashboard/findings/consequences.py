"""What an act of entry changed: the judgement with it beside the judgement without it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fractions import Fraction

from dashboard import formats
from dashboard.clearance import gathering, policy, readiness
from dashboard.clearance.cells import is_of_body_size, words_of
from dashboard.clearance.models import Readiness, Status
from dashboard.clinical.clearance import Judgement, Purpose, Verdict, judge
from dashboard.clinical.clearance.comparison import changes
from dashboard.clinical.clearance.information import FORMULAS
from dashboard.clinical.clearance.judgement import FindingVerdict, RuleVerdict
from dashboard.clinical.formulas import heart
from dashboard.findings.lines import WITHOUT_UNIT
from dashboard.findings.models import Finding, FindingSet
from dashboard.patients.models import Patient

KINDS = {
    Verdict.STOP: "stop", Verdict.UNKNOWN: "none", Verdict.CAUTION: "due", Verdict.CLEAR: "ok",
    Verdict.NOT_APPLICABLE: "info",
}  # fmt: skip
WORDS = {
    Verdict.STOP: "Stop", Verdict.UNKNOWN: "Unknown", Verdict.CAUTION: "Caution",
    Verdict.CLEAR: "Clear", Verdict.NOT_APPLICABLE: "Does not apply",
}  # fmt: skip
STATUS_KINDS = {
    Status.READY: "ok", Status.DUE: "due", Status.UNKNOWN: "none", Status.HOLD: "stop",
}  # fmt: skip


@dataclass(frozen=True)
class Said:
    """One rule that speaks of what was entered."""

    kind: str
    word: str
    name: str
    rule: str
    limit: str
    was: str


@dataclass(frozen=True, kw_only=True)
class Consequences:
    """What follows: what speaks against, what became clear, where the patient stands."""

    against: tuple[Said, ...]
    cleared: tuple[str, ...]
    status_kind: str
    status_word: str
    closed: str
    computed: tuple[tuple[str, str], ...]


def of_act(patient: Patient, act: FindingSet, rows: Iterable[Finding]) -> Consequences:
    """Judge a patient with and without an act of entry, and say what differs."""
    rows = list(rows)
    refs = {row.ref for row in rows}
    after, before = with_and_without(patient, refs)
    then = {one.rule.id: one.verdict for one in before.rules}
    kept = readiness.of(patient.id)
    return Consequences(
        against=tuple(_against(after, refs, then)),
        cleared=_cleared(before, after),
        status_kind=STATUS_KINDS[kept.status] if kept else "none",
        status_word=kept.status.value.capitalize() if kept else "Unknown",
        closed=_closed(kept, act),
        computed=tuple(_qtc(rows)),
    )


def with_and_without(patient: Patient, refs: Iterable[str]) -> tuple[Judgement, Judgement]:
    """Judge a patient with everything, and without the findings of these refs."""
    rules, gone = policy.rules(), frozenset(refs)
    case = gathering.case_of(patient, rules=rules)
    less = replace(case, findings=tuple(one for one in case.findings if one.origin not in gone))
    day = case.next_session_on or case.today
    with_all, without = (
        judge(one.patient, findings=one.findings, on=day, purpose=Purpose.ACTIVATION, rules=rules)
        for one in (case, less)
    )
    return with_all, without


def differences(before: Judgement, after: Judgement) -> tuple[Said, ...]:
    """Return every rule that stands, or would stand, in the way in one of two judgements only."""
    names = {one.rule.id: (finding, one) for finding in after.findings for one in finding.rules}
    told = [
        change
        for change in changes(before, after=after)
        if max(change.before, change.after) >= Verdict.CAUTION
    ]
    return tuple(
        replace(
            _said(*names[change.rule_id], was=WORDS[change.before], rule=change.rule_id),
            name=names[change.rule_id][0].label,
        )
        for change in sorted(told, key=lambda one: -one.before)
    )


def _against(judged: Judgement, refs: set[str], then: dict[str, Verdict]) -> Iterable[Said]:
    found = [
        (finding, one)
        for finding in judged.findings
        for one in finding.rules
        if one.verdict >= Verdict.CAUTION and refs & {f.origin for f in one.findings}
        if one.fires or one.reason is not None
    ]
    unique: dict[tuple[str, Verdict, bool], tuple[FindingVerdict, RuleVerdict]] = {}
    for finding, one in sorted(found, key=lambda pair: -pair[1].verdict):
        key = one.rule.id if one.fires else finding.variable
        unique.setdefault((key, one.verdict, one.fires), (finding, one))
    for finding, one in unique.values():
        was = then.get(one.rule.id, one.verdict)
        yield _said(finding, one, was=WORDS[was] if was is not one.verdict else "")


def _said(finding: FindingVerdict, one: RuleVerdict, *, was: str, rule: str = "") -> Said:
    hides = is_of_body_size(finding)
    unit = "" if one.rule.unit in WITHOUT_UNIT else f" {one.rule.unit}"
    value = "" if hides or one.value is None else formats.printed(f" {words_of(one.value)}{unit}")
    return Said(
        kind=KINDS[one.verdict], word=WORDS[one.verdict], name=f"{finding.label}{value}",
        rule=rule or (one.rule.id if one.fires else str(one.reason or "")),
        limit="" if hides or not one.fires else formats.printed(one.rule.said), was=was,
    )  # fmt: skip


def _cleared(before: Judgement, after: Judgement) -> tuple[str, ...]:
    """Return what blocked before and blocks no more, by name."""
    blocked = {one.variable for one in before.findings if one.verdict.blocks}
    return tuple(
        one.label for one in after.findings if one.variable in blocked and not one.verdict.blocks
    )


def _closed(kept: Readiness | None, act: FindingSet) -> str:
    if kept is None or kept.closed_at is None or kept.closed_at < act.entered_at:
        return ""
    return f"Clearance closed {formats.moment(kept.closed_at)}: {kept.closed_because}"


def _qtc(rows: Iterable[Finding]) -> Iterable[tuple[str, str]]:
    """Return QTc by every formula, where the act holds a QT and a rate."""
    typed = {row.kind: row for row in rows}
    for qt, rate in (("qt_ms", "ecg_hr"), ("qt_baseline_ms", "ecg_baseline_hr")):
        if qt in typed and rate in typed:
            one = {"qt_ms": _amount(typed[qt]), "rate": _amount(typed[rate])}
            for name, formula in FORMULAS:
                yield f"QTc {name}", f"{formats.number(formula(**one))} ms"
            yield "QTc that gates", f"{formats.number(heart.qtc_gate(**one))} ms"


def _amount(row: Finding) -> Fraction:
    return Fraction(row.canonical)
