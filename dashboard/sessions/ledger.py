"""The medication ledger of a patient: what was supplied, returned and counted, beside the doses."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from dashboard.clinical.medication_count import Amount, Balance, Line, balance_of, lines
from dashboard.clock import now
from dashboard.db import db, new_id, new_ref
from dashboard.sessions import actions
from dashboard.sessions.models import Dose, LedgerEntry, LedgerKind, Route, TreatmentSession
from dashboard.sessions.steps import By

FROM_THE_SUPPLY = frozenset({Route.SUBLINGUAL, Route.ORAL, Route.INTRANASAL, Route.NOT_SAID})


def record(
    patient_id: uuid.UUID,
    kind: LedgerKind,
    *,
    units: Decimal,
    unit_mg: Decimal,
    moment: dt.datetime,
    zone: str,
    by: By,
    words: str = "",
    session: TreatmentSession | None = None,
    at: dt.datetime | None = None,
) -> LedgerEntry:
    """Add an entry: so many units of so many mg at a moment."""
    entry = LedgerEntry(
        id=new_id(), ref=new_ref(), patient_id=patient_id, kind=kind, at=moment, zone_name=zone,
        units=units, unit_mg=unit_mg, words=words.strip(),
        session_id=session.id if session else None, by_id=by.id, by_name=by.name,
        recorded_at=at or now(),
    )  # fmt: skip
    db.session.add(entry)
    return entry


def mark_in_error(entry: LedgerEntry, *, by: By, reason: str) -> None:
    """Mark an entry as entered in error: kept, shown struck, counted no more."""
    if entry.entered_in_error_at is None:
        entry.entered_in_error_at, entry.entered_in_error_by_id = now(), by.id
        entry.entered_in_error_reason = reason.strip()


def entries(patient_id: uuid.UUID) -> Sequence[LedgerEntry]:
    """Return every entry, newest first; those entered in error too."""
    query = sa.select(LedgerEntry).where(LedgerEntry.patient_id == patient_id)
    return db.session.scalars(query.order_by(LedgerEntry.at.desc(), LedgerEntry.id.desc())).all()


def course(patient_id: uuid.UUID) -> tuple[Line, ...]:
    """Return every entry and dose that counts, oldest first, with what should be left after it."""
    rows = [one for one in entries(patient_id) if one.entered_in_error_at is None]
    given = actions.doses(patient_id) if rows else ()
    return lines(
        supplied=_amounts(rows, LedgerKind.SUPPLIED),
        returned=_amounts(rows, LedgerKind.RETURNED),
        counted=_amounts(rows, LedgerKind.COUNTED),
        taken=[_taken(one) for one in given if one.route in FROM_THE_SUPPLY],
    )


def of(patient_id: uuid.UUID) -> Balance:
    """Return the balance at the newest count, in mg."""
    return balance_of(course(patient_id))


def is_right(patient_id: uuid.UUID) -> bool | None:
    """Whether the medicine adds up; None when that is not known."""
    return of(patient_id).is_right


def _amounts(rows: Sequence[LedgerEntry], kind: LedgerKind) -> list[Amount]:
    return [
        Amount(one.at, Fraction(one.units) * Fraction(one.unit_mg), one.ref)
        for one in rows
        if one.kind is kind
    ]


def _taken(dose: Dose) -> Amount:
    amount = None if dose.dose_mg is None else Fraction(dose.dose_mg)
    return Amount(dose.given_at, amount, dose.ref)
