"""Visits as pages show them: read in few statements, given to templates as plain values."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.db import db
from dashboard.visits import note as notes
from dashboard.visits import sealing, vitals
from dashboard.visits.models import Addendum, HandOver, Visit, VitalKey, VitalSign
from dashboard.visits.note import Note
from dashboard.visits.since import Since, frozen, live
from dashboard.visits.vitals import VitalLine

UNKNOWN = "Unknown"


@dataclass(frozen=True)
class Flag:
    """A word with its kind (ok, due, stop, info, none)."""

    kind: str
    word: str


@dataclass(frozen=True)
class Added:
    """An addendum as it is read."""

    text: str
    author: str
    at: str


@dataclass(frozen=True)
class Moved:
    """A hand-over as it is read."""

    words: str
    reason: str


@dataclass(frozen=True)
class Act:
    """Who did something to a note, and when with the zone."""

    by: str
    at: str


@dataclass(frozen=True)
class Shown:
    """One visit as its page shows it. `weight` is None unless it was asked for."""

    ref: str
    kind: str
    when: str
    zone: str
    typed_time: str
    state: Flag
    note: Note
    vitals: tuple[VitalLine, ...]
    has_weight: bool
    weight: str | None
    since: Since | None
    author: str
    recorded_at: str
    responsible: str
    is_mine: bool
    signed: Act | None
    seal: str
    is_intact: bool
    error: Act | None
    error_reason: str
    addenda: tuple[Added, ...]
    moves: tuple[Moved, ...]

    @property
    def is_signed(self) -> bool:
        """Whether the note is signed."""
        return self.signed is not None

    @property
    def is_open(self) -> bool:
        """Whether the note may still be written by its physician."""
        return self.signed is None and self.error is None


def state(visit: Visit) -> Flag:
    """Say where a note stands; an unsigned one says for how long."""
    if visit.is_in_error:
        return Flag("none", "Entered in error")
    if visit.is_signed:
        return Flag("info", "Signed")
    days = max((formats.today() - formats.today(visit.began_at)).days, 0)
    age = {0: "today", 1: "1 day"}.get(days, f"{days} days")
    return Flag("due", f"Unsigned, {age}")


def signs_of(visit: Visit) -> Sequence[VitalSign]:
    """Return a visit's vital signs."""
    return db.session.scalars(
        sa.select(VitalSign).where(
            VitalSign.visit_id == visit.id, VitalSign.patient_id == visit.patient_id
        )
    ).all()


def shown(
    visit: Visit, *, signs: Sequence[VitalSign], me: uuid.UUID, with_weight: bool = False
) -> Shown:
    """Return a visit for its page, with what was added and handed over."""
    note, names = notes.of(visit, signs), _names(visit)
    weights = [vital for vital in note.vitals if vital.key is VitalKey.WEIGHT]
    return Shown(
        ref=visit.ref,
        kind=visit.kind.value.capitalize(),
        when=formats.moment(visit.began_at, visit.zone_name),
        zone=visit.zone_name,
        typed_time=visit.typed_time,
        state=state(visit),
        note=note,
        vitals=vitals.lines(vitals.without_weight(note.vitals)),
        has_weight=bool(weights),
        weight=vitals.words(weights[0]) if weights and with_weight else None,
        since=_since(visit),
        author=names.get(visit.author_id, UNKNOWN),
        recorded_at=formats.moment(visit.recorded_at),
        responsible=names.get(visit.responsible_id, UNKNOWN),
        is_mine=visit.responsible_id == me,
        signed=Act(visit.signed_name, formats.moment(visit.signed_at)) if visit.signed_at else None,
        seal=visit.seal,
        is_intact=visit.is_signed and sealing.is_intact(visit, signs),
        error=_error(visit, names),
        error_reason=visit.entered_in_error_reason,
        addenda=_addenda(visit),
        moves=_moves(visit),
    )


def _since(visit: Visit) -> Since | None:
    if visit.is_signed:
        return frozen(visit.since_last)
    if visit.is_in_error:
        return None
    return live(visit.patient_id, before=visit.began_at, besides=visit.id)


def _error(visit: Visit, names: dict[uuid.UUID, str]) -> Act | None:
    if visit.entered_in_error_at is None or visit.entered_in_error_by_id is None:
        return None
    who = names.get(visit.entered_in_error_by_id, UNKNOWN)
    return Act(who, formats.moment(visit.entered_in_error_at))


def _names(visit: Visit) -> dict[uuid.UUID, str]:
    wanted = {visit.author_id, visit.responsible_id, visit.entered_in_error_by_id}
    found = db.session.execute(sa.select(User.id, User.name).where(User.id.in_(wanted - {None})))
    return {user_id: name for user_id, name in found}


def name_of(user_id: uuid.UUID) -> str:
    """Return the name on an account."""
    return db.session.scalar(sa.select(User.name).where(User.id == user_id)) or UNKNOWN


def _addenda(visit: Visit) -> tuple[Added, ...]:
    rows = db.session.scalars(
        sa.select(Addendum)
        .where(Addendum.visit_id == visit.id, Addendum.patient_id == visit.patient_id)
        .order_by(Addendum.at, Addendum.id)
    )
    return tuple(
        Added(row.text, row.author_name, formats.moment(row.at, row.zone_name)) for row in rows
    )


def _moves(visit: Visit) -> tuple[Moved, ...]:
    giver, taker = sa.orm.aliased(User), sa.orm.aliased(User)
    rows = db.session.execute(
        sa.select(HandOver.at, HandOver.reason, giver.name, taker.name)
        .join(giver, giver.id == HandOver.from_id)
        .join(taker, taker.id == HandOver.to_id)
        .where(HandOver.visit_id == visit.id, HandOver.patient_id == visit.patient_id)
        .order_by(HandOver.at, HandOver.id)
    )
    return tuple(
        Moved(f"{taker_name} from {giver_name}, {formats.moment(at)}", reason)
        for at, reason, giver_name, taker_name in rows
    )


def start_of(day: dt.date) -> dt.datetime:
    """Return the instant a calendar day of the practice begins."""
    return dt.datetime.combine(day, dt.time.min, formats.zone()).astimezone(dt.UTC)
