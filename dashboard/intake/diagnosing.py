"""A patient's diagnoses: chosen from the code table, severity computed, history kept.

The chart's `diagnosis_codes` are kept in step in the same transaction. Nothing here commits.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

import sqlalchemy as sa

from dashboard.clinical import diagnoses as table
from dashboard.clinical import severity
from dashboard.clinical.formulas.body_size import bmi, completed_years
from dashboard.clinical.quantities import Quantity, Unit
from dashboard.clinical.severity import Measure, Suggestion
from dashboard.clock import now
from dashboard.db import db
from dashboard.errors import Refusal
from dashboard.intake import partial
from dashboard.intake.answers import Amount, Content
from dashboard.intake.models import PatientDiagnosis
from dashboard.intake.typed import exact
from dashboard.patients import actions as patients
from dashboard.patients.models import Patient

TABLE_VERSION = "ICD-10-CM 2026-04-01"
COMPENSATORY = ("vomiting", "laxatives", "diuretics", "fasting", "exercise")
MOST_FOUND = 30


class NotACode(Refusal):
    """This code is not a billable leaf of the shipped table. Nothing was changed."""

    status = 422
    heading = "The code cannot be used"
    advice = "Search for the diagnosis and choose one of the list."


class HasIt(Refusal):
    """The patient has this diagnosis already. Nothing was changed."""

    status = 409
    heading = "The diagnosis stands already"
    advice = "End the present one first if it was made for another reason."


class NeedsAReason(Refusal):
    """The data give another severity; deciding otherwise needs a reason. Nothing was changed."""

    status = 422
    heading = "A reason is missing"
    advice = "Write why the severity is another one, or take the one the data give."


@dataclass(frozen=True)
class Computed:
    """The severity the data give for a code's disorder: with the measure said, or why not."""

    suggestion: Suggestion
    rests_on: str
    is_body_size: bool
    weighed: str = ""  # the day of the weight it rests on, as exactly as it is known

    @property
    def words(self) -> str:
        """The computation in words."""
        return f"{self.rests_on} {self.suggestion.words}".strip()


def search(words: str) -> Sequence[table.Diagnosis]:
    """Return billable leaves whose code or words hold every word that was typed."""
    wanted = words.casefold().split()
    if not wanted:
        return ()
    found = [
        one
        for one in table.all_diagnoses()
        if one.is_billable
        and all(
            word in f"{one.code} {one.description} {one.inclusion_terms}".casefold()
            for word in wanted
        )
    ]
    return found[:MOST_FOUND]


def computed(
    code: str, contents: Mapping[str, Content], *, born_on: dt.date, on: dt.date
) -> Computed | None:
    """Return the severity the data give for a code's disorder; None where none is computed."""
    disorder = severity.disorder_of(code)
    if disorder is None:
        return None
    age = completed_years(born_on, on=on)
    value, rests_on = _measure(disorder.measure, contents)
    suggestion = severity.suggest(disorder.id, value=value, age_years=age)
    if disorder.measure is Measure.BMI:
        return Computed(suggestion, rests_on, True, _weighed(contents.get("weights", {})))
    return Computed(suggestion, rests_on, False)


def present(patient_id: uuid.UUID) -> Sequence[PatientDiagnosis]:
    """Return a patient's diagnoses, ended ones too, in the order they were made."""
    query = sa.select(PatientDiagnosis).where(PatientDiagnosis.patient_id == patient_id)
    return db.session.scalars(query.order_by(PatientDiagnosis.from_at, PatientDiagnosis.id)).all()


def add(
    patient: Patient,
    code: str,
    *,
    known: Sequence[PatientDiagnosis],
    data_say: Computed | None,
    reason: str,
    by_id: uuid.UUID,
    at: dt.datetime | None = None,
) -> PatientDiagnosis:
    """Give a patient a diagnosis; raise why it cannot be."""
    found = _leaf(code)
    if any(one.code == found.code and one.until_at is None for one in known):
        raise HasIt
    suggested = data_say.suggestion.code if data_say else None
    if suggested not in {None, found.code} and not reason:
        raise NeedsAReason
    diagnosis = PatientDiagnosis(
        patient_id=patient.id, code=found.code, description=found.description,
        table_version=TABLE_VERSION, computed_code=suggested or "",
        computed=data_say.words if data_say else "",
        rests_on_body_size=data_say.is_body_size if data_say else False,
        reason=reason, from_at=at or now(), added_by_id=by_id,
    )  # fmt: skip
    db.session.add(diagnosis)
    _keep_in_step(patient, [*known, diagnosis], by_id=by_id, reason=f"diagnosis {found.code}")
    return diagnosis


def end(
    patient: Patient,
    diagnosis: PatientDiagnosis,
    *,
    known: Sequence[PatientDiagnosis],
    reason: str,
    by_id: uuid.UUID,
) -> None:
    """End a diagnosis; repeating it changes nothing."""
    if diagnosis.until_at is not None:
        return
    diagnosis.until_at, diagnosis.ended_by_id, diagnosis.end_reason = now(), by_id, reason
    words = f"diagnosis {diagnosis.code} ended"
    _keep_in_step(patient, known, by_id=by_id, reason=words, without=diagnosis.code)


def contradictions(codes: Sequence[str]) -> tuple[str, ...]:
    """Say which of the codes exclude each other."""
    return severity.contradictions(code for code in codes if _is_known(code))


def outdated(
    standing: Sequence[PatientDiagnosis],
    contents: Mapping[str, Content],
    *,
    born_on: dt.date,
    on: dt.date,
) -> tuple[str, ...]:
    """Say for which diagnoses the data give another severity now than when they were made."""
    found = []
    for one in standing:
        data_say = computed(one.code, contents, born_on=born_on, on=on)
        code = data_say.suggestion.code if data_say else None
        if data_say is not None and code not in {None, one.code, one.computed_code}:
            found.append(
                f"{one.code} stands; the answers give {code}, {data_say.suggestion.label}, now. "
                "End it and add the other, or sign it knowingly."
            )
    return tuple(found)


def _leaf(code: str) -> table.Diagnosis:
    try:
        found = table.lookup(code)
    except table.UnknownDiagnosis:
        raise NotACode from None
    if not found.is_billable:
        raise NotACode
    return found


def _is_known(code: str) -> bool:
    try:
        return bool(table.lookup(code))
    except table.UnknownDiagnosis:
        return False


def _keep_in_step(
    patient: Patient,
    known: Sequence[PatientDiagnosis],
    *,
    by_id: uuid.UUID,
    reason: str,
    without: str = "",
) -> None:
    """Write the chart's codes: what stands here, after what was typed on the details page."""
    standing = [one.code for one in known if one.until_at is None]
    typed = patient.diagnosis_codes.replace(",", " ").split()
    codes = dict.fromkeys(code for code in (*typed, *standing) if code != without)
    details = replace(patients.Details.of(patient), diagnosis_codes=", ".join(codes))
    patients.edit(patient, details, by_id=by_id, reason=reason)


def _measure(measure: Measure, contents: Mapping[str, Content]) -> tuple[Decimal | None, str]:
    if measure is Measure.BMI:
        return body_mass(contents.get("weights", {}))
    behaviours = contents.get("behaviours", {})
    keys = ("binges",) if measure is Measure.BINGES else COMPENSATORY
    counted = {key: _number(behaviours, key) for key in keys}
    if any(count is None for count in counted.values()):
        unknown = ", ".join(key for key, count in counted.items() if count is None)
        return None, f"Not answered, or in question: {unknown}."
    each = ", ".join(f"{key} {_short(count)}" for key, count in counted.items() if count)
    total = sum((count for count in counted.values() if count), Fraction(0))
    return _decimal(total), f"A week: {each or 'none'}."


def body_mass(weights: Content) -> tuple[Decimal | None, str]:
    """Return the BMI of the present weight and height, cut after six places, and its words."""
    kg, cm = (canonical_amount(weights, key) for key in ("current", "height"))
    if kg is None or cm is None:
        return None, ""
    words = f"BMI of height and present weight, weighed {_weighed(weights)}."
    return _decimal(bmi(kg=kg, cm=cm)), words


def _weighed(weights: Content) -> str:
    """Return the day of the present weight in words: an old one must not look fresh."""
    day = weights.get("current_on")
    if day is None or not day.is_stated or not isinstance(day.value, str):
        return "on an unknown day"
    return partial.stored(day.value).words


def canonical_amount(content: Content, key: str) -> Fraction | None:
    """Return a measured answer in kg or cm, exactly; None while it is in question."""
    answer = content.get(key)
    if answer is None or not isinstance(answer.value, Amount):
        return None
    amount = answer.value
    if amount.is_questioned and not amount.is_sure:
        return None
    return Quantity(exact(amount), Unit(amount.unit)).canonical.value


def _number(content: Content, key: str) -> Fraction | None:
    """Return a counted answer; None while it is in question."""
    answer = content.get(key)
    if answer is None or not isinstance(answer.value, Amount):
        return None
    amount = answer.value
    return None if amount.is_questioned and not amount.is_sure else exact(amount)


def _decimal(value: Fraction) -> Decimal:
    """Return a number for comparing and showing, cut (never rounded up) after six places."""
    return Decimal(int(value * 10**6)).scaleb(-6).normalize()


def _short(value: Fraction | None) -> str:
    return "" if value is None else f"{float(value):g}"
