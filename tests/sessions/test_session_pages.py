"""Alice runs Ann's session on its pages, from plan to signature; what is wrong is refused."""

import datetime as dt

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clinical.home_session import session_rules
from dashboard.db import db
from dashboard.sessions import answering
from dashboard.sessions.answering import Given
from dashboard.sessions.models import Dose, Part, SessionReading, SessionState
from dashboard.sessions.steps import By
from dashboard.tasks.models import Task
from tests.cast import sign_in
from tests.sessions.on_pages import (
    DOSE,
    SAVED,
    answer,
    begin,
    checked,
    found,
    session,
    start,
    words,
)
from tests.shape.test_pages import faults

__all__ = ["session"]


@pytest.fixture
def running(app, cast, session, clock):
    """Alice with Ann's session under way since 12:12."""
    alice = begin(app, cast, session)
    answer(alice, session, clock)
    assert start(alice, session).status_code == SAVED
    clock.shift(dt.timedelta(minutes=10))
    return alice


def test_from_plan_to_signature(app, cast, session, clock):
    alice = begin(app, cast, session)
    page = alice.get(f"{session}/preflight")
    assert "May not start yet" in words(page) and "15." in words(page)
    assert not checked(page), "nothing is answered beforehand"
    assert "Dose taken" not in alice.get(f"{session}/start").text

    answer(alice, session, clock)
    page = words(alice.get(f"{session}/preflight"))
    assert "May start" in page and "Alice Adler, 12:12" in page, page[:3000]
    begun = start(alice, session)
    assert begun.status_code == SAVED, words(begun)
    with app.app_context(), acting_as_job("test"):
        assert found().state is SessionState.STARTED
        assert db.session.scalars(sa.select(Dose)).one().session_id == found().id
        assert len([t for t in db.session.scalars(sa.select(Task)) if "dose" in t.key]) == 2

    live = alice.get(begun.location)
    assert "Reading at 20 min" in words(live) and "12:32" in words(live)
    for minutes in (20, 20, 20, 60):
        clock.shift(dt.timedelta(minutes=minutes))
        alice = sign_in(app, cast.alice)
        saved = alice.fill_in(f"{session}/live", {"values": "120/76 66 98", "symptoms": "no"})
        assert saved.status_code == SAVED, words(saved)
    page = words(alice.get(f"{session}/live"))
    assert page.count("98 % symptoms: no") == 4

    early = alice.fill_in(f"{session}/close", {})
    assert early.status_code == 409 and "not answered" in words(early)
    said = {one.id: "yes" for one in session_rules().release.criteria}
    closed = alice.fill_in(f"{session}/close", {**said, "effect": "moderate", "dissociation": "4"})
    assert closed.status_code == SAVED, words(closed)
    record = words(alice.get(closed.location))
    assert "Took place, signed" in record and "It fits what is on record" in record
    assert "moderate" in record and "4 of 10" in record and "Rosa Marin" in record
    assert "Started under Clearance check 2" in record
    assert alice.fill_in(f"{session}/addendum", {"words": "Slept well."}).status_code == SAVED
    assert "Slept well." in words(alice.get(f"{session}/record"))
    for path in ("record", "addendum"):
        assert not faults(alice.get(f"{session}/{path}").text), path


def doses():
    return db.session.scalar(sa.select(sa.func.count()).select_from(Dose))


def test_no_session_starts_without_its_preflight_with_a_stop_or_without_a_reason(
    app, cast, session, clock
):
    alice = sign_in(app, cast.alice)
    planned = alice.post(f"{session}/start", DOSE)
    assert planned.status_code == 409 and "moved on" in words(planned).lower()
    alice = begin(app, cast, session)
    empty = alice.fill_in(f"{session}/start", DOSE)
    assert empty.status_code == 409 and "May not start yet" in words(empty)
    assert 'value="60"' in empty.text, "what was typed stays"

    answer(alice, session, clock, sitter_stays="no")
    stopped = start(alice, session)
    assert stopped.status_code == 409 and "Will the sitter stay" in words(stopped)
    assert "Dose taken" not in stopped.text
    assert alice.fill_in(f"{session}/preflight", {"sitter_stays": "yes"}).status_code == SAVED
    above = start(alice, session, dose_mg="91")
    assert above.status_code == 422 and "above the plan" in words(above)
    later = start(alice, session, at_time="23:50")
    assert later.status_code == 422 and "future" in words(later)
    with app.app_context(), acting_as_job("test"):
        assert doses() == 0 and found().state is SessionState.PREFLIGHT


def test_a_start_sent_twice_or_from_a_second_tab_gives_one_dose(app, cast, session, clock):
    alice = begin(app, cast, session)
    answer(alice, session, clock)
    fields = {**alice.fields(f"{session}/start"), **DOSE}
    other = {**alice.fields(f"{session}/start"), **DOSE}
    assert alice.post(f"{session}/start", fields).status_code == SAVED
    assert alice.post(f"{session}/start", fields).status_code == SAVED, "leads to the first result"
    stale = alice.post(f"{session}/start", other)
    assert stale.status_code == 409 and "moved on" in words(stale).lower()
    with app.app_context(), acting_as_job("test"):
        assert doses() == 1


def test_an_answer_given_again_is_as_old_as_its_asking(app, cast, session, clock):
    alice = begin(app, cast, session)
    answer(alice, session, clock)
    clock.shift(dt.timedelta(minutes=90))
    alice = sign_in(app, cast.alice)
    assert start(alice, session).status_code == 409, "asked too long ago"
    again = {f"again-{number}": "y" for number in range(1, 16)}
    assert alice.fill_in(f"{session}/preflight", again).status_code == SAVED
    assert start(alice, session).status_code == SAVED


def test_both_answers_are_shown_when_somebody_else_answered_meanwhile(app, cast, session, clock):
    alice = begin(app, cast, session)
    fields = alice.fields(f"{session}/preflight")
    clock.shift(dt.timedelta(seconds=1))
    with app.app_context(), acting_as_job("test"):
        answering.record(
            found(), Part.PREFLIGHT, [Given("sitter_name", "Dana Lind")],
            by=By(cast.bob, "Bob Brandt"), answered_at=found().planned_at,
        )  # fmt: skip
        db.session.commit()
    refused = alice.post(f"{session}/preflight", {**fields, "sitter_name": "Rosa Marin"})
    page = words(refused)
    assert refused.status_code == 409
    assert "Dana Lind (Bob Brandt" in page and 'value="Rosa Marin"' in refused.text


def test_a_reading_that_cannot_be_is_refused_and_stays_typed(app, running, session):
    def send(**values):
        return running.fill_in(f"{session}/live", {"slot": "between", **values})

    refused = send(values="118/74 64 980")
    assert refused.status_code == 422 and 'value="118/74 64 980"' in refused.text
    assert "saturation" in words(refused)
    early = send(values="118/74 64 98", at_time="11:00")
    assert early.status_code == 422 and "before the start" in words(early)
    assert 'value="118/74 64 98"' in early.text
    future = send(values="118/74 64 98", at_time="23:00")
    assert future.status_code == 422
    assert send(values="<b>x</b>").status_code == 422
    assert send(values="-").status_code == 422
    with app.app_context(), acting_as_job("test"):
        assert not db.session.scalars(sa.select(SessionReading)).all()


def test_a_reading_is_not_written_down_as_that_of_another_minute(
    app, cast, running, session, clock
):
    clock.shift(dt.timedelta(minutes=13))
    running = sign_in(app, cast.alice)
    early = running.fill_in(f"{session}/live", {"slot": "120", "values": "118/74 64 98"})
    assert early.status_code == 422 and "not the reading of 120 min" in words(early)
    assert 'value="118/74 64 98"' in early.text
    for _ in range(2):
        saved = running.fill_in(f"{session}/live", {"values": "118/74 64 98"})
        assert saved.status_code == SAVED
    with app.app_context(), acting_as_job("test"):
        slots = [one.minute for one in db.session.scalars(sa.select(SessionReading))]
    assert sorted(slots, key=str) == [20, None], "at minute 13 the next one is too far"


def test_a_high_reading_says_what_to_do_and_a_correction_keeps_it(app, running, session):
    saved = running.fill_in(f"{session}/live", {"slot": "between", "values": "190/125 88 97"})
    if saved.status_code == 422:
        saved = running.fill_in(
            f"{session}/live",
            {"slot": "between", "values": "190/125 88 97", "keep": "190/125 88 97"},
        )
    assert saved.status_code == SAVED, words(saved)
    page = running.get(f"{session}/live")
    assert 'data-status="stop"' in page.text and "Call 911" in words(page)
    assert "nobody asked about symptoms" in words(page)
    with app.app_context(), acting_as_job("test"):
        wrong = db.session.scalars(sa.select(SessionReading)).one().ref
    right = running.fill_in(f"{session}/readings/{wrong}", {"values": "119/75 88 97"})
    assert right.status_code == SAVED, words(right)
    for path in ("live", "effect", "close", "abandon", f"readings/{wrong}"):
        assert not faults(running.get(f"{session}/{path}").text), path
    page = words(running.get(f"{session}/live"))
    assert "Corrected, kept: 190/125 mmHg" in page and "119/75 mmHg" in page
    again = running.fill_in(f"{session}/readings/{wrong}", {"values": "121/75 88 97"})
    assert again.status_code == 409, "corrected already"


def test_a_session_is_closed_only_by_its_criteria_or_abandoned_with_a_reason(app, running, session):
    said = {one.id: "yes" for one in session_rules().release.criteria}
    early = running.fill_in(f"{session}/close", said)
    assert early.status_code == 409 and "minutes after the dose" in words(early)
    assert "Your answers are kept" in words(early)
    assert running.fill_in(f"{session}/abandon", {"reason": " "}).status_code == 422
    ended = running.fill_in(f"{session}/abandon", {"reason": "The call broke off."})
    assert ended.status_code == SAVED
    page = words(running.get(f"{session}/record"))
    assert "Abandoned" in page and "The call broke off." in page and "Not taken" in page
    assert running.get(session).location.endswith("/record")
    assert running.get(f"{session}/live").status_code == 409


def test_the_second_person_sees_that_something_was_written(app, cast, running, session, clock):
    before = running.get(f"{session}/pulse").json
    fields = running.fields(f"{session}/effect")
    clock.shift(dt.timedelta(seconds=1))
    with app.app_context(), acting_as_job("test"):
        answering.record(
            found(), Part.EFFECT, [Given("notes", "Calm, eyes closed.")],
            by=By(cast.bob, "Bob Brandt"), answered_at=found().planned_at,
        )  # fmt: skip
        db.session.commit()
    assert running.get(f"{session}/pulse").json != before
    mine = running.post(f"{session}/effect", {**fields, "notes": "Talks.", "effect": "mild"})
    assert mine.status_code == 409
    assert "Calm, eyes closed." in words(mine) and "Talks." in mine.text
