"""The windows of all patients one treats: those without a contact first, and what was observed."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clinical.windows import LABEL, NO_EFFECT
from dashboard.clock import now
from dashboard.patients.banner import Flag
from dashboard.windows import board, observing, views
from dashboard.windows.area import practice_area as area
from dashboard.windows.board import Opening
from dashboard.windows.views import ContactView

__all__ = ["area"]

MOST = 200  # windows of a list; the page says when there are more


@dataclass(frozen=True)
class Row:
    """One window of the week in words."""

    patient_ref: str
    patient: str
    born: str
    ref: str
    given: str
    dose: str
    goes_ahead: bool
    opens: str
    closes: str
    state: Flag
    contacts: tuple[ContactView, ...]
    asked: str


@area.get("/windows", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the windows open now or opening within a week, those without a contact first."""
    found = board.openings(_me(), at=now())
    without = [_row(one) for one in found if one.lacks_contact]
    others = [_row(one) for one in found if not one.lacks_contact]
    return render_template(
        "windows/board.html", without=without[:MOST], others=others[:MOST],
        more=max(len(without) - MOST, 0) + max(len(others) - MOST, 0), label=LABEL,
    )  # fmt: skip


@area.get("/windows/change", allow=Allow.PHYSICIAN)
def change() -> ResponseReturnValue:
    """Show change beside windows used, as an observation."""
    return render_template(
        "windows/change.html", observed=observing.observed(_me(), at=now()), label=LABEL,
        no_effect=NO_EFFECT, fewest=observing.FEWEST,
    )  # fmt: skip


def _row(one: Opening) -> Row:
    window = one.use.window
    return Row(
        patient_ref=one.patient_ref,
        patient=one.patient,
        born=formats.day(one.born_on),
        ref=one.start.ref,
        given=formats.moment(one.start.at),
        dose=views.dose_words(one.start),
        goes_ahead=not one.start.is_planned,
        opens=formats.moment(window.opens_at),
        closes=formats.moment(window.closes_at),
        state=views.STATES[one.use.state],
        contacts=views.contact_views(one.use),
        asked=one.asked,
    )


def _me() -> uuid.UUID:
    return current_actor().id or abort(403)
