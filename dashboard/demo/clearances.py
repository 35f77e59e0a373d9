"""The demo's clearances: signed rules, licences, planned sessions, checks, and what waits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.clearance import cadence, checks, gathering, overrides, policy
from dashboard.clearance.models import Decision, OverrideReason
from dashboard.clearance.standing import Standing, stand
from dashboard.clock import now
from dashboard.db import db
from dashboard.demo import findings
from dashboard.demo.findings import Course
from dashboard.demo.people import Person
from dashboard.demo.staff import STATES, TIME_ZONE, Member
from dashboard.demo.stories import Story
from dashboard.findings import correcting
from dashboard.findings.actions import By
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting

LICENSED_FOR = dt.timedelta(days=500)
DOSE_MG = Decimal(60)
GOES_ON = "Vomiting has stopped, potassium and ECG are without finding, he feels well."
DIFFERENT = "Bicarbonate is repeated on the morning of the session."


def begin(people: Mapping[str, Member], *, today: dt.date) -> None:
    """Sign the rules and record the physicians' licences in the states they serve."""
    signer = people["okafor"]
    policy.sign(
        by_id=signer.id, name=signer.name, zone=TIME_ZONE, at=now() - dt.timedelta(days=200)
    )
    for key in ("okafor", "lindholm"):
        for number, state in enumerate(STATES, 1):
            licences.record(
                people[key].id, state=state, kind=LicenceKind.FULL,
                number=f"{state}-{key[:2].upper()}-{1000 + number}",
                from_on=today - LICENSED_FOR, until_on=today + LICENSED_FOR, by=people[key].id,
            )  # fmt: skip


def write(patient: Patient, story: Story, people: Mapping[str, Member], *, today: dt.date) -> None:
    """Plan a patient's next session, sign the check that cleared them, and what waits."""
    course = findings.courses().get(story.person.mrn)
    if course is None:
        return
    by = people[story.person.physicians[0]]
    _plan(patient, story.person, course, by, today=today)
    db.session.flush()
    if course.override:
        _override(patient, course, by, today=today)
    if course.check is not None:
        _sign(patient, by, today - dt.timedelta(days=course.check))
    if course.error:
        _take_out(patient, course, people[story.person.physicians[-1]], today=today)


def _plan(patient: Patient, person: Person, course: Course, by: Member, *, today: dt.date) -> None:
    planning.plan(
        patient.id, planned_at=_at(today + dt.timedelta(days=course.session), 18), zone=TIME_ZONE,
        dose_mg=DOSE_MG, route=Route.SUBLINGUAL, dose_is_by_weight=False, setting=Setting.HOME,
        location_state=person.place[1], by=by.id,
    )  # fmt: skip


def _override(patient: Patient, course: Course, by: Member, *, today: dt.date) -> None:
    standing = stand(patient)
    for caution in [one for one in standing.open_cautions if one.rule.id == course.override]:
        overrides.make(
            patient.id, caution, ruleset=standing.judged.ruleset, purpose=None,
            reason_kind=OverrideReason.TREATED, reason=GOES_ON, difference=DIFFERENT,
            expires_on=overrides.latest_day(caution, today=today), today=today, by_id=by.id,
            by_name=by.name,
        )  # fmt: skip
    db.session.flush()


def _sign(patient: Patient, by: Member, on: dt.date) -> None:
    """Sign that a patient was cleared, on what was known that day."""
    stood = _stood(patient, on)
    tier, runs_out = stood.judged.tier, stood.judged.next_stale_on
    checks.sign(
        stood, decision=Decision.CLEARED, conditions="", cadence=cadence.words(tier),
        next_check_on=cadence.next_check(tier, today=on, next_stale_on=runs_out), by_id=by.id,
        name=by.name, zone=TIME_ZONE, patient_id=patient.id, at=_late(on),
    )  # fmt: skip
    db.session.flush()


def _stood(patient: Patient, on: dt.date) -> Standing:
    rules = policy.rules()
    case = gathering.case_of(patient, rules=rules, at=_late(on), on=on)
    return stand(patient, rules=rules, case=case, on=on)


def _take_out(patient: Patient, course: Course, by: Member, *, today: dt.date) -> None:
    found = findings.wrong(patient, course)
    if found is not None:
        who = By(id=by.id, name=by.name, at=now(), today=today, zone=TIME_ZONE)
        correcting.take_out(patient, found, reason=course.reason, by=who)


def _late(on: dt.date) -> dt.datetime:
    """Return the end of a day's work, or now where it has not come yet."""
    return min(_at(on, 17), now())


def _at(on: dt.date, hour: int) -> dt.datetime:
    return dt.datetime.combine(on, dt.time(hour), ZoneInfo(TIME_ZONE)).astimezone(dt.UTC)
