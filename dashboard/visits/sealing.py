"""Signing a note and proving that it is still what was signed.

The seal is the SHA-256 of the note's canonical content. It stands beside the note, which the
database refuses to change, and in the trail, which is chained under a key outside the database: a
note and its seal rewritten together still contradict the trail.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import audit
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal, SignedAlready
from dashboard.visits import note as notes
from dashboard.visits.models import Visit, VitalSign
from dashboard.visits.since import Since

RENDERER = "casement-visit-1"
BATCH = 500


class NothingToSign(Refusal):
    """A note needs an assessment and a plan before it can be signed."""

    status = 422
    heading = "The note is not complete"
    advice = "Go back, write what is missing, and sign again."


def canonical(visit: Visit, signs: Iterable[VitalSign]) -> str:
    """Return everything that is signed, in one fixed order and spelling."""
    note = notes.of(visit, signs)
    return json.dumps(
        [
            ["renderer", RENDERER],
            ["visit", str(visit.id), visit.ref],
            ["patient", str(visit.patient_id)],
            ["kind", note.kind.value],
            ["began", _instant(note.began_at), note.zone_name, note.typed_time],
            *([name, getattr(note, name)] for name in notes.TEXTS),
            ["vitals", [[v.key, v.typed, v.unit, v.posture] for v in note.vitals]],
            ["since", visit.since_last],
            ["author", str(visit.author_id), _instant(visit.recorded_at)],
            ["signed", str(visit.signed_by_id), visit.signed_name, _instant(visit.signed_at)],
        ],
        ensure_ascii=False,
        separators=(",", ":"),
    )


def digest(visit: Visit, signs: Iterable[VitalSign]) -> str:
    """Return the SHA-256 of the canonical content, in hexadecimal."""
    return hashlib.sha256(canonical(visit, signs).encode()).hexdigest()


def is_intact(visit: Visit, signs: Iterable[VitalSign]) -> bool:
    """Whether a signed note is what its seal says."""
    return visit.sealed_by == RENDERER and visit.seal == digest(visit, signs)


def sign(
    visit: Visit,
    *,
    signs: Iterable[VitalSign],
    since: Since,
    by_id: uuid.UUID,
    name: str,
    at: dt.datetime | None = None,
) -> None:
    """Sign and seal a note: from here on nothing changes it."""
    if visit.is_signed or visit.is_in_error:
        raise SignedAlready
    if not (visit.assessment and visit.plan):
        raise NothingToSign
    visit.since_last = since.text
    visit.signed_at, visit.signed_by_id, visit.signed_name = at or now(), by_id, name
    visit.sealed_by, visit.seal = RENDERER, digest(visit, signs)
    audit.record(
        db.session,
        audit.Action.SIGN,
        subject="visit",
        subject_id=str(visit.id),
        patient_id=visit.patient_id,
        detail={"seal": visit.seal, "sealed_by": RENDERER},
    )


@dataclass(frozen=True)
class Verdict:
    """Whether every signed note holds; `trouble` names the first that does not."""

    notes: int
    trouble: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether nothing was found."""
        return not self.trouble


def verify(*, batch: int = BATCH) -> Verdict:
    """Compare every signed note with its seal and with the trail, oldest signature first."""
    told = _told_in_the_trail()
    count = 0
    for visit, signs in _signed(batch):
        if not is_intact(visit, signs):
            return Verdict(count, f"visit {visit.ref} is not what was signed")
        if told.pop(str(visit.id), "") != visit.seal:
            return Verdict(count, f"the trail tells of another seal on visit {visit.ref}")
        count += 1
    if told:
        return Verdict(count, f"signed visit {min(told)} is gone")
    return Verdict(count)


def _told_in_the_trail() -> dict[str, str]:
    event = audit.AuditEvent
    rows = db.session.execute(
        sa.select(event.subject_id, event.detail).where(
            event.action == audit.Action.SIGN.value, event.subject == "visit"
        )
    )
    return {visit_id: str(json.loads(detail)["seal"]) for visit_id, detail in rows}


def _signed(size: int) -> Iterator[tuple[Visit, list[VitalSign]]]:
    after: Visit | None = None
    while batch := _batch(after, size):
        signs = _signs([visit.id for visit in batch])
        for visit in batch:
            yield visit, signs.get(visit.id, [])
        after = batch[-1]
        db.session.expunge_all()


def _batch(after: Visit | None, size: int) -> list[Visit]:
    query = sa.select(Visit).where(Visit.signed_at.is_not(None))
    if after is not None:
        place = sa.tuple_(Visit.signed_at, Visit.id)
        query = query.where(place > sa.tuple_(sa.literal(after.signed_at), sa.literal(after.id)))
    return list(db.session.scalars(query.order_by(Visit.signed_at, Visit.id).limit(size)))


def _signs(visit_ids: list[uuid.UUID]) -> Mapping[uuid.UUID, list[VitalSign]]:
    found: dict[uuid.UUID, list[VitalSign]] = {}
    for sign_ in db.session.scalars(sa.select(VitalSign).where(VitalSign.visit_id.in_(visit_ids))):
        found.setdefault(sign_.visit_id, []).append(sign_)
    return found


def _instant(moment: dt.datetime | None) -> str:
    return moment.astimezone(dt.UTC).isoformat(timespec="microseconds") if moment else ""
