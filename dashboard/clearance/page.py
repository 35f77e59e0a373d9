"""A patient's clearance page put together: one live judgement, and everything that bears on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clearance import cells, checks, overrides, policy, readiness, strip
from dashboard.clearance.models import ClearanceCheck, Override
from dashboard.clearance.showing import PURPOSES, Shown, shown
from dashboard.clearance.standing import Standing, stand
from dashboard.clearance.strip import Said, StripCell
from dashboard.clearance.wording import overridden
from dashboard.clinical.clearance import Purpose, RuleSet
from dashboard.findings import actions as findings
from dashboard.patients.models import Patient

FARTHEST = dt.timedelta(days=366)


@dataclass(frozen=True)
class Asked:
    """What is asked: for which purpose, on which day; `on` None is the day of the next session."""

    purpose: Purpose = Purpose.ACTIVATION
    on: dt.date | None = None

    @property
    def is_usual(self) -> bool:
        """Whether this is the question that decides about the next session."""
        return self == Asked()


@dataclass(frozen=True)
class CheckLine:
    """One signed check in the history."""

    ref: str
    number: int
    kind: str
    decision: str
    when: str
    by: str
    judged_for: str
    tier: str


@dataclass(frozen=True)
class OverrideLine:
    """One override in the history; `state` says whether it counts now, and why not."""

    ref: str
    rule_id: str
    words: str
    state: str
    is_in_force: bool
    waits_for_second: bool
    is_mine: bool


@dataclass(frozen=True)
class Page:
    """Everything the page shows of one judgement."""

    standing: Standing
    said: Said
    cells: tuple[StripCell, ...]
    shown: Shown
    why_day: str
    checks: tuple[CheckLine, ...]
    overrides: tuple[OverrideLine, ...]


def judged(patient: Patient, asked: Asked, *, rules: RuleSet | None = None) -> Standing:
    """Judge a patient now for what is asked."""
    kept = readiness.of(patient.id)
    return stand(
        patient, purpose=asked.purpose, on=asked.on, rules=rules,
        closed_at=kept.closed_at if kept else None,
    )  # fmt: skip


def page(patient: Patient, asked: Asked, *, shows_weight: bool, by: object) -> Page:
    """Judge a patient and put the page together; `by` is whose page it is."""
    rules = policy.rules()
    standing = judged(patient, asked, rules=rules)
    result, drawn = standing.judged, cells.cells(standing.judged, covered=standing.covered)
    rows = {row.ref: row for row in findings.standing(patient.id)}
    return Page(
        standing=standing,
        said=strip.answer(
            standing.status, drawn, because=standing.because,
            next_session_on=standing.case.next_session_on, next_stale_on=standing.holds_until,
        ),
        cells=strip.drawn(drawn, today=result.on),
        shown=shown(standing, rows=rows, rules=rules, shows_weight=shows_weight),
        why_day=_why_day(standing, asked),
        checks=tuple(map(_check, checks.of_patient(patient.id))),
        overrides=_overrides(standing, overrides.of_patient(patient.id), by=by),
    )  # fmt: skip


def _why_day(standing: Standing, asked: Asked) -> str:
    day = formats.day(standing.judged.on)
    if asked.on is not None:
        why = "the day you chose"
    elif standing.case.next_session_on:
        why = "the day of the next session"
    else:
        why = "today, for no session is planned"
    return f"Judged for {PURPOSES[asked.purpose]}, as of {day}: {why}."


def _check(one: ClearanceCheck) -> CheckLine:
    return CheckLine(
        ref=one.ref, number=one.number,
        kind="stop" if one.decision.value == "not cleared" else "ok",
        decision=one.decision.value.capitalize(), when=formats.moment(one.signed_at, one.zone_name),
        by=one.signed_name, judged_for=formats.day(one.judged_for), tier=one.tier.value,
    )  # fmt: skip


def _overrides(
    standing: Standing, found: Sequence[Override], *, by: object
) -> tuple[OverrideLine, ...]:
    in_force = {one.id for one in standing.covered.values()}
    waits = overrides.needs_second(standing.judged, standing.covered)
    return tuple(
        OverrideLine(
            ref=one.ref, rule_id=one.rule_id, words=overridden(one),
            state=_state(one, standing, is_in_force=one.id in in_force),
            is_in_force=one.id in in_force,
            waits_for_second=one.id in in_force and waits and one.second_at is None,
            is_mine=one.made_by_id == by,
        )
        for one in found
    )  # fmt: skip


def _state(one: Override, standing: Standing, *, is_in_force: bool) -> str:
    if is_in_force:
        return "In force"
    if one.ended_at is not None:
        return f"Ended {formats.moment(one.ended_at)}: {one.end_reason}"
    if one.expires_on < standing.judged.on:
        return f"Ran out {formats.day(one.expires_on)}"
    if not overrides.is_for(one, standing.judged.purpose):
        return f"For {one.purpose or 'starting and sessions'} only"
    return "Ended by a newer finding or newer rules"
