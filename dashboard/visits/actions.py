"""What can be done with a visit: log, revise, take over, add to, mark as entered in error.

Signing is in `sealing`. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from dashboard.actor import seeing_every_patient
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal, SignedAlready
from dashboard.patients.models import CareTeamMember
from dashboard.visits import vitals
from dashboard.visits.models import Addendum, HandOver, Visit, VisitKind, VitalSign
from dashboard.visits.note import Note

CLOSED = "the account was closed"


class NotYours(Refusal):
    """This unsigned note is another physician's open work. Nothing was changed."""

    status = 409
    heading = "The note is another physician's"
    advice = "Take it over on its page, with a reason, or ask the physician who has it."


class NotOnTheTeam(Refusal):
    """Only a physician on the care team can take over a note. Nothing was changed."""

    status = 409
    heading = "The note stays with its physician"
    advice = "Log a visit of your own, or ask to be added to the care team."


class InError(Refusal):
    """This visit was marked as entered in error and stays as it is."""

    status = 409
    heading = "The visit was entered in error"
    advice = "Log the visit anew if it took place."


class NotSigned(Refusal):
    """An addendum belongs to a signed note, and this one is not signed yet."""

    status = 409
    heading = "The note is not signed"
    advice = "Edit the note itself."


class Marker(NamedTuple):
    """One visit as a time axis shows it."""

    began_at: dt.datetime
    kind: VisitKind
    ref: str
    is_signed: bool


def log(
    patient_id: uuid.UUID, *, note: Note, by_id: uuid.UUID, at: dt.datetime | None = None
) -> Visit:
    """Add an unsigned visit to a chart; its author answers for it."""
    visit = Visit(
        id=new_id(), patient_id=patient_id, author_id=by_id, responsible_id=by_id,
        recorded_at=at or now(), changed_by_id=by_id, changed_at=at or now(), **_content(note),
    )  # fmt: skip
    db.session.add(visit)
    db.session.flush()
    db.session.add_all(_signs(visit, note.vitals))
    return visit


def revise(visit: Visit, *, signs: Iterable[VitalSign], note: Note, by_id: uuid.UUID) -> None:
    """Replace the content of an unsigned note by what its responsible physician wrote."""
    refuse_closed(visit, by_id=by_id)
    for name, value in _content(note).items():
        setattr(visit, name, value)
    visit.changed_by_id, visit.changed_at = by_id, now()
    kept = set(note.vitals)
    gone = [sign for sign in signs if vitals.of([sign])[0] not in kept]
    already = set(vitals.of(sign for sign in signs if sign not in gone))
    for sign in gone:
        db.session.delete(sign)
    db.session.flush()
    db.session.add_all(_signs(visit, (vital for vital in note.vitals if vital not in already)))


def refuse_closed(visit: Visit, *, by_id: uuid.UUID) -> None:
    """Raise why a person may not change a visit: signed, in error, or another's open work."""
    if visit.is_in_error:
        raise InError
    if visit.is_signed:
        raise SignedAlready
    if visit.responsible_id != by_id:
        raise NotYours


def take_over(visit: Visit, *, by_id: uuid.UUID, reason: str) -> None:
    """Make a colleague's unsigned note one's own open work; repeating it changes nothing."""
    refuse_taking_over(visit)
    if visit.responsible_id == by_id:
        return
    if not _is_on_team(visit.patient_id, by_id):
        raise NotOnTheTeam
    _move(visit, to_id=by_id, reason=reason)


def refuse_taking_over(visit: Visit) -> None:
    """Raise why a note is nobody's open work any more."""
    if visit.is_in_error:
        raise InError
    if visit.is_signed:
        raise SignedAlready


def add_addendum(
    visit: Visit, *, text: str, by_id: uuid.UUID, name: str, zone_name: str
) -> Addendum:
    """Add to a signed note without changing it."""
    refuse_adding(visit)
    addendum = Addendum(
        patient_id=visit.patient_id, visit_id=visit.id, text=text,
        author_id=by_id, author_name=name, zone_name=zone_name,
    )  # fmt: skip
    db.session.add(addendum)
    return addendum


def refuse_adding(visit: Visit) -> None:
    """Raise why a note takes no addendum."""
    if visit.is_in_error:
        raise InError
    if not visit.is_signed:
        raise NotSigned


def mark_in_error(visit: Visit, *, by_id: uuid.UUID, reason: str) -> None:
    """Say that a visit should not be on this chart; it stays, struck through."""
    refuse_marking(visit, by_id=by_id)
    visit.entered_in_error_at, visit.entered_in_error_by_id = now(), by_id
    visit.entered_in_error_reason = reason


def refuse_marking(visit: Visit, *, by_id: uuid.UUID) -> None:
    """Raise why a person may not mark a visit: an unsigned note is its physician's to mark."""
    if visit.is_in_error:
        raise InError
    if not visit.is_signed:
        refuse_closed(visit, by_id=by_id)


def markers(patient_id: uuid.UUID) -> Sequence[Marker]:
    """Return a patient's visits in the order of time, without those entered in error."""
    found = db.session.execute(
        sa.select(Visit.began_at, Visit.kind, Visit.ref, Visit.signed_at.is_not(None))
        .where(Visit.patient_id == patient_id, Visit.entered_in_error_at.is_(None))
        .order_by(Visit.began_at, Visit.id)
    )
    return [Marker(*row) for row in found]


def hand_over(*, from_id: uuid.UUID, to_id: uuid.UUID) -> int:
    """Give one physician's unsigned visits to another; return how many.

    The caller answers for the act (an admin disabling an account sees no chart by it) and sees
    to it that the receiver is on the patients' care teams.
    """
    with seeing_every_patient():
        open_work = db.session.scalars(
            sa.select(Visit).where(
                Visit.responsible_id == from_id,
                Visit.signed_at.is_(None),
                Visit.entered_in_error_at.is_(None),
            )
        ).all()
        for visit in open_work:
            _move(visit, to_id=to_id, reason=CLOSED)
        db.session.flush()
    return len(open_work)


def _move(visit: Visit, *, to_id: uuid.UUID, reason: str) -> None:
    db.session.add(
        HandOver(
            patient_id=visit.patient_id, visit_id=visit.id, from_id=visit.responsible_id,
            to_id=to_id, reason=reason,
        )
    )  # fmt: skip
    visit.responsible_id = to_id


def _content(note: Note) -> dict[str, object]:
    return {
        "kind": note.kind,
        "began_at": note.began_at,
        "zone_name": note.zone_name,
        "typed_time": note.typed_time,
        "subjective": note.subjective,
        "objective": note.objective,
        "assessment": note.assessment,
        "plan": note.plan,
    }


def _signs(visit: Visit, wanted: Iterable[vitals.Vital]) -> list[VitalSign]:
    return [
        VitalSign(
            patient_id=visit.patient_id, visit_id=visit.id, key=vital.key, typed=vital.typed,
            unit=vital.unit.value, canonical=vital.canonical, posture=vital.posture,
        )
        for vital in wanted
    ]  # fmt: skip


def _is_on_team(patient_id: uuid.UUID, user_id: uuid.UUID) -> bool:
    found = db.session.scalar(
        sa.select(CareTeamMember.id).where(
            CareTeamMember.patient_id == patient_id,
            CareTeamMember.user_id == user_id,
            CareTeamMember.until.is_(None),
        )
    )
    return found is not None
