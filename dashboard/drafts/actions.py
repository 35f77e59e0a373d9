"""Keeping, offering and dropping typed text.

A draft is bound to its person and page. Two tabs on one page write the same draft; each writer says
which number it built on, and an older one is told so instead of overwriting.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import seal
from dashboard.clock import now
from dashboard.db import affected, db, new_id
from dashboard.drafts.models import Draft
from dashboard.errors import Stale

LIFETIME = dt.timedelta(days=30)
NEVER_KEPT = frozenset(
    {
        "csrf_token", "submission_id", "version", "page", "draft_version", "key", "path",
        "password", "new_password", "code",
    }
)  # fmt: skip


class NewerDraft(Stale):
    """Another tab has a newer draft of this page. Reload to see it; it was not written over."""


@dataclass(frozen=True)
class Kept:
    """A draft as its page offers it."""

    number: int
    saved_at: dt.datetime
    fields: Mapping[str, list[str]]


def keep(
    *, user_id: uuid.UUID, page: str, fields: Mapping[str, list[str]], built_on: int | None
) -> Kept:
    """Store what was typed on a page; `built_on` is the draft the writer last saw (None: any).

    Raise `NewerDraft` when another tab has written a newer one.
    """
    row = _row(user_id, page)
    if (
        row is not None
        and built_on is not None
        and row.number != built_on
        and row.expires_at > now()
    ):
        raise NewerDraft
    if row is None:
        row = Draft(id=new_id(), user_id=user_id, page=page, number=0)
        db.session.add(row)
    kept = {name: values for name, values in fields.items() if name not in NEVER_KEPT}
    row.number += 1
    row.saved_at, row.expires_at = now(), now() + LIFETIME
    row.sealed = seal.seal(json.dumps(kept, ensure_ascii=True), context=f"draft:{row.id}")
    return Kept(row.number, row.saved_at, kept)


def offered(*, user_id: uuid.UUID, page: str) -> Kept | None:
    """Return the draft kept for a page, if there is one that has not expired."""
    row = _row(user_id, page)
    if row is None or row.expires_at <= now():
        return None
    return Kept(
        row.number, row.saved_at, json.loads(seal.unseal(row.sealed, context=f"draft:{row.id}"))
    )


def drop(*, user_id: uuid.UUID, page: str) -> None:
    """Forget the draft of a page: its form was saved, or its writer discarded it."""
    db.session.execute(sa.delete(Draft).where(Draft.user_id == user_id, Draft.page == page))


def drop_expired() -> int:
    """Forget every draft past its time; return how many."""
    return affected(db.session, sa.delete(Draft).where(Draft.expires_at <= now()))


def _row(user_id: uuid.UUID, page: str) -> Draft | None:
    return db.session.scalar(sa.select(Draft).where(Draft.user_id == user_id, Draft.page == page))
