"""The medication ledger as its page shows it: every move with what should be left after it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

import sqlalchemy as sa

from dashboard import formats
from dashboard.clinical.medication_count import (
    Balance,
    Line,
    Move,
    Reach,
    balance_of,
    mg,
    off_by,
    reach,
)
from dashboard.db import db
from dashboard.patients.banner import Flag
from dashboard.prescriptions import actions as prescriptions
from dashboard.sessions import ledger, planning
from dashboard.sessions.ledger_forms import KIND_WORDS
from dashboard.sessions.models import LedgerEntry, LedgerKind


@dataclass(frozen=True)
class LedgerRow:
    """One move: an entry, a dose, or an entry in error; `ref` is empty for what is no entry."""

    at: dt.datetime
    when: str
    what: str
    amount: str
    words: str
    by: str
    left: str
    verdict: Flag | None
    ref: str
    error: str


@dataclass(frozen=True)
class LedgerPage:
    """What the page shows: every move, the balance in words, and what the supply lasts for."""

    rows: list[LedgerRow]
    balance: Flag
    is_right: bool | None
    overdrawn: str
    reach: Flag | None
    facts: Mapping[str, str]


def page(patient_id: uuid.UUID) -> LedgerPage:
    """Return the ledger of a patient."""
    entries, course = ledger.entries(patient_id), ledger.course(patient_id)
    found = balance_of(course)
    by_ref = {one.ref: one for one in entries}
    rows = [_row(line, by_ref.get(line.amount.ref)) for line in course]
    rows += [_struck(one) for one in entries if one.entered_in_error_at is not None]
    return LedgerPage(
        rows=sorted(reversed(rows), key=lambda one: one.at, reverse=True),
        balance=_flag(found), is_right=found.is_right, overdrawn=found.overdrawn,
        reach=_reach(patient_id, found), facts=_facts(found),
    )  # fmt: skip


def entry(patient_id: uuid.UUID, ref: str) -> LedgerEntry | None:
    """Return one entry of a patient."""
    query = sa.select(LedgerEntry).where(
        LedgerEntry.ref == ref, LedgerEntry.patient_id == patient_id
    )
    return db.session.scalar(query)


def in_words(one: LedgerEntry) -> str:
    """Return an entry in one line."""
    return f"{KIND_WORDS[one.kind]}, {_units(one)}, {formats.moment(one.at)}"


def last(entries: Sequence[LedgerEntry]) -> LedgerEntry | None:
    """Return the newest entry that counts."""
    return next((one for one in entries if one.entered_in_error_at is None), None)


def _row(line: Line, one: LedgerEntry | None) -> LedgerRow:
    return LedgerRow(
        at=line.amount.at, when=formats.moment(line.amount.at),
        what=KIND_WORDS[one.kind] if one else "Dose taken",
        amount=_units(one) if one else _amount(line.amount.mg),
        words=one.words if one else "", by=one.by_name if one else "",
        left=_left(line), verdict=_verdict(line), ref=one.ref if one else "", error="",
    )  # fmt: skip


def _struck(one: LedgerEntry) -> LedgerRow:
    return LedgerRow(
        at=one.at, when=formats.moment(one.at), what=KIND_WORDS[one.kind], amount=_units(one),
        words=one.words, by=one.by_name, left="–", verdict=None, ref=one.ref,
        error=one.entered_in_error_reason,
    )  # fmt: skip


def _left(line: Line) -> str:
    if not line.is_counting:
        return "before the ledger began"
    return "not known" if line.expected is None else mg(line.expected)


def _verdict(line: Line) -> Flag | None:
    """Say of a count whether it adds up."""
    if line.move is not Move.COUNTED:
        return None
    if line.difference is None:
        return Flag("none", "Nothing to compare it with")
    since = " since the count before" if line.is_since_count else ""
    if line.difference:
        return Flag("stop", f"{off_by(line.difference)}{since}")
    return Flag("none" if since else "ok", f"Adds up{since}")


def _flag(found: Balance) -> Flag:
    return Flag({True: "ok", False: "stop", None: "none"}[found.is_right], found.words)


def _facts(found: Balance) -> dict[str, str]:
    """Return the sums up to the newest count."""
    counted = formats.moment(found.counted_at) if found.counted_at else ""
    return {
        "Supplied": _amount(found.supplied),
        "Taken": _amount(found.taken),
        "Returned, destroyed or lost": _amount(found.returned),
        "Should be left": _amount(found.expected),
        "Counted": f"{_amount(found.counted)}, {counted}" if counted else "never",
        "Should be left now": _amount(found.left),
    }


def _reach(patient_id: uuid.UUID, found: Balance) -> Flag | None:
    """Say whether what is left lasts until the supply on record should end; None without one."""
    written = prescriptions.supplies(prescriptions.prescriptions(patient_id))
    if not written or not found.is_begun:
        return None
    until, today = written[-1].ends_on, formats.today()
    planned = [
        None if one.dose_mg is None else Fraction(one.dose_mg)
        for one in planning.planned(patient_id)
        if today <= one.planned_at.astimezone(formats.zone()).date() <= until
        and one.route in ledger.FROM_THE_SUPPLY
    ]
    lasting = reach(found.left, planned=planned, until=until, today=today)
    return Flag(_kind(lasting), lasting.words)


def _kind(lasting: Reach) -> str:
    if lasting.left is not None and lasting.until < lasting.today:
        return "due" if lasting.left > 0 else "info"
    return {True: "info", False: "due", None: "none"}[lasting.is_enough]


def _units(one: LedgerEntry) -> str:
    sign = "+" if one.kind is LedgerKind.SUPPLIED else ""
    total = mg(Fraction(one.units) * Fraction(one.unit_mg))
    return f"{sign}{one.units.normalize():f} × {one.unit_mg.normalize():f} mg = {total}"


def _amount(amount: Fraction | None) -> str:
    return "not known" if amount is None else mg(amount)
