"""From when to when the windows of patients are open: as their plan in force says."""

from __future__ import annotations

import json
import uuid
from collections.abc import Collection, Mapping

import sqlalchemy as sa

from dashboard.clinical.courses import PlanState
from dashboard.clinical.windows import Hours
from dashboard.db import db
from dashboard.plans.models import TreatmentPlan

RAN = (PlanState.ACTIVE, PlanState.HELD, PlanState.COMPLETED, PlanState.STOPPED)


def of_each(patient_ids: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Hours]:
    """Return the window hours of each patient's newest plan that ran; the default without one."""
    rows = db.session.execute(
        sa.select(TreatmentPlan.patient_id, TreatmentPlan.content)
        .where(
            TreatmentPlan.patient_id.in_(patient_ids),
            TreatmentPlan.state.in_(RAN),
            TreatmentPlan.signed_at.is_not(None),
        )
        .order_by(TreatmentPlan.number)
    )
    found = dict.fromkeys(patient_ids, Hours())
    for patient_id, content in rows:
        said = json.loads(content)
        found[patient_id] = Hours(said["window_opens"], said["window_closes"])
    return found
