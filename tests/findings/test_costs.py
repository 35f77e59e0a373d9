"""The pages of findings cost a fixed number of statements, however many findings there are."""

import datetime as dt

import pytest

from dashboard.actor import acting_as_job
from dashboard.clock import now
from dashboard.db import db
from tests.clearance.stable import enter, one

PAGES = {
    "findings": 10, "findings/kinds/K": 9, "findings/entries": 10, "findings/reviews": 17,
    "findings/review/symptoms": 18, "findings/new/chemistry": 7,
}  # fmt: skip


@pytest.mark.parametrize("size", [5, 120])
def test_a_page_of_findings_costs_the_same_for_any_history(app, cast, alice, counting, size):
    with app.app_context(), acting_as_job("test data"):
        days = [now().date() - dt.timedelta(days=number + 1) for number in range(size)]
        found = [one("K", "4.1", "mEq/L", taken_on=day)[0] for day in days]
        enter(cast.ann, cast.alice, found)
        db.session.commit()
        db.session.remove()
    for page, most in PAGES.items():
        alice.get(f"/patients/{cast.ann_ref}/{page}")
        with counting() as sent:
            assert alice.get(f"/patients/{cast.ann_ref}/{page}").status_code == 200
        assert len(sent) <= most, (page, len(sent))
