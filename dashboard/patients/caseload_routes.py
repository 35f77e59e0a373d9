"""The caseload page, and the search in the top bar.

A search is sent, not linked: no patient's name enters an address, a log or a browser's history.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.patients import caseload as cases
from dashboard.patients import caseload_views as views
from dashboard.patients import searching
from dashboard.patients.areas import me, patients
from dashboard.patients.caseload import Asked, Found, Order
from dashboard.patients.models import Status
from dashboard.scores.recent import recent

SUGGESTED = 8
NOTES = {Order.NAME: "by name", Order.REGISTERED: "newest first"}


@dataclass(frozen=True)
class Choice:
    """An order the list can be put in."""

    words: str
    address: str
    is_chosen: bool


@patients.get("/patients", allow=Allow.PHYSICIAN)
def caseload() -> ResponseReturnValue:
    """Show one's patients."""
    asked = _asked()
    page = cases.page(me().id, asked)
    return render_template(
        "patients/caseload.html",
        lines=_lines(page.rows),
        emergency=views.lines(cases.opened_in_emergency(me().id), {}, instruments=()),
        instruments=views.instruments(),
        chosen=asked.status,
        statuses=list(Status),
        sort=_sort(asked.order),
        note=NOTES[asked.order],
        orders=[_choice(asked, order) for order in Order],
        before=_address(asked, before=page.rows[0].ref) if page.has_before else None,
        after=_address(asked, after=page.rows[-1].ref) if page.has_after else None,
        is_beginning=not (asked.before or asked.after),
    )


@patients.post("/patients/search", allow=Allow.PHYSICIAN, only_reads=True)
def search() -> ResponseReturnValue:
    """Show the patients that a typed text finds."""
    search = _search()
    if not search.text:
        return redirect(url_for("patients.caseload"), 303)
    found = cases.find(me().id, search)
    return render_template(
        "patients/found.html",
        search=search,
        lines=_lines(found),
        instruments=views.instruments(),
        is_cut=len(found) == cases.PAGE,
    )


@patients.get("/patients/search", allow=Allow.PHYSICIAN)
def search_again() -> ResponseReturnValue:
    """Lead back to the caseload: a search has no address of its own."""
    return redirect(url_for("patients.caseload"), 303)


@patients.post("/patients/suggest", allow=Allow.PHYSICIAN, only_reads=True)
def suggest() -> ResponseReturnValue:
    """Return the first few patients that a typed text finds, for the search box."""
    found = cases.find(me().id, _search(), limit=SUGGESTED)
    return jsonify(results=[views.suggestion(row) for row in found])


def _search() -> searching.Search:
    return searching.read(request.form.get("q", ""))


def _lines(found: Sequence[Found]) -> Sequence[views.Line]:
    return views.lines(found, recent([row.id for row in found]) if found else {})


def _asked() -> Asked:
    """Read the address; what it does not know counts as not asked."""
    sent = request.args
    return Asked(
        status=next((one for one in Status if one.value == sent.get("status")), None),
        order=next((one for one in Order if one.value == sent.get("sort")), Order.NAME),
        after=sent.get("after", ""),
        before=sent.get("before", ""),
    )


def _choice(asked: Asked, order: Order) -> Choice:
    address = _address(replace(asked, order=order))
    return Choice(NOTES[order].capitalize(), address, is_chosen=order is asked.order)


def _address(asked: Asked, *, before: str | None = None, after: str | None = None) -> str:
    """Return the address of a page of the caseload; a place in it is a public id, never a name."""
    status = asked.status.value if asked.status else None
    return url_for(
        "patients.caseload", status=status, sort=_sort(asked.order), before=before, after=after
    )


def _sort(order: Order) -> str | None:
    return None if order is Order.NAME else order.value
