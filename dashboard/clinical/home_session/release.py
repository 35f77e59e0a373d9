"""Release: what must hold before the sitter may leave; what nobody answered does not hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from dashboard.clinical.clearance.findings import Pressure
from dashboard.clinical.clearance.verdicts import Verdict, worst
from dashboard.clinical.home_session.session_file import ReleaseRules, session_rules
from dashboard.clinical.provenance import Sourced


@dataclass(frozen=True)
class CriterionVerdict:
    """One criterion: CLEAR, STOP, or UNKNOWN where nobody answered."""

    id: str
    label: str
    verdict: Verdict
    why: str


@dataclass(frozen=True)
class Release:
    """All criteria, and what patient and sitter are told when they part."""

    version: str
    criteria: tuple[CriterionVerdict, ...]
    told: tuple[Sourced, ...]

    @property
    def verdict(self) -> Verdict:
        """The verdict that gates."""
        return worst(one.verdict for one in self.criteria)

    @property
    def may_leave(self) -> bool:
        """Whether every criterion holds."""
        return self.verdict is Verdict.CLEAR

    @property
    def open(self) -> tuple[CriterionVerdict, ...]:
        """The criteria that do not hold, or that nobody answered."""
        return tuple(one for one in self.criteria if one.verdict is not Verdict.CLEAR)


def judge_release(
    answers: Mapping[str, bool | None],
    *,
    pressure: Pressure | None,
    baseline: Pressure | None,
    minute: int,
) -> Release:
    """Judge the criteria so many minutes after the dose; LookupError for an unknown criterion.

    `pressure` is the newest reading in mmHg, `baseline` the one before the dose. Without baseline
    only a pressure below the fixed limits lets anybody go.
    """
    rules = session_rules()
    known = {one.id for one in rules.release.criteria}
    if unknown := sorted(set(answers) - known):
        raise LookupError(f"there is no release criterion {unknown[0]}")
    answered = [
        CriterionVerdict(one.id, one.label, *_of_answer(answers.get(one.id)))
        for one in rules.release.criteria
    ]
    measured = [
        CriterionVerdict("observed", rules.release.observe.words, *_of_time(minute, rules.release)),
        CriterionVerdict(
            "pressure", rules.release.pressure.words,
            *_of_pressure(pressure, baseline, rules.release),
        ),
    ]  # fmt: skip
    return Release(rules.version, (*measured, *answered), (rules.no_driving, rules.not_alone))


def _of_answer(answer: bool | None) -> tuple[Verdict, str]:
    if answer is None:
        return Verdict.UNKNOWN, "not answered"
    return (Verdict.CLEAR, "yes") if answer else (Verdict.STOP, "no")


def _of_time(minute: int, rules: ReleaseRules) -> tuple[Verdict, str]:
    verdict = Verdict.CLEAR if minute >= rules.observe_minutes else Verdict.STOP
    return verdict, f"{minute} minutes after the dose"


def _of_pressure(
    pressure: Pressure | None, baseline: Pressure | None, rules: ReleaseRules
) -> tuple[Verdict, str]:
    if pressure is None:
        return Verdict.UNKNOWN, "not measured"
    if pressure.systolic < rules.systolic_below and pressure.diastolic < rules.diastolic_below:
        return Verdict.CLEAR, str(pressure)
    if baseline is None:
        return Verdict.UNKNOWN, f"{pressure}; the pressure before the dose is not known"
    is_near = (
        pressure.systolic <= baseline.systolic + rules.rise_at_most
        and pressure.diastolic <= baseline.diastolic + rules.rise_at_most
    )
    return Verdict.CLEAR if is_near else Verdict.STOP, f"{pressure}, before the dose {baseline}"
