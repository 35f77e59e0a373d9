"""The door of a check-in: it names nobody, counts every guess, and all ended links look alike."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from dashboard import links
from dashboard.actor import acting_as_job
from dashboard.checkins.models import CheckIn
from dashboard.clock import now
from dashboard.db import db
from dashboard.practice.models import Practice
from tests.cast import sign_in
from tests.checkins.phone import BORN, CHECK_IN, Phone, ask, phone_of
from tests.kernel.test_submissions_and_links import at_once

WRONG = {**BORN, "day": "15"}
HOLDER = "holder of check-in link"


def change(app, work):
    """Do something to the records behind the program's back."""
    with app.app_context(), acting_as_job("test"):
        work()
        db.session.commit()
        db.session.remove()


@pytest.mark.one_database
def test_opening_a_link_uses_nothing_up_and_names_nobody(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phone = Phone(app)

    phone.client.head(asked.door, base_url=phone.base)
    assert rows("SELECT opened_at FROM check_in") == [(None,)]
    pages = [phone.get(asked.door).text for _ in range(3)]

    for page in pages:
        assert BeautifulSoup(page, "html.parser").title.text == "Your check-in · Casement"
        assert not any(word in page for word in ("Ann", "Abel", "Test practice", "PHQ", "ketamine"))
        assert "Get help now" in page and "<script" not in page
    assert rows("SELECT used_at, wrong_proofs FROM link") == [(None, 0)]
    assert rows("SELECT opened_at, identified_at FROM check_in")[0][0] is not None
    told = rows("SELECT actor_name FROM audit_event WHERE subject = 'check_in' ORDER BY seq DESC")
    assert told[0][0].startswith(HOLDER)


def test_five_wrong_birth_dates_end_the_link_and_each_is_told(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phone = Phone(app)

    answers = [phone.enter(asked, WRONG) for _ in range(5)]

    assert [answer.status_code for answer in answers] == [422, 422, 422, 422, 410]
    for answer, left in zip(answers, ("4 tries", "3 tries", "2 tries", "one try"), strict=False):
        assert f"you have {left} left" in answer.text
    assert phone.enter(asked).status_code == 410
    told = rows(
        "SELECT actor_name, patient_id FROM audit_event"
        " WHERE action = 'failed to prove who they are'"
    )
    assert len(told) == 5 and all(name.startswith(HOLDER) for name, _ in told)


def test_a_right_birth_date_forgives_the_wrong_ones_and_leads_away_from_the_link(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phone = Phone(app)
    for _ in range(4):
        phone.enter(asked, WRONG)

    answer = phone.enter(asked)

    assert (answer.status_code, answer.location) == (303, "/check-in")
    assert rows("SELECT wrong_proofs FROM link") == [(0,)]
    assert rows("SELECT identified_at FROM check_in")[0][0] is not None
    cookie = next(c for c in answer.headers.getlist("Set-Cookie") if "check-in" in c)
    assert cookie.startswith("__Host-casement-check-in=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Test practice" in phone.get("/check-in").text


@pytest.mark.parametrize(
    "born",
    [
        {"month": "", "day": "", "year": ""},
        {"month": "2", "day": "30", "year": "1996"},
        {"month": "13", "day": "1", "year": "1996"},
        {"month": "3", "day": "14", "year": "96"},
        {"month": "3", "day": "14", "year": "2996"},
        {"month": "3", "day": "١٤", "year": "1996"},
        {"month": "3\0" * 40, "day": "<b>", "year": "\u202e" * 9},
        {"day": "14"},
        {"month": "x" * 10**5, "day": "9" * 10**5, "year": "1996"},
    ],
)
@pytest.mark.one_database
def test_what_is_no_date_is_asked_again_and_costs_no_try(app, cast, rows, born):
    asked = ask(app, cast.ann, "phq9")

    answer = Phone(app).enter(asked, born)

    assert answer.status_code == 422 and "Choose the month" in answer.text
    assert rows("SELECT wrong_proofs FROM link") == [(0,)]


@pytest.mark.one_database
def test_all_ended_links_look_exactly_alike_and_offer_help(app, cast):
    def telephone():
        db.session.get(Practice, 1).telephone = "+1 (555) 010-0199 ext. 7"

    change(app, telephone)
    one = {name: ask(app, cast.ann, "gad7") for name in ("used", "revoked", "locked", "cancelled")}
    phone = phone_of(app, one["used"])
    phone.answer(1, 0)
    phone.post("/check-in/send")
    for _ in range(5):
        Phone(app).enter(one["locked"], WRONG)
    change(app, lambda: links.revoke(CHECK_IN, subject_id=one["revoked"].id))
    change(app, lambda: cancel(cast, one["cancelled"]))
    late = ask(app, cast.ann, "gad7")

    pages = [Phone(app).get(asked.door) for asked in one.values()]
    pages += [Phone(app).enter(asked) for asked in one.values()]
    pages += [Phone(app).get("/c/guessed"), Phone(app).get("/c/\u0661%00" + "x" * 3000)]
    pages.append(phone.get("/check-in/1"))
    with time_machine.travel(now() + dt.timedelta(days=8)):
        pages.append(Phone(app).get(late.door))

    assert {page.status_code for page in pages} == {410}
    assert len({page.data for page in pages}) == 1
    for needed in ("tel:988", "sms:988", "tel:911", "tel:+15550100199", "ask your clinic"):
        assert needed in pages[0].text
    assert {len(page.headers.getlist("Set-Cookie")) for page in pages} == {0}


def cancel(cast, asked):
    check_in = db.session.get_one(CheckIn, asked.id)
    check_in.cancelled_at, check_in.cancelled_by_id = now(), cast.alice
    check_in.cancelled_reason = "asked by hand"


def test_forty_wrong_birth_dates_at_once_count_exactly(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phones = [Phone(app) for _ in range(40)]

    statuses = at_once(40, lambda: phones.pop().enter(asked, WRONG).status_code)

    assert (statuses.count(422), statuses.count(410)) == (4, 36)
    assert rows("SELECT wrong_proofs FROM link") == [(5,)]
    assert rows(
        "SELECT count(*) FROM audit_event WHERE action = 'failed to prove who they are'"
    ) == [(5,)]


def test_a_link_ended_while_answering_ends_the_visit_and_a_lost_cookie_is_told(app, cast, rows):
    asked = ask(app, cast.ann, "phq9")
    phone = phone_of(app, asked)
    phone.answer(1, 2)

    with time_machine.travel(now() + dt.timedelta(hours=3)):
        told = phone.answer(2, 2)
    assert told.status_code == 401
    assert "open your link again" in told.text and "is saved" in told.text
    without_form_token = phone.client.post(
        "/check-in/2", data={"answer": "1"}, base_url=phone.base, headers={"Referer": phone.base}
    )
    assert without_form_token.status_code == 400
    assert "so far are saved" in without_form_token.text
    change(app, lambda: links.revoke(CHECK_IN, subject_id=asked.id))
    assert phone.answer(2, 2).status_code == 410
    assert [page.status_code for page in (phone.get("/check-in"), phone.get("/check-in/help"))] == [
        410, 410,
    ]  # fmt: skip
    assert rows("SELECT item, value FROM check_in_answer") == [("1", 2)]


@pytest.mark.one_database
def test_neither_token_nor_name_nor_birth_date_reaches_a_log_line(app, cast, caplog, capfd):
    asked = ask(app, cast.ann, "phq9")
    phone = Phone(app)
    phone.get(asked.door)
    phone.enter(asked, WRONG)
    phone.enter(asked)
    phone.answer(1, "nonsense")
    phone.get("/c/guessed")

    said = caplog.text + "".join(capfd.readouterr())
    assert not any(word in said for word in (asked.token, "Abel", "1996", "nonsense"))
    with app.app_context(), db.engine.connect() as connection:
        trail = str(list(connection.execute(sa.text("SELECT * FROM audit_event"))))
    assert asked.token not in trail and "1996" not in trail


@pytest.mark.one_database
def test_a_patient_in_a_physicians_browser_acts_as_the_patient_and_keeps_nobody_signed_in(
    app, cast, rows
):
    asked = ask(app, cast.ben, "phq9")
    phone = Phone(app, sign_in_token(app, cast.alice))
    with time_machine.travel(now() + dt.timedelta(minutes=5)):
        phone.enter(asked)
        phone.answer(1, 2)
        pages = [phone.get(f"/check-in{end}").text for end in ("", "/1", "/send", "/help")]

    assert not any("Alice" in page or "Adler" in page for page in pages)
    assert rows("SELECT count(*) FROM sign_in WHERE seen_at > began_at") == [(0,)]
    told = rows("SELECT DISTINCT actor_name FROM audit_event WHERE subject = 'check_in_answer'")
    assert [name.startswith(HOLDER) for (name,) in told] == [True]
    assert phone.get(f"/patients/{cast.ben_ref}").status_code == 404, "Alice does not treat Ben"


def sign_in_token(app, user_id) -> str:
    """Sign somebody in and return what their browser keeps."""
    visitor = sign_in(app, user_id)
    with visitor.client.session_transaction(base_url=visitor.base) as session:
        return str(session["sign_in"])
