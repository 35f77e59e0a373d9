"""Prescriptions and monitoring queries as pages show them, those entered in error as well."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.clearance.judgement import RuleVerdict
from dashboard.db import db
from dashboard.patients.banner import Flag
from dashboard.practice.places import STATES
from dashboard.prescriptions.actions import EARLY_DAYS, Supply, supplies
from dashboard.prescriptions.models import Basis, MonitoringCheck, Prescription, Shown

SHOWN_KINDS = {Shown.EXPECTED: "ok", Shown.UNEXPECTED: "stop", Shown.OUTAGE: "due"}


@dataclass(frozen=True)
class PrescriptionView:
    """One prescription written elsewhere, with its supply."""

    ref: str
    written: str
    drug: str
    dose: str
    amount: str
    prescriber: str
    pharmacy: str
    state: str
    basis: Flag
    basis_words: str
    supply: str
    early: Flag | None
    is_refill: bool
    error: str


@dataclass(frozen=True)
class QueryView:
    """One query of prescription monitoring."""

    ref: str
    on: str
    state: str
    shown: Flag
    words: str
    by: str
    error: str


@dataclass(frozen=True)
class AgainstView:
    """One rule that stood against a prescription."""

    id: str
    verdict: Flag
    limit: str
    framework: str
    source: str
    note: str


def prescriptions(patient_id: uuid.UUID) -> list[PrescriptionView]:
    """Return all prescriptions of a patient, newest first."""
    query = sa.select(Prescription).where(Prescription.patient_id == patient_id)
    found = db.session.scalars(query.order_by(Prescription.written_on, Prescription.id)).all()
    counting = [one for one in found if one.entered_in_error_at is None]
    known = {one.prescription.id: one for one in supplies(counting)}
    return [_view(one, known.get(one.id)) for one in reversed(found)]


def queries(patient_id: uuid.UUID) -> list[QueryView]:
    """Return all monitoring queries of a patient, newest first."""
    query = sa.select(MonitoringCheck).where(MonitoringCheck.patient_id == patient_id)
    newest = query.order_by(MonitoringCheck.checked_on.desc(), MonitoringCheck.id.desc())
    return [_query(one) for one in db.session.scalars(newest)]


def prescription(patient_id: uuid.UUID, ref: str) -> Prescription | None:
    """Return one prescription of a patient."""
    query = sa.select(Prescription).where(
        Prescription.ref == ref, Prescription.patient_id == patient_id
    )
    return db.session.scalar(query)


def query_named(patient_id: uuid.UUID, ref: str) -> MonitoringCheck | None:
    """Return one monitoring query of a patient."""
    query = sa.select(MonitoringCheck).where(
        MonitoringCheck.ref == ref, MonitoringCheck.patient_id == patient_id
    )
    return db.session.scalar(query)


def against_views(found: Sequence[RuleVerdict]) -> list[AgainstView]:
    """Return what stood against a prescription in words."""
    return [
        AgainstView(
            id=one.rule.id,
            verdict=Flag("stop", "Stop") if not one.reason else Flag("none", "Unknown"),
            limit=f"{one.rule.variable.replace('_', ' ')}: "
            + (f"{one.reason.value}" if one.reason else one.rule.words),
            framework=one.rule.framework.value,
            source=one.rule.source,
            note=one.rule.note,
        )
        for one in found
    ]


def basis_flag(basis: Basis, until: dt.date | None, *, on: dt.date) -> Flag:
    """Say what allowed a prescription, and whether it did on its day."""
    if until is None:
        return Flag("info", basis.value.capitalize())
    if on > until:
        return Flag("stop", f"{basis.value.capitalize()}, ended {formats.day(until)}")
    return Flag("info", f"{basis.value.capitalize()}, until {formats.day(until)}")


def _view(one: Prescription, supply: Supply | None) -> PrescriptionView:
    early = None
    if supply is not None and one.is_refill and supply.early:
        words = "1 day early" if supply.early == 1 else f"{supply.early} days early"
        early = Flag("due" if supply.early > EARLY_DAYS else "info", words)
    return PrescriptionView(
        ref=one.ref,
        written=formats.day(one.written_on),
        drug=one.drug,
        dose="not written down" if one.dose_mg is None else f"{one.dose_mg:f} mg",
        amount=f"{one.units} × {one.route.value}, {one.supply_days} days",
        prescriber=one.prescriber,
        pharmacy=one.pharmacy,
        state=STATES.get(one.location_state, one.location_state),
        basis=basis_flag(one.basis, one.basis_until, on=one.written_on),
        basis_words=one.basis_words,
        supply=f"{formats.day(supply.begins_on)} to {formats.day(supply.ends_on)}"
        if supply else "–",
        early=early,
        is_refill=one.is_refill,
        error=one.entered_in_error_reason,
    )  # fmt: skip


def _query(one: MonitoringCheck) -> QueryView:
    return QueryView(
        ref=one.ref,
        on=formats.day(one.checked_on),
        state=STATES.get(one.state, one.state),
        shown=Flag(SHOWN_KINDS[one.shown], one.shown.value.capitalize()),
        words=one.words,
        by=one.checked_by,
        error=one.entered_in_error_reason,
    )
