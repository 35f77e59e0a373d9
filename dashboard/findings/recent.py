"""The units that the practice used last: offered for the next panel, never drawn from a number."""

from __future__ import annotations

from collections.abc import Mapping

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.db import db
from dashboard.findings.models import Finding, FindingSet
from dashboard.findings.panels import Panel

LOOKED_BACK = 100  # acts of entry


def units(panel: Panel) -> Mapping[str, str]:
    """Return kind -> unit of the panel's last entry at the practice; nothing else of it is read."""
    newest = sa.select(FindingSet.id, FindingSet.panel).order_by(FindingSet.id.desc())
    with seeing_every_patient():  # units alone: no value and no patient is read
        acts = db.session.execute(newest.limit(LOOKED_BACK)).all()
        last = next((act for act, key in acts if key == panel.key), None)
        if last is None:
            return {}
        told = sa.select(Finding.kind, Finding.unit).where(Finding.set_id == last)
        return {kind: unit for kind, unit in db.session.execute(told) if unit}
