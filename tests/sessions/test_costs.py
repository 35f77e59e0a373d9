"""What the pages of a session cost: statements that do not grow with the history."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import actions as doses
from dashboard.sessions import running
from dashboard.sessions.models import Route
from tests.cast import sign_in
from tests.clearance.stable import ZONE
from tests.sessions.at_home import DOSE, good, planned
from tests.sessions.at_home import alice as by_alice
from tests.sessions.at_home import answer as answered
from tests.sessions.on_pages import SAVED, answer, begin, session, start

__all__ = ["session"]

BEFORE_START = {"/preflight": 48, "/start": 46, "/after": 49}
RUNNING = {"/live": 15, "/effect": 11, "/close": 22, "/pulse": 10}
PRACTICE = {"/sessions": 4}


def past(app, cast, count):
    """Give Ann sessions that were planned, answered, not done; and doses of long ago."""
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        for number in range(count):
            at = now() - dt.timedelta(days=40 + 10 * number)
            one = planned(ann, cast, at=at)
            running.begin_preflight(one, by=by_alice(cast))
            answered(one, cast, good())
            running.not_do(one, by=by_alice(cast), reason="A cold.")
            doses.record(
                ann, given_at=at, zone=ZONE, dose_mg=DOSE, route=Route.SUBLINGUAL, by=cast.alice
            )
        db.session.commit()
        db.session.remove()


@pytest.mark.parametrize("count", [1, 25])
def test_a_page_of_a_session_costs_the_same_for_any_history(
    app, cast, session, clock, counting, count
):
    past(app, cast, count)
    alice = begin(app, cast, session)
    answer(alice, session, clock)
    alice = sign_in(app, cast.alice)
    cost(alice, counting, {f"{session}{end}": most for end, most in BEFORE_START.items()})
    cost(alice, counting, PRACTICE)
    assert start(alice, session).status_code == SAVED
    for _ in range(count):
        clock.shift(dt.timedelta(seconds=30))
        saved = alice.fill_in(f"{session}/live", {"slot": "between", "values": "118/74 64 98"})
        assert saved.status_code == SAVED
    cost(sign_in(app, cast.alice), counting,
         {f"{session}{end}": most for end, most in RUNNING.items()} | PRACTICE)  # fmt: skip


def cost(visitor, counting, pages):
    for page, most in pages.items():
        visitor.get(page)
        with counting() as sent:
            assert visitor.get(page).status_code == 200
        assert len(sent) <= most, (page, len(sent), sent.texts)
