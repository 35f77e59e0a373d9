"""A danger answered by phone is told at once, once, and leads to help."""

from __future__ import annotations

import pytest

from dashboard.actor import acting_as_job
from dashboard.checkins import closing
from dashboard.checkins.models import SafetyPlan
from dashboard.db import db
from tests.alerts.acting import close
from tests.checkins.phone import ask, phone_of
from tests.kernel.test_submissions_and_links import at_once

ALERTS = "SELECT key, level, times, answers, state FROM alert ORDER BY key"


def test_a_suicidal_answer_is_alerted_before_the_next_click_and_leads_to_help(app, cast, rows):
    phone = phone_of(app, ask(app, cast.ann, "phq9", "gad7"))
    phone.fill_in_all({n: 1 for n in range(1, 9)})

    assert phone.answer(9, 1).location == "/check-in/help"
    assert rows(ALERTS) == [("phq9:item9", "same_day", 1, '{"9":1}', "open")]
    assert rows("SELECT owner_id, check_in_id FROM alert")[0][0] is not None
    page = phone.get("/check-in/help").text
    for needed in ("Thank you for telling us", "better off dead", "tel:988", "sms:988", "tel:911"):
        assert needed in page
    assert "no crisis line" in page or "not a crisis line" in page
    assert phone.get("/check-in").location == "/check-in/10"
    assert phone.answer(9, 1).location == "/check-in/help", "a second tap must not pass help by"
    assert rows(ALERTS)[0][2] == 1

    assert phone.answer(9, 3).location == "/check-in/help"
    assert rows(ALERTS)[0][1] == "immediate"
    phone.answer(9, 0)
    assert rows(ALERTS)[0][1:] == ("immediate", 1, '{"9":0}', "open")
    assert phone.answer(9, 2).location == "/check-in/help"
    phone.post("/check-in/send")
    assert rows(ALERTS)[0][1:] == ("immediate", 1, '{"9":2}', "open")
    steps = [kind for (kind,) in rows("SELECT kind FROM alert_step ORDER BY at, id")]
    assert steps[0] == "raised" and steps.count("answer changed") == 3
    assert rows("SELECT count(*) FROM alert WHERE response_id IS NOT NULL") == [(1,)]


@pytest.mark.parametrize("how", ["sent", "ended"])
def test_an_alert_closed_while_the_patient_goes_on_is_not_raised_again_by_the_sending(
    app, cast, alice, rows, how
):
    asked = ask(app, cast.ann, "phq9")
    phone = phone_of(app, asked)
    phone.fill_in_all({n: 0 for n in range(1, 9)})
    phone.answer(9, 3)
    close(alice, f"/patients/{cast.ann_ref}/alerts", "I spoke with her at once.")

    phone.answer(8, 1)
    if how == "sent":
        phone.post("/check-in/send")
    else:
        with app.app_context(), acting_as_job("test"):
            closing.end(asked.id)
            db.session.commit()

    (response,) = rows("SELECT ref FROM response")
    assert alice.get(f"/patients/{cast.ann_ref}/scores/{response.ref}").status_code == 200
    assert rows("SELECT key, state, times FROM alert") == [("phq9:item9", "closed", 1)]


def test_an_answer_changed_after_its_alert_was_closed_is_a_new_alert(app, cast, alice, rows):
    phone = phone_of(app, ask(app, cast.ann, "phq9"))
    phone.fill_in_all({n: 0 for n in range(1, 9)})
    phone.answer(9, 1)
    close(alice, f"/patients/{cast.ann_ref}/alerts", "I spoke with her at once.")

    phone.answer(9, 2)
    phone.post("/check-in/send")

    assert rows("SELECT state, times, answers FROM alert ORDER BY raised_at") == [
        ("closed", 1, '{"9":1}'), ("open", 1, '{"9":2}'),
    ]  # fmt: skip


def test_declining_to_say_whether_one_is_in_danger_now_is_alerted_too(app, cast, rows):
    phone = phone_of(app, ask(app, cast.ann, "asq"))

    assert phone.answer(1, 0).location == "/check-in/2"
    assert phone.answer(2, 1).location == "/check-in/help"
    assert phone.post("/check-in/5", {"act": "decline"}).location == "/check-in/help"
    assert "You preferred not to answer" in phone.get("/check-in/help").text
    assert {row[:3] for row in rows(ALERTS)} == {
        ("asq:suicide_now", "immediate", 1), ("asq:suicide_screen", "same_day", 1),
    }  # fmt: skip


@pytest.mark.one_database
def test_a_danger_that_can_wait_does_not_interrupt(app, cast, rows):
    phone = phone_of(app, ask(app, cast.ann, "nrs_session"))

    assert phone.answer(5, 200).location == "/check-in/send"
    assert [row[:2] for row in rows(ALERTS)] == [("nrs_session:not_back_to_baseline", "next_visit")]
    assert "Thank you for telling us" not in phone.get("/check-in/help").text


def test_help_is_open_to_anyone_and_the_newest_safety_plan_to_its_patient(app, cast, nobody):
    asked = ask(app, cast.ann, "gad7")
    phone = phone_of(app, asked)
    assert "No safety plan has been written" in phone.get("/check-in/safety-plan").text
    for words in ("An old plan", "Call my sister first"):
        with app.app_context(), acting_as_job("test"):
            plan = SafetyPlan(patient_id=cast.ann, text=words, written_by_id=cast.alice)
            db.session.add(plan)
            db.session.commit()

    shown = phone.get("/check-in/safety-plan").text
    assert "Call my sister first" in shown and "An old plan" not in shown
    page = nobody.get("/help-now").text
    assert "tel:988" in page and "Test practice" not in page and "Go on" not in page
    assert "Go on with the check-in" in phone.get("/help-now").text


def test_forty_taps_on_one_answer_store_it_once_and_alert_once(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phones = [phone_of(app, asked) for _ in range(40)]

    answers = at_once(40, lambda: phones.pop().answer(9, 2))

    assert {answer.location for answer in answers} == {"/check-in/help"}
    assert rows("SELECT item, value, changes FROM check_in_answer") == [("9", 2, 0)]
    assert rows("SELECT key, times FROM alert") == [("phq9:item9", 1)]
    assert rows("SELECT count(*) FROM alert_step") == [(1,)]
