"""Treatment begins with an activated plan; what closes the gate is a hold with its reason."""

import datetime as dt

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.clearance.conftest import alice, clock, record, stable
from tests.clearance.stable import one
from tests.cohort.test_cohort import figures, told
from tests.plans.course import active

__all__ = ["alice", "clock", "record", "stable"]


def test_a_plan_activated_and_held_by_a_low_potassium_is_in_the_cohort(
    app, cast, alice, stable, record
):
    assert figures(alice)["Patients", "In the cohort"]["n"] == "0", "cleared is not begun"
    with app.app_context(), acting_as_job("test data"):
        active(db.session.get_one(Patient, cast.ann), cast, today=dt.date(2026, 11, 23))
    begun = figures(alice)
    assert begun["Patients", "In the cohort"]["n"] == "1"
    assert told(begun["Holds", "Patients with a hold"])[:3] == ("0", "1", "0")

    record(one("K", "2.8", "mmol/L"))
    held = figures(alice)
    assert told(held["Holds", "Patients with a hold"])[:3] == ("1", "1", "1")
    assert told(held["Holds", "By rule"])[:3] == ("1", "", "1")
    assert held["Holds", "Reason: Clearance closed: Potassium"]["n"] == "1"
    behind = alice.get("/cohort/patients?of=holds-all").text
    assert "ABEL" in behind and "Potassium: forbids" in behind
