"""A whole plan for Ann, and the steps that make it active, for tests to take away from."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

from dashboard.clinical.plan_templates import plan_templates
from dashboard.db import db
from dashboard.patients.models import Patient
from dashboard.plans import actions
from dashboard.plans.actions import By
from dashboard.plans.content import PlanContent, RolePart, Series, laid_out
from dashboard.plans.models import TreatmentPlan
from tests.cast import Cast
from tests.clearance.stable import ZONE, enter, everything, sign

END = dt.date(2027, 3, 31)
SERIES = Series(
    route="SL", formulation="troche, 30 mg", pharmacy="Garden Pharmacy", dose_mg=Decimal(60),
    lowest_mg=Decimal(30), highest_mg=Decimal(90), hold_minutes=10, sessions=6,
    min_interval_hours=72, cadence="every 7 to 10 days", endpoint_measure="edeqs/total",
    endpoint_target=Decimal(10), end_on=END,
)  # fmt: skip


def whole(**changes: object) -> PlanContent:
    """Return a plan that says everything a signature asks for."""
    template = plan_templates().for_code("F50.810")
    assert template is not None
    draft = laid_out(template)
    goals = tuple(
        dataclasses.replace(
            goal,
            words="Eat dinner with my sister again",
            target=Decimal(5),
            by_on=END,
            owner="Alice Adler",
        )
        for goal in draft.goals
    )
    said: dict[str, Any] = {
        "goals": goals, "series": SERIES,
        "indication": "Binge-eating disorder; ketamine is off label.",
        "formulation": "Restriction by day, binges at night, shame about both.",
        "preparation": "Two visits, with the sitter in the second.",
        "psychotherapy": "CBT-E weekly with Dana Lind.", "integration": "The day after.",
        "nutrition": "Dietitian fortnightly, regular eating.",
        "session_day_meals": "Breakfast at 7, snack at 10, meal after the session.",
        "window_contact": "Dana Lind",
        "roles": (RolePart(role="Therapist", name="Dana Lind", does="CBT-E and integration"),),
    }  # fmt: skip
    return dataclasses.replace(draft, **{**said, **changes})


def alice(cast: Cast) -> By:
    """Return Alice as she acts."""
    return By(cast.alice, "Alice Adler", ZONE)


def signed(ann: Patient, cast: Cast, *, today: dt.date, **changes: object) -> TreatmentPlan:
    """Draft and sign a plan of Ann's, in the session."""
    plan = actions.begin(
        ann.id, whole(**changes), by=alice(cast), change_reason="The dose was raised."
    )
    actions.sign(plan, by=alice(cast), today=today)
    return plan


def active(ann: Patient, cast: Cast, *, today: dt.date, **changes: object) -> TreatmentPlan:
    """Draft, sign and activate a plan of Ann's under a check of today; committed."""
    plan = signed(ann, cast, today=today, **changes)
    enter(ann.id, cast.alice, everything(today))  # what was answered before the plan is too old
    db.session.commit()
    sign(ann, cast)
    db.session.commit()
    actions.activate(ann, plan, by=alice(cast), today=today)
    db.session.commit()
    return plan
