"""The gate judges the session that is meant, for its own purpose, and no decoy beside it."""

import datetime as dt
from decimal import Decimal

import pytest

from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clearance.models import Override, Status
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import Purpose
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests.clearance.conftest import NOON
from tests.clearance.stable import ZONE, enter, one, sign

FAR_TOO_HIGH = Decimal(900)
TOO_HIGH_AT_HOME = {"G01", "G02a"}


def plan(ann, cast, at, *, dose=FAR_TOO_HIGH, setting=Setting.HOME):
    planned = planning.plan(
        ann.id, planned_at=at, zone=ZONE, dose_mg=dose, route=Route.SUBLINGUAL,
        dose_is_by_weight=False, setting=setting, location_state="FL", by=cast.alice,
    )  # fmt: skip
    db.session.commit()
    return planned


def stops(standing):
    return {one.rule.id for one in standing.judged.stops}


@pytest.mark.one_database
def test_a_session_that_nobody_told_of_hides_no_later_one(app, cast, stable, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        sign(ann, cast)
        later = plan(ann, cast, NOON + dt.timedelta(days=9))
        assert stand(ann).status is Status.READY, "the one of 60 mg in two days is the next"

        clock.shift(dt.timedelta(days=4))
        now = stand(ann)
        assert now.case.next_session is later and now.status is Status.HOLD
        assert stops(now) == TOO_HIGH_AT_HOME
        planning.cancel(later, by=cast.alice, reason="too much")
        db.session.commit()
        today = (NOON + dt.timedelta(days=4)).date()
        assert stand(ann).case.next_session_on == today, "what passed waits to be told of"


@pytest.mark.one_database
def test_the_gate_judges_the_session_of_its_day_or_the_one_that_is_named(app, cast, stable, clock):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        sign(ann, cast)
        day = NOON + dt.timedelta(days=9)
        real = plan(ann, cast, day)
        decoy = plan(
            ann, cast, day - dt.timedelta(hours=3), dose=Decimal(1), setting=Setting.CLINIC
        )
        asked = {"purpose": Purpose.SESSION, "on": day.date()}

        assert stops(gate.ask(ann, **asked).standing) >= TOO_HIGH_AT_HOME, "the highest of the day"
        assert stops(gate.ask(ann, **asked, session=real).standing) >= TOO_HIGH_AT_HOME
        assert not stops(gate.ask(ann, **asked, session=decoy).standing) & TOO_HIGH_AT_HOME


@pytest.mark.one_database
def test_an_override_for_starting_and_sessions_is_for_no_prescription(
    alice, app, cast, stable, clock
):
    with app.app_context(), acting_as_job("test data"):
        enter(cast.ann, cast.alice, one("cssrs_ideation_past_month", "1"))
        db.session.commit()
    path = f"{stable}/rules/P01b/override"
    said = {
        "reason_kind": "treated, and being watched", "difference": "A call on Thursday.",
        "reason": "She said it of a year ago, and is seen every week.",
    }  # fmt: skip

    def covered():
        with app.app_context(), acting_as_job("test data"):
            ann = db.session.get_one(Patient, cast.ann)
            return {one for one in Purpose if "P01b" in stand(ann, purpose=one).covered}

    assert alice.fill_in(path, said).status_code == 303
    assert covered() == {Purpose.ACTIVATION, Purpose.SESSION}

    for_a_prescription = f"{path}?purpose=prescription"
    assert alice.fill_in(for_a_prescription, {**said, "scope": "every"}).status_code == 422
    assert alice.fill_in(for_a_prescription, said).status_code == 303
    assert covered() == set(Purpose)
    with app.app_context(), acting_as_job("test data"):
        assert {one.purpose for one in db.session.query(Override)} == {None, Purpose.PRESCRIPTION}
