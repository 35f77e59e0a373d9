"""What the patient sent: marked as theirs, accepted one by one, never younger than they said it."""

from __future__ import annotations

import datetime as dt
import html
import io
import re
from collections.abc import Callable

import pytest
import time_machine
from flask import Flask
from pypdf import PdfReader

from dashboard.actor import acting_as_job
from dashboard.checkins import closing
from dashboard.checkins.models import CheckInAnswer
from dashboard.clinical.instruments import catalogue
from dashboard.db import db
from dashboard.intake import actions, sealing
from dashboard.intake.answers import Content
from dashboard.intake.definition import Unsaid
from dashboard.patients.models import Patient
from dashboard.scores import actions as scores
from dashboard.scores.models import Mode, Response
from tests.cast import Cast, form_fields
from tests.checkins.phone import ask
from tests.intake.conftest import Desk

NOW = dt.datetime(2026, 11, 24, 4, 52, tzinfo=dt.UTC)  # the 23rd, shortly before midnight here
DAY = dt.timedelta(days=1)
Sending = Callable[..., None]


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def sends(app: Flask, cast: Cast) -> Sending:
    """Ann answered by link so many days ago; item `last` a day later, when she sent all of it."""

    def sent(instrument: str, *, days: int = 3, last: str = "", **values: int | None) -> None:
        begun = NOW - days * DAY
        with time_machine.travel(begun, tick=False):
            asked = ask(app, cast.ann, instrument)
        with app.app_context(), acting_as_job("test data"):
            db.session.add_all(
                CheckInAnswer(
                    patient_id=cast.ann, check_in_id=asked.id, instrument=instrument, item=item,
                    value=value, is_declined=value is None,
                    given_at=begun if item != last else begun + DAY,
                )
                for item, value in values.items()
            )  # fmt: skip
            db.session.commit()
            closing.end(asked.id, at=begun + DAY)
            db.session.commit()
            db.session.remove()

    return sent


def page_of(desk: Desk) -> str:
    return html.unescape(desk.visitor.get(f"{desk.path}/sent").text)


def buttons(page: str, act: str) -> list[str]:
    return re.findall(rf'name="{act}" value="([^"]+)"', page)


def button(page: str, act: str, part: str) -> str:
    """Return what a button of an answer sends; `part` is such as /4/attempts_ever."""
    return next(one for one in buttons(page, act) if f"{part}~" in one)


def press(desk: Desk, act: str, part: str):
    page = page_of(desk)
    return desk.visitor.post(
        f"{desk.path}/sent", {**form_fields(page), act: button(page, act, part)}
    )


def contents(app: Flask, cast: Cast) -> dict[str, Content]:
    with app.app_context(), acting_as_job("look"):
        found = next(iter(actions.evaluations(cast.ann)))
        return dict(actions.contents(actions.sections_of(found)))


def test_nothing_enters_by_itself_and_an_accepted_answer_keeps_the_patients_day(
    app, cast, desk, sends
):
    sends("asq", last="5", **{"1": 1, "2": 0, "3": 0, "4": 1, "5": 0})
    beside = html.unescape(desk.visitor.get(desk.section("risk")).text)
    before = contents(app, cast)
    accepted = press(desk, "accept", "/4/attempts_ever")
    risk = contents(app, cast)["risk"]
    form = html.unescape(desk.visitor.get(desk.section("risk")).text)

    assert "5 answers to accept" in beside
    assert "Have you ever tried to kill yourself?" in beside
    assert before == {}
    assert accepted.status_code == 303
    assert risk["attempts_ever"].value is True
    assert str(risk["attempts_ever"].on) == "2026-11-20"
    assert risk["attempts_ever"].sent.name == "ASQ"
    assert "P from the patient" in form
    assert "Yes: ASQ question 4, 20-Nov-2026" in form
    assert "4 answers to accept" in form
    page = page_of(desk)
    assert "ASQ question 5, 21-Nov-2026" in page, "begun on one day, sent on the next"
    assert "A danger is open" in page


def test_saved_beside_it_stays_the_patients_and_changed_it_is_the_physicians(
    app, cast, desk, sends
):
    sends("asq", **{"4": 1})
    press(desk, "accept", "/4/attempts_ever")
    desk.write("risk", {"means": "no"})
    kept = contents(app, cast)["risk"]["attempts_ever"]
    desk.write("risk", {"attempts_ever": "no"})
    changed = contents(app, cast)["risk"]["attempts_ever"]
    former = html.unescape(desk.visitor.get(f"{desk.section('risk')}/former").text)
    page = page_of(desk)

    assert kept.sent is not None
    assert str(kept.on) == "2026-11-20"
    assert changed.sent is None
    assert str(changed.on) == "2026-11-23"
    assert "ASQ question 4, 20-Nov-2026" in former, "what it was stays readable"
    assert "Accepted, changed since" in page
    assert not buttons(page, "accept"), "decided once, it is not offered again"


def test_asked_again_today_makes_it_the_physicians_but_never_a_quotation(app, cast, desk, sends):
    sends("asq", **{"1": 1, "4": 1})
    press(desk, "accept", "/4/attempts_ever")
    press(desk, "accept", "/1/-")
    desk.write("risk", {"asked_again": "y"})
    risk = contents(app, cast)["risk"]

    assert risk["attempts_ever"].sent is None
    assert str(risk["attempts_ever"].on) == "2026-11-23"
    quoted = next(one for key, one in risk.items() if key.endswith("/-"))
    assert str(quoted.on) == "2026-11-20"


def test_a_contradiction_shows_both_and_is_replaced_only_by_a_button_that_says_so(
    app, cast, desk, sends
):
    desk.write("risk", {"attempts_ever": "no"})
    sends("asq", **{"4": 1})
    page = page_of(desk)
    seen = button(page, "accept", "/4/attempts_ever")
    desk.write("risk", {"attempts_ever": "unknown"})

    unseen = desk.visitor.post(f"{desk.path}/sent", {**form_fields(page), "accept": seen})
    between = contents(app, cast)["risk"]["attempts_ever"]
    replaced = press(desk, "accept", "/4/attempts_ever")
    taken = contents(app, cast)["risk"]["attempts_ever"]
    press(desk, "undo", "/4/attempts_ever")
    back = contents(app, cast)["risk"]["attempts_ever"]

    assert "The intake says otherwise: No (written here, 23-Nov-2026)" in page
    assert "Replace with the patient’s answer" in page
    assert unseen.status_code == 409
    assert between.value is Unsaid.UNKNOWN
    assert replaced.status_code == 303
    assert taken.value is True
    assert (back.value, back.sent) == (Unsaid.UNKNOWN, None)


def test_set_aside_is_remembered_and_can_be_taken_back(app, cast, desk, sends):
    sends("phq9", **{str(item): 1 for item in range(1, 10)})
    press(desk, "aside", "/9/-")
    aside = page_of(desk)
    press(desk, "undo", "/9/-")
    again = page_of(desk)

    assert "Set aside" in aside
    assert not any("/9/-~" in one for one in buttons(aside, "accept"))
    assert any("/9/-~" in one for one in buttons(again, "accept"))
    assert "attempts_ever" not in contents(app, cast)["risk"]


def test_a_refusal_is_an_answer_and_a_blank_is_none(app, cast, desk, sends):
    sends("asq", **{"1": 0, "4": None})
    page = page_of(desk)
    press(desk, "accept", "/4/attempts_ever")

    assert "preferred not to answer" in page
    assert len(buttons(page, "accept")) == 2, "questions 2, 3 and 5 were left blank"
    assert contents(app, cast)["risk"]["attempts_ever"].value is Unsaid.DECLINED


def test_only_the_newest_that_counts_and_only_this_patients_is_offered(app, cast, desk, sends):
    sends("asq", days=5, **{"4": 1})
    sends("asq", days=2, **{"4": 0})
    sends("gad7", days=60, **{"1": 1})
    page = page_of(desk)
    key = button(page, "accept", "/4/attempts_ever")
    with app.app_context(), acting_as_job("test data"):
        newest = db.session.query(Response).order_by(Response.taken_at.desc()).first()
        scores.record(
            db.session.get_one(Patient, cast.ann), instrument=catalogue()["asq"],
            answers={"4": 1}, taken_at=newest.taken_at, zone="UTC", mode=Mode.PAPER,
            by=cast.alice, supersedes=newest,
        )  # fmt: skip
        bens = scores.record(
            db.session.get_one(Patient, cast.ben), instrument=catalogue()["asq"],
            answers={"4": 1}, taken_at=NOW, zone="UTC", mode=Mode.PHONE, by=None,
        )  # fmt: skip
        db.session.commit()
        bens_key = f"sent/{bens.ref}/4/attempts_ever~"
        db.session.remove()
    corrected = page_of(desk)
    refused = [
        desk.visitor.post(f"{desk.path}/sent", {**form_fields(corrected), "accept": one})
        for one in (key, bens_key, "sent/x/4/attempts_ever~", "", "\x00", "~" * 10**5)
    ]

    assert len(buttons(page, "accept")) == 1, "the newest of each, and none of two months ago"
    assert "“A suicide attempt ever”: <b>No</b>" in page
    assert "“A suicide attempt ever”: <b>Yes</b>" in corrected, "the older one counts again as sent"
    assert {one.status_code for one in refused} == {409}
    assert contents(app, cast) == {}


def test_what_was_accepted_and_is_in_error_now_is_named(app, cast, desk, sends):
    sends("asq", **{"4": 1})
    press(desk, "accept", "/4/attempts_ever")
    with app.app_context(), acting_as_job("test data"):
        scores.mark_in_error(
            db.session.query(Response).one(), reason="another person's", by=cast.alice
        )
        db.session.commit()
        db.session.remove()

    for path in (f"{desk.path}/sent", desk.section("risk"), desk.path):
        page = html.unescape(desk.visitor.get(path).text)
        assert "the response does not count any more" in page, path


def test_signed_it_is_sealed_read_and_printed_as_the_patients(app, cast, desk, finish, sends, rows):
    sends("asq", **{"1": 1, "4": 1})
    press(desk, "accept", "/4/attempts_ever")
    press(desk, "accept", "/1/-")
    finish()
    signed = desk.visitor.fill_in(f"{desk.path}/sign", {})
    read, printed = (
        html.unescape(desk.visitor.get(path).text) for path in (desk.path, f"{desk.path}/print")
    )
    paper = PdfReader(io.BytesIO(desk.visitor.post(f"{desk.path}/pdf").data))
    text = " ".join(" ".join(one.extract_text() for one in paper.pages).split())

    assert signed.status_code == 303
    for page in (read, printed):
        assert "P from the patient" in page
        assert "ASQ question 4, 20-Nov-2026" in page
        assert "have you wished you were dead?” Yes" in page
    assert "P from the patient: ASQ question 4, 20-Nov-2026" in text
    with app.app_context(), acting_as_job("verify"):
        assert sealing.verify() == sealing.Verdict(1)
    assert '"response"' in rows("SELECT content FROM evaluation_section WHERE key = 'risk'")[0][0]
    late = desk.visitor.post(f"{desk.path}/sent", {"accept": "sent/x/1/-~"})
    assert late.status_code in {409, 422}


def test_the_clearance_hears_whose_answer_it_is(app, cast, desk, sends):
    sends("counts_weekly", **{"vomiting_times": 4, "binge_days": 0, "laxative_days": 0})
    page = page_of(desk)
    press(desk, "accept", "/vomiting_times/purging")
    with app.app_context(), acting_as_job("look"):
        fact = actions.facts(cast.ann)["purging"]

    assert not any("/laxative_days/purging" in one for one in buttons(page, "accept")), (
        "none in 7 days is no answer for 3 months"
    )
    assert fact.value is True
    assert fact.is_stated
    assert fact.source.startswith("patient, Weekly counts question vomiting_times; Intake 1")
    assert str(fact.stated_on) == "2026-11-20"


def test_the_intake_set_is_asked_ahead_in_two_check_ins(alice, cast, sends):
    path = f"/patients/{cast.ann_ref}/check-ins/ask?ahead=intake&with=pain"
    first = alice.get(path)
    ticked = re.findall(r'value="(\w+)"[^>]*checked|checked[^>]*value="(\w+)"', first.text)
    chosen = [one or other for one, other in ticked if "link" not in (one, other)]
    sent = alice.fill_in(path, {"chosen": chosen})
    second = alice.get(html.unescape(re.search(r'href="([^"]+ahead=intake[^"]*)"', sent.text)[1]))

    assert {"asq", "phq9", "edeqs", "gad7", "auditc", "peg"} <= set(chosen)
    assert "pcptsd5" not in chosen
    assert "Left for a check-in of its own" in first.text
    assert "questions: PC-PTSD-5 (6)" in first.text
    assert sent.status_code == 200
    assert "Still to ask ahead of the intake: PC-PTSD-5 (6 questions)" in sent.text
    assert "Ticked from the intake set: PC-PTSD-5 (6 questions)." in second.text
    assert "PHQ-9 is being asked already" in second.text
