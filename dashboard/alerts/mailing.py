"""Telling people by e-mail that an alert waits: neutrally, after the answer was stored, once.

A notice is claimed and committed before it is sent, so that of two machines one sends it and one
that dies in between leaves it unsent rather than sent twice. A sending known to have failed is
given free and tried again for a day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
import structlog
from flask import Flask, Response, current_app
from sqlalchemy.exc import SQLAlchemyError

from dashboard import mail
from dashboard.actor import acting_as_job
from dashboard.alerts.models import AlertNotice
from dashboard.alerts.raising import NOTICES_WAIT
from dashboard.clock import now
from dashboard.db import db, expect_writing
from dashboard.settings import Settings

log = structlog.get_logger()
TRIED_FOR = dt.timedelta(days=1)
SUBJECT = "Something in Casement needs you today"
BODY = "Something in Casement needs you today.\n\nSign in: {address}\n"


@dataclass(frozen=True)
class Delivered:
    """How many e-mails went out, and what kept the others."""

    sent: int
    troubles: tuple[str, ...]


def install(app: Flask) -> None:
    """Send what a request left to send, once its answer is on its way."""
    app.after_request(_send_afterwards)


def deliver() -> Delivered:
    """Send the notices that wait, one e-mail an address, and commit; with mail off they wait."""
    if not mail.is_on():
        return Delivered(0, ())
    by_address: dict[str, list[AlertNotice]] = {}
    for one in _claimed():
        by_address.setdefault(one.address, []).append(one)
    sent, troubles = 0, []
    for address, notices in sorted(by_address.items()):
        trouble = _send(address)
        _settle(notices, trouble)
        sent += not trouble
        troubles += [trouble] if trouble else []
    return Delivered(sent, tuple(troubles))


def _claimed() -> Sequence[AlertNotice]:
    """Take the notices that nobody else sends; the claim is committed before the first goes out."""
    moment = now()
    waiting = db.session.scalars(
        sa.select(AlertNotice)
        .where(
            AlertNotice.sent_at.is_(None),
            AlertNotice.claimed_at.is_(None),
            AlertNotice.made_at > moment - TRIED_FOR,
        )
        .order_by(AlertNotice.made_at, AlertNotice.id)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for one in waiting:
        one.claimed_at, one.trouble = moment, ""
    db.session.commit()
    return waiting


def _send(address: str) -> str:
    """Send one e-mail and return what went wrong, if anything did."""
    settings: Settings = current_app.extensions["settings"]
    try:
        mail.send(to=address, subject=SUBJECT, body=BODY.format(address=settings.base_url))
    except mail.NotSent as problem:
        return str(problem)[:200]
    return ""


def _settle(notices: Sequence[AlertNotice], trouble: str) -> None:
    for one in notices:
        if trouble:
            one.claimed_at, one.trouble = None, trouble
        else:
            one.sent_at = now()
    db.session.commit()


def _send_afterwards(response: Response) -> Response:
    if db.session.registry.has() and db.session.info.pop(NOTICES_WAIT, False):
        app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
        response.call_on_close(lambda: _deliver_in(app))
    return response


def _deliver_in(app: Flask) -> None:
    """Deliver outside the request: whatever fails here, the answer is stored and the page sent."""
    with app.app_context(), acting_as_job("send notices of alerts"):
        expect_writing(True)
        try:
            deliver()
        except SQLAlchemyError as error:
            db.session.rollback()
            log.error("notices wait for the next run", kind=type(error).__name__)
        finally:
            db.session.remove()
