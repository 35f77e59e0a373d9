"""The overview is told of the plan in one statement: which version, where it stands, how far."""

import datetime as dt
from decimal import Decimal

import pytest

from dashboard.actor import acting_as_job
from dashboard.clinical.courses import EndCause
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions, summary
from dashboard.sessions import actions as doses
from dashboard.sessions.models import Route
from tests.clearance.conftest import TODAY
from tests.clearance.stable import ZONE
from tests.plans.course import active, alice, whole


@pytest.fixture
def ann(app, cast, stable):
    with app.app_context(), acting_as_job("test data"):
        yield db.session.get_one(Patient, cast.ann)


def give(ann, cast, at):
    doses.record(
        ann, given_at=at, zone=ZONE, dose_mg=Decimal(60), route=Route.SUBLINGUAL, by=cast.alice
    )
    db.session.commit()


def test_a_plan_is_told_in_one_statement_with_the_doses_of_its_own_course(
    ann, cast, clock, counting
):
    assert summary.of(ann.id) is None
    give(ann, cast, now() - dt.timedelta(days=300))
    first = active(ann, cast, today=TODAY)
    clock.shift(dt.timedelta(minutes=5))
    give(ann, cast, now())
    with counting() as statements:
        told = summary.of(ann.id)
    assert len(statements) == 1
    assert told.ref == first.ref and told.number == 1 and told.state.word == "Active"
    assert told.dose == "60 mg SL, held 10 min" and told.cadence == "every 7 to 10 days"
    assert told.sessions == "1 of 6 given", "an older course's dose is not of this plan"
    assert told.target == "Weekly counts: days with a binge at most 5, by 31-Mar-2027"

    actions.begin(ann.id, whole(), by=alice(cast), based_on=first)
    db.session.commit()
    assert summary.of(ann.id).number == 1, "a draft does not hide the version in force"
    actions.end(
        first, by=alice(cast), is_completed=False, cause=EndCause.OTHER, reason="She moved away."
    )
    db.session.commit()
    assert summary.of(ann.id).state.word == "Draft" and summary.of(ann.id).given == 0
