"""Reading an intake for a page: in few statements, as plain values."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from dashboard import formats
from dashboard.accounts.models import User
from dashboard.clinical.formulas.body_size import Sex
from dashboard.db import db
from dashboard.intake import actions, body_lines, chart_answers, diagnosing, pages, sealing
from dashboard.intake.answers import EMPTY, Content
from dashboard.intake.body_lines import Grown
from dashboard.intake.models import Evaluation, EvaluationAddendum, PatientDiagnosis
from dashboard.intake.pages import Known
from dashboard.intake.saying import Line
from dashboard.intake.sections import BY_KEY, SECTIONS
from dashboard.patients.details import Details
from dashboard.patients.models import Patient
from dashboard.patients.models import Sex as RecordedSex

SEXES = {RecordedSex.FEMALE: Sex.FEMALE, RecordedSex.MALE: Sex.MALE}
SHOWN = "intake_weight_shown_for"  # in the session: whose weights the next page shows


def known(evaluation: Evaluation) -> Known:
    """Return an intake's sections, their answers, and whether a diagnosis stands."""
    saved = actions.sections_of(evaluation)
    codes = tuple(one.code for one in pages.standing(diagnosing.present(evaluation.patient_id)))
    return Known(evaluation, saved, _with_chart(evaluation, actions.contents(saved)), codes)


@dataclass(frozen=True)
class Whole:
    """An intake as it is read: every section, the signature, what was added."""

    evaluation: Evaluation
    words: str
    state_kind: str
    sections: tuple[tuple[str, tuple[Line, ...]], ...]
    diagnoses: tuple[PatientDiagnosis, ...]
    body: tuple[Line, ...]
    has_weight: bool
    shows_weight: bool
    is_intact: bool
    addenda: tuple[EvaluationAddendum, ...]

    @property
    def usual_day(self) -> str:
        """The day of most answers: a page names it once, and other days beside their answers."""
        days = Counter(line.on for _, lines in self.sections for line in lines if line.on)
        return max(days, key=lambda day: days[day], default="")


def read_whole(evaluation: Evaluation, *, shows_weight: bool) -> Whole:
    """Return everything an intake says; its numbers of body size only when they are shown."""
    saved = actions.sections_of(evaluation)
    contents = _with_chart(evaluation, actions.contents(saved))
    diagnoses = diagnosing.present(evaluation.patient_id)
    weights = contents.get("weights", EMPTY)
    return Whole(
        evaluation=evaluation,
        words=pages.evaluation_words(evaluation),
        state_kind=pages.EVALUATION_KINDS[evaluation.state],
        sections=tuple(
            (one.title, pages.read_section(one, contents.get(one.key, EMPTY), shows_weight))
            for one in SECTIONS
        ),
        diagnoses=sealing.signed_diagnoses(evaluation, diagnoses),
        body=_body(evaluation, weights) if shows_weight else (),
        has_weight=bool(weights),
        shows_weight=shows_weight,
        is_intact=evaluation.is_signed and sealing.is_intact(evaluation, saved.values(), diagnoses),
        addenda=_addenda(evaluation),
    )


def chart_of(evaluation: Evaluation) -> Details:
    """Return what the chart says of the patient now."""
    return Details.of(db.session.get_one(Patient, evaluation.patient_id))


def grown(patient: Patient) -> Grown:
    """Return whose weights they are."""
    return Grown(patient.born_on, SEXES.get(patient.sex_for_ranges))


def name_of(user_id: uuid.UUID) -> str:
    """Return somebody's name."""
    return db.session.scalar(sa.select(User.name).where(User.id == user_id)) or "Unknown"


def _with_chart(evaluation: Evaluation, contents: Mapping[str, Content]) -> Mapping[str, Content]:
    """Put what the chart says now into its places; a signed intake keeps what it said then."""
    if evaluation.is_signed:
        return contents
    on_chart, today = chart_of(evaluation), formats.today()
    return {
        key: chart_answers.overlaid(BY_KEY[key], content, on_chart, today=today)
        for key, content in contents.items()
    }


def _body(evaluation: Evaluation, weights: Content) -> tuple[Line, ...]:
    patient = db.session.get_one(Patient, evaluation.patient_id)
    return body_lines.lines(weights, of=grown(patient), today=formats.today())


def _addenda(evaluation: Evaluation) -> tuple[EvaluationAddendum, ...]:
    query = sa.select(EvaluationAddendum).where(EvaluationAddendum.evaluation_id == evaluation.id)
    return tuple(db.session.scalars(query.order_by(EvaluationAddendum.at)))
