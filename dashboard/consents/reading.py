"""Consents as the chart lists them: where consent stands, and what became of each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

from dashboard import formats
from dashboard.consents import record, rows
from dashboard.consents.models import Consent, ConsentWithdrawal, End, TeachBack
from dashboard.consents.standing import Standing
from dashboard.consents.terms import Terms


@dataclass(frozen=True)
class Sign:
    """A status: its kind for the icon, its word."""

    kind: str
    word: str


@dataclass(frozen=True)
class Line:
    """One consent in the list."""

    ref: str
    begun: str
    about: str
    version: str
    method: str
    signed: str
    status: Sign


@dataclass(frozen=True)
class WithdrawalLine:
    """One withdrawal in the list."""

    at: str
    channel: str
    reason: str
    taken_by: str
    recorded: str


@dataclass(frozen=True)
class Overview:
    """Everything of the consent page."""

    standing: Standing
    lines: tuple[Line, ...]
    withdrawals: tuple[WithdrawalLine, ...]
    open_ref: str


def overview(patient_id: uuid.UUID, *, on: dt.date) -> Overview:
    """Return where consent stands today, and its whole history, newest first."""
    consents = rows.of_patient(Consent, patient_id)
    heard = rows.of_patient(TeachBack, patient_id)
    withdrawals = rows.of_patient(ConsentWithdrawal, patient_id)
    names = rows.names({one.taken_by_id for one in withdrawals})
    taken = sorted(withdrawals, key=lambda one: one.said_at, reverse=True)
    return Overview(
        standing=record.judged(consents, heard, withdrawals, on=on, asked=Terms()),
        lines=tuple(
            _line(one, heard=heard, withdrawals=withdrawals)
            for one in sorted(consents, key=lambda one: one.begun_at, reverse=True)
        ),
        withdrawals=tuple(_withdrawal(one, names) for one in taken),
        open_ref=next((one.ref for one in consents if one.is_open), ""),
    )


def status_of(
    consent: Consent, *, heard: Iterable[TeachBack], withdrawals: Iterable[ConsentWithdrawal]
) -> Sign:
    """Say in a word what became of one consent."""
    if consent.ending is not None:
        return Sign(
            "stop" if consent.ending is End.DECLINED else "none", ended_word(consent.ending)
        )
    if consent.signed_at is None:
        return Sign("due", "Not signed yet")
    if any(consent.signed_at <= one.said_at for one in withdrawals):
        return Sign("stop", "Withdrawn")
    if record.understood_at(consent, heard) is None:
        newest = record.newest_judgements(consent, heard)
        failed = any(not one.judgement.is_understood for one in newest.values())
        return Sign("due", "Not understood yet" if failed else "Teach-back due")
    return Sign("info", "Signed")


def ended_word(ending: End) -> str:
    """Say how an unsigned consent ended."""
    return "Declined" if ending is End.DECLINED else "Cancelled"


def _line(
    consent: Consent, *, heard: Iterable[TeachBack], withdrawals: Iterable[ConsentWithdrawal]
) -> Line:
    return Line(
        ref=consent.ref,
        begun=formats.moment(consent.begun_at),
        about=f"{consent.route.value.capitalize()}, {consent.formulation.value}, "
        f"dose class {consent.dose_class.value}",
        version=consent.text_version,
        method=consent.method.value.capitalize(),
        signed=formats.moment(consent.signed_at, consent.zone_name) if consent.signed_at else "",
        status=status_of(consent, heard=heard, withdrawals=withdrawals),
    )


def _withdrawal(one: ConsentWithdrawal, names: rows.Names) -> WithdrawalLine:
    return WithdrawalLine(
        at=formats.moment(one.said_at),
        channel=one.channel.value,
        reason=one.reason,
        taken_by=names[one.taken_by_id],
        recorded=formats.moment(one.recorded_at),
    )
