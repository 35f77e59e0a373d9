"""Each filled-in form counts once, however often it is sent.

A form carries a random submission id. Its first sending stores the id with where it led, in the
same transaction as its work; a second sending finds it and leads to the same place.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base, affected, db, table_of
from dashboard.errors import AlreadyDone


class Submission(Base):
    """One form that was sent and acted upon."""

    __tablename__ = "submission"

    id: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    at: Mapped[dt.datetime] = mapped_column(index=True)
    location: Mapped[str]


def refuse_repeat(submission_id: str) -> None:
    """Raise `AlreadyDone` when this form was acted upon before."""
    table = table_of(Submission)
    location = db.session.scalar(sa.select(table.c.location).where(table.c.id == submission_id))
    if location is not None:
        raise AlreadyDone(location)


def commit_once(submission_id: str, location: str) -> None:
    """Commit the session's work; raise `AlreadyDone` when the same form was committed meanwhile."""
    db.session.flush()
    table = table_of(Submission)
    insert = (
        postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    )
    claim = (
        insert(table).values(id=submission_id, at=now(), location=location).on_conflict_do_nothing()
    )
    if affected(db.session, claim) == 0:
        db.session.rollback()
        refuse_repeat(submission_id)
    db.session.commit()
