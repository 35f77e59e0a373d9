"""An intake as its pages show it: section list, findings, forms and answers as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import url_for
from wtforms import Field as Control

from dashboard import formats
from dashboard.clinical import medicines
from dashboard.intake import facts, findings, progress, saying
from dashboard.intake.answers import Content
from dashboard.intake.definition import (
    ROWS_OFFERED,
    Choice,
    Day,
    Field,
    Measured,
    Narrative,
    Number,
    Rows,
    Section,
    Several,
    YesNo,
)
from dashboard.intake.diagnosing import contradictions
from dashboard.intake.findings import Findings, Person
from dashboard.intake.forms import SectionForm
from dashboard.intake.models import (
    Evaluation,
    EvaluationSection,
    EvaluationState,
    PatientDiagnosis,
)
from dashboard.intake.progress import Gap, Progress, State
from dashboard.intake.sections import SECTIONS
from dashboard.intake.typed import PUT, SURE, UNIT, UNSAID, cell

KINDS: tuple[tuple[type[Field], str], ...] = (
    (Narrative, "narrative"), (YesNo, "yes_or_no"), (Choice, "choice"), (Several, "several"),
    (Measured, "measured"), (Number, "number"), (Day, "day"),
)  # fmt: skip
STATE_KINDS = {
    State.NOT_STARTED: "none", State.IN_PROGRESS: "info", State.INCOMPLETE: "due", State.DONE: "ok",
}  # fmt: skip
EVALUATION_KINDS = {
    EvaluationState.OPEN: "due", EvaluationState.SIGNED: "info",
    EvaluationState.SUPERSEDED: "none", EvaluationState.ABANDONED: "none",
}  # fmt: skip
DIAGNOSES = "diagnoses"


@dataclass(frozen=True)
class Input:
    """One control with all that stands around it. `stands` is the number that is asked about,
    `origin` says what the patient answered by link.
    """

    kind: str
    control: Control
    hint: str = ""
    unit: str = ""
    unit_control: Control | None = None
    unsaid: Control | None = None
    origin: str = ""
    stands: str = ""
    sure_name: str = ""
    is_sure: bool = False

    @property
    def width(self) -> str:
        """How wide the control is."""
        return {"day": "date", "number": "short", "measured": "short"}.get(self.kind, "medium")


@dataclass(frozen=True)
class RowList:
    """A list: its entries, each with its inputs, and what says that there are none."""

    kind: str
    key: str
    label: str
    hint: str
    noun: str
    entries: tuple[tuple[Input, ...], ...]
    unsaid: Control


@dataclass(frozen=True)
class PartShown:
    """Fields under a heading."""

    title: str
    words: str
    items: tuple[Input | RowList, ...]


@dataclass(frozen=True)
class Step:
    """One section in the list beside the form."""

    key: str
    title: str
    href: str
    state: str
    kind: str
    gaps: tuple[Gap, ...]
    is_here: bool


@dataclass(frozen=True)
class Known:
    """Everything read of one intake: its sections, their answers and where each stands."""

    evaluation: Evaluation
    saved: Mapping[str, EvaluationSection]
    contents: Mapping[str, Content]
    codes: tuple[str, ...]

    def progress(self, section: Section) -> Progress:
        """Return where a section stands."""
        one = self.saved.get(section.key)
        was_left = one.was_left if one else True
        return progress.of(section, self.contents.get(section.key), was_left=was_left)

    @property
    def diagnoses(self) -> Progress:
        """Return where the diagnoses stand: one at least, and none that exclude each other."""
        if not self.codes:
            return Progress(State.NOT_STARTED)
        against = tuple(Gap("code", words) for words in contradictions(self.codes))
        return Progress(State.INCOMPLETE if against else State.DONE, against)

    @property
    def is_complete(self) -> bool:
        """Whether every section is done and the diagnoses stand."""
        return self.diagnoses.state is State.DONE and all(
            self.progress(section).state is State.DONE for section in SECTIONS
        )


def steps(known: Known, *, patient_ref: str, here: str = "") -> tuple[Step, ...]:
    """Return the list of sections, each with its state."""
    return tuple(_steps(known, patient_ref=patient_ref, here=here))


def done(found: Sequence[Step]) -> int:
    """Return how many sections are done."""
    return sum(step.state == State.DONE for step in found)


def found_so_far(
    known: Known, *, person: Person, on: dt.date, shows_weight: bool = False
) -> Findings:
    """Judge what an intake says."""
    told = facts.of_sections(
        known.contents, source=f"Intake {known.evaluation.number}",
        is_signed=known.evaluation.is_signed,
    )  # fmt: skip
    return findings.so_far(
        told, weighings=facts.weighings(known.contents.get("weights", {})), person=person, on=on,
        undated=facts.without_start(known.contents.get("medicines", {})),
        shows_weight=shows_weight,
    )  # fmt: skip


def parts(form: SectionForm, content: Content) -> tuple[PartShown, ...]:
    """Return a section's form, part by part; what the patient sent is marked."""
    return tuple(
        PartShown(
            part.title, part.words,
            tuple(_marked(_item(form, field), field, content) for field in part.asked),
        )
        for part in form.section.parts
    )  # fmt: skip


def medicine_notes(content: Content) -> tuple[medicines.Noted, ...]:
    """Return what the short list says of each medicine taken, or that it does not know it."""
    return tuple(medicines.note(name) for name in facts.taken(content))


def read_section(section: Section, content: Content, shows_weight: bool) -> tuple[saying.Line, ...]:
    """Return a section's answers with their days as clinicians read them."""
    return tuple(
        replace(line, on=_day(line.on))
        for line in saying.lines(section, content, shows_weight=shows_weight)
    )


def _day(text: str) -> str:
    return formats.day(dt.date.fromisoformat(text)) if text else ""


def _steps(known: Known, *, patient_ref: str, here: str) -> Iterator[Step]:
    ref = known.evaluation.ref
    for section in SECTIONS:
        where = known.progress(section)
        yield Step(
            section.key, section.title,
            url_for("intake.section", patient_ref=patient_ref, evaluation_ref=ref,
                    section_key=section.key),
            where.state.value, STATE_KINDS[where.state], where.gaps, section.key == here,
        )  # fmt: skip
        if section.key == "weights":
            where = known.diagnoses
            yield Step(
                DIAGNOSES, "Diagnoses",
                url_for("intake.diagnoses", patient_ref=patient_ref, evaluation_ref=ref),
                where.state.value, STATE_KINDS[where.state], where.gaps, here == DIAGNOSES,
            )  # fmt: skip


def _item(form: SectionForm, field: Field) -> Input | RowList:
    if isinstance(field, Rows):
        return RowList(
            "rows", field.key, field.label, field.hint, field.noun, tuple(_entries(form, field)),
            form[field.key + UNSAID],
        )  # fmt: skip
    unsaid = None if isinstance(field, YesNo | Choice) else form[field.key + UNSAID]
    return _input(form, field, field.key, unsaid=unsaid)


def _marked(item: Input | RowList, field: Field, content: Content) -> Input | RowList:
    """Say at an input what the patient answered by link, as long as nobody changed it."""
    answer = content.get(field.key)
    if answer is None or answer.sent is None or isinstance(item, RowList):
        return item
    words = saying.value_words(field, answer.value)
    return replace(item, origin=f"{words}: {saying.origin(answer.sent)}")


def _entries(form: SectionForm, rows: Rows) -> Iterator[tuple[Input, ...]]:
    filled = [
        number
        for number in range(rows.most)
        if any(form[cell(rows, number, column)].data for column in rows.columns)
    ]
    shown = max(filled, default=-1) + 1 + ROWS_OFFERED
    for number in range(min(shown, rows.most)):
        yield tuple(_input(form, column, cell(rows, number, column)) for column in rows.columns)


def _input(form: SectionForm, field: Field, name: str, *, unsaid: Control | None = None) -> Input:
    is_number = isinstance(field, Number | Measured)
    sure = str(form[name + SURE].data or "") if is_number else ""
    put = str(form[name + PUT].data or "") if is_number else ""
    return Input(
        kind=next((kind for of, kind in KINDS if isinstance(field, of)), "text"),
        control=form[name],
        hint=field.hint,
        unit=field.unit if isinstance(field, Number) else "",
        unit_control=form[name + UNIT] if isinstance(field, Measured) else None,
        unsaid=unsaid,
        stands=sure or put,
        sure_name=name + SURE,
        is_sure=bool(sure),
    )


def evaluation_words(evaluation: Evaluation) -> str:
    """Say when an intake was begun, signed or abandoned."""
    if evaluation.signed_at is not None:
        return f"signed {formats.moment(evaluation.signed_at)} by {evaluation.signed_name}"
    if evaluation.abandoned_at is not None:
        return f"abandoned {formats.moment(evaluation.abandoned_at)}: {evaluation.abandoned_reason}"
    return f"begun {formats.moment(evaluation.begun_at)}"


def standing(diagnoses: Sequence[PatientDiagnosis]) -> tuple[PatientDiagnosis, ...]:
    """Return the diagnoses that stand now."""
    return tuple(one for one in diagnoses if one.until_at is None)
