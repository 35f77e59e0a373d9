"""A caution that was overridden stays in sight: before the start, and in the record (A15)."""

import datetime as dt

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions as plans
from tests.cast import sign_in
from tests.clearance.stable import enter, one, sign, today
from tests.journeys.practice import override
from tests.plans.course import alice as by_alice
from tests.sessions.on_pages import SAVED, answer, begin, session, start, words

__all__ = ["session"]

SAID = "Overridden by Alice Adler until"


def test_an_override_is_told_where_the_session_starts_and_where_it_is_read(
    app, cast, session, clock
):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        enter(ann.id, cast.alice, one("HCO3", "33", "mmol/L"))
        db.session.commit()
        override(ann, "L17b", cast.alice)
        clock.shift(dt.timedelta(minutes=1))
        sign(ann, cast)
        plan = plans.in_force(ann.id)
        assert plan is not None
        plans.resume(ann, plan, by=by_alice(cast), reason="Vomiting has stopped.", today=today())
        db.session.commit()
    alice = begin(app, cast, session)
    answer(alice, session, clock)
    page = words(alice.get(f"{session}/preflight"))
    assert "Caution L17b" in page
    alice = sign_in(app, cast.alice)
    begun = start(alice, session)
    assert begun.status_code == SAVED, words(begun)
    alice.fill_in(f"{session}/abandon", {"reason": "The call broke off."})
    record = words(alice.get(f"{session}/record"))
    assert SAID in record and "Caution L17b" in record
