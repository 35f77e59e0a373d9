"""People who sign in, and their sign-ins."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.actor import Role
from dashboard.clock import now
from dashboard.db import Audited, Base, Keyed, Referable, Versioned


class User(Referable, Versioned, Audited, Base):
    """An account: its role decides pages, the care team patients. Never deleted, only disabled."""

    __tablename__ = "account"

    email: Mapped[str] = mapped_column(sa.String(254), unique=True)
    name: Mapped[str] = mapped_column(sa.String(120))
    role: Mapped[Role]
    invited_at: Mapped[dt.datetime] = mapped_column(default=now)
    joined_at: Mapped[dt.datetime | None]
    disabled_at: Mapped[dt.datetime | None]
    password_hash: Mapped[str | None] = mapped_column(info={"secret": True})
    password_set_at: Mapped[dt.datetime | None]
    totp_seed: Mapped[bytes | None] = mapped_column(sa.LargeBinary(), info={"secret": True})
    totp_confirmed_at: Mapped[dt.datetime | None]
    totp_counter: Mapped[int] = mapped_column(sa.BigInteger(), default=0, info={"secret": True})

    __table_args__ = (
        sa.Index("ix_account_name_id", "name", "id"),
        sa.Index("ix_account_role_disabled_at", "role", "disabled_at"),
    )

    @property
    def is_active(self) -> bool:
        """Whether the person can sign in: joined and not disabled."""
        return self.joined_at is not None and self.disabled_at is None


class SignIn(Keyed, Base):
    """One sign-in on one device, kept on the server so that it can be locked and ended."""

    __tablename__ = "sign_in"

    token_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    began_at: Mapped[dt.datetime] = mapped_column(default=now)
    seen_at: Mapped[dt.datetime] = mapped_column(default=now)
    ends_at: Mapped[dt.datetime]
    second_factor_at: Mapped[dt.datetime | None]
    locked_at: Mapped[dt.datetime | None]
    ended_at: Mapped[dt.datetime | None]
    end_reason: Mapped[str | None] = mapped_column(sa.String(60))
    origin: Mapped[str] = mapped_column(sa.String(60), default="")
    device: Mapped[str] = mapped_column(sa.String(80), default="")


class RecoveryCode(Keyed, Base):
    """One single-use code for signing in without one's phone; only its digest is kept."""

    __tablename__ = "recovery_code"

    user_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("account.id"), index=True)
    code_digest: Mapped[bytes] = mapped_column(sa.LargeBinary(32), unique=True)
    made_at: Mapped[dt.datetime] = mapped_column(default=now)
    used_at: Mapped[dt.datetime | None]


class Throttle(Base):
    """Failed attempts on one door (an account, an address), counted in the database."""

    __tablename__ = "throttle"

    door: Mapped[str] = mapped_column(sa.String(120), primary_key=True)
    failures: Mapped[int]
    open_again_at: Mapped[dt.datetime]
    last_at: Mapped[dt.datetime]
