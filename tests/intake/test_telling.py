"""What intakes tell the clearance: an answer nobody signed forbids and asks, and never allows."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine

from dashboard.actor import acting_as_job
from dashboard.clinical.clearance import ruleset
from dashboard.db import db
from dashboard.intake import telling
from dashboard.intake.findings import Person
from tests.intake.conftest import TODAY, Desk

pytestmark = pytest.mark.one_database
BEFORE_MIDNIGHT = dt.datetime(2026, 11, 24, 4, 52, tzinfo=dt.UTC)  # still the 23rd here
PERSON = Person(dt.date(1996, 3, 14), None, "NJ", ("F50.82",))


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(BEFORE_MIDNIGHT, tick=False):
        yield


def heard(app, cast) -> telling.Told:
    with app.app_context(), acting_as_job("look"):
        found = telling.told(cast.ann, person=PERSON, rules=ruleset(), today=TODAY)
        db.session.remove()
    return found


def second(desk: Desk, finish) -> Desk:
    """Sign the first intake and begin the one that supersedes it."""
    finish()
    assert desk.visitor.fill_in(f"{desk.path}/sign", {}).status_code == 303
    begun = desk.visitor.fill_in(f"/patients/{desk.patient}/intake", {})
    return Desk(desk.visitor, desk.patient, begun.location.rsplit("/", 1)[-1])


def test_an_open_intake_relaxes_nothing_that_was_signed(app, cast, desk, finish):
    desk.write("home", {"setting": "home"})
    desk.write("identity", {"location_state": "FL"})
    desk.write("course", {"purging": "yes"})
    desk.write("medical", {"refeeding": "yes", "refeeding_started_on": "20-Nov-2026"})
    desk.write("symptoms", {"syncope_14d": "yes", "last_faint": "19-Nov-2026"})
    with time_machine.travel(BEFORE_MIDNIGHT + dt.timedelta(minutes=9), tick=False):
        later = second(desk, finish)
        signed = heard(app, cast)
        later.write("home", {"setting": "clinic"})
        later.write("identity", {"location_state": "NJ"})
        later.write("course", {"purging": "no"})
        later.write("medical", {"refeeding_started_on": "1-Jan-2026"})
        later.write("symptoms", {"last_faint": "1-Jan-2026"})
        found = heard(app, cast)

    assert found.facts == {**signed.facts, "location_state": None}
    assert found.facts["setting"] == "home"
    assert found.facts["last_faint_on"] == dt.date(2026, 11, 19)
    assert found.days["purging"] == TODAY, "a no that does not count makes nothing younger"


def test_an_open_intake_tightens_what_was_signed(app, cast, desk, finish):
    desk.write("home", {"setting": "clinic"})
    desk.write("course", {"purging": "no"})
    desk.write("medical", {"refeeding": "yes", "refeeding_started_on": "1-Oct-2026"})
    later = second(desk, finish)
    later.write("home", {"setting": "home"})
    later.write("course", {"purging": "yes"})
    later.write("medical", {"refeeding_started_on": "20-Nov-2026"})
    found = heard(app, cast)

    assert found.facts["setting"] == "home"
    assert found.facts["purging"] is True
    assert found.facts["refeeding_started_on"] == dt.date(2026, 11, 20)


def test_without_any_signature_no_answer_allows(app, cast, desk):
    desk.write("home", {"setting": "clinic"})
    desk.write("identity", {"location_state": "NJ"})
    desk.write("medical", {"refeeding": "yes", "refeeding_started_on": "1-Jan-2026"})
    found = heard(app, cast)

    assert found.facts.get("setting") is None
    assert found.facts["location_state"] is None
    assert found.facts["refeeding"] is True
    assert "refeeding_started_on" not in found.facts, "days 0 to 10 are assumed"
