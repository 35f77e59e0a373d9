"""Every kind of visitor, and an address for every page: what the access tests walk through."""

from __future__ import annotations

import datetime as dt
import json
import re
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa
from flask import Flask
from werkzeug.routing import Rule

from dashboard import links
from dashboard.accounts.models import SignIn, User
from dashboard.actor import acting_as_job
from dashboard.alerts.models import Alert
from dashboard.checkins.models import CheckIn, Reason, ScheduleEntry, Timing
from dashboard.clearance import checks
from dashboard.clearance.models import Decision, Override, OverrideReason
from dashboard.clearance.standing import stand
from dashboard.clinical.instruments import catalogue
from dashboard.clinical.windows import ContactKind
from dashboard.clock import now
from dashboard.consents import actions as consents
from dashboard.consents.models import Method, Signer
from dashboard.consents.terms import DoseClass, Formulation, Route, Terms
from dashboard.db import db, new_ref
from dashboard.findings import actions as findings
from dashboard.findings.actions import By, Entry
from dashboard.findings.models import Source, Way
from dashboard.intake import actions as intakes
from dashboard.intake import sealing
from dashboard.intake.models import PatientDiagnosis
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import CareTeamMember, EmergencyAccess, Patient
from dashboard.plans import actions as plans
from dashboard.plans.actions import By as PlanBy
from dashboard.practice.models import Practice
from dashboard.prescriptions.models import Basis, MonitoringCheck, Prescription, Shown
from dashboard.referrals import actions as referrals
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode
from dashboard.sessions import running
from dashboard.sessions.models import (
    AdverseEvent,
    Dose,
    LedgerEntry,
    LedgerKind,
    Setting,
    TreatmentSession,
)
from dashboard.sessions.models import Route as SessionRoute
from dashboard.sessions.steps import By as SessionBy
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin
from dashboard.visits.models import Visit, VisitKind
from dashboard.windows.models import Appointment
from dashboard.windows.models import Way as AppointmentWay
from tests.cast import Cast, Visitor, sign_in
from tests.plans.course import whole
from tests.referrals.asking import DORA

NOWHERE = "a" * 26
MARK = re.compile(r'name="of" value="([^"]+)"')
PATIENT_PAGES = "/patients/<ref:patient_ref>"


@dataclass(frozen=True)
class Addresses:
    """What to put into each placeholder of an address, for one patient."""

    values: dict[str, object]

    def of(self, rule: Rule) -> str:
        """Return the rule's address."""
        adapter = rule.map.bind("localhost")
        return adapter.build(
            rule.endpoint, {n: self.value(rule, n) for n in rule.arguments}, force_external=False
        )

    def value(self, rule: Rule, name: str) -> object:
        """Return what to put into one placeholder: the page's own, or the name's."""
        return self.values.get(f"{rule.endpoint} {name}", self.values.get(name))


def addresses(app: Flask, cast: Cast, *, patient: str) -> Addresses:
    """Write one record of every kind for Ann or Ben and return the addresses of all of them."""
    patient_id, owner = (cast.ann, cast.alice) if patient == "ann" else (cast.ben, cast.bob)
    with app.app_context(), acting_as_job("test data"):
        found = db.session.get_one(Patient, patient_id)
        visit = Visit(
            patient_id=patient_id, kind=VisitKind.FOLLOW_UP, began_at=now(), zone_name="UTC",
            typed_time="now", assessment="A canary's assessment", plan="A canary's plan",
            author_id=owner, responsible_id=owner, changed_by_id=owner,
        )  # fmt: skip
        db.session.add(visit)
        phq9, pcl5 = catalogue()["phq9"], catalogue()["pcl5"]
        response = scores.record(
            found, instrument=phq9, answers={str(n): 1 for n in range(1, 10)}, taken_at=now(),
            zone="UTC", mode=Mode.INTERVIEW, by=owner,
        )  # fmt: skip
        access = EmergencyAccess(
            patient_id=patient_id, user_id=owner, reason="a made-up emergency", ends_at=now()
        )
        db.session.add(access)
        member = db.session.scalars(
            sa.select(CareTeamMember).where(CareTeamMember.patient_id == patient_id)
        ).first()
        token = links.issue(
            links.Purpose.INVITATION, subject_id=cast.bob, lifetime=dt.timedelta(hours=1)
        )
        check_in = CheckIn(
            patient_id=patient_id, occasion="a canary's occasion", reason=Reason.BY_HAND,
            questionnaires=json.dumps([[one.id, one.version] for one in (phq9, pcl5)]),
            due_at=now(), zone_name="UTC", closes_at=now() + dt.timedelta(days=7),
        )  # fmt: skip
        db.session.add(check_in)
        db.session.flush()
        check_in_token = links.issue(
            links.Purpose.CHECK_IN, subject_id=check_in.id, lifetime=dt.timedelta(days=7)
        )
        entry = ScheduleEntry(
            patient_id=patient_id, instrument="gad7", timing=Timing.CALENDAR, every_days=14,
            starts_on=now().date(), added_by_id=owner,
        )  # fmt: skip
        dose = Dose(patient_id=patient_id, given_at=now(), zone_name="UTC", recorded_by_id=owner)
        appointment = Appointment(
            patient_id=patient_id, kind=ContactKind.THERAPY, with_whom="Somebody's therapist",
            way=AppointmentWay.VIDEO, starts_at=now() + dt.timedelta(hours=30), zone_name="UTC",
            recorded_by_id=owner, changed_by_id=owner,
        )  # fmt: skip
        db.session.add(appointment)
        ended = intakes.begin(patient_id, by_id=owner)
        sealing.sign(
            ended, sections=(), diagnoses=(), is_complete=True, by_id=owner, name="A canary"
        )
        db.session.flush()
        evaluation = intakes.begin(patient_id, by_id=owner)
        diagnosis = PatientDiagnosis(
            patient_id=patient_id, code="F50.82", description="A canary's diagnosis",
            table_version="a canary's table", added_by_id=owner,
        )  # fmt: skip
        task = tasks.raise_task(
            patient_id, words="Somebody's task", owner_id=owner, due_on=now().date(),
            origin=Origin.PERSON,
        )  # fmt: skip
        licence = licences.record(
            owner, state="FL", kind=LicenceKind.FULL, number="ME 1", from_on=now().date(),
            until_on=now().date() + dt.timedelta(days=700), by=owner,
        )  # fmt: skip
        query = MonitoringCheck(
            patient_id=patient_id, state="FL", checked_on=now().date(), shown=Shown.EXPECTED,
            checked_by="A canary", recorded_by_id=owner,
        )  # fmt: skip
        prescription = Prescription(
            patient_id=patient_id, written_on=now().date(), prescriber="A canary",
            drug="A canary's drug", route=SessionRoute.SUBLINGUAL, units=1, supply_days=1,
            is_refill=False, location_state="FL", basis=Basis.IN_PERSON, recorded_by_id=owner,
        )  # fmt: skip
        planned = TreatmentSession(
            patient_id=patient_id, planned_at=now(), zone_name="UTC", setting=Setting.CLINIC,
            location_state="FL", planned_by_id=owner,
        )  # fmt: skip
        begun = TreatmentSession(
            patient_id=patient_id, planned_at=now(), zone_name="UTC", setting=Setting.CLINIC,
            location_state="FL", planned_by_id=owner,
        )  # fmt: skip
        harm = AdverseEvent(
            patient_id=patient_id, kind="nausea", words="A canary's event", grade=1,
            grading="CTCAE v6.0", seriousness="", began_at=now(), by_id=owner, by_name="A canary",
        )  # fmt: skip
        supplied = LedgerEntry(
            patient_id=patient_id, kind=LedgerKind.SUPPLIED, at=now(), zone_name="UTC",
            units=Decimal(1), unit_mg=Decimal(1), words="A canary's supply", by_id=owner,
            by_name="A canary",
        )  # fmt: skip
        db.session.add_all([query, prescription, planned, harm, supplied])
        db.session.add_all([entry, dose, diagnosis])
        act = findings.record(
            patient_id,
            [Entry(kind="K", entered="4.2", taken_on=now().date(), source=Source.LABORATORY)],
            way=Way.TYPED,
            by=By(id=owner, name="A canary", at=now(), today=now().date(), zone="UTC"),
            note="A canary's note",
        )  # fmt: skip
        db.session.add(begun)
        db.session.flush()
        running.begin_preflight(begun, by=SessionBy(owner, "A physician"))
        found_one = findings.standing(patient_id)[-1]
        findings.remove(
            found_one, reason="a canary's reason",
            by_id=cast.bob if owner == cast.alice else cast.alice, by_name="A canary",
            needs_second=True,
        )  # fmt: skip
        consent = consents.begin(
            patient_id,
            consents.Begun(
                Terms(Route.SUBLINGUAL, Formulation.TROCHE, DoseClass.LOW), Method.LINK,
                Signer.PATIENT,
            ),
            by=owner,
        )  # fmt: skip
        consent_token = consents.issue_link(consent)
        practice = db.session.get_one(Practice, 1)
        practice.free_assessment, practice.states_served = True, "NJ"
        referral = referrals.receive(DORA, address="192.0.2.1")
        bob = db.session.get_one(User, cast.bob)
        check = checks.sign(
            stand(found), decision=Decision.NOT_CLEARED, conditions="",
            cadence="A canary's cadence", next_check_on=None, by_id=owner, name="A canary",
            zone="UTC", patient_id=patient_id,
        )  # fmt: skip
        override = Override(
            patient_id=patient_id, rule_id="L02b", variable="K", ruleset="2026-2", purpose=None,
            seen="0" * 64, value_words="33/10", reason_kind=OverrideReason.OTHER,
            reason="A canary's reason, long enough to stand.", difference="A canary's difference",
            made_by_id=cast.bob if owner == cast.alice else cast.alice, made_by_name="A canary",
            expires_on=now().date(),
        )  # fmt: skip
        db.session.add(override)
        own = db.session.scalars(sa.select(SignIn.id).where(SignIn.user_id == owner)).first()
        by = PlanBy(owner, "A physician")
        signed_plan = plans.begin(patient_id, whole(), by=by)
        plans.sign(signed_plan, by=by, today=now().date())
        db.session.flush()
        draft = plans.begin(
            patient_id, whole(), by=by, based_on=signed_plan, change_reason="Canary."
        )
        db.session.commit()
        values: dict[str, object] = {
            "patient_ref": found.ref,
            "visit_ref": visit.ref,
            "response_ref": response.ref,
            "alert_ref": db.session.scalars(
                sa.select(Alert.ref).where(Alert.response_id == response.id)
            ).first(),
            "check_in_ref": check_in.ref,
            "entry_ref": entry.ref,
            "dose_ref": dose.ref,
            "window_ref": dose.ref,
            "appointment_ref": appointment.ref,
            "task_ref": task.ref,
            "session_ref": planned.ref,
            "plan_ref": signed_plan.ref,
            **{f"plans.{page} plan_ref": draft.ref for page in ("edit", "sign", "discard")},
            "reading_ref": harm.ref,
            **{f"sessions.{page} session_ref": begun.ref for page in ("preflight", "start")},
            "event_ref": harm.ref,
            "ledger_ref": supplied.ref,
            "query_ref": query.ref,
            "prescription_ref": prescription.ref,
            "licence_ref": licence.ref,
            "consent_ref": consent.ref,
            "finding_ref": found_one.ref,
            "set_ref": act.ref,
            "panel_key": "vitals",
            "group_key": "symptoms",
            "kind": "K",
            "evaluation_ref": evaluation.ref,
            "intake.addendum evaluation_ref": ended.ref,
            "section_key": "presenting",
            "diagnosis_ref": diagnosis.ref,
            "text_name": consent.text_name,
            "access_ref": access.ref,
            "referral_ref": referral.ref,
            "account_ref": bob.ref,
            "check_ref": check.ref,
            "override_ref": override.ref,
            "rule_key": "L02b",
            "member_id": member.id if member else None,
            "sign_in_id": own or cast.alice,
            "instrument": "phq9",
            "token": token,
            "check_in.door token": check_in_token,
            "consent.door token": consent_token,
            "validity_kind": "chem",
            "tier": "T1",
            "number": 1,
            "check_in.introduction number": len(phq9.items) + 1,
            "filename": "css/tokens.css",
        }
        db.session.remove()
    return Addresses(values)


def guest(app: Flask, own: Addresses) -> Visitor:
    """Return the patient who opened their link and proved their birth date."""
    phone = Visitor(app)
    phone.post(f"/c/{own.values['check_in.door token']}", {"month": 3, "day": 14, "year": 1996})
    mark = MARK.search(phone.get("/check-in/1").text)
    phone.post("/check-in/1", {"answer": "1", "of": mark[1] if mark else ""})
    phone.post(f"/p/{own.values['consent.door token']}", {"month": 3, "day": 14, "year": 1996})
    return phone


def missing(given: Addresses) -> Addresses:
    """Return addresses of the same shapes that lead to nothing."""
    return Addresses(
        {name: NOWHERE if name.endswith("_ref") else value for name, value in given.values.items()}
    )


VISITORS = (
    "nobody", "alice", "bob", "cleo", "alice locked", "alice without second factor",
    "alice not enrolled", "alice expired", "alice disabled", "alice signed out",
)  # fmt: skip


def visitor(app: Flask, cast: Cast, kind: str) -> Visitor:
    """Return one kind of visitor."""
    if kind == "nobody":
        return Visitor(app)
    name, _, state = kind.partition(" ")
    found = sign_in(app, getattr(cast, name))
    states: dict[str, dict[str, object]] = {
        "locked": {"locked_at": now()},
        "without second factor": {"second_factor_at": None},
        "not enrolled": {"second_factor_at": None},
        "expired": {"ends_at": now() - dt.timedelta(seconds=1)},
        "signed out": {"ended_at": now(), "end_reason": "signed out"},
    }
    changes = states.get(state)
    with app.app_context(), acting_as_job("test data"):
        if changes:
            db.session.execute(sa.update(SignIn).values(**changes))
        accounts: dict[str, dict[str, object]] = {
            "not enrolled": {"totp_confirmed_at": None},
            "disabled": {"disabled_at": now()},
        }
        account = accounts.get(state)
        if account:
            db.session.execute(sa.update(User).where(User.id == cast.alice).values(**account))
        db.session.commit()
        db.session.remove()
    return found


def fresh_ref() -> str:
    """Return a public id that belongs to nothing."""
    return new_ref()
