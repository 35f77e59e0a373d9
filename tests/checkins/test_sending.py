"""Sending: each invitation once, neutrally, and silence is noticed."""

import datetime as dt
import json
import threading
import uuid

import pytest
import time_machine

from dashboard import links
from dashboard.actor import acting_as_job
from dashboard.checkins import making, rounds, sending
from dashboard.checkins.models import CheckIn, ScheduleEntry, Timing
from dashboard.db import db
from dashboard.errors import LinkEnded
from dashboard.links import Purpose
from dashboard.mail import NotSent
from dashboard.mail_route import Off, Smtp
from dashboard.patients.models import Patient, Status
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
from tests.mail_server import serve

MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def outbox(app, tmp_path):
    with mailing(app, tmp_path) as folder:
        yield folder


def check_ins(rows):
    return rows("SELECT * FROM check_in ORDER BY due_at, occasion")


def key(row):
    return row.id if isinstance(row.id, uuid.UUID) else uuid.UUID(row.id)


def test_a_due_check_in_is_made_and_sent_once_however_often_one_looks(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs", "phq9", every=14)

    first = round_at(app, MONDAY)
    again = [round_at(app, MONDAY + n * MINUTE) for n in range(1, 4)]
    in_two_weeks = round_at(app, MONDAY + 14 * DAY)

    assert (first.counts["made"], first.counts["invited"], first.failed) == (1, 1, 0)
    assert not any(one.counts or one.failed for one in again)
    assert in_two_weeks.counts["made"] == 1 and in_two_weeks.counts["missed"] == 1
    made = check_ins(rows)
    assert [row.occasion for row in made] == ["2026-11-02", "2026-11-16"]
    assert [name for name, _ in json.loads(made[0].questionnaires)] == ["edeqs", "phq9"]


def test_a_message_is_neutral_and_its_link_opens_the_check_in(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "phq9", every=14)
    with time_machine.travel(MONDAY, tick=False):
        round_at(app, MONDAY)
        ((to, text),) = letters(outbox)

        with app.app_context(), acting_as_job("test data"):
            opened = links.present(token_in(text), Purpose.CHECK_IN)
            db.session.remove()
    assert opened.subject_id == key(check_ins(rows)[0])
    assert to == "ann@example.org"
    assert "Monday, November 9, 9:00 am ET" in text
    for word in ("Ann", "Abel", "PHQ", "depress", "eating", "practice", "clinic", "patient",
                 "treat", "score", "health", "doctor", "ketamine", "question"):  # fmt: skip
        assert word.lower() not in text.lower().replace("if you have questions", "")


def test_two_senders_at_once_make_and_send_each_once(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    schedule(app, cast.ben, cast.bob, "edeqs", email="ben@example.org")
    ready, done = threading.Barrier(4), []

    def sender() -> None:
        ready.wait()
        done.append(round_at(app, MONDAY))
        done.append(round_at(app, MONDAY))

    senders = [threading.Thread(target=sender) for _ in range(4)]
    for one in senders:
        one.start()
    for one in senders:
        one.join()

    assert len(check_ins(rows)) == 2
    assert sorted(to for to, _ in letters(outbox)) == ["ann@example.org", "ben@example.org"]
    assert sum(one.counts["invited"] for one in done) == 2
    assert not any(one.failed for one in done)


def test_the_claim_of_a_sender_that_died_lapses_and_its_link_with_it(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    with mailing(app, outbox.parent, Off()):
        round_at(app, MONDAY)
    (made,) = check_ins(rows)
    with time_machine.travel(MONDAY, tick=False), as_job(app):
        claimed = db.session.get_one(CheckIn, key(made))
        claimed.claimed_at = MONDAY
        lost = making.issue_link(claimed)
        db.session.commit()

    within = round_at(app, MONDAY + 14 * MINUTE)
    with time_machine.travel(MONDAY + 15 * MINUTE, tick=False):
        after = round_at(app, MONDAY + 15 * MINUTE)
        with app.app_context(), acting_as_job("test data"), pytest.raises(LinkEnded):
            links.present(lost, Purpose.CHECK_IN)

    assert within.counts["invited"] == 0 and after.counts["invited"] == 1
    assert len(letters(outbox)) == 1


def test_one_patients_trouble_stops_nobody_else_and_is_tried_again(app, cast, tmp_path, rows):
    schedule(app, cast.ann, cast.alice, "edeqs", email="Ann <ann@example.org>")
    schedule(app, cast.ben, cast.bob, "edeqs", email="ben@example.org")

    with serve() as server:
        route = Smtp("127.0.0.1", server.port, "office@example.org")
        with mailing(app, tmp_path, route):
            first = round_at(app, MONDAY)
            soon = round_at(app, MONDAY + MINUTE)
            later = round_at(app, MONDAY + 15 * MINUTE)

    assert (first.counts["invited"], first.counts["not sent"]) == (1, 1)
    assert soon.counts["not sent"] == 0 and later.counts["not sent"] == 1
    assert [to for to, _ in server.taken] == ["ben@example.org"]
    troubles = {row.send_trouble for row in check_ins(rows)}
    assert troubles == {"", "The e-mail address or the subject cannot be used."}


def test_a_check_in_that_cannot_be_ended_stops_nobody_elses(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    schedule(app, cast.ben, cast.bob, "edeqs", email="ben@example.org")
    round_at(app, MONDAY)
    ann = next(key(row) for row in check_ins(rows) if str(row.patient_id).replace("-", "")
               == cast.ann.hex)  # fmt: skip
    answer(app, ann, MONDAY, edeqs_1=99)

    done = round_at(app, MONDAY + 7 * DAY)

    assert done.failed == 1 and done.counts["missed"] == 1


def test_an_unfinished_check_in_gives_what_was_answered_and_asks_about_the_blank(
    app, cast, outbox, rows
):
    schedule(app, cast.ann, cast.alice, "phq9", "gad7", every=14)
    round_at(app, MONDAY)
    (made,) = check_ins(rows)
    answered_at = MONDAY + DAY
    answer(app, key(made), answered_at, **{f"phq9_{n}": 1 for n in range(1, 9)})

    done = round_at(app, MONDAY + 7 * DAY)
    again = round_at(app, MONDAY + 7 * DAY + MINUTE)

    assert done.counts["ended unfinished"] == 1 and not again.counts
    (response,) = rows("SELECT * FROM response")
    assert response.instrument == "phq9" and json.loads(response.answers)["8"] == 1
    assert json.loads(response.answers).get("9") is None
    (alert,) = rows("SELECT * FROM alert")
    assert (alert.key, alert.level) == ("phq9:item9", "follow_up")


def test_two_requests_in_a_row_without_an_answer_ask_for_contact(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    round_at(app, MONDAY)
    round_at(app, MONDAY + 7 * DAY)
    assert not rows("SELECT * FROM alert")

    round_at(app, MONDAY + 14 * DAY)

    (alert,) = rows("SELECT * FROM alert")
    assert alert.level == "follow_up" and "last 2 check-ins" in alert.words
    round_at(app, MONDAY + 21 * DAY)
    (alert,) = rows("SELECT * FROM alert")
    assert alert.times == 2 and "last 3 check-ins" in alert.words
    assert len(rows("SELECT id FROM check_in WHERE ended_at IS NOT NULL")) == 3


def test_nobody_is_silent_about_what_never_reached_them(app, cast, tmp_path, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    with mailing(app, tmp_path, Off()):
        for week in range(4):
            round_at(app, MONDAY + week * 7 * DAY)

    assert len(rows("SELECT id FROM check_in WHERE ended_at IS NOT NULL")) == 3
    assert not rows("SELECT * FROM alert")


def test_a_reminder_comes_once_after_two_days_with_a_link_of_its_own(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    days = [round_at(app, MONDAY + n * DAY) for n in range(7)]

    assert [one.counts["reminded"] for one in days] == [0, 0, 1, 0, 0, 0, 0]
    (_, invitation), (_, reminder) = letters(outbox)
    assert "earlier one does not work" in reminder
    with time_machine.travel(MONDAY + 3 * DAY), app.app_context(), acting_as_job("test data"):
        with pytest.raises(LinkEnded):
            links.present(token_in(invitation), Purpose.CHECK_IN)
        assert links.present(token_in(reminder), Purpose.CHECK_IN).purpose is Purpose.CHECK_IN


def test_nobody_is_reminded_after_sending_or_while_answering(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")
    round_at(app, MONDAY)
    (made,) = check_ins(rows)
    answer(app, key(made), MONDAY + 2 * DAY - 30 * MINUTE, edeqs_1=1)

    answering = round_at(app, MONDAY + 2 * DAY)
    with as_job(app):
        db.session.get_one(CheckIn, key(made)).finished_at = MONDAY + 2 * DAY
        db.session.commit()
    sent = round_at(app, MONDAY + 3 * DAY)

    assert not answering.counts and not sent.counts


def test_a_link_given_by_hand_is_never_replaced_by_a_reminder(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs", sends_email=False)
    round_at(app, MONDAY)
    (made,) = check_ins(rows)
    with time_machine.travel(MONDAY), as_job(app):
        address = sending.hand_over(db.session.get_one(CheckIn, key(made)), at=MONDAY)
        db.session.commit()

    later = [round_at(app, MONDAY + n * DAY) for n in range(1, 7)]

    assert not any(one.counts for one in later) and not letters(outbox)
    with time_machine.travel(MONDAY + 6 * DAY), app.app_context(), acting_as_job("test data"):
        assert links.present(token_in(address), Purpose.CHECK_IN).purpose is Purpose.CHECK_IN


@pytest.mark.parametrize("why", ["paused", "says no", "no address", "discharged"])
def test_nothing_is_sent_where_nothing_may_be(app, cast, outbox, rows, why):
    schedule(
        app, cast.ann, cast.alice, "edeqs", email="" if why == "no address" else "ann@example.org",
        is_paused=why == "paused", sends_email=why != "says no",
    )  # fmt: skip
    if why == "discharged":
        with as_job(app):
            db.session.get_one(Patient, cast.ann).status = Status.DISCHARGED
            db.session.commit()

    done = round_at(app, MONDAY)

    assert not letters(outbox) and not done.failed
    assert done.counts["made"] == (why in {"says no", "no address"})


def test_pressing_send_twice_sends_once(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs", sends_email=False)
    round_at(app, MONDAY)
    with as_job(app):
        found = db.session.get_one(CheckIn, key(check_ins(rows)[0]))
        sending.send_now(found, at=MONDAY)
        with pytest.raises(NotSent, match="moment ago"):
            sending.send_now(found, at=MONDAY + dt.timedelta(seconds=5))
        sending.send_now(found, at=MONDAY + 5 * MINUTE)

    assert len(letters(outbox)) == 2


@pytest.mark.one_database
def test_the_hour_stays_when_the_clocks_change(app, cast, outbox, rows):
    sunday = dt.date(2026, 10, 25)
    schedule(app, cast.ann, cast.alice, "edeqs", starts_on=sunday, hour=2)

    summer = dt.datetime(2026, 10, 25, 6, tzinfo=dt.UTC)  # 02:00 EDT
    winter = dt.datetime(2026, 11, 1, 7, tzinfo=dt.UTC)  # 02:00 EST, after the doubled hour
    before = round_at(app, summer - MINUTE)
    done = [round_at(app, at) for at in (summer, winter - MINUTE, winter)]

    assert before.counts["made"] == 0
    assert [one.counts["made"] for one in done] == [1, 0, 1]


@pytest.mark.one_database
def test_what_opened_and_closed_while_nobody_looked_was_never_asked(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs")

    round_at(app, MONDAY + 30 * DAY)

    assert [row.occasion for row in check_ins(rows)] == ["2026-11-30"]


@pytest.mark.one_database
def test_a_remembered_schedule_is_looked_at_again_when_its_chart_changes(app, cast, outbox, rows):
    schedule(app, cast.ann, cast.alice, "edeqs", starts_on=MONDAY.date() + DAY)
    memory: rounds.Memory = {}
    round_at(app, MONDAY, memory=memory)
    assert list(memory) == [cast.ann]

    with as_job(app):
        db.session.get_one(Patient, cast.ann).time_zone = "Asia/Tokyo"
        db.session.commit()

    assert round_at(app, MONDAY + DAY, memory=memory).counts["made"] == 1


@pytest.mark.one_database
def test_what_asks_about_a_day_closes_with_it_and_what_asks_about_a_week_does_not(
    app, cast, outbox, rows
):
    schedule(app, cast.ann, cast.alice, "edeqs", "counts_weekly")
    with as_job(app):
        db.session.add(
            ScheduleEntry(
                patient_id=cast.ann, instrument="nrs_daily", timing=Timing.CALENDAR, every_days=1,
                starts_on=MONDAY.date(), added_by_id=cast.alice,
            )
        )  # fmt: skip
        db.session.commit()

    round_at(app, MONDAY)
    next_day = round_at(app, MONDAY + DAY)

    week, day, *_ = check_ins(rows)
    assert (week.occasion, day.occasion) == ("2026-11-02", "2026-11-02:1d")
    assert [name for name, _ in json.loads(day.questionnaires)] == ["nrs_daily"]
    assert week.ended_at is None and day.ended_at is not None
    assert next_day.counts["made"] == 1
