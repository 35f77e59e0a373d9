"""Where the record behind a point is.

Addresses in drawings name no patient: whose they are is put in when a drawing is put into a page,
so that a drawing that is kept tells of nobody.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from markupsafe import Markup

WHOSE, WHICH = "-", "~"
LINK = re.compile(rf'href="(/patients/{WHOSE}/[^"]*)"')


@dataclass(frozen=True)
class Addresses:
    """The addresses of records, each with `WHICH` in place of the record's public id."""

    score: str
    visit: str
    finding: str
    doses: str
    evaluation: str
    supply: str
    windows: str
    event: str

    def intake(self, ref: str) -> str:
        """Return where an intake is."""
        return self.evaluation.replace(WHICH, ref)

    def prescription(self, ref: str) -> str:
        """Return where a prescription is."""
        return self.supply.replace(WHICH, ref)

    def of(self, template: str) -> Callable[[str], str]:
        """Return what makes the address of a record out of its public id."""
        return lambda ref: template.replace(WHICH, ref)


def addresses(url_for: Callable[..., str]) -> Addresses:
    """Return the addresses as the program's own rules make them."""

    def where(endpoint: str, name: str = "") -> str:
        values = {name: WHICH} if name else {}
        return url_for(endpoint, patient_ref=WHOSE, **values)

    return Addresses(
        score=where("scores.show", "response_ref"),
        visit=where("visits.show", "visit_ref"),
        finding=where("findings.show", "finding_ref"),
        doses=where("sessions.index"),
        evaluation=where("intake.show", "evaluation_ref"),
        supply=where("prescriptions.show", "prescription_ref"),
        windows=where("windows.index"),
        event=where("sessions.event", "event_ref"),
    )


def through_table(drawing: str, rows: Mapping[str, int]) -> Markup:
    """Let the points of a drawing lead to their rows in the table, whose links lead on.

    The addresses of many records, written twice, would be half of what is sent. `rows` are the
    numbers of rows by address.
    """
    return Markup(LINK.sub(lambda link: f'href="#row-{rows[link[1]]}"', drawing))  # noqa: S704


def owned(drawing: str, *, patient_ref: str) -> Markup:
    """Put in whose the addresses in a drawing or a link are."""
    return Markup(drawing.replace(f"/patients/{WHOSE}/", f"/patients/{patient_ref}/"))  # noqa: S704
