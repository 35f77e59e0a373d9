"""What the database itself keeps of plans: raw SQL passes no seal, no course and no gate."""

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans.guards import GUARDS
from dashboard.plans.models import PlanStep, TreatmentPlan
from tests.clearance.conftest import TODAY
from tests.plans.course import active, signed

MESSAGES = {guard.message for guard in GUARDS}
FREE = {"state", "moved_at", "superseded_at", "superseded_by_id", "version"}
SEALED = [one.name for one in TreatmentPlan.__table__.columns if one.name not in FREE]
STEP = [one.name for one in PlanStep.__table__.columns]


def other(column):
    """Return SQL for a value of a column's type that is not there now."""
    kind = column.type.__class__.__name__
    if kind in {"Integer", "BigInteger"}:
        return f"COALESCE({column.name}, 0) + 7"
    if kind == "Uuid":
        return "id" if column.name == "patient_id" else "patient_id"
    if kind == "Instant":
        return "NULL"
    return f"CASE WHEN {column.name} = 'x' THEN 'y' ELSE 'x' END"


def refused(sql):
    """Send a statement past every model; a rule of the database refuses it, by its own words."""
    with pytest.raises(DBAPIError) as raised:
        db.session.connection().execute(sa.text(sql))
    db.session.rollback()
    assert any(words in str(raised.value.orig) for words in MESSAGES), f"{sql}\n{raised.value.orig}"


@pytest.fixture
def ann(app, cast, stable):
    with app.app_context(), acting_as_job("test data"):
        yield db.session.get_one(Patient, cast.ann)


def test_no_sealed_column_no_step_and_no_state_is_changed_by_sql(ann, cast):
    active(ann, cast, today=TODAY)
    for name in SEALED:
        refused(f"UPDATE treatment_plan SET {name} = {other(TreatmentPlan.__table__.c[name])}")
    for name in STEP:
        refused(f"UPDATE plan_step SET {name} = {other(PlanStep.__table__.c[name])}")
    for sql in (
        "DELETE FROM plan_step", "DELETE FROM treatment_plan",
        "UPDATE treatment_plan SET state = 'held'", "UPDATE treatment_plan SET state = 'signed'",
        "INSERT INTO plan_step SELECT * FROM plan_step",
    ):  # fmt: skip
        refused(sql)


def test_no_row_is_inserted_past_the_course_or_the_gate(ann, cast):
    plan = signed(ann, cast, today=TODAY)
    db.session.commit()
    columns = ", ".join(f'"{one.name}"' for one in TreatmentPlan.__table__.columns)
    copied = columns.replace('"number"', "number + 1").replace('"state"', "'active'")
    refused(f"INSERT INTO treatment_plan ({columns}) SELECT {copied} FROM treatment_plan")
    (step,) = db.session.scalars(sa.select(PlanStep))
    assert step.to_state == plan.state
    names = ", ".join(f'"{name}"' for name in STEP)
    forged = names.replace('"act"', "'activate'").replace('"from_state"', "'signed'")
    forged = forged.replace('"to_state"', "'active'").replace('"id"', "patient_id")
    refused(f"INSERT INTO plan_step ({names}) SELECT {forged} FROM plan_step")
