"""What is published, for physicians to open; and the consent texts, version by version."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.consents.area import evidence_area as area
from dashboard.consents.published import Kind, evidence
from dashboard.consents.texts import UnknownText, definition, versions

MARKS = {
    "V": "Read in the source",
    "M-hi": "From memory, about 90 % sure",
    "M-med": "From memory, about 70 % sure",
    "provisional": "Practice policy, no published source",
}


@area.get("/evidence", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the cited table, and say honestly how little it is."""
    found = evidence()
    kinds = {kind.value: found.of(kind) for kind in Kind}
    return render_template("consents/evidence.html", found=found, kinds=kinds, marks=MARKS)


@area.get("/consent-texts", allow=Allow.PHYSICIAN)
def texts() -> ResponseReturnValue:
    """List the versions of the consent text, newest first."""
    return render_template("consents/texts.html", versions=tuple(reversed(versions())))


@area.get("/consent-texts/<text_name>", allow=Allow.PHYSICIAN)
def text(text_name: str) -> ResponseReturnValue:
    """Show one version as the patient reads it, with its sources and marks."""
    try:
        found = definition(text_name)
    except UnknownText:
        abort(404)
    return render_template("consents/text.html", text=found, marks=MARKS)
