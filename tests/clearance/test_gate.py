"""The gate judges the session that is meant, for its own purpose, and no decoy beside it."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clearance.models import Override, Status
from dashboard.clearance.standing import stand
from dashboard.clinical.clearance import Purpose, Verdict
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.sessions import planning
from dashboard.sessions.models import Route, Setting
from tests.cast import sign_in
from tests.clearance.conftest import NOON
from tests.clearance.stable import ZONE, enter, one, sign

WHY = {
    "reason_kind": "treated, and being watched", "difference": "A call on Thursday.",
    "reason": "She said it of a year ago, and is seen every week.",
}  # fmt: skip
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
        assert now.case.next_session.id == later.id and now.status is Status.HOLD
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

        def forbids(session):
            asked = gate.ask(ann, purpose=Purpose.SESSION, on=day.date(), session=session)
            return stops(asked.standing) & TOO_HIGH_AT_HOME

        assert forbids(None) == TOO_HIGH_AT_HOME, "the highest dose of the day"
        assert forbids(real) == TOO_HIGH_AT_HOME and not forbids(decoy)


@pytest.mark.one_database
def test_an_override_for_starting_and_sessions_is_for_no_prescription(
    alice, app, cast, stable, clock
):
    with app.app_context(), acting_as_job("test data"):
        enter(cast.ann, cast.alice, one("cssrs_ideation_past_month", "1"))
        db.session.commit()
    path = f"{stable}/rules/P01b/override"

    def covered():
        with app.app_context(), acting_as_job("test data"):
            ann = db.session.get_one(Patient, cast.ann)
            return {one for one in Purpose if "P01b" in stand(ann, purpose=one).covered}

    assert alice.fill_in(path, WHY).status_code == 303
    assert covered() == {Purpose.ACTIVATION, Purpose.SESSION}

    for_a_prescription = f"{path}?purpose=prescription"
    assert alice.fill_in(for_a_prescription, {**WHY, "scope": "every"}).status_code == 422
    assert alice.fill_in(for_a_prescription, WHY).status_code == 303
    assert covered() == set(Purpose)
    with app.app_context(), acting_as_job("test data"):
        assert {one.purpose for one in db.session.query(Override)} == {None, Purpose.PRESCRIPTION}


@pytest.mark.one_database
def test_who_opened_the_chart_in_an_emergency_decides_nothing(bob, app, cast, stable, clock, rows):
    with app.app_context(), acting_as_job("test data"):
        bob = sign_in(app, cast.bob)
        enter(cast.ann, cast.alice, one("cssrs_ideation_past_month", "1", taken_at=now()))
        db.session.commit()
    door = {"who": "Abel", "born_on": "14-Mar-1996", "reason": "She called, faint and alone."}
    assert bob.fill_in("/patients/emergency-access", door).status_code == 303

    assert bob.fill_in(f"{stable}/rules/P01b/override", WHY).status_code == 403
    assert not rows("SELECT id FROM override")
    refused = bob.fill_in(f"{stable}/checks/new", {"decision": "not cleared"})
    assert refused.status_code == 303, "to hold somebody is anybody's"

    with app.app_context(), acting_as_job("test data"):
        clock.shift(dt.timedelta(minutes=1))
        enter(cast.ann, cast.alice, one("cssrs_ideation_past_month", "0", taken_at=now()))
        db.session.commit()
    assert bob.fill_in(f"{stable}/checks/new", {"decision": "cleared"}).status_code == 403
    assert [one.decision for one in rows("SELECT decision FROM clearance_check")] == ["not cleared"]


@pytest.mark.parametrize(
    "attempt",
    [
        "DELETE FROM readiness",
        "UPDATE readiness SET closed_at = NULL, closed_because = ''",
        "UPDATE readiness SET closed_at = NULL, closed_because = '', is_open = TRUE",
        "UPDATE readiness SET closed_at = NULL, closed_because = '', check_id = NULL",
        "UPDATE readiness SET check_id = NULL",
        "UPDATE readiness SET closed_at = NULL, closed_because = '', check_id ="
        " (SELECT id FROM clearance_check WHERE number = 1)",
    ],
)
def test_a_closed_gate_is_opened_by_no_statement(app, cast, stable, clock, attempt):
    with app.app_context(), acting_as_job("test data"):
        ann = db.session.get_one(Patient, cast.ann)
        for _ in range(2):
            clock.shift(dt.timedelta(minutes=1))
            sign(ann, cast)
        for value in ("2.8", "4.2"):
            clock.shift(dt.timedelta(minutes=1))
            enter(ann.id, cast.alice, one("K", value, "mEq/L", taken_at=now()))
            db.session.commit()
        on = stand(ann).judged.on
        assert stand(ann).judged.outcome <= Verdict.CLEAR
        with pytest.raises(sa.exc.DBAPIError):
            db.session.execute(sa.text(attempt + f" WHERE patient_id = '{_key(app, ann.id)}'"))
        db.session.rollback()
        assert not gate.ask(ann, purpose=Purpose.ACTIVATION, on=on).is_open
        clock.shift(dt.timedelta(minutes=1))
        sign(ann, cast)
        assert gate.ask(ann, purpose=Purpose.ACTIVATION, on=on).is_open


def _key(app, id):
    return id.hex if app.extensions["sqlalchemy"].engine.dialect.name == "sqlite" else id
