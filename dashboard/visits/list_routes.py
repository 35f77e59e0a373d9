"""The list of a patient's visits."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard.access import Allow
from dashboard.patients.banner import banner
from dashboard.visits import listing
from dashboard.visits.area import area
from dashboard.visits.filter_form import FilterForm
from dashboard.visits.listing import Wanted


@area.get("/visits", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show the visits, newest first."""
    authors = listing.authors(g.patient.id)
    form = FilterForm.asked(authors)
    chosen = form.chosen()
    page = listing.page(
        g.patient.id,
        chosen,
        before=request.args.get("before", ""),
        after=request.args.get("after", ""),
    )
    return render_template(
        "visits/index.html",
        form=form,
        banner=banner(g.patient),
        page=page,
        authors=authors,
        is_narrowed=chosen != listing.Filter(),
        in_error_url=_address(form, state=Wanted.IN_ERROR.value),
        newer=_address(form, after=page.newer) if page.newer else None,
        older=_address(form, before=page.older) if page.older else None,
    ), 422 if form.errors else 200


def _address(form: FilterForm, **changes: str) -> str:
    query: dict[str, str] = {**form.address(), **changes}
    return f"{url_for('visits.index', patient_ref=g.patient.ref)}?{urlencode(query)}"
