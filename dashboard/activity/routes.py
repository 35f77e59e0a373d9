"""The activity list: who did what, when, to whose chart; and the same as a file."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from flask import Response, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue

from dashboard import audit, formats
from dashboard.access import Allow, Area
from dashboard.activity import filter as filters
from dashboard.activity import reading
from dashboard.db import db, expect_writing

area = Area("activity", __name__)


@area.get("/activity", allow=Allow.ADMIN)
def trail() -> ResponseReturnValue:
    """Show the trail, filtered, newest first."""
    form, asked = filters.read(request.args)
    found = reading.Page((), None, None)
    if not form.errors:
        found = reading.page(asked, before=_number("before"), after=_number("after"))
    kept: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in form and value
    }
    return render_template(
        "activity/trail.html", form=form, page=found, kept=kept,
        newer=url_for("activity.trail", after=found.newer, **kept) if found.newer else None,
        older=url_for("activity.trail", before=found.older, **kept) if found.older else None,
    ), (422 if form.errors else 200)  # fmt: skip


@area.post("/activity/export", allow=Allow.ADMIN)
def export() -> ResponseReturnValue:
    """Give the filtered slice as CSV; that it was taken, and its digest, is told first."""
    form, asked = filters.read(request.args)
    if form.errors:
        return trail()
    db.session.rollback()
    expect_writing(False)
    up_to, count, digest = reading.newest(), -1, hashlib.sha256()
    for text in reading.lines(asked, up_to=up_to):
        digest.update(text.encode())
        count += text.count("\r\n")
    db.session.rollback()
    _tell(count, digest.hexdigest())
    content = (text.encode() for text in reading.lines(asked, up_to=up_to))
    response = Response(stream_with_context(content), mimetype="text/csv")
    response.headers["Repr-Digest"] = f"sha-256=:{base64.b64encode(digest.digest()).decode()}:"
    name = f"activity-{formats.today():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _tell(rows: int, digest: str) -> None:
    expect_writing(True)
    detail = {"rows": rows, "sha256": digest}
    audit.record(db.session, audit.Action.EXPORT, subject="audit_event", detail=detail)
    db.session.commit()
    expect_writing(False)


def _number(name: str) -> int | None:
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 18 else None
