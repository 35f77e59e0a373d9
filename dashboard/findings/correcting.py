"""Correcting a finding and taking one out: a second clinician looks at what would improve by it.

A correction records the right value and asks for the wrong one to be taken out, in one act. While a
removal waits, the finding goes on being judged.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import replace

import sqlalchemy as sa

from dashboard.alerts import owners
from dashboard.clearance import removing
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.findings import actions
from dashboard.findings.actions import By, Entry
from dashboard.findings.models import Finding, FindingRemoval, FindingSet, RemovalState, Way
from dashboard.patients.models import Patient
from dashboard.tasks import actions as tasks
from dashboard.tasks.models import Origin


class NotOnTheTeam(Refusal):
    """A second clinician is a physician on this patient's care team. Nothing was changed."""

    status = 403
    heading = "A physician on the care team has to decide"
    advice = "Ask a colleague who treats this patient."


def correct(
    patient: Patient, finding: Finding, entry: Entry, *, reason: str, by: By
) -> tuple[FindingSet, FindingRemoval]:
    """Record the right value and take the wrong one out, now or once a second clinician agrees."""
    if actions.removal_of(finding) is not None:
        raise actions.RemovedAlready
    entered = replace(entry, corrects_id=finding.id)
    act = actions.record(patient.id, [entered], way=Way.CORRECTION, by=by, note=reason)
    db.session.flush()
    refs = db.session.scalars(sa.select(Finding.ref).where(Finding.set_id == act.id)).all()
    return act, take_out(patient, finding, reason=reason, by=by, instead=refs)


def take_out(
    patient: Patient, finding: Finding, *, reason: str, by: By, instead: Collection[str] = ()
) -> FindingRemoval:
    """Mark a finding as entered in error; where that waits, give a colleague the task."""
    removal = removing.remove(
        patient, finding, reason=reason, by_id=by.id, by_name=by.name, instead=instead
    )
    db.session.flush()
    if removal.state is RemovalState.WAITING:
        _ask(removal, by)
    return removal


def decide(removal: FindingRemoval, *, agrees: bool, by: By) -> None:
    """Let a removal take effect, or the finding stand, as a second clinician of the care team."""
    if by.id not in {id for id, _ in owners.colleagues(removal.patient_id)}:
        raise NotOnTheTeam
    decision = actions.agree if agrees else actions.decline
    decision(removal, by_id=by.id, by_name=by.name)
    done = "A second clinician agreed." if agrees else "A second clinician declined."
    tasks.finish_of_key(removal.patient_id, _key(removal.finding_id), note=done)


def seconds(patient_id: uuid.UUID, *, besides: uuid.UUID) -> tuple[str, ...]:
    """Return the names of the physicians on the care team who could look at it second."""
    return tuple(name for id, name in owners.colleagues(patient_id) if id != besides)


def _ask(removal: FindingRemoval, by: By) -> None:
    others = [id for id, _ in owners.colleagues(removal.patient_id) if id != by.id]
    tasks.raise_task(
        removal.patient_id, key=_key(removal.finding_id), owner_id=(others or [by.id])[0],
        words="A finding is to be taken out as entered in error: agree or decline.",
        due_on=by.today, origin=Origin.PERSON, by=(by.id, by.name), at=by.at,
    )  # fmt: skip


def _key(finding_id: uuid.UUID) -> str:
    return f"removal {finding_id}"
