"""What is no answer is told, what was sent stays as it was, and no page judges."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from bs4 import BeautifulSoup
from sqlalchemy.exc import DBAPIError

from dashboard.actor import acting_as_job
from dashboard.checkins.models import SafetyPlan
from dashboard.db import db
from tests.checkins.phone import ask, phone_of


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
