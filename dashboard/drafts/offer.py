"""Offering a kept draft on the page it belongs to.

A page calls `offer(form)` before showing its form: when there is a draft, an unsent form shows the
draft's text and says so; the person may discard it and get the stored state back.
"""

from __future__ import annotations

from dataclasses import dataclass

from werkzeug.datastructures import MultiDict

from dashboard import formats
from dashboard.actor import current_actor
from dashboard.drafts import actions
from dashboard.forms import PageForm


@dataclass(frozen=True)
class Offer:
    """What a page says of its draft: key and number that autosaving builds on, and its time."""

    key: str
    version: int = 0
    saved_at: str = ""
    was_restored: bool = False


def offer(form: PageForm) -> Offer:
    """Fill an unsent form from its page's draft, if there is one, and say what was found."""
    user_id, key = current_actor().id, str(form.page.data)
    kept = actions.offered(user_id=user_id, page=key) if user_id else None
    if kept is None:
        return Offer(key)
    if not form.is_submitted():
        _restore(form, kept)
    return Offer(
        key, kept.number, formats.moment(kept.saved_at), was_restored=not form.is_submitted()
    )


def _restore(form: PageForm, kept: actions.Kept) -> None:
    typed = MultiDict((name, value) for name, values in kept.fields.items() for value in values)
    for name, field in form._fields.items():
        if name not in actions.NEVER_KEPT and name in kept.fields:
            field.process(typed)
    if version := typed.get("record_version"):
        form.version.data = version


def settle(form: PageForm) -> None:
    """Forget the draft of a form that was saved; goes in the same transaction as the saving."""
    user_id = current_actor().id
    if user_id is not None:
        actions.drop(user_id=user_id, page=str(form.page.data))
