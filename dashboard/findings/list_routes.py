"""Reading what is on record: by kind, one kind through time, and as it was entered."""

from __future__ import annotations

from flask import abort, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.clinical import clearance
from dashboard.findings import parts, reading
from dashboard.findings.area import SHOWN, area, tell_of_weights
from dashboard.findings.lines import HIDDEN

MOST_PAGES = 10_000
ALL = "list"


@area.get("/findings", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the newest finding of each kind that counts."""
    shows_weight = session.pop(SHOWN, "") == ALL + g.patient.ref
    found = reading.by_kind(g.patient.id, shows_weight=shows_weight)
    return render_template(
        "findings/index.html",
        parts=parts.parted(found),
        waiting=reading.waiting_lines(g.patient.id),
        has_hidden=any(line.value == HIDDEN for line in found),
    )


@area.get("/findings/entries", allow=Allow.PHYSICIAN)
def entries() -> ResponseReturnValue:
    """Show the acts of entry, newest first."""
    page = request.args.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 6 else 0
    if not 1 <= number <= MOST_PAGES:
        abort(404)
    acts, has_older = reading.acts(g.patient.id, page=number, shows_weight=False)
    return render_template("findings/entries.html", acts=acts, page=number, has_older=has_older)


@area.get("/findings/kinds/<kind>", allow=Allow.PHYSICIAN)
def of_kind(kind: str) -> ResponseReturnValue:
    """Show every finding of one kind, newest first, with those that do not count."""
    known = clearance.ruleset().kinds.get(kind) or abort(404)
    shows_weight = session.pop(SHOWN, "") == kind + g.patient.ref
    return render_template(
        "findings/kind.html", kind=known, shows_weight=shows_weight,
        lines=reading.of_kind(g.patient.id, kind, shows_weight=shows_weight),
    )  # fmt: skip


@area.post("/findings/weight", allow=Allow.PHYSICIAN)
def show_weight() -> ResponseReturnValue:
    """Show the body-size numbers of the next list once; the trail tells who asked."""
    kind = request.form.get("kind", "")
    tell_of_weights()
    if kind in clearance.ruleset().kinds:
        session[SHOWN] = kind + g.patient.ref
        return redirect(url_for("findings.of_kind", patient_ref=g.patient.ref, kind=kind), 303)
    session[SHOWN] = ALL + g.patient.ref
    return redirect(url_for("findings.index", patient_ref=g.patient.ref), 303)
