"""Patients with everything a clearance asks, put together through actions, not through pages."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal

from dashboard.clearance import checks, overrides, policy
from dashboard.clearance.models import Decision, OverrideReason
from dashboard.clearance.standing import stand
from dashboard.db import db
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import CareTeamMember, Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests.clearance import stable
from tests.clearance.stable import ZONE, enter, everything, one

WHY = "Safety plan made today, and seen again on Monday."


def open_practice(alice: uuid.UUID) -> None:
    """Let Alice sign the rules and hold a licence for Florida."""
    today = stable.today()
    licences.record(
        alice, state="FL", kind=LicenceKind.FULL, number="ME1",
        from_on=today - dt.timedelta(days=99), until_on=today + dt.timedelta(days=400), by=alice,
    )  # fmt: skip
    policy.sign(by_id=alice, name="Alice Adler", zone=ZONE)


def complete(
    patient_id: uuid.UUID,
    alice: uuid.UUID,
    *,
    on: dt.date,
    session_at: dt.datetime,
    chemistry_on: dt.date | None = None,
    chemistry: frozenset[str] = frozenset(),
) -> Patient:
    """Record every finding of one day, `chemistry` of another; plan a session at home."""
    patient = db.session.get_one(Patient, patient_id)
    patient.diagnosis_codes, patient.state = "F50.810", "FL"
    enter(patient_id, alice, [e for e in everything(on) if e.kind not in chemistry])
    if chemistry_on is not None:
        older = [e for e in everything(chemistry_on) if e.kind in chemistry]
        enter(patient_id, alice, older)
    enter(patient_id, alice, one("consent_current", "yes", taken_on=on))
    planning.plan(
        patient_id, planned_at=session_at, zone=ZONE, dose_mg=Decimal(60), route=Route.SUBLINGUAL,
        dose_is_by_weight=False, setting=Setting.HOME, location_state="FL", by=alice,
    )  # fmt: skip
    db.session.commit()
    return patient


def treat_too(patient_id: uuid.UUID, user_id: uuid.UUID) -> None:
    """Add somebody to a patient's care team."""
    db.session.add(
        CareTeamMember(
            patient_id=patient_id, user_id=user_id, added_by_id=user_id, added_reason="both"
        )
    )
    db.session.commit()


def override(
    patient: Patient, rule_id: str, alice: uuid.UUID, *, until: dt.date | None = None
) -> None:
    """Override the caution of a rule as Alice, until the end of a day or as long as may be."""
    judged, today = stand(patient).judged, stable.today()
    (caution,) = [one for one in judged.cautions if one.rule.id == rule_id]
    overrides.make(
        patient.id, caution, ruleset=judged.ruleset, purpose=None,
        reason_kind=OverrideReason.TREATED, reason=WHY, difference="A call on the evening before.",
        expires_on=until or overrides.latest_day(caution, today=today), today=today, by_id=alice,
        by_name="Alice Adler",
    )  # fmt: skip
    db.session.commit()


def clear(patient: Patient, alice: uuid.UUID) -> None:
    """Sign a check that clears a patient."""
    checks.sign(
        stand(patient), decision=Decision.CLEARED, by_id=alice, name="Alice Adler", zone=ZONE,
        patient_id=patient.id, conditions="", cadence="", next_check_on=None,
    )  # fmt: skip
    db.session.commit()
