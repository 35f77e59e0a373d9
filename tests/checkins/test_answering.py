"""Answering by phone: every answer is kept at once, and sending counts once."""

from __future__ import annotations

import datetime as dt
import json

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from dashboard.clinical.instruments import lay_out
from dashboard.db import db
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
