"""Acting upon alerts as a physician does, through the pages."""

from __future__ import annotations

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from tests.cast import Visitor


def alert_of(visitor: Visitor, page: str) -> str:
    """Return the address of the alert that a page tells of first."""
    soup = BeautifulSoup(visitor.get(page).text, "html.parser")
    found = soup.select_one("main a[href*='/alerts/']")
    assert found is not None, f"{page} tells of no alert"
    return "/".join(str(found["href"]).split("/")[:5])


def take(visitor: Visitor, page: str, note: str = "I call her now.") -> TestResponse:
    """Take the alert that a page tells of."""
    return visitor.fill_in(f"{alert_of(visitor, page)}/take", {"note": note})


def close(
    visitor: Visitor, page: str, note: str, outcome: str = "spoke with the patient"
) -> TestResponse:
    """Close the alert that a page tells of."""
    path = f"{alert_of(visitor, page)}/close"
    return visitor.fill_in(path, {"outcome": outcome, "note": note})
