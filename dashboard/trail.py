"""Proving the trail: walk the chain and name the first row that does not hold.

A cut tail leaves a chain that is whole but short. The head's own seal tells of it, and so does the
anchor: a line kept outside the database at each start and each verification.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from dashboard.audit import GENESIS, AuditEvent, AuditHead, digest, head_seal
from dashboard.db import table_of


@dataclass(frozen=True)
class Verdict:
    """What walking the chain found: how many rows hold, and the first trouble if there is one."""

    rows: int
    trouble: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether every row holds."""
        return self.trouble is None


@dataclass(frozen=True)
class Anchor:
    """A place in the chain remembered outside the database."""

    seq: int
    mac: bytes


def begin(connection: sa.Connection, key: bytes) -> None:
    """Write the head of an empty chain, once."""
    head = table_of(AuditHead)
    if connection.execute(sa.select(head.c.id)).first() is None:
        seal = head_seal(key, 0, GENESIS)
        connection.execute(sa.insert(head).values(id=1, seq=0, mac=GENESIS, seal=seal))


def verify(session: Session, key: bytes, *, anchors: tuple[Anchor, ...] = ()) -> Verdict:
    """Walk the whole chain; name the first row that was edited, removed, moved or cut."""
    events = table_of(AuditEvent)
    query = sa.select(events).order_by(events.c.seq).execution_options(yield_per=2000)
    with closing(session.execute(query)) as result:
        seq, mac, trouble = _walk(result.mappings(), key, {a.seq: a.mac for a in anchors})
    return Verdict(seq, trouble or _at_the_end(session, key, seq=seq, mac=mac, anchors=anchors))


def _walk(
    rows: Iterable[sa.RowMapping], key: bytes, anchored: Mapping[int, bytes]
) -> tuple[int, bytes, str | None]:
    """Return the last row that holds, its digest, and what is wrong with the one after it."""
    seq, prev = 0, GENESIS
    for row in rows:
        here, mac = row["seq"], bytes(row["mac"])
        if here != seq + 1:
            return seq, prev, f"row {seq + 1} is missing (the next one found is {here})"
        if bytes(row["prev"]) != prev:
            return seq, prev, f"row {here} does not follow the row before it"
        if not hmac.compare_digest(mac, digest(key, row)):
            return seq, prev, f"row {here} was changed"
        if anchored.get(here, mac) != mac:
            return seq, prev, f"row {here} is not the row that was anchored outside the database"
        seq, prev = here, mac
    return seq, prev, None


def _at_the_end(
    session: Session, key: bytes, *, seq: int, mac: bytes, anchors: tuple[Anchor, ...]
) -> str | None:
    """Say what is wrong with where the chain ends, if anything is."""
    last = max((anchor.seq for anchor in anchors), default=0)
    if seq < last:
        return f"row {seq + 1} is missing: the trail was cut (row {last} was anchored)"
    table = table_of(AuditHead)
    head = session.execute(sa.select(table.c.seq, table.c.mac, table.c.seal)).first()
    if head is None:
        return f"row {seq + 1} cannot be ruled out: the head of the trail is missing"
    if head.seq > seq:
        return f"row {seq + 1} is missing: the trail was cut (it had {head.seq} rows)"
    sealed = hmac.compare_digest(bytes(head.seal), head_seal(key, head.seq, bytes(head.mac)))
    if head.seq != seq or bytes(head.mac) != mac or not sealed:
        return f"row {seq + 1} cannot be ruled out: the head of the trail was changed"
    return None


def read_anchors(path: Path) -> tuple[Anchor, ...]:
    """Read the anchors kept in `path`; none when there is no such file."""
    if not path.exists():
        return ()
    pairs = (line.split() for line in path.read_text("ascii").splitlines() if line.strip())
    return tuple(Anchor(int(seq), bytes.fromhex(mac)) for seq, mac in pairs)


def drop_anchor(session: Session, path: Path) -> None:
    """Remember the present end of the chain in `path`."""
    table = table_of(AuditHead)
    head = session.execute(sa.select(table.c.seq, table.c.mac)).one()
    anchors = read_anchors(path)
    if head.seq and (not anchors or anchors[-1].seq < head.seq):
        with path.open("a", encoding="ascii") as file:
            file.write(f"{head.seq} {bytes(head.mac).hex()}\n")
