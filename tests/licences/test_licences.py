"""Licences: in which states a physician may treat; one that ends closes nobody's gate unseen."""

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.cast import sign_in
from tests.clearance.stable import ready_to_sign, sign

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
GOOD = {"state": "NJ", "kind": "full licence", "number": "25MA1", "from_on": "01-Jan-2026",
        "until_on": "23-Dec-2026"}  # fmt: skip


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


def test_a_physician_records_a_licence_and_is_warned_a_month_before_it_ends(alice):
    assert "No licence is recorded" in alice.get("/licences").text
    assert alice.fill_in("/licences/new", GOOD).status_code == 303
    for page in ("/licences", "/clearance"):
        text = alice.get(page).text
        assert "Your licence for New Jersey runs out in 30 days, on 23-Dec-2026." in text
    assert alice.fill_in("/licences/new", {**GOOD, "until_on": "31-Dec-2027"}).status_code == 303
    assert "runs out in" not in alice.get("/licences").text
    assert "30 days left" in alice.get("/licences").text


@pytest.mark.one_database
def test_what_cannot_be_a_licence_is_refused_at_its_field(alice, rows):
    for change, words in (
        ({"state": ""}, "Choose the state"),
        ({"state": "ZZ"}, "Choose one from the list"),
        ({"kind": ""}, "Choose a licence or a registration"),
        ({"kind": "telehealth registration"}, "Only Florida"),
        ({"number": ""}, "Enter the number"),
        ({"number": "9" * 41}, "Shorten this"),
        ({"from_on": "30-Feb-2026"}, "There is a problem"),
        ({"until_on": "31-Dec-2025"}, "cannot be before the first day"),
    ):
        answer = alice.fill_in("/licences/new", {**GOOD, **change})
        assert answer.status_code == 422 and words in answer.text, change
    assert not rows("SELECT * FROM licence")
    florida = {**GOOD, "state": "FL", "kind": "telehealth registration"}
    assert alice.fill_in("/licences/new", florida).status_code == 303


def test_ending_the_last_licence_for_a_state_holds_its_patients_at_once(app, alice, cast, rows):
    with app.app_context(), acting_as_job("test data"):
        sign(ready_to_sign(cast), cast)
        db.session.get_one(Patient, cast.ann)
        db.session.remove()
    assert rows("SELECT readiness.status FROM readiness JOIN patient ON patient.id = patient_id"
                " WHERE family_name = 'Abel'")[0][0] == "ready"  # fmt: skip
    ref = rows("SELECT ref FROM licence")[0][0]
    bob = sign_in(app, cast.bob)
    assert bob.get(f"/licences/{ref}/end").status_code == 404, "it is Alice's"
    assert alice.fill_in(f"/licences/{ref}/end", {"reason": ""}).status_code == 422
    assert alice.fill_in(f"/licences/{ref}/end", {"reason": "Lapsed"}).status_code == 303
    assert "1 patient was judged anew" in alice.get("/licences").text
    found = rows("SELECT readiness.status FROM readiness JOIN patient ON patient.id = patient_id"
                 " WHERE family_name = 'Abel'")[0][0]  # fmt: skip
    assert found != "ready"
    assert "Lapsed" in alice.get("/licences").text
    assert alice.get(f"/licences/{ref}/end").status_code == 409


def test_an_admin_records_and_ends_for_every_physician(app, alice, cast, rows):
    cleo = sign_in(app, cast.cleo)
    assert "No licence is recorded" in cleo.get("/practice/licences").text
    answer = cleo.fill_in("/practice/licences/new", {**GOOD, "physician": str(cast.cleo)})
    assert answer.status_code == 422
    answer = cleo.fill_in("/practice/licences/new", {**GOOD, "physician": str(cast.alice)})
    assert answer.status_code == 303
    assert "Alice Adler" in cleo.get("/practice/licences").text
    assert "25MA1" in alice.get("/licences").text
    ref = rows("SELECT ref FROM licence")[0][0]
    answer = cleo.fill_in(f"/practice/licences/{ref}/end", {"reason": "Typed for the wrong person"})
    assert answer.status_code == 303
    assert "Typed for the wrong person" in alice.get("/licences").text
