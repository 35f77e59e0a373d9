"""The physician's pages: what is asked, when, by which link, and what became of it."""

import datetime as dt
from contextlib import contextmanager
from threading import Thread

import pytest
import sqlalchemy as sa
import time_machine
from bs4 import BeautifulSoup

from dashboard.checkins import answering, closing
from dashboard.checkins.models import CheckIn, CheckInAnswer
from dashboard.db import db
from dashboard.patients.models import Patient
from tests.cast import sign_in
from tests.checkins.asked import (
    DAY,
    MONDAY,
    answer,
    as_job,
    letters,
    mailing,
    round_at,
    schedule,
    token_in,
)

NASTY = {
    "a NUL": "7\0",
    "too much": "9" * 1_000_000,
    "markup": "<script>alert(1)</script>",
    "a signalling number": "sNaN",
    "another script": "٧",
    "an underscore": "3_0",
    "2 to the 63": str(2**63),
    "right to left": "\u202e7",
    "negative": "-7",
}


@pytest.fixture
def outbox(app, tmp_path):
    with mailing(app, tmp_path) as folder:
        yield folder


@pytest.fixture
def pages(cast):
    return f"/patients/{cast.ann_ref}/check-ins"


def has_address(app, cast, email="ann@example.org"):
    with as_job(app):
        db.session.get_one(Patient, cast.ann).email = email
        db.session.commit()


def main_text(answer):
    return BeautifulSoup(answer.text, "html.parser").find("main").get_text(" ", strip=True)


@contextmanager
def working_at(app, cast, moment):
    """Give Alice at work at a moment, signed in there and then."""
    with time_machine.travel(moment, tick=False):
        yield sign_in(app, cast.alice)


def link_on(answer):
    return BeautifulSoup(answer.text, "html.parser").find(id="address")["value"]


def test_alice_takes_the_default_set_and_sees_what_is_asked_when(app, cast, pages, outbox):
    has_address(app, cast)
    with as_job(app):
        db.session.get_one(Patient, cast.ann).diagnosis_codes = "F50.01"
        db.session.commit()
    with working_at(app, cast, MONDAY) as alice:
        empty = main_text(alice.get(pages))
        offer = alice.get(f"{pages}/schedule/default")
        ticked = BeautifulSoup(offer.text, "html.parser").select("[name=chosen][checked]")
        chosen = [box["value"] for box in ticked]
        saved = alice.fill_in(f"{pages}/schedule/default", {"chosen": chosen})
        shown = main_text(alice.get(pages))
        nothing_left = main_text(alice.get(f"{pages}/schedule/default"))
    done = round_at(app, MONDAY)
    with working_at(app, cast, MONDAY) as alice:
        later = main_text(alice.get(pages))

    assert "No instruments yet" in empty and "Default set: EDE-QS" in empty
    assert "Why these" in offer.text and len(chosen) >= 4 and saved.status_code == 303
    assert "EDE-QS every 7 days now" in shown, shown
    assert "EDE-QS every 7 days 09-Nov-2026 09:00 ET" in later
    assert "All of it is on the schedule" in nothing_left
    assert (done.counts["made"], done.counts["invited"]) == (1, 1)


WRONG = {
    "too often": ({"every_days": "6"}, "at the soonest"),
    "no number": ({"every_days": ""}, "Enter a number of days"),
    "a day before today": ({"starts_on": "2020-01-01"}, "Enter a day from"),
    "an impossible day": ({"starts_on": "31-Feb-2027"}, "does not exist"),
    "no day": ({"starts_on": ""}, "Enter the first day"),
    "an unknown questionnaire": ({"instrument": "phq10"}, "from the list"),
    "one without text": ({"instrument": "edeq6"}, "from the list"),
    "a made-up timing": ({"timing": "hourly"}, "calendar or the doses"),
    "hours that are none": ({"timing": "after", "hours_after": "24;72"}, "whole hours"),
    "no hours": ({"timing": "after", "hours_after": ""}, "whole hours"),
    "hours too close": ({"timing": "after", "hours_after": "24, 30"}, "at the soonest"),
    **{f"days: {what}": ({"every_days": text}, "") for what, text in NASTY.items()
       if what not in {"a NUL", "right to left"}},
    **{f"hours: {what}": ({"timing": "after", "hours_after": text}, "") for what, text
       in NASTY.items() if what not in {"a NUL", "right to left"}},
}  # fmt: skip


@pytest.mark.one_database
def test_a_schedule_that_would_ask_wrongly_is_refused_with_the_reason(alice, pages, rows):
    good = {"instrument": "edeqs", "timing": "calendar", "every_days": "7", "starts_on": "t"}
    fields = {**alice.fields(f"{pages}/schedule/add"), **good}
    for what, (changes, words) in WRONG.items():
        refused = alice.post(f"{pages}/schedule/add", {**fields, **changes})

        assert refused.status_code in {413, 422}, what
        assert words in main_text(refused), what
        assert not rows("SELECT id FROM schedule_entry"), what

    assert alice.post(f"{pages}/schedule/add", fields).status_code == 303
    again = alice.fill_in(f"{pages}/schedule/add", good)
    assert again.status_code == 422 and "on the schedule already" in main_text(again)


def test_a_changed_entry_replaces_the_old_one_and_an_ended_one_is_kept(app, cast, pages, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    with working_at(app, cast, MONDAY) as alice:
        (before,) = rows("SELECT ref FROM schedule_entry")
        path = f"{pages}/schedule/{before.ref}"
        assert alice.fill_in(path, {"every_days": "14"}).status_code == 303
        stale = alice.get(path)
        (present,) = rows("SELECT ref, every_days FROM schedule_entry WHERE ended_at IS NULL")
        ended = [alice.post(f"{pages}/schedule/{present.ref}/end") for _ in range(2)]

    assert stale.status_code == 409 and present.every_days == 14
    assert [one.status_code for one in ended] == [303, 303]
    assert len(rows("SELECT id FROM schedule_entry WHERE ended_at IS NOT NULL")) == 2


def test_an_entry_added_after_todays_check_in_starts_tomorrow(app, cast, pages, outbox):
    schedule(app, cast.ann, cast.alice, "edeqs")
    round_at(app, MONDAY)
    with working_at(app, cast, MONDAY) as alice:
        assert alice.fields(f"{pages}/schedule/add")["starts_on"] == "03-Nov-2026"


def test_a_pause_makes_nothing_and_its_days_are_not_made_up(app, cast, pages, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    with working_at(app, cast, MONDAY - DAY) as alice:
        stale = alice.fields(f"{pages}/schedule")
        assert alice.fill_in(f"{pages}/schedule", {"is_paused": "yes"}).status_code == 303
        assert "Paused" in main_text(alice.get(pages))
        late = alice.post(f"{pages}/schedule", {**stale, "hour": "3"})
    paused = round_at(app, MONDAY)
    with working_at(app, cast, MONDAY + DAY) as alice:
        alice.fill_in(f"{pages}/schedule", {"is_paused": "no", "hour": "14"})
    resumed = round_at(app, MONDAY + DAY)
    next_week = round_at(app, MONDAY + 7 * DAY + dt.timedelta(hours=5))

    assert late.status_code == 409 and "Paused" in main_text(late)
    assert not paused.counts and not resumed.counts and next_week.counts["made"] == 1


def test_alice_asks_now_by_e_mail_once_however_often_she_presses(app, cast, alice, pages, outbox):
    has_address(app, cast)
    fields = alice.fields(f"{pages}/ask")
    answers = [
        alice.post(f"{pages}/ask", {**fields, "chosen": ["phq9", "edeqs"], "way": "email"})
        for _ in range(2)
    ]

    assert [one.status_code for one in answers] == [303, 303]
    ((to, _),) = letters(outbox)
    shown = main_text(alice.get(pages))
    assert to == "ann@example.org" and "Waiting" in shown and "EDE-QS, PHQ-9" in shown
    assert "0 of 22" in shown


def test_a_link_is_shown_once_opens_the_check_in_and_ends_the_one_before(
    app, cast, alice, nobody, pages, rows
):
    page = alice.fill_in(f"{pages}/ask", {"chosen": ["gad7"], "way": "link"})
    first = link_on(page)
    (check_in,) = rows("SELECT ref FROM check_in")
    second = link_on(alice.post(f"{pages}/{check_in.ref}/link"))

    assert page.headers["Cache-Control"].startswith("no-store")
    assert first != second and first not in alice.get(pages).text
    assert nobody.get(f"/c/{token_in(first)}").status_code == 410
    assert nobody.get(f"/c/{token_in(second)}").status_code == 200
    assert not rows(
        "SELECT seq FROM audit_event WHERE detail LIKE :token", token=f"%{token_in(second)}%"
    )


@pytest.mark.one_database
def test_without_mail_or_address_the_page_says_so_and_offers_the_link(app, cast, alice, pages):
    assert "CASEMENT_MAIL" in main_text(alice.get(pages))
    refused = alice.fill_in(f"{pages}/ask", {"chosen": ["gad7"], "way": "email"})
    assert refused.status_code == 422


@pytest.mark.one_database
def test_asking_twice_is_refused_and_an_overlap_must_be_confirmed(app, cast, pages, outbox, rows):
    has_address(app, cast)
    ask = {"chosen": ["phq9"], "way": "link"}
    with working_at(app, cast, MONDAY) as alice:
        alice.fill_in(f"{pages}/ask", ask)
        twice = alice.fill_in(f"{pages}/ask", ask)
        (made,) = rows("SELECT id, ref FROM check_in")
        finish(app, made.ref)
    with working_at(app, cast, MONDAY + 6 * DAY) as alice:
        too_soon = alice.fill_in(f"{pages}/ask", {**ask, "confirmed": "y"})
    with working_at(app, cast, MONDAY + 8 * DAY) as alice:
        overlap = alice.fill_in(f"{pages}/ask", ask)
        confirmed = alice.fill_in(f"{pages}/ask", {**ask, "confirmed": "y"})

    assert twice.status_code == 422 and "being asked already" in main_text(twice)
    assert too_soon.status_code == 422 and "at least 7 days apart" in main_text(too_soon)
    assert overlap.status_code == 422 and "6 days would be asked about twice" in main_text(overlap)
    assert confirmed.status_code == 200 and link_on(confirmed)


def finish(app, ref):
    """Let the patient's nine zeros be on the chart and the check-in be over."""
    with as_job(app):
        check_in_id = db.session.scalars(sa.select(CheckIn.id).where(CheckIn.ref == ref)).one()
    answer(app, check_in_id, dt.datetime.now(dt.UTC), **{f"phq9_{n}": 0 for n in range(1, 10)})
    with as_job(app):
        closing.end(check_in_id)
        db.session.commit()


@pytest.mark.one_database
def test_a_request_that_is_none_is_refused_at_its_field(alice, pages, rows):
    fields = alice.fields(f"{pages}/ask")
    for chosen in (
        [],
        ["phq10"],
        ["edeq6"],
        ["pcl5", "dass21"],
        *([text] for text in NASTY.values()),
    ):
        refused = alice.post(f"{pages}/ask", {**fields, "chosen": chosen, "way": "link"})
        assert refused.status_code in {413, 422}, str(chosen)[:80]
    assert "at most 40" in main_text(
        alice.post(f"{pages}/ask", {**fields, "chosen": ["pcl5", "dass21"], "way": "link"})
    )
    assert not rows("SELECT id FROM check_in")


def test_a_request_is_taken_back_with_a_reason_and_one_begun_is_ended(
    app, cast, alice, nobody, pages, rows
):
    link = link_on(alice.fill_in(f"{pages}/ask", {"chosen": ["gad7"], "way": "link"}))
    (made,) = rows("SELECT ref FROM check_in")
    silent = alice.fill_in(f"{pages}/{made.ref}/cancel", {"reason": " "})
    taken_back = alice.fill_in(f"{pages}/{made.ref}/cancel", {"reason": "asked by mistake"})
    alice.fill_in(f"{pages}/ask", {"chosen": ["phq9"], "way": "link"})
    (begun,) = rows("SELECT ref FROM check_in WHERE cancelled_at IS NULL")
    with as_job(app):
        check_in_id = db.session.scalars(
            sa.select(CheckIn.id).where(CheckIn.ref == begun.ref)
        ).one()
    answer(app, check_in_id, dt.datetime.now(dt.UTC), phq9_1=1)
    refused = alice.fill_in(f"{pages}/{begun.ref}/cancel", {"reason": "asked by mistake"})
    ended = [alice.post(f"{pages}/{begun.ref}/end") for _ in range(2)]

    assert silent.status_code == 422 and taken_back.status_code == 303
    assert nobody.get(f"/c/{token_in(link)}").status_code == 410
    assert alice.post(f"{pages}/{made.ref}/link").status_code == 409
    assert refused.status_code == 409 and [one.status_code for one in ended] == [303, 303]
    assert len(rows("SELECT id FROM response")) == 1
    shown = main_text(alice.get(pages))
    assert "Cancelled" in shown and "asked by mistake" in shown and "Ended unfinished" in shown


@pytest.mark.one_database
def test_a_request_is_not_taken_back_while_its_patient_is_answering(app, cast, alice, pages, rows):
    alice.fill_in(f"{pages}/ask", {"chosen": ["gad7"], "way": "link"})
    (made,) = rows("SELECT ref FROM check_in")
    form = alice.fields(f"{pages}/{made.ref}/cancel")
    told = []

    def cancel():
        path = f"{pages}/{made.ref}/cancel"
        told.append(alice.post(path, {**form, "reason": "by mistake"}).status_code)

    with as_job(app):
        check_in = answering.held(db.session.scalars(sa.select(CheckIn.id)).one())
        given = CheckInAnswer(
            patient_id=cast.ann, check_in_id=check_in.id, instrument="gad7", item="1", value=3
        )
        db.session.add(given)
        db.session.flush()
        at_the_desk = Thread(target=cancel)
        at_the_desk.start()
        at_the_desk.join(1)
        assert at_the_desk.is_alive(), "it waits for the answer"
        db.session.commit()
    at_the_desk.join()

    assert told == [409]
    assert rows("SELECT cancelled_at FROM check_in") == [(None,)]


def test_a_link_locked_by_wrong_birth_dates_is_shown_and_a_new_one_opens(
    app, cast, alice, pages, rows
):
    alice.fill_in(f"{pages}/ask", {"chosen": ["gad7"], "way": "link"})
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(sa.text("UPDATE link SET wrong_proofs = 5 WHERE purpose = 'check-in'"))
    assert "Locked: five wrong birth dates" in main_text(alice.get(pages))

    (made,) = rows("SELECT ref FROM check_in")
    alice.post(f"{pages}/{made.ref}/link")

    assert "Locked" not in main_text(alice.get(pages))


def test_a_safety_plan_has_versions_and_the_newest_holds(cast, alice, rows):
    path = f"/patients/{cast.ann_ref}/safety-plan"
    for text in ("Call Ben.", "Call Ben.\n<b>Then</b> 988."):
        assert alice.fill_in(path, {"text": text}).status_code == 303
    wrong = [alice.fill_in(path, {"text": text}) for text in (" ", "\0", "x" * 4001)]

    shown = alice.get(path)
    assert [one.status_code for one in wrong] == [422] * 3
    assert "&lt;b&gt;Then" in shown.text and "Call Ben." in shown.text
    assert len(rows("SELECT id FROM safety_plan")) == 2
    assert "Then" in main_text(alice.get(f"/patients/{cast.ann_ref}/check-ins"))


def test_the_page_costs_the_same_after_years_of_check_ins(
    app, cast, alice, pages, counting, outbox
):
    schedule(app, cast.ann, cast.alice, "edeqs", "phq9", "gad7", every=14)

    def cost(alice):
        with counting() as sent:
            assert alice.get(pages).status_code == 200
        return len(sent)

    with working_at(app, cast, MONDAY) as alice:
        few = cost(alice)
    for week in range(0, 40, 2):
        round_at(app, MONDAY + week * 7 * DAY)
    with working_at(app, cast, MONDAY + 40 * 7 * DAY) as alice:
        many = cost(alice)

    assert many == few <= 8 + 5  # access and trail besides


def test_a_round_from_the_command_line_says_counts_and_no_names(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    with time_machine.travel(MONDAY, tick=False):
        done = app.test_cli_runner().invoke(args=["checkins", "send"])

    assert done.exit_code == 0 and "1 made, 1 invited" in done.output
    assert "ann" not in done.output.lower()
