"""The trail: every change, every opened chart, every act at the door, chained row to row.

Rows are gathered while the session flushes and written last, in the same transaction as what they
tell of. Each carries a keyed digest of itself and of the row before it; the key is not in the
database. Clinical values never enter the trail, only keyed fingerprints of them, so that an admin
can read it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from flask import current_app, g, has_request_context
from sqlalchemy import event
from sqlalchemy.orm import Mapped, Session, mapped_column
from sqlalchemy.orm.interfaces import MapperProperty

from dashboard.actor import Actor, current_actor
from dashboard.clock import now
from dashboard.db import AnySession, Audited, Base, PatientRecord, affected, table_of

GENESIS = b"\0" * 32
PENDING = "trail.pending"


class Action(StrEnum):
    """Every kind of thing the trail tells."""

    CREATE = "create"
    UPDATE = "update"
    DELETE = "delete"
    OPEN = "open chart"
    SIGN = "sign"
    PRINT = "print"
    SHOW_WEIGHT = "show weight"
    EXPORT = "export"
    SIGN_IN = "sign in"
    SIGN_IN_FAILED = "sign-in failed"
    SIGN_OUT = "sign out"
    LOCK = "lock"
    UNLOCK = "unlock"
    UNLOCK_FAILED = "unlock failed"
    SECOND_FACTOR_FAILED = "second factor failed"
    INVITE = "invite"
    DISABLE = "disable account"
    ENABLE = "enable account"
    ROLE = "change role"
    HAND_OVER = "hand over"
    EMERGENCY = "emergency access"
    EMERGENCY_REFUSED = "emergency access refused"
    REVIEW = "review"
    REFUSED = "refused"
    PROVED = "proved who they are"
    PROOF_FAILED = "failed to prove who they are"


class TrailRewritten(RuntimeError):
    """Somebody tried to change or remove a row of the trail through the program."""


class AuditEvent(Base):
    """One thing that happened: who, when, what, to which row."""

    __tablename__ = "audit_event"

    seq: Mapped[int] = mapped_column(sa.BigInteger(), primary_key=True, autoincrement=False)
    at: Mapped[dt.datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    subject_id: Mapped[str]
    patient_id: Mapped[uuid.UUID | None]
    request_id: Mapped[str]
    origin: Mapped[str]
    detail: Mapped[str]
    prev: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    mac: Mapped[bytes] = mapped_column(sa.LargeBinary(32))

    __table_args__ = (
        sa.Index("ix_audit_event_patient_id_seq", "patient_id", "seq"),
        sa.Index("ix_audit_event_actor_id_seq", "actor_id", "seq"),
        sa.Index("ix_audit_event_action_seq", "action", "seq"),
        sa.Index("ix_audit_event_at_seq", "at", "seq"),
    )


class AuditHead(Base):
    """Where the chain ends: the one row every writer takes in turn."""

    __tablename__ = "audit_head"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(sa.BigInteger())
    mac: Mapped[bytes] = mapped_column(sa.LargeBinary(32))
    seal: Mapped[bytes] = mapped_column(sa.LargeBinary(32))

    __table_args__ = (sa.CheckConstraint("id = 1", name="only_one"),)


class ChartVersion(Base):
    """A number per patient that moves with every change to the chart (for caches and ETags)."""

    __tablename__ = "chart_version"

    patient_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("patient.id"), primary_key=True)
    number: Mapped[int] = mapped_column(sa.BigInteger())


@dataclass(frozen=True)
class Entry:
    """One thing to tell, before it has a place in the chain."""

    action: Action
    subject: str
    subject_id: str
    patient_id: uuid.UUID | None
    actor: Actor
    detail: Mapping[str, object] = field(default_factory=dict)
    touches_chart: bool = False


def record(
    session: AnySession,
    action: Action,
    *,
    subject: str = "",
    subject_id: str = "",
    patient_id: uuid.UUID | None = None,
    detail: Mapping[str, object] | None = None,
) -> None:
    """Tell something that is not a change of a row; it is written when the session commits."""
    entry = Entry(action, subject, subject_id, patient_id, current_actor(), detail or {})
    _pending(session).append(entry)


def install(session: AnySession) -> None:
    """Attach the trail to the session factory, once."""
    if not event.contains(session, "after_flush", _gather):
        event.listen(session, "before_flush", _refuse_rewriting)
        event.listen(session, "after_flush", _gather)
        event.listen(session, "before_commit", _write)
        event.listen(session, "after_rollback", _forget)


@event.listens_for(Audited, "attribute_instrument", propagate=True)
def _remember_the_old_value(
    _cls: type, _key: str, attribute: sa.orm.QueryableAttribute[object]
) -> None:
    """Load a value before it is replaced: an expired one would leave no 'before' to tell of."""
    prop: MapperProperty[object] = attribute.property
    if hasattr(prop, "columns"):
        event.listen(attribute, "set", lambda *_: None, active_history=True)


def _pending(session: AnySession) -> list[Entry]:
    entries: list[Entry] = session.info.setdefault(PENDING, [])
    return entries


def _forget(session: Session) -> None:
    session.info.pop(PENDING, None)


def _refuse_rewriting(session: Session, _context: object, _instances: object) -> None:
    if any(
        isinstance(row, AuditEvent | AuditHead)
        for row in (*session.new, *session.dirty, *session.deleted)
    ):
        raise TrailRewritten("the trail is written by the program itself and never changed")


def _gather(session: Session, _context: object) -> None:
    kinds = (
        (Action.CREATE, session.new),
        (Action.UPDATE, session.dirty),
        (Action.DELETE, session.deleted),
    )
    for action, rows in kinds:
        for row in rows:
            if isinstance(row, Audited) and (
                action is not Action.UPDATE or session.is_modified(row)
            ):
                _pending(session).append(_entry(action, row))


def _entry(action: Action, row: Audited) -> Entry:
    state = sa.inspect(row)
    table = state.mapper.local_table.name
    key = "/".join(str(part) for part in state.mapper.primary_key_from_instance(row))
    patient_id = getattr(row, "patient_id", None) or (row.id if table == "patient" else None)  # type: ignore[attr-defined]
    clinical = isinstance(row, PatientRecord) or table == "patient"
    place = f"{table}/{key}" if clinical else None
    changes = {
        attribute.key: _change(attribute, state, place=place)
        for attribute in state.mapper.column_attrs
        if state.attrs[attribute.key].history.has_changes()
    }
    return Entry(action, table, key, patient_id, current_actor(), changes, touches_chart=clinical)


def _change(
    attribute: sa.orm.ColumnProperty[object],
    state: sa.orm.InstanceState[object],
    *,
    place: str | None,
) -> object:
    """Return [before, after]: plain values, fingerprints of clinical ones, nothing of secrets.

    `place` names the clinical row; it is None for another one.
    """
    if attribute.columns[0].info.get("secret"):
        return "changed"
    history = state.attrs[attribute.key].history
    pair = [
        history.deleted[0] if history.deleted else None,
        history.added[0] if history.added else None,
    ]
    if place is None:
        return [_plain(value) for value in pair]
    return [_fingerprint(value, f"{place}/{attribute.key}") for value in pair]


def _plain(value: object) -> object:
    if isinstance(value, dt.datetime):
        return value.astimezone(dt.UTC).isoformat()
    return value if isinstance(value, str | int | float | bool | type(None)) else str(value)


def _fingerprint(value: object, place: str) -> str | None:
    """Return a keyed digest of a clinical value: equal ones of one place compare, none can be read.

    It is bound to its place, the column of one row. An answer is one of four or five numbers: were
    equal answers alike everywhere, counting them, or one that is known, would tell them all.
    """
    if value is None:
        return None
    text = json.dumps(_plain(value), ensure_ascii=False)
    told = f"value\0{place}\0{text}".encode(errors="surrogatepass")
    return hmac.new(_key(), told, hashlib.sha256).hexdigest()[:16]


def _key() -> bytes:
    key: bytes = current_app.extensions["keys"].trail
    return key


def _write(session: Session) -> None:
    """Append what was gathered to the chain, as the transaction's last act."""
    session.flush()
    entries = session.info.pop(PENDING, [])
    if not entries:
        return
    _move_chart_versions(
        session, {e.patient_id for e in entries if e.touches_chart and e.patient_id}
    )
    head = session.execute(
        sa.select(AuditHead.seq, AuditHead.mac).where(AuditHead.id == 1).with_for_update()
    ).one()
    rows: list[dict[str, Any]] = []
    mac = bytes(head.mac)
    for seq, entry in enumerate(entries, head.seq + 1):
        row = _row(seq, entry, prev=mac)
        mac = row["mac"] = digest(_key(), row)
        rows.append(row)
    session.execute(sa.insert(table_of(AuditEvent)), rows)
    seq = head.seq + len(rows)
    head_row = table_of(AuditHead)
    seal = head_seal(_key(), rows[-1]["seq"], mac)
    moved = sa.update(head_row).where(head_row.c.id == 1)
    session.execute(moved.values(seq=rows[-1]["seq"], mac=mac, seal=seal))


def _row(seq: int, entry: Entry, *, prev: bytes) -> dict[str, Any]:
    request = has_request_context()
    return {
        "seq": seq,
        "at": now(),
        "actor_kind": entry.actor.kind.value,
        "actor_id": entry.actor.id,
        "actor_name": entry.actor.name,
        "action": entry.action.value,
        "subject": entry.subject,
        "subject_id": entry.subject_id,
        "patient_id": entry.patient_id,
        "request_id": g.get("request_id", "") if request else "",
        "origin": g.get("origin", "") if request else "command line",
        "detail": json.dumps(
            entry.detail, sort_keys=True, ensure_ascii=False, separators=(",", ":")
        ),
        "prev": prev,
    }


def _move_chart_versions(session: Session, patients: Iterable[uuid.UUID]) -> None:
    table = table_of(ChartVersion)
    for patient_id in sorted(patients):
        next_number = sa.update(table).where(table.c.patient_id == patient_id)
        if not affected(session, next_number.values(number=table.c.number + 1)):
            session.execute(sa.insert(table).values(patient_id=patient_id, number=1))


CHAINED = (
    "seq", "at", "actor_kind", "actor_id", "actor_name", "action", "subject", "subject_id",
    "patient_id", "request_id", "origin", "detail",
)  # fmt: skip


def digest(key: bytes, row: Mapping[str, Any] | sa.RowMapping) -> bytes:
    """Return the keyed digest that binds one row to its place in the chain."""
    values = [_plain(row[name]) for name in CHAINED]
    values.append(bytes(row["prev"]).hex())
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return hmac.new(key, b"event\0" + text.encode(errors="surrogatepass"), hashlib.sha256).digest()


def head_seal(key: bytes, seq: int, mac: bytes) -> bytes:
    """Return the keyed digest that says the chain ends here."""
    return hmac.new(key, b"head\0%d\0" % seq + mac, hashlib.sha256).digest()
