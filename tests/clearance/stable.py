"""A patient with everything a clearance asks, entered by Alice, for tests to take away from."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from zoneinfo import ZoneInfo

from dashboard.clearance import checks, policy
from dashboard.clearance.models import ClearanceCheck, Decision
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import ruleset
from dashboard.clinical.clearance.kinds import Form
from dashboard.clock import now
from dashboard.db import db
from dashboard.findings import actions as findings
from dashboard.findings.actions import By, Entry
from dashboard.findings.models import FindingSet, Source, Way
from dashboard.licences import actions as licences
from dashboard.licences.models import LicenceKind
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests.cast import Cast
from tests.clinical.clearance.complete_cases import toml

ZONE = "America/New_York"
NOT_HERE = {"consent_current", "patient_state_licensed"}  # from their own records
FACTS = {
    "restrictive": False, "purging": False, "childbearing_potential": True,
    "insulin_treated": False, "an_bn_ever": False, "diuretic_or_laxative": False, "oximeter": True,
}  # fmt: skip


def today() -> dt.date:
    """Return the practice's day, whatever day it is in Greenwich."""
    return now().astimezone(ZoneInfo(ZONE)).date()


def everything(on: dt.date) -> list[Entry]:
    """Return every finding of the woman with binge-eating disorder, all clear, of one day."""
    case = toml("complete_cases.toml")
    found = [
        one
        for kind, value in {**case["findings"], **case["answers"], **FACTS}.items()
        if kind not in NOT_HERE
        for one in entries(kind, value, on)
    ]
    return found


def entries(kind: str, value: object, on: dt.date) -> list[Entry]:
    """Return entries of one kind: a value, a value with its unit, or two readings."""
    if isinstance(value, list) and isinstance(value[0], str):
        return [one for text in value for one in entries(kind, text, on)]
    typed, unit = value if isinstance(value, list) else (value, "")
    text = {"True": "yes", "False": "no"}.get(str(typed), str(typed))
    form = ruleset().kinds[kind].form
    source = Source.LABORATORY if unit else Source.CLINIC
    unit = unit or ("mmHg" if form is Form.PRESSURE else "")
    return [Entry(kind=kind, entered=text, unit=unit, taken_on=on, source=source)]


def enter(patient_id: uuid.UUID, alice: uuid.UUID, what: list[Entry]) -> FindingSet:
    """Record findings as Alice, in the session."""
    moment = now()
    by = By(
        id=alice,
        name="Alice Adler",
        at=moment,
        today=today(),
        zone=ZONE,
    )
    return findings.record(patient_id, what, way=Way.TYPED, by=by)


def one(
    kind: str,
    value: str,
    unit: str = "",
    *,
    taken_on: dt.date | None = None,
    taken_at: dt.datetime | None = None,
) -> list[Entry]:
    """Return one entry, of today if not said."""
    on = taken_on or today()
    return [
        Entry(kind=kind, entered=value, unit=unit, taken_on=on, taken_at=taken_at,
              source=Source.LABORATORY)
    ]  # fmt: skip


def ready_to_sign(cast: Cast) -> Patient:
    """Give Ann everything, a session planned at home in Florida, and rules that Alice signed."""
    ann = db.session.get_one(Patient, cast.ann)
    ann.diagnosis_codes, ann.state = "F50.810", "FL"
    enter(ann.id, cast.alice, everything(today() - dt.timedelta(days=1)))
    enter(ann.id, cast.alice, one("consent_current", "yes"))
    licences.record(
        cast.alice, state="FL", kind=LicenceKind.FULL, number="ME1", from_on=dt.date(2026, 1, 1),
        until_on=dt.date(2027, 12, 31), by=cast.alice,
    )  # fmt: skip
    planning.plan(
        ann.id, planned_at=now() + dt.timedelta(days=2), zone=ZONE, dose_mg=Decimal(60),
        route=Route.SUBLINGUAL, dose_is_by_weight=False, setting=Setting.HOME,
        location_state="FL", by=cast.alice,
    )  # fmt: skip
    policy.sign(by_id=cast.alice, name="Alice Adler", zone=ZONE)
    db.session.commit()
    return ann


def sign(
    ann: Patient, cast: Cast, decision: Decision = Decision.CLEARED, **words: object
) -> ClearanceCheck:
    """Sign a check of Ann as Alice."""
    said: dict[str, object] = {
        "conditions": "", "cadence": "", "next_check_on": None, **words
    }  # fmt: skip
    check = checks.sign(
        stand(ann), decision=decision, by_id=cast.alice, name="Alice Adler", zone=ZONE,
        patient_id=ann.id, **said,  # type: ignore[arg-type]
    )  # fmt: skip
    db.session.commit()
    return check
