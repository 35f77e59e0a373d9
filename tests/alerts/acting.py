"""Acting upon alerts as a physician does, through the pages."""

from __future__ import annotations

import datetime as dt

from bs4 import BeautifulSoup
from werkzeug.test import TestResponse

from dashboard.checkins.models import CheckIn, Reason
from dashboard.clock import now
from dashboard.db import db
from tests.cast import Cast, Visitor


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


def check_in_of(cast: Cast) -> CheckIn:
    """Write a check-in that Ann was asked for."""
    asked = CheckIn(
        patient_id=cast.ann, occasion="test", reason=Reason.BY_HAND,
        questionnaires='[["phq9","2001.2"]]', due_at=now(),
        closes_at=now() + dt.timedelta(days=7), zone_name="America/New_York", made_at=now(),
        made_by_id=cast.alice, sent_by_email=False, send_trouble="", cancelled_reason="",
    )  # fmt: skip
    db.session.add(asked)
    db.session.flush()
    return asked
