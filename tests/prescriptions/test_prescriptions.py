"""Prescriptions written elsewhere: recorded whatever the rules say, and loud when they forbid."""

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clinical import remote_prescribing
from dashboard.db import db
from tests.cast import sign_in
from tests.clearance.stable import ready_to_sign

NOON = dt.datetime(2026, 11, 23, 17, tzinfo=dt.UTC)
GOOD = {
    "written_on": "t", "prescriber": "Alice Adler", "drug": "ketamine troche 50 mg",
    "route": "sublingual", "dose_mg": "50", "units": "8", "supply_days": "28", "is_refill": "no",
    "pharmacy": "", "location_state": "FL", "basis": "telemedicine flexibility",
    "basis_words": "", "monitoring": "",
}  # fmt: skip
QUERY = {"state": "FL", "checked_on": "t", "shown": "nothing unexpected", "words": "",
         "checked_by": "Alice Adler"}  # fmt: skip


@pytest.fixture
def at_noon(app, cast):
    with time_machine.travel(NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def alice(app, cast, at_noon):
    return sign_in(app, cast.alice)


@pytest.fixture
def ann(app, cast, at_noon):
    """Everything about Ann is on record and clear; returns the address of her prescriptions."""
    with app.app_context(), acting_as_job("test data"):
        ready_to_sign(cast)
        db.session.remove()
    return f"/patients/{cast.ann_ref}/prescriptions"


def recorded(alice, ann, **changes):
    answer = alice.fill_in(f"{ann}/new", {**GOOD, **changes})
    assert answer.status_code == 303, answer.text
    return alice.get(answer.headers["Location"]).text


def test_a_prescription_with_its_query_stands_against_no_rule(alice, ann, cast, rows):
    assert "No prescription is on record" in alice.get(ann).text
    assert "ends on 31-Dec-2026, in 38 days" in alice.get(ann).text
    assert alice.fill_in(f"{ann}/queries/new", QUERY).status_code == 303
    ref = rows("SELECT ref FROM monitoring_check")[0][0]
    page = recorded(alice, ann, monitoring=ref)
    assert "No rule stands against it" in page and "23-Nov-2026 to 21-Dec-2026" in page
    assert "Casement prescribes nothing" in page
    assert not rows("SELECT * FROM task") and not rows("SELECT * FROM alert")


def test_without_a_query_in_florida_it_is_recorded_loudly(alice, ann, cast, rows):
    page = recorded(alice, ann)
    assert "Rules stand against this prescription" in page and "S05a" in page
    assert "Recorded, since it was written." in page
    assert "S05a" in rows("SELECT words FROM task")[0][0]
    assert ("S05a",) in [tuple(row) for row in rows("SELECT rule FROM alert")]
    assert "S05a" in alice.get("/tasks").text


@pytest.mark.one_database
def test_a_query_of_another_state_is_none_in_florida(alice, ann, cast, rows):
    assert alice.fill_in(f"{ann}/queries/new", {**QUERY, "state": "NJ"}).status_code == 303
    ref = rows("SELECT ref FROM monitoring_check")[0][0]
    page = recorded(alice, ann, monitoring=ref)
    assert "Rules stand against this prescription" in page and "S05a" in page
    assert alice.fill_in(f"{ann}/queries/new", QUERY).status_code == 303
    last = rows("SELECT ref FROM prescription")[0][0]
    assert "No rule stands against it" in alice.get(f"{ann}/{last}").text


def test_after_the_flexibility_has_ended_the_basis_no_longer_holds(app, cast, at_noon, ann, rows):
    at_noon.move_to(dt.datetime(2027, 1, 1, 17, tzinfo=dt.UTC))
    alice = sign_in(app, cast.alice)
    assert "ended on 31-Dec-2026" in alice.get(ann).text
    page = recorded(alice, ann)
    assert "S07" in page and "ended 31-Dec-2026" in page
    assert ("S07",) in [tuple(row) for row in rows("SELECT rule FROM alert")]
    page = recorded(alice, ann, basis="examined in person", basis_words="Dr Bell, 4 Dec, Tampa")
    assert "S07" not in page.split("What was written")[0].split("rules-h")[1]


def test_supplies_follow_each_other_and_an_early_refill_is_counted(alice, ann, rows):
    recorded(alice, ann, written_on="-20d")
    page = recorded(alice, ann, is_refill="yes")
    assert "8 days early" in page
    assert "01-Dec-2026 to 29-Dec-2026" in page
    page = alice.get(ann).text
    assert "03-Nov-2026 to 01-Dec-2026" in page
    older = rows("SELECT ref FROM prescription ORDER BY written_on")[0][0]
    assert "only the newest one is judged" in alice.get(f"{ann}/{older}").text

    assert alice.fill_in(f"{ann}/{older}/in-error", {"reason": ""}).status_code == 422
    answer = alice.fill_in(f"{ann}/{older}/in-error", {"reason": "Another patient's"})
    assert answer.status_code == 303
    page = alice.get(ann).text
    assert "Another patient&#39;s" in page and "8 days early" not in page


@pytest.mark.one_database
def test_what_cannot_be_recorded_is_said_at_its_field(app, alice, cast, ann, rows):
    for change, words in (
        ({"written_on": "+1d"}, "lies in the future"),
        ({"written_on": "01-Jan-1990"}, "before the patient"),
        ({"written_on": "31-Dec-2025"}, "begins on 01-Jan-2026"),
        ({"dose_mg": "sNaN"}, "Enter a number"),
        ({"units": "0"}, "from 1 to 9999"),
        ({"units": str(2**63)}, "whole number"),
        ({"supply_days": ""}, "how many days"),
        ({"basis": "examined in person"}, "who examined"),
        ({"basis": "magic"}, "Choose what allowed"),
        ({"location_state": "ZZ"}, "Choose one from the list"),
        ({"monitoring": "a" * 26}, "Choose one from the list"),
        ({"drug": ""}, "Enter the drug"),
    ):
        answer = alice.fill_in(f"{ann}/new", {**GOOD, **change})
        assert answer.status_code == 422 and words in answer.text, change
    for change in ({"shown": "system down"}, {"shown": "something unexpected"}, {"state": ""}):
        assert alice.fill_in(f"{ann}/queries/new", {**QUERY, **change}).status_code == 422
    assert not rows("SELECT * FROM prescription") and not rows("SELECT * FROM monitoring_check")


def test_a_system_that_was_down_allows_three_days_in_florida_with_a_note(alice, ann, rows):
    down = {**QUERY, "shown": "system down", "words": "E-FORCSE not answering since 09:00 <x>"}
    assert alice.fill_in(f"{ann}/queries/new", down).status_code == 303
    assert "&lt;x&gt;" in alice.get(ann).text
    page = recorded(alice, ann, supply_days="3", units="1")
    assert "No rule stands against it" in page
    assert "System down" in alice.get(ann).text
    page = recorded(alice, ann, supply_days="4", units="1")
    assert "S05a" in page, "four days are more than the law allows while the system is down"
    ref = rows("SELECT ref FROM monitoring_check")[0][0]
    answer = alice.fill_in(f"{ann}/queries/{ref}/in-error", {"reason": "Not ours"})
    assert answer.status_code == 303 and "Not ours" in alice.get(ann).text


def test_periods_of_the_flexibility_must_follow_each_other():
    (period,) = remote_prescribing.periods()
    assert remote_prescribing.on_or_before(period.from_on) is period
    assert remote_prescribing.on_or_before(period.from_on - dt.timedelta(days=1)) is None
    row = "[[flexibility]]\nfrom_on = {}\nuntil_on = {}\n"
    row += 'citation = ""\nstanding = ""\nconditions = []\n'
    head = 'schema = "remote_prescribing/1"\n'
    late = row.format("2026-06-01", "2027-12-31")
    with pytest.raises(remote_prescribing.BadPeriods):
        remote_prescribing.read(head + row.format("2026-01-01", "2026-12-31") + late)
    with pytest.raises(remote_prescribing.BadPeriods):
        remote_prescribing.read('schema = "other"\nflexibility = []\n')
