"""The clock of these tests: it stands at noon of 17-Nov-2026 in New York until it is moved."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.patients.models import CareTeamMember
from tests import cast as people
from tests.visits.writing import NOON


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """Stop the clock before anybody signs in."""
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


@pytest.fixture
def alice_on(
    app: Flask, cast: people.Cast, clock: time_machine.Traveller
) -> Callable[[dt.datetime], people.Visitor]:
    """Return a function that moves the clock and signs Alice in there."""

    def go(moment: dt.datetime) -> people.Visitor:
        clock.move_to(moment)
        return people.sign_in(app, cast.alice)

    return go


@pytest.fixture
def both_treat_ann(app: Flask, cast: people.Cast) -> None:
    """Bob joins Ann's care team."""
    with app.app_context(), acting_as_job("test data"):
        db.session.add(
            CareTeamMember(patient_id=cast.ann, user_id=cast.bob, added_by_id=cast.alice)
        )
        db.session.commit()
        db.session.remove()
