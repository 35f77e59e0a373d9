"""The database: base model, constraint names, the types and mixins every record is made of.

Reads run in deferred transactions and writes in immediate ones on the embedded database: a reader
that turns into a writer half way could be refused, and a physician's save must not be.
"""

from __future__ import annotations

import base64
import datetime as dt
import enum
import secrets
import uuid
from collections.abc import Mapping
from contextvars import ContextVar
from decimal import Decimal
from typing import Any, ClassVar, TypeAlias, cast

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    declared_attr,
    mapped_column,
    scoped_session,
)
from uuid_utils.compat import uuid7

from dashboard.clock import now

NAMING = {
    "pk": "pk_%(table_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(column_0_name)s_%(constraint_name)s",
}


class Instant(sa.TypeDecorator[dt.datetime]):
    """A moment in time: aware in Python, UTC in the database; naive values are refused."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        """Turn an aware moment into UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment without a time zone cannot be stored")
        moment = value.astimezone(dt.UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        """Give the moment back as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


class Exact(sa.TypeDecorator[Decimal]):
    """A decimal number kept digit by digit: no binary rounding on any database."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: Decimal | None, dialect: sa.Dialect) -> str | None:
        """Write the number in plain notation; NaN and infinity are refused."""
        if value is None:
            return None
        if not value.is_finite():
            raise ValueError("only finite numbers can be stored")
        return format(value, "f")

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> Decimal | None:
        """Give the number back."""
        return None if value is None else Decimal(value)


def _values(members: type[enum.Enum]) -> list[str]:
    return [str(member.value) for member in members]


_CLOSED_SET = sa.Enum(
    enum.Enum, native_enum=False, create_constraint=True, length=40, values_callable=_values
)

db = SQLAlchemy(
    metadata=sa.MetaData(naming_convention=NAMING),
    session_options={"expire_on_commit": False},
    disable_autonaming=True,
)


class Base(DeclarativeBase):
    """Base of every table."""

    metadata = db.metadata
    type_annotation_map: ClassVar[Mapping[Any, Any]] = {
        dt.datetime: Instant(),
        Decimal: Exact(),
        enum.Enum: _CLOSED_SET,
        str: sa.Text(),
        uuid.UUID: sa.Uuid(),
    }


AnySession: TypeAlias = Session | scoped_session[Any]


def table_of(model: type[Base]) -> sa.Table:
    """Return a model's table, for the kernel's own conditional statements."""
    return cast(sa.Table, model.__table__)


def affected(session: AnySession, statement: sa.Update | sa.Delete | sa.Insert) -> int:
    """Run a statement and return how many rows it changed."""
    counted = statement.execution_options(preserve_rowcount=True)  # else -1 for an INSERT
    return cast("sa.CursorResult[Any]", session.execute(counted)).rowcount


def new_ref() -> str:
    """Return a random 128-bit public id, 26 lower-case letters and digits, for use in URLs."""
    return base64.b32encode(secrets.token_bytes(16)).decode("ascii").rstrip("=").lower()


def new_id() -> uuid.UUID:
    """Return a time-ordered key."""
    return uuid7()


class Keyed:
    """A row with a time-ordered key."""

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)


class Referable(Keyed):
    """A row that URLs name by a random public id."""

    ref: Mapped[str] = mapped_column(sa.String(26), unique=True, default=new_ref)


class Versioned:
    """A row that two people may edit; the form carries the version it showed."""

    version: Mapped[int] = mapped_column(default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


class Audited:
    """A row whose every change is written to the trail."""


class PatientRecord(Audited):
    """A row that belongs to one patient and is seen only by those who may see that patient."""

    @declared_attr
    def patient_id(cls) -> Mapped[uuid.UUID]:
        """Whose record this is."""
        return mapped_column(sa.ForeignKey("patient.id"), index=True)


def recorded_at() -> Mapped[dt.datetime]:
    """Return a column holding when the row was written."""
    return mapped_column(default=now)


_writing: ContextVar[bool] = ContextVar("writing", default=True)


def expect_writing(writing: bool) -> None:
    """Say whether the transactions that follow will write (immediate) or only read (deferred)."""
    _writing.set(writing)


def is_writing() -> bool:
    """Whether a transaction beginning now is a writing one."""
    return _writing.get()
