"""Whether the program serves, and whether it may: open to any monitor, telling nothing else."""

from __future__ import annotations

import structlog
from flask import current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from dashboard import guards, ready
from dashboard.access import Allow, Area
from dashboard.db import db
from dashboard.engine import UnsafeDatabase
from dashboard.security import csrf

area = Area("health", __name__)
log = structlog.get_logger()


@area.get("/healthz", allow=Allow.ANYONE)
def healthz() -> ResponseReturnValue:
    """Answer 200 while the process serves."""
    return {"status": "ok"}


@area.get("/readyz", allow=Allow.ANYONE)
def readyz() -> ResponseReturnValue:
    """Answer 200 when the database is reachable, migrated, durable and guarded; else 503."""
    try:
        ready.check(current_app, db.session.connection())
    except (SQLAlchemyError, guards.GuardMissing, UnsafeDatabase, ready.NotReady) as trouble:
        log.error("not ready", kind=type(trouble).__name__)
        return {"status": "not ready"}, 503
    return {"status": "ready"}


@csrf.exempt  # type: ignore[untyped-decorator]
@area.post("/csp-report", allow=Allow.ANYONE)
def csp_report() -> ResponseReturnValue:
    """Log that a browser refused something our policy forbids; the report's content is not kept."""
    log.warning("content policy violation", length=request.content_length or 0)
    return "", 204
