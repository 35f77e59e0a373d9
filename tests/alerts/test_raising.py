"""An answer raises one alert: counted when told again, tied to its response, never silenced."""

from __future__ import annotations

import datetime as dt
import json
from threading import Barrier, Thread

import pytest
import time_machine
from bs4 import BeautifulSoup
from sqlalchemy.exc import DBAPIError

from dashboard.actor import acting_as_job
from dashboard.alerts import actions
from dashboard.alerts.models import Alert, Level
from dashboard.clinical.watch_rules import Finding, RuleId, WatchLevel
from dashboard.clock import now
from dashboard.db import db
from tests.alerts.acting import alert_of, check_in_of, close, take
from tests.scores.filling import answers, enter, text_of

ALERT = "SELECT level, state, times, answers, due_at, raised_at FROM alert ORDER BY raised_at"
STEPS = "SELECT kind FROM alert_step ORDER BY at, id"
WORSE = Finding(
    RuleId.RELIABLY_WORSE,
    WatchLevel.SAME_DAY,
    "PHQ-9 reliably worse than baseline.",
    ("PHQ-9 9 on 01-Nov-2026 (baseline)", "PHQ-9 19 on 22-Nov-2026"),
    7,
)


def raised(cast, value, **more) -> Alert:
    """Raise PHQ-9 item 9 with an answer, as a check-in or a response does."""
    return actions.raise_alert(
        cast.ann, key="phq9:item9", rule="phq9:item9",
        level=Level.IMMEDIATE if value == 3 else Level.SAME_DAY, words="PHQ-9 item 9.",
        instrument="phq9", version="2001.2", answers={"9": value}, **more,
    )  # fmt: skip


@pytest.fixture
def as_job(app):
    with app.app_context(), acting_as_job("test data"):
        yield
        db.session.remove()


def test_the_same_answer_of_another_day_counts_up_and_starts_the_clock_anew(alice, cast, rows):
    first = enter(alice, cast.ann_ref, "phq9", answers(1, 9), days_ago=7).request.path
    take(alice, first)

    enter(alice, cast.ann_ref, "phq9", answers(1, 9))

    [alert] = rows(ALERT)
    assert (alert.level, alert.state, alert.times) == ("same_day", "open", 2)
    assert [row.kind for row in rows(STEPS)] == ["raised", "acknowledged", "repeated"]
    assert "told twice" in text_of(alice.get(f"/patients/{cast.ann_ref}/alerts"))


def test_an_alert_never_becomes_less_urgent_while_it_is_open(as_job, cast):
    raised(cast, 3)

    again = raised(cast, 1)

    assert (again.level, again.times) == (Level.IMMEDIATE, 2)


def test_a_closed_alert_stays_closed_and_the_answer_given_again_raises_another(alice, cast, rows):
    first = enter(alice, cast.ann_ref, "phq9", answers(1, 9), days_ago=7).request.path
    close(alice, first, "Called her.")

    enter(alice, cast.ann_ref, "phq9", answers(1, 9))

    assert [(row.state, row.times) for row in rows(ALERT)] == [("closed", 1), ("open", 1)]


def test_a_correction_that_keeps_the_answer_is_tied_and_not_counted(alice, cast, rows):
    first = enter(alice, cast.ann_ref, "phq9", answers(1, 9)).request.path

    second = alice.fill_in(f"{first}/correct", {"item_1": "3"}).location

    [alert] = rows(ALERT)
    assert alert.times == 1
    assert alert_of(alice, second) == alert_of(alice, first)
    page = text_of(alice.get(alert_of(alice, first)))
    assert "The response was corrected; this answer stayed." in page


def test_a_correction_to_a_worse_answer_makes_the_alert_more_urgent(alice, cast, rows):
    first = enter(alice, cast.ann_ref, "phq9", answers(1, 9)).request.path
    take(alice, first)

    alice.fill_in(f"{first}/correct", {"item_9": "3"})

    [alert] = rows(ALERT)
    assert (alert.level, alert.state, alert.times) == ("immediate", "open", 1)
    assert json.loads(alert.answers) == {"9": 3}


@pytest.mark.parametrize(
    ("how", "said"), [("corrected", "was corrected later"), ("error", "marked as entered in error")]
)
def test_what_became_of_the_response_is_said_and_silences_nothing(alice, cast, how, said):
    first = enter(alice, cast.ann_ref, "phq9", {**answers(0, 9), "9": 3}).request.path
    if how == "corrected":
        alice.fill_in(f"{first}/correct", {"item_9": "0"})
    else:
        alice.fill_in(f"{first}/entered-in-error", {"reason": "Typing error"})

    path = alert_of(alice, f"/patients/{cast.ann_ref}")
    for page in (path, f"{path}/take", f"{path}/close", f"/patients/{cast.ann_ref}", "/alerts"):
        assert said in text_of(alice.get(page)), page


def test_a_danger_answered_in_a_check_in_and_taken_back_stays_open(as_job, cast, rows):
    check_in = check_in_of(cast)
    alert = raised(cast, 2, check_in_id=check_in.id)
    again = raised(cast, 2, check_in_id=check_in.id)
    assert (alert.id, again.times) == (again.id, 1), "a click sent twice is no second danger"

    actions.answer_changed(cast.ann, key="phq9:item9", answers={"9": 0}, check_in_id=check_in.id)
    db.session.commit()

    [row] = rows(ALERT)
    assert (row.state, row.times, json.loads(row.answers)) == ("open", 1, {"9": 0})
    assert [one.kind for one in rows(STEPS)] == ["raised", "answer changed"]


def test_clocks_follow_the_practices_policy_and_its_local_day(as_job, cast):
    late = dt.datetime(2026, 11, 24, 4, 30, tzinfo=dt.UTC)  # 23:30 in New York
    with time_machine.travel(late, tick=False):
        assert raised(cast, 3).due_at == late + dt.timedelta(minutes=30)
        assert raised(cast, 3).owner_id == cast.alice
    with time_machine.travel(late, tick=False):
        other = actions.raise_alert(
            cast.ann, key="x", rule="x", level=Level.SAME_DAY, words="x", answers={}
        )
    assert other.due_at == late + dt.timedelta(minutes=30), "the end of the local day"


def test_what_watching_scores_finds_asks_for_a_repeat_and_is_counted(as_job, cast, rows, alice):
    for _ in range(2):
        actions.raise_found(cast.ann, WORSE, instrument="phq9", version="2001.2", response_id=None)
    db.session.commit()

    [(times, repeat_by)] = rows("SELECT times, repeat_by FROM alert")
    assert times == 2
    assert str(repeat_by)[:10] == str((now() - dt.timedelta(hours=5)).date() + dt.timedelta(7))
    page = text_of(alice.get(f"/patients/{cast.ann_ref}/alerts"))
    assert (
        "PHQ-9 reliably worse than baseline told twice. PHQ-9 9 on 01-Nov-2026 (baseline)." in page
    )
    assert "Ask again" in page
    assert "A confirming repeat of PHQ-9 is asked for until" in page


def test_an_answer_comes_before_a_score_and_alone_is_shown_as_a_danger(as_job, cast, alice):
    raised(cast, 1)
    actions.raise_found(cast.ann, WORSE, instrument="phq9", version="2001.2", response_id=None)
    db.session.commit()

    main = BeautifulSoup(alice.get(f"/patients/{cast.ann_ref}").text, "html.parser").main

    assert "item 9: 1" in main.select_one("section.care").text
    assert len(main.select("section.care")) == 1
    other = main.select_one("section.notice").text
    assert "PHQ-9 reliably worse than baseline, answered" in other


def test_two_answers_at_once_raise_one_alert(app, cast, rows):
    ready, failed = Barrier(2), []

    def answer() -> None:
        with app.app_context(), acting_as_job("test data"):
            ready.wait()
            try:
                raised(cast, 1)
                db.session.commit()
            except DBAPIError as problem:
                failed.append(problem)
            finally:
                db.session.remove()

    threads = [Thread(target=answer) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()

    assert not failed
    assert [(row.times, row.state) for row in rows(ALERT)] == [(2, "open")]
