"""Answering by phone: every answer is kept, a danger is told at once, and sending counts once."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy.exc import DBAPIError

from dashboard.actor import acting_as_job
from dashboard.checkins import closing
from dashboard.checkins.models import SafetyPlan
from dashboard.clinical.instruments import lay_out
from dashboard.db import db
from tests.alerts.acting import close
from tests.checkins.asked import schedule
from tests.checkins.phone import ask, phone_of
from tests.clinical.test_texts import SCOFF
from tests.kernel.test_submissions_and_links import at_once

ALERTS = "SELECT key, level, times, answers, state FROM alert ORDER BY key"
RESPONSES = "SELECT instrument, mode, answers, declined, recorded_by_id FROM response ORDER BY id"
CHOSEN = "input[checked]"


def chosen(page) -> list[str]:
    return [str(one["value"]) for one in BeautifulSoup(page.text, "html.parser").select(CHOSEN)]


def test_every_answer_is_kept_at_once_and_the_same_link_goes_on_where_one_stopped(app, cast, rows):
    asked = ask(app, cast.ann, "gad7", "counts_daily")
    phone = phone_of(app, asked)
    first = phone.get("/check-in")
    assert "12 questions" in first.text and "not watched in real time" in first.text

    assert chosen(phone.get("/check-in/1")) == []
    assert phone.answer(1, 0).location == "/check-in/2"
    assert phone.answer(2, 3).location == "/check-in/3"

    other = phone_of(app, asked)
    assert other.get("/check-in").location == "/check-in/3"
    back = other.get("/check-in/2")
    assert chosen(back) == ["3"] and 'href="/check-in/1"' in back.text
    assert back.headers["Cache-Control"] == "no-store"
    assert other.answer(2, 1).location == "/check-in/3"
    assert other.answer(2, 1).location == "/check-in/3"
    assert other.post("/check-in/8", {"act": "decline"}).location == "/check-in/9"
    assert "preferred not to answer this one" in other.get("/check-in/8").text
    assert other.answer(9, 999).location == "/check-in/10"
    assert rows("SELECT item, value, is_declined, changes FROM check_in_answer ORDER BY id") == [
        ("1", 0, 0, 0), ("2", 1, 0, 1), ("binge_times", None, 1, 0), ("vomiting_times", 999, 0, 0),
    ]  # fmt: skip
    told = rows("SELECT actor_name FROM audit_event WHERE subject = 'check_in_answer'")
    assert len(told) == 5 and all("holder of check-in link" in name for (name,) in told)
    summary = other.get("/check-in/send").text
    assert "answered 3 of 12" in summary and "Skipped" in summary
    assert "You preferred not to answer" in summary


@pytest.mark.one_database
def test_a_question_that_does_not_apply_is_passed_over(app, cast, rows):
    phone = phone_of(app, ask(app, cast.ann, "edeqs"))

    assert phone.answer(9, 0).location == "/check-in/11"
    assert phone.get("/check-in/10").location == "/check-in/11"
    assert phone.answer(10, 1).location == "/check-in/11"
    assert "Question 10 of 11" in phone.get("/check-in/11").text
    assert rows("SELECT item FROM check_in_answer") == [("9",)]


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


def test_sending_makes_one_response_of_each_questionnaire_in_order(app, cast, rows):
    asked = ask(app, cast.ann, "edeqs", "phq9", "counts_daily")
    phone = phone_of(app, asked)
    phone.fill_in_all({n: 0 for n in [*range(1, 10), 11, 12]})
    phone.fill_in_all({12 + n: 0 for n in range(1, 9)})
    phone.answer(23, 4)
    phone.post("/check-in/24", {"act": "decline"})
    assert "answered 20 of 26" in phone.get("/check-in/send").text

    sent = phone.post("/check-in/send")

    assert (sent.status_code, sent.location) == (303, "/check-in/sent")
    found = rows(RESPONSES)
    assert [row[0] for row in found] == ["edeqs", "phq9", "counts_daily"]
    assert {(row[1], row[4]) for row in found} == {("phone", None)}
    assert json.loads(found[2][2])["binge_times"] == 4
    assert json.loads(found[2][3]) == ["vomiting_times"]
    assert rows(ALERTS) == [("phq9:item9", "follow_up", 1, '{"9":null}', "open")]
    assert rows("SELECT count(*) FROM check_in WHERE finished_at IS NOT NULL") == [(1,)]
    shown = phone.get("/check-in/sent").text
    assert "Sent. Thank you." in shown and "on working days" in shown
    assert "tell the clinic" in shown.lower() and "next check-in is" not in shown
    assert phone.post("/check-in/send").location == "/check-in/sent"
    for over in (phone.get("/check-in/3"), phone.answer(3, 1), phone.get(asked.door)):
        assert over.status_code == 410
    ask(app, cast.ann, "gad7")
    with app.app_context(), db.engine.begin() as connection:
        later = "UPDATE check_in SET due_at = :due, closes_at = :end WHERE finished_at IS NULL"
        at = {"due": "2097-11-18 15:00:00+00:00", "end": "2097-12-01 15:00:00+00:00"}
        connection.execute(sa.text(later), at)
    assert "Your next check-in is <b>Monday 18 November</b>" in phone.get("/check-in/sent").text


@pytest.mark.parametrize(("is_paused", "said"), [(False, True), (True, False)])
@pytest.mark.one_database
def test_the_thanks_name_the_day_that_the_schedule_asks_next(app, cast, is_paused, said):
    with time_machine.travel(dt.datetime(2026, 11, 16, 15, tzinfo=dt.UTC), tick=False):
        schedule(
            app, cast.ann, cast.alice, "gad7", every=14, starts_on=dt.date(2026, 11, 16),
            is_paused=is_paused,
        )  # fmt: skip
        phone = phone_of(app, ask(app, cast.ann, "gad7"))
        phone.answer(1, 0)
        phone.post("/check-in/send")

        page = phone.get("/check-in/sent").text

    assert ("Your next check-in is <b>Monday 30 November</b>" in page) is said


def test_forty_taps_on_one_answer_store_it_once_and_alert_once(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phones = [phone_of(app, asked) for _ in range(40)]

    answers = at_once(40, lambda: phones.pop().answer(9, 2))

    assert {answer.location for answer in answers} == {"/check-in/help"}
    assert rows("SELECT item, value, changes FROM check_in_answer") == [("9", 2, 0)]
    assert rows("SELECT key, times FROM alert") == [("phq9:item9", 1)]
    assert rows("SELECT count(*) FROM alert_step") == [(1,)]


def test_forty_sendings_at_once_store_one_set_and_all_are_thanked(app, cast, rows):
    asked = ask(app, cast.ann, "phq9", "gad7")
    phones = [phone_of(app, asked) for _ in range(40)]
    phones[0].fill_in_all({n: 1 for n in range(1, 18)})

    answers = at_once(40, lambda: phones.pop().post("/check-in/send"))

    assert {(answer.status_code, answer.location) for answer in answers} == {
        (303, "/check-in/sent")
    }
    assert [row[0] for row in rows(RESPONSES)] == ["phq9", "gad7"]
    assert rows("SELECT key, times FROM alert") == [("phq9:item9", 1)]


def test_a_page_of_another_check_in_stores_nothing_under_the_one_opened_since(app, cast, rows):
    mine, other = ask(app, cast.ann, "phq9"), ask(app, cast.ben, "gad7")
    shared = phone_of(app, mine)
    shared.answer(1, 3)
    assert shared.enter(other).location == "/check-in"
    shared.answer(1, 0)

    shared.showing = mine
    late = [shared.answer(2, 3), shared.post("/check-in/send"), shared.post("/check-in/2")]
    without = shared.post("/check-in/2", {"answer": "3", "of": ""})

    assert {page.status_code for page in (*late, without)} == {409}
    assert all("was not saved" in page.text and "Get help now" in page.text for page in late)
    assert rows("SELECT instrument, item, value FROM check_in_answer ORDER BY id") == [
        ("phq9", "1", 3), ("gad7", "1", 0),
    ]  # fmt: skip
    shared.showing = other
    assert shared.post("/check-in/send").location == "/check-in/sent"
    shared.showing = mine
    assert shared.post("/check-in/send").status_code == 409, "Ann's were not sent"


@pytest.mark.one_database
def test_answers_are_kept_though_the_wording_was_taken_away_since(app, cast, rows, tmp_path):
    (tmp_path / "scoff.text.toml").write_text(SCOFF)
    lay_out(texts=tmp_path)
    try:
        begun, untouched = ask(app, cast.ann, "scoff", "gad7"), ask(app, cast.ann, "scoff")
        phone = phone_of(app, begun)
        phone.fill_in_all({1: 1, 2: 0})
        stale = phone.showing.marks["/check-in/1"]
    finally:
        lay_out()

    assert phone.post("/check-in/1", {"answer": "3", "of": stale}).status_code == 409
    sent = phone.post("/check-in/send")
    assert sent.location == "/check-in/sent"
    assert rows("SELECT instrument, answers FROM response") == [
        ("scoff", '{"1":1,"2":0,"3":null,"4":null,"5":null}')
    ]
    assert phone_of(app, untouched).get("/check-in").status_code == 410


@pytest.mark.one_database
def test_two_answers_to_one_question_are_none(app, cast, rows):
    phone = phone_of(app, ask(app, cast.ann, "phq9"))

    assert phone.post("/check-in/9", {"answer": ["0", "3"]}).status_code == 422
    assert rows("SELECT count(*) FROM check_in_answer") == [(0,)]


@pytest.mark.parametrize(
    "sent", ["", "7", "-1", "1.0", "３", "two", "\0x", "9" * 20, "x" * 900_000]
)
@pytest.mark.one_database
def test_what_is_no_answer_is_told_and_nothing_is_stored(app, cast, rows, sent):
    phone = phone_of(app, ask(app, cast.ann, "gad7", "counts_daily"))

    told = (phone.answer(1, sent), phone.answer(8, "1000" if sent == "7" else sent))

    for answer in told:
        assert answer.status_code == 422
        page = BeautifulSoup(answer.text, "html.parser")
        assert page.title.text.startswith("Error: ")
        assert page.select_one("[role=alert][autofocus] a")["href"] == "#answer-0"
    assert "Choose one of the answers" in told[0].text
    assert "whole number from 0 to 999" in told[1].text
    assert rows("SELECT count(*) FROM check_in_answer") == [(0,)]


@pytest.mark.one_database
def test_no_address_and_no_size_breaks_the_pages(app, cast, rows):
    phone = phone_of(app, ask(app, cast.ann, "gad7"))

    assert phone.answer(1, "x" * 10**6).status_code == 413
    for path in ("/check-in/0", "/check-in/8", f"/check-in/{10**30}"):
        answers = (phone.get(path), phone.post(path, {"answer": "1"}))
        assert {answer.status_code for answer in answers} == {404}
        assert all("Get help now" in answer.text for answer in answers)
    assert phone.post("/check-in/1", {"act": "decline"}).status_code == 422
    assert phone.post("/check-in/send").location == "/check-in", "there is nothing to send"
    assert phone.post("/check-in/help").status_code == 405
    assert rows("SELECT count(*) FROM response") == [(0,)]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE check_in_answer SET value = 3",
        "DELETE FROM check_in_answer",
        "INSERT INTO check_in_answer (id, check_in_id, instrument, item, value, is_declined,"
        " given_at, changes, patient_id) SELECT patient_id, check_in_id, instrument, '7', value,"
        " is_declined, given_at, changes, patient_id FROM check_in_answer WHERE item = '1'",
        "UPDATE check_in SET finished_at = NULL",
        "UPDATE check_in SET questionnaires = '[]'",
        "DELETE FROM check_in",
        "UPDATE safety_plan SET text = 'nothing'",
        "DELETE FROM safety_plan",
    ],
)
def test_what_was_sent_is_never_rewritten(app, cast, rows, sql):
    phone = phone_of(app, ask(app, cast.ann, "gad7"))
    phone.fill_in_all({n: 1 for n in range(1, 7)})
    phone.post("/check-in/send")
    with app.app_context(), acting_as_job("test"):
        db.session.add(SafetyPlan(patient_id=cast.ann, text="A plan", written_by_id=cast.alice))
        db.session.commit()
    tables = ("check_in", "check_in_answer", "safety_plan")
    before = [rows(f"SELECT * FROM {table}") for table in tables]

    with (
        app.app_context(),
        pytest.raises(DBAPIError, match=r"check-in|answer|safety plan"),
        db.engine.begin() as connection,
    ):
        connection.execute(sa.text(sql))

    assert [rows(f"SELECT * FROM {table}") for table in tables] == before


FORBIDDEN = re.compile(
    r"\b(scores?|scoring|weigh\w*|bmi|calor\w*|kg|lbs?|severity|severe|mild|moderate|well done|"
    r"great|good job|congratulations|proud|streak|progress made|keep it up|normal|abnormal)\b",
    re.IGNORECASE,
)


@pytest.mark.one_database
def test_no_patient_page_judges_counts_or_weighs_and_all_are_small(app, cast, nobody):
    asked = ask(app, cast.ann, "phq9", "counts_weekly", "nrs_daily")
    phone = phone_of(app, asked)
    pages = [nobody.get("/c/guessed"), nobody.get("/help-now"), nobody.get("/check-in")]
    pages += [nobody.get(asked.door), phone.get("/check-in"), phone.get("/check-in/99")]
    phone.answer(9, 2)
    paths = ["help", "safety-plan", "send", "9", "10", "11", "18"]
    pages += [phone.get(f"/check-in/{path}") for path in paths]
    phone.post("/check-in/send")
    pages.append(phone.get("/check-in/sent"))

    sheets = sum(
        len(nobody.get(f"/static/css/{name}.css").data) for name in ("tokens", "checkin")
    ) + len(nobody.get("/static/img/favicon.svg").data)
    for page in pages:
        told = BeautifulSoup(page.text, "html.parser")
        for source in told.select(".source"):
            source.decompose()
        assert not FORBIDDEN.findall(told.get_text(" ")), told.title
        assert len(page.data) + sheets < 50_000
        assert "<script" not in page.text and "woff" not in page.text
        assert len(told.find_all("h1")) == 1
        assert "tel:988" in page.text or "Get help now" in page.text
