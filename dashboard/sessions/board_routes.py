"""The sessions of all patients one treats, and the way to log one by the patient's name.

A name is sent, not linked: no patient's name enters an address, a log or a browser's history.
"""

from __future__ import annotations

import uuid

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.actor import current_actor
from dashboard.clock import now
from dashboard.patients import caseload, searching
from dashboard.sessions import board
from dashboard.sessions.area import practice_area as area
from dashboard.sessions.board import Board, Line

__all__ = ["area"]


@area.get("/sessions", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the sessions that run, that wait to be recorded, and that come within a week."""
    return render_template("sessions/board.html", board=_board(), search=None)


@area.post("/sessions/log", allow=Allow.PHYSICIAN, only_reads=True)
def log() -> ResponseReturnValue:
    """Lead to the session of a patient that can be recorded; several are shown to choose from."""
    search = searching.read(request.form.get("q", ""))
    if not search.text:
        return redirect(url_for("sessions_board.index"), 303)
    patients = caseload.find(_me(), search)
    found = board.of_patients([one.id for one in patients], at=now())
    planned = {one.patient_ref for one in found.lines}
    to_record = [one for one in found.lines if one.to_record]
    if len(patients) == 1 and len(to_record) == 1:
        return redirect(_page_of(to_record[0]), 303)
    return render_template(
        "sessions/board.html", board=_board(), search=search, found=found.lines,
        without=[one for one in patients if one.ref not in planned],
        is_cut=len(patients) == caseload.PAGE,
    )  # fmt: skip


@area.get("/sessions/log", allow=Allow.PHYSICIAN)
def log_again() -> ResponseReturnValue:
    """Lead back to the sessions: a search has no address of its own."""
    return redirect(url_for("sessions_board.index"), 303)


def _page_of(line: Line) -> str:
    page = "sessions.live" if line.is_running else "sessions.enter_after"
    return url_for(page, patient_ref=line.patient_ref, session_ref=line.session.ref)


def _board() -> Board:
    return board.of_physician(_me(), at=now())


def _me() -> uuid.UUID:
    return current_actor().id or abort(403)
