"""Every page of plan, adverse events and ledger, looked at on both widths and read with axe."""

from __future__ import annotations

import pytest
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.plans import actions as plans
from tests import cast as people
from tests.journeys.conftest import NewDesk
from tests.journeys.moved import Moved
from tests.journeys.test_session import planned
from tests.plans.course import alice as by_alice
from tests.plans.course import whole

__all__ = ["planned"]

pytestmark = [pytest.mark.browser, pytest.mark.db, pytest.mark.one_database]
OF_PATIENT = (
    "plan", "events", "events/new", "ledger", "ledger/new", "windows", "sessions/plan", "doses",
)  # fmt: skip
IN_FORCE = ("", "/hold", "/complete", "/stop", "/print")
OF_DRAFT = ("", "/edit", "/sign", "/discard")


def test_each_page_is_read_with_axe_and_none_scrolls_sideways(
    app: Flask, cast: people.Cast, planned: str, clock: Moved, new_desk: NewDesk
):
    with app.app_context(), acting_as_job("test data"):
        plan = plans.in_force(cast.ann)
        assert plan is not None
        draft = plans.begin(
            cast.ann, whole(), by=by_alice(cast), based_on=plan, change_reason="A higher dose."
        )
        active, new = plan.ref, draft.ref
        db.session.commit()
        db.session.remove()
    desk = new_desk(people.sign_in(app, cast.alice))
    base = f"/patients/{cast.ann_ref}"
    for path in OF_PATIENT:
        desk.open(f"{base}/{path}")
    for end in IN_FORCE:
        desk.open(f"{base}/plan/{active}{end}")
    for end in OF_DRAFT:
        desk.open(f"{base}/plan/{new}{end}")
    desk.open(f"{base}/plan/compare?before=1&after=2")
