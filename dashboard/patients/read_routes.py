"""Reading what is known of who a patient is, and how it came to be so."""

from __future__ import annotations

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.patients import history, reading
from dashboard.patients.areas import patient


@patient.get("/details", allow=Allow.PHYSICIAN)
def details() -> ResponseReturnValue:
    """Show a patient's details."""
    return render_template(
        "patient/details.html",
        groups=reading.groups(g.patient),
        diagnoses=reading.diagnoses_of(g.patient),
        last=history.last(g.patient.id),
    )


@patient.get("/details/history", endpoint="history", allow=Allow.PHYSICIAN)
def history_of() -> ResponseReturnValue:
    """Show every change of the details, newest first."""
    older_than = _number(request.args.get("before", ""))
    found = history.changes(g.patient.id, older_than=older_than)
    shown = found[: history.PAGE]
    here = {"patient_ref": g.patient.ref}
    is_more = len(found) > history.PAGE
    return render_template(
        "patient/history.html",
        changes=shown,
        newest=url_for("patient.history", **here) if older_than else None,
        older=url_for("patient.history", **here, before=shown[-1].version) if is_more else None,
    )


def _number(text: str) -> int | None:
    """Read a version number; anything else means the newest."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
