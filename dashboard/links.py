"""Private links: random, expiring, for one purpose, used once, revocable.

Only a digest of the token is stored. Opening a link never uses it up (mail scanners open links);
the act behind it does, by a conditional update that can succeed once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from dataclasses import dataclass
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Audited, Base, Keyed, affected, db, table_of
from dashboard.errors import LinkEnded

PROOFS = 5  # attempts to prove who one is, after which a link has ended


class Purpose(StrEnum):
    """What a link may be used for."""

    INVITATION = "invitation"
    FIRST_ADMIN = "first admin"
    NEW_PASSWORD = "new password"  # noqa: S105 - a purpose, not a password
    CHECK_IN = "check-in"
    CONSENT = "consent"


class Link(Keyed, Audited, Base):
    """One private link. The token itself is known to its holder alone."""

    __tablename__ = "link"

    token_digest: Mapped[bytes] = mapped_column(
        sa.LargeBinary(32), unique=True, info={"secret": True}
    )
    purpose: Mapped[Purpose]
    subject_id: Mapped[uuid.UUID] = mapped_column(index=True)
    issued_at: Mapped[dt.datetime] = mapped_column(default=now)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    revoked_at: Mapped[dt.datetime | None]
    wrong_proofs: Mapped[int] = mapped_column(default=0)


@dataclass(frozen=True)
class OpenLink:
    """A link that was presented and holds."""

    id: uuid.UUID
    purpose: Purpose
    subject_id: uuid.UUID

    @property
    def label(self) -> str:
        """How the trail names whoever holds the link."""
        return f"holder of {self.purpose.value} link {self.id}"


def issue(purpose: Purpose, *, subject_id: uuid.UUID, lifetime: dt.timedelta) -> str:
    """Make a link and return its token; earlier unused links of the purpose for the subject end."""
    revoke(purpose, subject_id=subject_id)
    token = secrets.token_urlsafe(32)
    db.session.add(
        Link(
            token_digest=_digest(token),
            purpose=purpose,
            subject_id=subject_id,
            expires_at=now() + lifetime,
        )
    )
    return token


def revoke(purpose: Purpose, *, subject_id: uuid.UUID) -> None:
    """End the subject's unused links of one purpose."""
    for link in db.session.scalars(
        sa.select(Link).where(
            Link.purpose == purpose,
            Link.subject_id == subject_id,
            Link.used_at.is_(None),
            Link.revoked_at.is_(None),
        )
    ):
        link.revoked_at = now()


def present(token: str, *purposes: Purpose) -> OpenLink:
    """Return what a token opens, or raise `LinkEnded`; every ended link looks alike."""
    link = db.session.scalar(
        sa.select(Link).where(
            Link.token_digest == _digest(token),
            Link.purpose.in_(purposes),
            Link.used_at.is_(None),
            Link.revoked_at.is_(None),
            Link.expires_at > now(),
            Link.wrong_proofs < PROOFS,
        )
    )
    if link is None:
        raise LinkEnded
    return OpenLink(link.id, link.purpose, link.subject_id)


def held(link_id: uuid.UUID, purpose: Purpose, *, even_used: bool = False) -> OpenLink:
    """Return a link whose holder was let in before, or raise `LinkEnded`.

    `even_used` finds one that was used up as well, for the page that says so.
    """
    query = sa.select(Link).where(
        Link.id == link_id,
        Link.purpose == purpose,
        Link.revoked_at.is_(None),
        Link.expires_at > now(),
    )
    link = db.session.scalar(query if even_used else query.where(Link.used_at.is_(None)))
    if link is None:
        raise LinkEnded
    return OpenLink(link.id, link.purpose, link.subject_id)


def count_proof(link: OpenLink) -> int:
    """Count an attempt to prove who one is, before it is looked at; return how many are left.

    Past the last it raises `LinkEnded`. Simultaneous attempts are counted one by one: of any
    number exactly `PROOFS` are looked at.
    """
    table = table_of(Link)
    left = sa.and_(table.c.id == link.id, table.c.wrong_proofs < PROOFS)
    counted = sa.update(table).where(left).values(wrong_proofs=table.c.wrong_proofs + 1)
    if affected(db.session, counted) != 1:
        raise LinkEnded
    made = db.session.execute(sa.select(table.c.wrong_proofs).where(table.c.id == link.id))
    return PROOFS - int(made.scalar_one())


def forgive_proofs(link: OpenLink) -> None:
    """Start the count anew: the holder proved who they are."""
    table = table_of(Link)
    db.session.execute(sa.update(table).where(table.c.id == link.id).values(wrong_proofs=0))


def use_up(link: OpenLink) -> None:
    """Use the link; of any number of simultaneous attempts exactly one succeeds."""
    table = table_of(Link)
    still_open = sa.and_(table.c.id == link.id, table.c.used_at.is_(None))
    if affected(db.session, sa.update(table).where(still_open).values(used_at=now())) != 1:
        raise LinkEnded


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode(errors="surrogatepass")).digest()
