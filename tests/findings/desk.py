"""Alice at Ann's findings: typing panels, asking reviews, reading what is on record."""

from __future__ import annotations

from collections.abc import Mapping

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from dashboard.actor import acting_as_job
from dashboard.db import db
from tests.cast import Visitor
from tests.clearance.stable import ready_to_sign, sign

PANEL = {
    "Na": "140", "K": "4.2", "Cl": "102", "HCO3": "25", "BUN": "12", "creatinine": "0.8",
    "glucose": "88", "Ca": "9.4", "Mg": "2.0", "P": "3.5", "albumin": "4.2", "ALT": "20",
    "AST": "22", "ALP": "70",
}  # fmt: skip


def path(cast, rest: str = "") -> str:
    """Return an address under Ann's findings."""
    return f"/patients/{cast.ann_ref}/findings{rest}"


def type_panel(
    visitor: Visitor, cast, key: str, values: Mapping[str, object], **head: object
) -> TestResponse:
    """Open a panel, type values under a head of today, and save."""
    return visitor.fill_in(path(cast, f"/new/{key}"), {"taken_on": "t", **values, **head})


def words(answer: TestResponse) -> str:
    """Return what the page says, in one line."""
    main = BeautifulSoup(answer.text, "html.parser").find("main")
    return " ".join(main.get_text(" ", strip=True).split())


def cleared(app, cast) -> None:
    """Give Ann everything of yesterday, a session in two days, and a check that cleared her."""
    with app.app_context(), acting_as_job("test data"):
        sign(ready_to_sign(cast), cast)
        db.session.remove()
