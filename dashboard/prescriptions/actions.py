"""Recording prescriptions written elsewhere and monitoring queries; what they tell clearance."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import sqlalchemy as sa

from dashboard.clinical import clearance
from dashboard.clinical.clearance import Collection, RuleSet
from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.prescriptions.models import Basis, MonitoringCheck, Prescription, Shown
from dashboard.sessions.models import Route

OUTAGE_SUPPLY_DAYS = 3  # FL 893.055(8): system down, supply of 3 days at most, with a note
OF_QUERIES = frozenset({"pdmp_checked_today", "pdmp_checked", "pdmp_outage_supply"})
EARLY_DAYS = 3  # clearance decisions section 10: by more than 3 days; the second stops


@dataclass(frozen=True)
class Told:
    """What the records tell the clearance."""

    findings: tuple[clearance.Finding, ...]
    refills: tuple[dt.date, ...]


def record_check(
    patient_id: uuid.UUID,
    *,
    state: str,
    checked_on: dt.date,
    shown: Shown,
    words: str,
    checked_by: str,
    by: uuid.UUID,
) -> MonitoringCheck:
    """Write down a query of prescription monitoring and what it showed."""
    check = MonitoringCheck(
        id=new_id(), patient_id=patient_id, state=state, checked_on=checked_on, shown=shown,
        words=words, checked_by=checked_by, recorded_by_id=by,
    )  # fmt: skip
    db.session.add(check)
    return check


def record(
    patient_id: uuid.UUID,
    *,
    written_on: dt.date,
    prescriber: str,
    drug: str,
    route: Route,
    dose_mg: Decimal | None,
    units: int,
    supply_days: int,
    is_refill: bool,
    pharmacy: str,
    location_state: str,
    basis: Basis,
    basis_words: str,
    basis_until: dt.date | None,
    monitoring_check_id: uuid.UUID | None,
    by: uuid.UUID,
) -> Prescription:
    """Write down a prescription that was written elsewhere."""
    prescription = Prescription(
        id=new_id(), patient_id=patient_id, written_on=written_on, prescriber=prescriber,
        drug=drug, route=route, dose_mg=dose_mg, units=units, supply_days=supply_days,
        is_refill=is_refill, pharmacy=pharmacy, location_state=location_state, basis=basis,
        basis_words=basis_words, basis_until=basis_until,
        monitoring_check_id=monitoring_check_id, recorded_by_id=by,
    )  # fmt: skip
    db.session.add(prescription)
    return prescription


def mark_in_error(record: Prescription | MonitoringCheck, *, reason: str, by: uuid.UUID) -> None:
    """Mark a record as entered in error: kept, shown struck, counted no more."""
    if record.entered_in_error_at is None:
        record.entered_in_error_at, record.entered_in_error_by_id = now(), by
        record.entered_in_error_reason = reason


def prescriptions(patient_id: uuid.UUID) -> Sequence[Prescription]:
    """Return the prescriptions that count, oldest first."""
    query = sa.select(Prescription).where(
        Prescription.patient_id == patient_id, Prescription.entered_in_error_at.is_(None)
    )
    return db.session.scalars(query.order_by(Prescription.written_on, Prescription.id)).all()


def checks(patient_id: uuid.UUID) -> Sequence[MonitoringCheck]:
    """Return the monitoring queries that count, oldest first."""
    query = sa.select(MonitoringCheck).where(
        MonitoringCheck.patient_id == patient_id, MonitoringCheck.entered_in_error_at.is_(None)
    )
    return db.session.scalars(query.order_by(MonitoringCheck.checked_on, MonitoringCheck.id)).all()


@dataclass(frozen=True)
class Supply:
    """One prescription's supply: its first day, the day it is used up, the days it came early."""

    prescription: Prescription
    begins_on: dt.date
    ends_on: dt.date
    early: int


def supplies(written: Sequence[Prescription]) -> tuple[Supply, ...]:
    """Return the supply of each prescription, oldest first.

    Supplies follow each other: one written early begins when the one before it ends.
    """
    found: list[Supply] = []
    for one in written:
        ends = found[-1].ends_on if found else one.written_on
        begins = max(ends, one.written_on)
        days = dt.timedelta(days=one.supply_days)
        found.append(Supply(one, begins, begins + days, max((ends - one.written_on).days, 0)))
    return tuple(found)


def early_days(written: Sequence[Prescription]) -> tuple[int, ...]:
    """Return for each refill how many days before the supply should have ended it was written."""
    return tuple(one.early for one in supplies(written) if one.prescription.is_refill)


def told(patient_id: uuid.UUID, *, rules: RuleSet, state: str) -> Told:
    """Return what queries and prescriptions tell the clearance of a patient in a state.

    A query counts in the state whose system was asked: the law of each asks for its own. Where the
    state is not known, none does.
    """
    written = prescriptions(patient_id)
    asked = [one for one in checks(patient_id) if one.state == state]
    newest = written[-1] if written else None
    refills = tuple(one.written_on for one in written if one.is_refill)
    said: list[tuple[str, str | bool, dt.date, dt.date | None]] = []
    for one in asked:
        if one.shown is Shown.OUTAGE:
            continue
        said += [
            (kind, True, one.checked_on, None) for kind in ("pdmp_checked_today", "pdmp_checked")
        ]
    by_day = {one.checked_on for one in asked if one.shown is Shown.OUTAGE}
    if newest is not None and newest.written_on in by_day:
        supply = sum(one.supply_days for one in written if one.written_on == newest.written_on)
        if supply <= OUTAGE_SUPPLY_DAYS:  # of the whole day: a second supply adds to the first
            said.append(("pdmp_outage_supply", True, newest.written_on, None))
    if newest is not None:
        said.append(
            ("remote_rx_basis_valid", _holds(newest), newest.written_on, newest.basis_until)
        )
    early = early_days(written)
    if early and newest is not None and newest.is_refill:
        said.append(("days_early_refill", str(early[-1]), newest.written_on, None))
        count = sum(1 for days in early if days > EARLY_DAYS)
        said.append(("early_refill_count", str(count), newest.written_on, None))
    return Told(
        tuple(_finding(kind, value, on, until, rules) for kind, value, on, until in said), refills
    )


def _holds(prescription: Prescription) -> bool:
    """Whether the recorded basis covered the day the prescription was written."""
    return prescription.basis_until is None or prescription.written_on <= prescription.basis_until


def _finding(
    kind: str, value: str | bool, on: dt.date, until: dt.date | None, rules: RuleSet
) -> clearance.Finding:
    taken = Collection(on=on, source="record", expires_on=until, origin="prescriptions")
    return clearance.read(kind, value=value, unit=None, taken=taken, rules=rules)
