"""A form counts once and a link opens once, however many try at the same time."""

import datetime as dt
import threading
import uuid

import pytest
import time_machine

from dashboard import links, submissions
from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import AlreadyDone, LinkEnded
from dashboard.practice.models import Practice

HOUR = dt.timedelta(hours=1)


def at_once(count, act):
    """Run `act` in `count` threads that start together; return their outcomes."""
    barrier, outcomes = threading.Barrier(count), []

    def run():
        barrier.wait()
        outcomes.append(act())

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_forty_clicks_on_one_form_count_once(app, cast, rows):
    def click():
        with app.app_context(), acting_as_job("click"):
            practice = db.session.get(Practice, 1)
            practice.states_served += "x"
            try:
                submissions.commit_once("one form sent often", "/there")
            except AlreadyDone as earlier:
                return f"led to {earlier.location}"
            except db_trouble():
                db.session.rollback()
                return "led to a newer version"
            finally:
                db.session.remove()
            return "done"

    outcomes = at_once(40, click)

    assert outcomes.count("done") == 1
    assert rows("SELECT states_served FROM practice")[0][0] == "x"


def db_trouble():
    from sqlalchemy.orm.exc import StaleDataError

    return StaleDataError


def test_a_repeat_leads_to_the_first_result(app, cast):
    with app.app_context(), acting_as_job("test"):
        submissions.commit_once("a form", "/first")
        with pytest.raises(AlreadyDone, match="/first"):
            submissions.commit_once("a form", "/second")


def a_link(app, lifetime=HOUR, subject=None):
    with app.app_context(), acting_as_job("test"):
        token = links.issue(
            links.Purpose.INVITATION, subject_id=subject or uuid.uuid4(), lifetime=lifetime
        )
        db.session.commit()
        return token


def present(app, token, purpose=links.Purpose.INVITATION):
    with app.app_context():
        return links.present(token, purpose)


def test_a_link_is_opened_any_number_of_times_before_it_is_used(app, cast):
    token = a_link(app)

    assert present(app, token) == present(app, token)


def test_forty_uses_of_one_link_succeed_once(app, cast):
    token = a_link(app)

    def use():
        with app.app_context(), acting_as_job("test"):
            try:
                links.use_up(links.present(token, links.Purpose.INVITATION))
                db.session.commit()
            except LinkEnded:
                return False
            finally:
                db.session.remove()
            return True

    assert at_once(40, use).count(True) == 1


def test_expired_unknown_replaced_and_misused_links_look_alike(app, cast):
    subject = uuid.uuid4()
    replaced = a_link(app, subject=subject)
    fresh = a_link(app, subject=subject)

    said = set()
    for token, purpose in (
        (replaced, links.Purpose.INVITATION),
        ("guessed", links.Purpose.INVITATION),
        (fresh, links.Purpose.NEW_PASSWORD),
    ):
        with pytest.raises(LinkEnded) as refusal:
            present(app, token, purpose)
        said.add(refusal.value.told)
    with time_machine.travel(now() + HOUR), pytest.raises(LinkEnded) as refusal:
        present(app, fresh)
    assert said == {refusal.value.told}


def test_the_token_itself_is_not_stored(app, cast, rows):
    token = a_link(app)

    assert token.encode() not in bytes(rows("SELECT token_digest FROM link")[0][0])
