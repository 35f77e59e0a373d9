"""What can be done with an intake: begin, save a section, abandon, add to; and what it tells.

Signing is in `sealing`, diagnoses in `diagnosing`. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from dashboard.clock import now
from dashboard.db import db, new_id
from dashboard.errors import Refusal
from dashboard.intake import answers, chart_answers
from dashboard.intake.answers import Content
from dashboard.intake.facts import Fact, of_sections, with_allergies
from dashboard.intake.models import (
    Evaluation,
    EvaluationAddendum,
    EvaluationSection,
    EvaluationSectionRevision,
    EvaluationState,
)
from dashboard.intake.sections import BY_KEY
from dashboard.patients import allergy_list
from dashboard.patients.details import Details
from dashboard.patients.models import Patient

DECIDED_ANEW = "eligibility"  # never taken over: it is a judgement of what is known then


class Closed(Refusal):
    """This intake is signed or abandoned and stays as it is. Nothing was changed."""

    status = 409
    heading = "The intake is closed"
    advice = "Add an addendum to a signed one, or begin a new intake that supersedes it."


class OpenAlready(Refusal):
    """An intake of this patient is open already; there is never a second one beside it."""

    status = 409
    heading = "An intake is open already"
    advice = "Go on with the open one, or abandon it with a reason first."


class NotSigned(Refusal):
    """An addendum belongs to a signed intake, and this one is not signed."""

    status = 409
    heading = "The intake is not signed"
    advice = "Change the section itself."


def begin(patient_id: uuid.UUID, *, by_id: uuid.UUID, at: dt.datetime | None = None) -> Evaluation:
    """Open an intake; with a signed one before it, this one supersedes it and starts from it.

    Whether the patient is eligible is decided anew.
    Raise `OpenAlready` when one is open.
    """
    earlier = evaluations(patient_id)
    if any(one.is_open for one in earlier):
        raise OpenAlready
    former = next((one for one in earlier if one.state is EvaluationState.SIGNED), None)
    evaluation = Evaluation(
        id=new_id(), patient_id=patient_id, number=max((e.number for e in earlier), default=0) + 1,
        begun_at=at or now(), begun_by_id=by_id, supersedes_id=former.id if former else None,
    )  # fmt: skip
    db.session.add(evaluation)
    try:
        db.session.flush()
    except IntegrityError:  # somebody began one in the same instant
        db.session.rollback()
        raise OpenAlready from None
    if former is not None:
        _copy(former, evaluation, by_id=by_id)
    return evaluation


def save(
    evaluation: Evaluation,
    section: EvaluationSection | None,
    *,
    key: str,
    content: Content,
    was_left: bool,
    by_id: uuid.UUID,
    at: dt.datetime | None = None,
) -> EvaluationSection:
    """Write a section; what it said before is kept. Raise `Closed` when it is too late.

    Answers that the chart holds are not written here: they stand on the chart.
    """
    refuse_closed(evaluation)
    text = answers.written(chart_answers.kept(BY_KEY[key], content))
    return _write(evaluation, section, key=key, text=text, was_left=was_left, by_id=by_id, at=at)


def _write(
    evaluation: Evaluation,
    section: EvaluationSection | None,
    *,
    key: str,
    text: str,
    was_left: bool,
    by_id: uuid.UUID,
    at: dt.datetime | None = None,
) -> EvaluationSection:
    moment = at or now()
    if section is None:
        section = EvaluationSection(
            patient_id=evaluation.patient_id, evaluation_id=evaluation.id, key=key, content=text,
            was_left=was_left, changed_at=moment, changed_by_id=by_id,
        )  # fmt: skip
        db.session.add(section)
    elif section.content != text:
        db.session.add(_revision(section))
        section.content, section.changed_at, section.changed_by_id = text, moment, by_id
    section.was_left = was_left
    return section


def refuse_closed(evaluation: Evaluation) -> None:
    """Raise why an intake cannot be written."""
    if not evaluation.is_open:
        raise Closed


def abandon(evaluation: Evaluation, *, by_id: uuid.UUID, reason: str) -> None:
    """Close an intake that will not be finished; it stays readable."""
    refuse_closed(evaluation)
    evaluation.state = EvaluationState.ABANDONED
    evaluation.abandoned_at, evaluation.abandoned_by_id = now(), by_id
    evaluation.abandoned_reason = reason


def add_addendum(
    evaluation: Evaluation, *, text: str, by_id: uuid.UUID, name: str, zone_name: str
) -> EvaluationAddendum:
    """Add to a signed intake without changing it."""
    refuse_adding(evaluation)
    addendum = EvaluationAddendum(
        patient_id=evaluation.patient_id, evaluation_id=evaluation.id, text=text, author_id=by_id,
        author_name=name, zone_name=zone_name,
    )  # fmt: skip
    db.session.add(addendum)
    return addendum


def refuse_adding(evaluation: Evaluation) -> None:
    """Raise why an intake takes no addendum."""
    if not evaluation.is_signed:
        raise NotSigned


def evaluations(patient_id: uuid.UUID) -> Sequence[Evaluation]:
    """Return a patient's intakes, newest first."""
    query = sa.select(Evaluation).where(Evaluation.patient_id == patient_id)
    return db.session.scalars(query.order_by(Evaluation.number.desc())).all()


def sections_of(evaluation: Evaluation) -> Mapping[str, EvaluationSection]:
    """Return what was saved of an intake, by section."""
    query = sa.select(EvaluationSection).where(EvaluationSection.evaluation_id == evaluation.id)
    return {one.key: one for one in db.session.scalars(query)}


def contents(saved: Mapping[str, EvaluationSection]) -> Mapping[str, Content]:
    """Return the answers of saved sections."""
    return {key: answers.read(one.content) for key, one in saved.items()}


def facts(patient_id: uuid.UUID) -> Mapping[str, Fact]:
    """Return clearance variable -> what intake knows of it, from the newest intake that counts.

    An open intake counts, and its facts say that it is not signed; an abandoned one does not.
    """
    newest = next(
        (e for e in evaluations(patient_id) if e.state is not EvaluationState.ABANDONED), None
    )
    patient = db.session.get_one(Patient, patient_id)
    substances = [one.substance for one in allergy_list.read(patient.allergies_text)]
    if newest is None:
        return with_allergies({}, substances, on=now().date())
    told = of_sections(
        contents(sections_of(newest)), source=f"Intake {newest.number}", is_signed=newest.is_signed
    )
    return with_allergies(told, substances, on=now().date())


def keep_what_the_chart_says(
    evaluation: Evaluation,
    saved: Mapping[str, EvaluationSection],
    on_chart: Details,
    *,
    by_id: uuid.UUID,
    today: dt.date,
) -> None:
    """Write into the sections what the chart says now: this is what is about to be signed."""
    for key, one in saved.items():
        content = answers.read(one.content)
        whole = chart_answers.overlaid(BY_KEY[key], content, on_chart, today=today)
        if whole is not content:
            text = answers.written(whole)
            _write(evaluation, one, key=key, text=text, was_left=one.was_left, by_id=by_id)
    db.session.flush()


def _copy(former: Evaluation, evaluation: Evaluation, *, by_id: uuid.UUID) -> None:
    for key, one in sections_of(former).items():
        if key == DECIDED_ANEW:
            continue
        content = chart_answers.kept(BY_KEY[key], answers.read(one.content))
        db.session.add(
            EvaluationSection(
                patient_id=evaluation.patient_id, evaluation_id=evaluation.id, key=key,
                content=answers.written(content), was_left=True, changed_at=evaluation.begun_at,
                changed_by_id=by_id,
            )
        )  # fmt: skip


def _revision(section: EvaluationSection) -> EvaluationSectionRevision:
    return EvaluationSectionRevision(
        patient_id=section.patient_id, evaluation_id=section.evaluation_id, key=section.key,
        version=section.version, content=section.content, changed_at=section.changed_at,
        changed_by_id=section.changed_by_id,
    )  # fmt: skip
