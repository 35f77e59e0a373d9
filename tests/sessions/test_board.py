"""The sessions of all patients one treats, and a session logged by the patient's name."""

import datetime as dt

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import TreatmentSession
from tests.cast import sign_in
from tests.clearance.conftest import NOON
from tests.sessions.at_home import planned
from tests.sessions.on_pages import SAVED, begin, session, words
from tests.shape.test_pages import faults

__all__ = ["session"]


def log(person, typed):
    return person.post("/sessions/log", {"q": typed})


def test_the_board_says_what_waits_and_what_comes(app, cast, session, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        planned(ann, cast, at=NOON + dt.timedelta(days=5))
        planned(ann, cast, at=NOON + dt.timedelta(days=30))
        db.session.commit()
    alice = sign_in(app, cast.alice)
    page = alice.get("/sessions")
    text = words(page)
    assert not faults(page.text)
    assert text.count("ABEL, Ann") >= 2 and "19-Dec" not in text, "a week ahead and no more"
    today, coming = text.split("Today and not recorded")[1].split("Within 7 days")[:2]
    assert "It took place: enter it" in today and "It took place" not in coming
    begin(app, cast, session)
    assert "Pre-flight begun" in words(alice.get("/sessions"))


def test_a_name_leads_to_the_one_session_that_can_be_recorded(app, cast, session):
    alice = sign_in(app, cast.alice)
    led = log(alice, "abe")
    assert led.status_code == SAVED and led.location == f"{session}/after"


def test_of_two_sessions_one_is_chosen(app, cast, session, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        planned(ann, cast, at=NOON + dt.timedelta(days=1))
        db.session.commit()
    shown = log(sign_in(app, cast.alice), "abel")
    assert shown.status_code == 200 and not faults(shown.text)
    assert words(shown).count("It took place: enter it") >= 2


def test_who_has_no_session_is_offered_one_and_who_is_not_found_is_said(app, cast, session):
    with app.app_context(), acting_as_job("test data"):
        planning.cancel(db.session.query(TreatmentSession).one(), by=cast.alice, reason="Ill.")
        db.session.commit()
    alice = sign_in(app, cast.alice)
    shown = words(log(alice, "abel"))
    assert "no session is planned" in shown and "Record a dose that was given" in shown
    nobody = log(alice, "<b>zz")
    assert "No patient of yours matches" in words(nobody) and "<b>zz" not in nobody.text
    assert log(alice, " ").location == "/sessions"
    assert alice.get("/sessions/log").location == "/sessions"


def test_another_physicians_patient_is_neither_listed_nor_found(app, cast, session):
    bob = sign_in(app, cast.bob)
    assert "ABEL" not in bob.get("/sessions").text
    found = log(bob, "abel")
    assert found.status_code == 200 and "ABEL" not in found.text.replace("“abel”", "")
