"""A plan is signed, activated at an open gate, held by rule, resumed, superseded and ended."""

import datetime as dt
from decimal import Decimal

import pytest
import sqlalchemy as sa

from dashboard.actor import acting_as_job
from dashboard.clearance import gate
from dashboard.clinical.courses import EndCause, HoldCause, PlanState
from dashboard.clock import now
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions, sealing
from dashboard.plans.models import PlanStep
from dashboard.sessions import ledger
from dashboard.sessions.models import LedgerKind
from dashboard.sessions.steps import By as SessionBy
from tests.clearance.conftest import TODAY
from tests.clearance.stable import ZONE, enter, everything, one, sign
from tests.plans.course import active, alice, signed, whole


@pytest.fixture
def ann(app, cast, stable):
    with app.app_context(), acting_as_job("test data"):
        yield db.session.get_one(Patient, cast.ann)


def steps(plan):
    query = sa.select(PlanStep).where(PlanStep.plan_id == plan.id)
    return [(s.act, s.to_state, s.by_name) for s in db.session.scalars(query.order_by(PlanStep.at))]


def test_a_plan_is_drafted_signed_activated_and_sealed(ann, cast):
    plan = active(ann, cast, today=TODAY)
    assert plan.state is PlanState.ACTIVE and plan.number == 1 and plan.tier is not None
    assert sealing.is_intact(plan)
    assert [one[:2] for one in steps(plan)] == [("sign", "signed"), ("activate", "active")]


def test_no_plan_is_activated_while_the_gate_is_closed(ann, cast):
    plan = signed(ann, cast, today=TODAY)
    db.session.commit()
    with pytest.raises(gate.GateClosed):
        actions.activate(ann, plan, by=alice(cast), today=TODAY)
    db.session.rollback()
    assert db.session.get_one(type(plan), plan.id).state is PlanState.SIGNED


def test_a_stop_holds_the_plan_in_its_own_transaction_and_a_new_check_resumes_it(ann, cast, clock):
    plan = active(ann, cast, today=TODAY)
    clock.shift(dt.timedelta(minutes=5))
    enter(ann.id, cast.alice, one("K", "2.8", "mmol/L"))
    db.session.commit()
    assert plan.state is PlanState.HELD
    assert steps(plan)[-1] == ("hold", "held", "Casement")
    with pytest.raises(gate.GateClosed):
        actions.resume(ann, plan, by=alice(cast), today=TODAY, reason="Potassium is 4.1 again.")
    db.session.rollback()
    clock.shift(dt.timedelta(days=1))
    tomorrow = TODAY + dt.timedelta(days=1)
    enter(ann.id, cast.alice, everything(tomorrow))
    db.session.commit()
    sign(ann, cast)
    db.session.commit()
    with pytest.raises(actions.ReasonMissing):
        actions.resume(ann, plan, by=alice(cast), today=tomorrow, reason=" ")
    db.session.rollback()
    actions.resume(ann, plan, by=alice(cast), today=tomorrow, reason="Potassium is 4.2 again.")
    db.session.commit()
    assert steps(plan)[-1] == ("resume", "active", "Alice Adler")


def test_a_later_version_takes_the_place_of_the_one_in_force(ann, cast, clock):
    first = active(ann, cast, today=TODAY)
    clock.shift(dt.timedelta(minutes=5))
    second = signed(ann, cast, today=TODAY, stop_words="A second faint.")
    enter(ann.id, cast.alice, everything(TODAY))
    db.session.commit()
    sign(ann, cast)
    db.session.commit()
    assert actions.in_force(ann.id).id == first.id, "a signed version waits"
    actions.activate(ann, second, by=alice(cast), today=TODAY)
    db.session.commit()
    assert actions.in_force(ann.id).id == second.id and first.superseded_by_id == second.id
    with pytest.raises(actions.NotPossible):
        actions.hold(first, by=alice(cast), cause=HoldCause.HAND, reason="An old tab.")


def test_a_plan_ends_with_its_cause_and_goes_nowhere_after(ann, cast):
    plan = active(ann, cast, today=TODAY)
    actions.end(
        plan, by=alice(cast), is_completed=False, cause=EndCause.PATIENT_WISH,
        reason="She wants to stop.",
    )  # fmt: skip
    db.session.commit()
    assert plan.state is PlanState.STOPPED and actions.in_force(ann.id) is None
    with pytest.raises(actions.NotPossible):
        actions.hold(plan, by=alice(cast), cause=HoldCause.HAND, reason="Too late.")


def test_an_incomplete_draft_is_not_signed(ann, cast):
    plan = actions.begin(ann.id, whole(nutrition=""), by=alice(cast))
    with pytest.raises(actions.NotComplete):
        actions.sign(plan, by=alice(cast), today=TODAY)
    assert plan.state is PlanState.DRAFT
    with pytest.raises(actions.DraftExists):
        actions.begin(ann.id, whole(), by=alice(cast))


def test_a_plan_whose_medicine_was_miscounted_is_neither_activated_nor_resumed(ann, cast, clock):
    held = active(ann, cast, today=TODAY)
    actions.hold(held, by=alice(cast), cause=HoldCause.HAND, reason="Two tablets are missing.")
    for kind, units in ((LedgerKind.SUPPLIED, 6), (LedgerKind.COUNTED, 4)):
        clock.shift(dt.timedelta(minutes=5))
        ledger.record(
            ann.id, kind, units=Decimal(units), unit_mg=Decimal(30), moment=now(), zone=ZONE,
            by=SessionBy(cast.alice, "Alice Adler"),
        )  # fmt: skip
    db.session.commit()
    with pytest.raises(actions.RuleHolds):
        actions.resume(ann, held, by=alice(cast), today=TODAY, reason="They will turn up.")
    db.session.rollback()
    after = signed(ann, cast, today=TODAY)
    with pytest.raises(actions.NotPossible):  # the one in force is held, not the one that waits
        actions.hold(after, by=alice(cast), cause=HoldCause.HAND, reason="Two are missing.")
    enter(ann.id, cast.alice, everything(TODAY))
    db.session.commit()
    sign(ann, cast)
    with pytest.raises(actions.RuleHolds):
        actions.activate(ann, after, by=alice(cast), today=TODAY, reason="They will turn up.")
    db.session.rollback()
    assert actions.in_force(ann.id).id == held.id
