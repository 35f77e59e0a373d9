"""An intake of Ann's to write in, and how a section of it is filled in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import pytest
from werkzeug.test import TestResponse

from dashboard.actor import acting_as_job
from dashboard.db import db
from dashboard.intake import actions, answers, diagnosing
from dashboard.intake.definition import Unsaid
from dashboard.intake.models import Evaluation, PatientDiagnosis
from dashboard.intake.sections import SECTIONS
from tests.cast import Cast, Visitor

TODAY = dt.date(2026, 11, 23)


@dataclass
class Desk:
    """Alice at Ann's open intake."""

    visitor: Visitor
    patient: str
    ref: str

    @property
    def path(self) -> str:
        """The intake's address."""
        return f"/patients/{self.patient}/intake/{self.ref}"

    def section(self, key: str) -> str:
        """A section's address."""
        return f"{self.path}/sections/{key}"

    def write(self, key: str, inputs: Mapping[str, object], then: str = "leave") -> TestResponse:
        """Open a section, fill in some of it and save."""
        if key == "weights":
            self.visitor.post(f"{self.section(key)}/weights")
        return self.visitor.fill_in(self.section(key), {**inputs, "then": then})


@pytest.fixture
def desk(alice: Visitor, cast: Cast) -> Desk:
    """Alice has begun Ann's intake."""
    index = f"/patients/{cast.ann_ref}/intake"
    answer = alice.fill_in(index, {})
    return Desk(alice, cast.ann_ref, answer.location.rsplit("/", 1)[-1])


@pytest.fixture
def finish(app, cast: Cast) -> Callable[[], None]:
    """Answer everything of Ann's open intake with "declined", and give a diagnosis."""

    def finished() -> None:
        with app.app_context(), acting_as_job("test data"):
            evaluation = next(e for e in actions.evaluations(cast.ann) if e.is_open)
            fill(evaluation, cast)
            db.session.commit()
            db.session.remove()

    return finished


def fill(evaluation: Evaluation, cast: Cast) -> None:
    """Answer every field that was not answered yet."""
    saved = actions.sections_of(evaluation)
    known = actions.contents(saved)
    for section in SECTIONS:
        declined = {field.key: Unsaid.DECLINED for field in section.fields}
        content = answers.carried({}, declined, today=TODAY)
        actions.save(
            evaluation, saved.get(section.key), key=section.key, was_left=True, by_id=cast.alice,
            content={**content, **known.get(section.key, {})},
        )  # fmt: skip
    if not diagnosing.present(cast.ann):
        db.session.add(
            PatientDiagnosis(
                patient_id=cast.ann, code="F50.82", added_by_id=cast.alice,
                description="Avoidant/restrictive food intake disorder", table_version="test",
            )
        )  # fmt: skip
