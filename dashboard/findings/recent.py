"""What was entered last: the practice's units are offered again, a patient's size is compared.

No unit is ever drawn from a number.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping
from fractions import Fraction

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.db import db
from dashboard.findings.models import Finding, FindingRemoval, FindingSet, RemovalState
from dashboard.findings.panels import Panel, Row
from dashboard.findings.typed import COMPARED

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


def sizes(
    patient_id: uuid.UUID, rows: Iterable[Row], *, besides: uuid.UUID | None = None
) -> Mapping[str, Fraction]:
    """Return kind -> newest value that counts, in the rules' own unit, for the sizes among `rows`.

    `besides` is a finding that is being corrected. A value whose unit is in question is no measure.
    """
    kinds = {row.kind.name for row in rows} & COMPARED
    if not kinds:
        return {}
    removed = sa.select(FindingRemoval.finding_id).where(
        FindingRemoval.patient_id == patient_id, FindingRemoval.state == RemovalState.DONE
    )
    told = sa.select(Finding.kind, Finding.canonical).where(
        Finding.patient_id == patient_id, Finding.kind.in_(kinds), Finding.question == "",
        Finding.id.not_in(removed), Finding.id != besides if besides else sa.true(),
    )  # fmt: skip
    newest = db.session.execute(told.order_by(Finding.taken_on, Finding.id))
    return {kind: Fraction(canonical) for kind, canonical in newest}
