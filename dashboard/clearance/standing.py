"""Where a patient stands: the judgement, what was decided and overridden, and what follows."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clearance import gathering, overrides, policy
from dashboard.clearance.cells import TROUBLES
from dashboard.clearance.gathering import Case
from dashboard.clearance.models import ClearanceCheck, Decision, Override, Status
from dashboard.clinical.clearance import (
    Judgement,
    Purpose,
    Reason,
    RuleSet,
    Verdict,
    judge,
    ruleset,
)
from dashboard.clinical.clearance.judgement import Need, RuleVerdict
from dashboard.clinical.clearance.tiers import TierOf
from dashboard.db import db
from dashboard.patients.models import Patient

CLEARED = frozenset({Decision.CLEARED, Decision.WITH_CONDITIONS})
NEVER_TAKEN = frozenset({Reason.MISSING, Reason.INCOMPLETE, Reason.UNIT, Reason.INDETERMINATE})


@dataclass(frozen=True)
class Trigger:
    """Something that happened since the last check and asks for a new one."""

    key: str
    words: str
    on: dt.date


TriggerSource = Callable[[Patient, ClearanceCheck, Case], Iterable[Trigger]]
_TRIGGERS: list[TriggerSource] = []


def plug_trigger(source: TriggerSource) -> TriggerSource:
    """Add what asks for a new check: a function of the patient, the last check and the case."""
    _TRIGGERS.append(source)
    return source


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A patient judged for a purpose on a day, with the decisions that bear on it."""

    case: Case
    judged: Judgement
    check: ClearanceCheck | None
    covered: Mapping[str, Override]
    triggers: tuple[Trigger, ...]
    is_signed_rules: bool
    closed_at: dt.datetime | None = None

    @property
    def open_cautions(self) -> tuple[RuleVerdict, ...]:
        """The cautions that wait for a decision."""
        return overrides.open_cautions(self.judged, self.covered)

    @property
    def holds_until(self) -> dt.date | None:
        """The last day on which everything asked is in date, every override and the check hold."""
        ends = [self.judged.next_stale_on, *(one.expires_on for one in self.covered.values())]
        ends.append(self._next_check_on)
        return min((day for day in ends if day is not None), default=None)

    @property
    def has_decision(self) -> bool:
        """Whether the last check cleared the patient and nothing closed the gate since."""
        check = self.check
        if check is None or check.decision not in CLEARED:
            return False
        return self.closed_at is None or check.signed_at > self.closed_at

    @property
    def is_check_due(self) -> bool:
        """Whether the day that the last check set for the next one has gone by."""
        return self._next_check_on is not None and self.judged.on > self._next_check_on

    @property
    def may_be_cleared(self) -> bool:
        """Whether a physician may decide that the patient is cleared."""
        return self.is_signed_rules and not self.judged.outcome.blocks and not self.open_cautions

    @property
    def status(self) -> Status:
        """The one word. What is not known is never better than due."""
        if self.judged.stops or self.triggers or (self.check and self._is_refused):
            return Status.HOLD
        if self.judged.outcome is Verdict.UNKNOWN:
            return Status.UNKNOWN if self._has_never_taken else Status.DUE
        if not self.is_signed_rules:
            return Status.UNKNOWN
        if self.open_cautions:
            return Status.HOLD
        return Status.READY if self.has_decision and not self.is_check_due else Status.DUE

    @property
    def _next_check_on(self) -> dt.date | None:
        return self.check.next_check_on if self.check and self.has_decision else None

    @property
    def _is_refused(self) -> bool:
        return self.check is not None and self.check.decision is Decision.NOT_CLEARED

    @property
    def _has_never_taken(self) -> bool:
        if self.judged.missing_facts:
            return True
        return any(
            rule.reason in NEVER_TAKEN for rule in self.judged.rules if rule.reason is not None
        )

    @property
    def because(self) -> str:
        """Why the patient is not ready, in one line; empty when they are."""
        return _because(self)


def stand(
    patient: Patient,
    *,
    purpose: Purpose = Purpose.ACTIVATION,
    on: dt.date | None = None,
    dose_at: dt.datetime | None = None,
    prescription_on: dt.date | None = None,
    rules: RuleSet | None = None,
    case: Case | None = None,
    closed_at: dt.datetime | None = None,
) -> Standing:
    """Judge a patient, by default for the day of the next session, else for today."""
    rules = rules or policy.rules()
    case = case or gathering.case_of(patient, rules=rules, on=on)
    day = on or case.next_session_on or case.today
    judged = judge(
        case.patient, findings=case.findings, on=day, purpose=purpose, rules=rules,
        dose_at=dose_at, prescription_on=prescription_on,
        at_least=_tier_before_removals(case, on=day, purpose=purpose, rules=rules),
    )  # fmt: skip
    check = last_check(patient.id)
    made = overrides.of_patient(patient.id)
    return Standing(
        case=case, judged=judged, check=check,
        covered=overrides.covering(judged, made, on=day),
        triggers=triggers_since(patient, check, case),
        is_signed_rules=policy.signing() is not None, closed_at=closed_at,
    )  # fmt: skip


def _tier_before_removals(
    case: Case, *, on: dt.date, purpose: Purpose, rules: RuleSet
) -> TierOf | None:
    """Return the tier with what was taken out today: it does not fall within the day (14.4)."""
    if not case.removed_today:
        return None
    before = judge(
        case.patient, findings=(*case.findings, *case.removed_today), on=on, purpose=purpose,
        rules=rules,
    )  # fmt: skip
    return TierOf(before.tier, (*before.tier_reasons, "not lowered on the day of a removal"))


def last_check(patient_id: uuid.UUID) -> ClearanceCheck | None:
    """Return a patient's newest check for treatment, which is the one that counts."""
    return db.session.scalar(
        sa.select(ClearanceCheck)
        .where(
            ClearanceCheck.patient_id == patient_id,
            ClearanceCheck.purpose != Purpose.PRESCRIPTION,
        )
        .order_by(ClearanceCheck.number.desc())
        .limit(1)
    )


def triggers_since(
    patient: Patient, check: ClearanceCheck | None, case: Case
) -> tuple[Trigger, ...]:
    """Return what happened since the last check that asks for a new one; none before the first."""
    if check is None:
        return ()
    return tuple(one for source in _TRIGGERS for one in source(patient, check, case))


def named(need: Need) -> str:
    """Return what is lacking by the name of its kind; a fact without one by its own."""
    kind = ruleset().kinds.get(need.name)
    return kind.label if kind else need.label.capitalize()


def _because(standing: Standing) -> str:
    needs = standing.judged.needs
    if standing.triggers:
        return standing.triggers[0].words
    if standing.judged.outcome.blocks and needs:
        more = len([one for one in needs if one.verdict.blocks]) - 1
        first = needs[0]
        what = TROUBLES[first.reason] if first.reason else first.what.value
        return f"{named(first)}: {what}" + (f", and {more} more" if more else "")
    if not standing.is_signed_rules:
        return "No physician has signed the rules yet"
    if standing.open_cautions:
        caution = standing.open_cautions[0]
        return f"Caution {caution.rule.id} waits for a decision"
    if standing.status is Status.HOLD:
        return "The last check did not clear"
    if standing.is_check_due and standing.check and standing.check.next_check_on:
        return f"The next check was due {formats.day(standing.check.next_check_on)}"
    return "" if standing.has_decision else "A check has to be signed"
