"""The medication ledger: what is missing is seen, said, and holds the plan until it is settled."""

import datetime as dt
from decimal import Decimal

import pytest
from bs4 import BeautifulSoup

from dashboard.actor import acting_as_job
from dashboard.clinical.courses import PlanState
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from dashboard.plans.models import PlanStep
from dashboard.prescriptions import actions as prescriptions
from dashboard.prescriptions.models import Basis
from dashboard.sessions import actions as doses
from dashboard.sessions.models import Route
from tests.cast import sign_in
from tests.clearance.conftest import NOON, TODAY, clock, stable
from tests.clearance.stable import ZONE
from tests.plans.course import active

__all__ = ["clock", "stable"]

SUPPLIED = {"kind": "supplied", "units": "10", "unit_mg": "30", "happened_on": "-3d",
            "happened_time": "09:00"}  # fmt: skip
COUNTED = {"kind": "counted on camera", "units": "8", "unit_mg": "30", "happened_on": "t",
           "happened_time": "11:55"}  # fmt: skip


@pytest.fixture
def alice(app, cast, clock):
    return sign_in(app, cast.alice)


@pytest.fixture
def ledger(cast):
    return f"/patients/{cast.ann_ref}/ledger"


@pytest.fixture
def as_ann(app, cast):
    """Return a function that runs another one with Ann, and commits."""

    def run(what):
        with app.app_context(), acting_as_job("test data"):
            found = what(db.session.get_one(Patient, cast.ann))
            db.session.commit()
            return found

    return run


def take(ann, cast, *, mg="60", ago=dt.timedelta(hours=2)):
    doses.record(
        ann, given_at=NOON - ago, zone=ZONE, dose_mg=Decimal(mg) if mg else None,
        route=Route.SUBLINGUAL, by=cast.alice,
    )  # fmt: skip


def main_text(answer):
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


def test_the_ledger_says_what_should_be_left_and_what_is_missing(alice, ledger, cast, as_ann, rows):
    assert "Nothing is on record" in main_text(alice.get(ledger))
    assert alice.fill_in(f"{ledger}/new", SUPPLIED).status_code == 303
    as_ann(lambda ann: take(ann, cast))
    form = alice.get(f"{ledger}/new").text
    assert 'placeholder="30"' in form and "In the entry before: 30 mg" in form
    assert alice.fields(f"{ledger}/new")["unit_mg"] == "", "shown, never filled in"

    assert alice.fill_in(f"{ledger}/new", {**COUNTED, "units": "6"}).status_code == 303
    page = main_text(alice.get(ledger))
    assert "60 mg less than there should be: used early, or lost" in page
    assert page.index("Counted on camera") < page.index("Dose taken") < page.index("+10 × 30 mg")
    assert "+10 × 30 mg = 300 mg" in page and "240 mg" in page

    (wrong,) = rows("SELECT ref FROM ledger_entry WHERE kind = 'counted on camera'")
    path = f"{ledger}/{wrong.ref}/in-error"
    assert alice.fill_in(path, {"reason": " "}).status_code == 422
    for _ in range(2):
        assert alice.fill_in(path, {"reason": "a blister <was> under"}).status_code == 303
    shown = alice.get(ledger)
    assert "a blister &lt;was&gt; under" in shown.text
    assert "The medicine has not been counted" in main_text(shown)
    assert alice.fill_in(f"{ledger}/new", COUNTED).status_code == 303
    assert "The count adds up" in main_text(alice.get(ledger))


def test_a_count_that_fails_holds_the_plan_by_the_rule_of_misuse(
    cast, alice, stable, ledger, as_ann, clock
):
    as_ann(lambda ann: active(ann, cast, today=TODAY))
    clock.shift(dt.timedelta(minutes=5))
    alice.fill_in(f"{ledger}/new", SUPPLIED)
    assert as_ann(lambda ann: plans.in_force(ann.id).state) is PlanState.ACTIVE
    alice.fill_in(f"{ledger}/new", {**COUNTED, "happened_time": "12:00"})

    def last_step(ann):
        plan = plans.in_force(ann.id)
        step = db.session.query(PlanStep).filter_by(plan_id=plan.id).order_by(PlanStep.at.desc())
        return plan.state, step.first().reason, step.first().by_name

    state, reason, by = as_ann(last_step)
    assert state is PlanState.HELD and by == "Casement"
    assert "Misuse: The medication count does not add up." in reason
    assert "holds the plan" in main_text(alice.get(ledger))


def test_what_is_left_is_held_against_the_next_refill(alice, ledger, cast, stable, as_ann):
    def write(ann):
        prescriptions.record(
            ann.id, written_on=TODAY - dt.timedelta(days=3), prescriber="Alice Adler",
            drug="ketamine troche 30 mg", route=Route.SUBLINGUAL, dose_mg=Decimal(60), units=10,
            supply_days=30, is_refill=False, pharmacy="Garden Pharmacy", location_state="FL",
            basis=Basis.IN_PERSON, basis_words="", basis_until=None, monitoring_check_id=None,
            by=cast.alice,
        )  # fmt: skip

    as_ann(write)
    alice.fill_in(f"{ledger}/new", {**SUPPLIED, "units": "1"})
    page = main_text(alice.get(ledger))
    assert "30 mg short for 1 planned session until 20-Dec-2026" in page
    assert "ketamine troche 30 mg" in page
    as_ann(lambda ann: take(ann, cast))
    assert "30 mg more is gone than was there" in main_text(alice.get(ledger))


WRONG = {
    "no kind": ({"kind": ""}, "Choose what happened"),
    "a made-up kind": ({"kind": "eaten"}, "Choose what happened"),
    "nothing supplied": ({"units": "0"}, "more than 0"),
    "less than nothing": ({"units": "-1"}, "from 0"),
    "no number": ({"units": "sNaN"}, "Enter a number"),
    "an underscore": ({"unit_mg": "3_0"}, "Enter a number"),
    "far too much": ({"units": str(2**63)}, "Enter a number"),
    "no unit": ({"unit_mg": ""}, "how many mg"),
    "lost without words": ({"kind": "returned or destroyed"}, "who saw it"),
    "the future": ({"happened_on": "+2d"}, "future"),
    "before birth": ({"happened_on": "1990-01-01"}, "birth"),
    "an impossible day": ({"happened_on": "31-Feb-2026"}, "does not exist"),
    "a doubled time": ({"happened_on": "2026-11-01", "happened_time": "01:30"}, "happens twice"),
}


@pytest.mark.one_database
def test_an_entry_that_cannot_be_meant_is_refused_at_its_field(alice, bob, cast, ledger, rows):
    fields = {**alice.fields(f"{ledger}/new"), **SUPPLIED}
    for what, (changes, words) in WRONG.items():
        refused = alice.post(f"{ledger}/new", {**fields, **changes})
        assert refused.status_code == 422 and words in main_text(refused), what
    assert not rows("SELECT id FROM ledger_entry")
    sent = [alice.post(f"{ledger}/new", fields).status_code for _ in range(2)]
    assert sent == [303, 303] and len(rows("SELECT id FROM ledger_entry")) == 1
    (row,) = rows("SELECT ref FROM ledger_entry")
    assert bob.get(f"/patients/{cast.ben_ref}/ledger/{row.ref}/in-error").status_code == 404
