"""The form of a section, made from its definition; what is typed stays when it cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, ClassVar

from wtforms import BooleanField, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms import Field as Control
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.widgets import CheckboxInput

from dashboard.fields import LongTextField, Required, TextField
from dashboard.forms import PageForm
from dashboard.intake import chart_answers, typed
from dashboard.intake.answers import Content
from dashboard.intake.definition import (
    NONE,
    Choice,
    Day,
    Field,
    Measured,
    Narrative,
    Number,
    Rows,
    Section,
    Several,
    Unsaid,
    YesNo,
)
from dashboard.intake.typed import PUT, SURE, UNIT, UNSAID, Bounds, Reading
from dashboard.patients.details import Details

LONGEST = 1_000_000  # a definition says how long a text may be; this only bounds the field
UNSAID_CHOICES = [
    SelectChoice(Unsaid.NOT_ASKED.value, "Not asked"),
    SelectChoice(Unsaid.DECLINED.value, "Declined"),
    SelectChoice(Unsaid.UNKNOWN.value, "Unknown"),
]
UNFILLED = {"autocomplete": "off"}


class Needed:
    """The section is not done without an answer; it can be saved without one."""

    field_flags = {"required": True}  # noqa: RUF012 - the form library reads it from the class

    def __call__(self, _form: object, _field: Control) -> None:
        """Refuse nothing: an incomplete section is saved and names its gaps."""


class SectionForm(PageForm):
    """A section. `concern` says what bounds its dates before it is read."""

    section: ClassVar[Section]
    asked_again = BooleanField("All of this was asked again today")
    chart_stood = HiddenField(default="")
    bounds: Bounds
    on_chart: Details
    reading: Reading

    def concern(self, bounds: Bounds, on_chart: Details) -> None:
        """Say whose dates these are, and what their chart says."""
        self.bounds, self.on_chart, self.reading = bounds, on_chart, Reading()

    def concern_again(self, on_chart: Details) -> None:
        """Say what the chart says now, after somebody else changed it."""
        self.on_chart = on_chart

    def stands_on(self, on_chart: Details) -> None:
        """Say which state of the chart the form shows."""
        self.chart_stood.data = chart_answers.stood(self.section, on_chart)

    @property
    def chart_has_changed(self) -> bool:
        """Whether the chart says something else here than when the form was opened."""
        return self.chart_stood.data != chart_answers.stood(self.section, self.on_chart)

    def show(self, content: Content) -> None:
        """Fill the form with stored answers."""
        for name, value in typed.inputs(self.section, content).items():
            self[name].data = list(value) if isinstance(value, tuple) else value

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Read every field; what cannot be, or is asked about, is said at its input."""
        holds = super().validate(extra_validators)
        self.reading = typed.read(self.section, self.given(), bounds=self.bounds)
        if not self.reading.problems:
            held = chart_answers.problems(self.section, self.on_chart, self.reading.values)
            self.reading.problems.update(held)
        for name, words in (*self.reading.problems.items(), *self.reading.questions.items()):
            self[name].errors = [*self[name].errors, words]
        for name in self.reading.questions:
            self[name + PUT].data = f"{self[name].data} {self._unit_of(name)}"
        return bool(holds and not self.errors)

    def given(self) -> dict[str, str | tuple[str, ...]]:
        """Return what was typed, by input."""
        return {name: _given(control.data) for name, control in self._fields.items()}

    def _unit_of(self, name: str) -> str:
        if name + UNIT in self:
            return str(self[name + UNIT].data)
        for field in self.section.fields:
            if field.key == name and isinstance(field, Number):
                return field.unit
        return ""


def _given(data: object) -> str | tuple[str, ...]:
    if isinstance(data, list):
        return tuple(str(one) for one in data)
    return data if isinstance(data, str) else ""


@cache
def form_of(section: Section) -> type[SectionForm]:
    """Return the form class of a section."""
    controls = dict(_controls(section))
    for name in controls:
        if hasattr(SectionForm, name):
            raise ValueError(f"{section.key}: no field can be called {name}")
    return type("SectionForm", (SectionForm,), {"section": section, **controls})


def _controls(section: Section) -> Iterator[tuple[str, Control]]:
    for field in section.asked:
        if isinstance(field, Rows):
            for number in range(field.most):
                for column in field.columns:
                    yield from _inputs(column, typed.cell(field, number, column), in_row=True)
        else:
            yield from _inputs(field, field.key)
        if not isinstance(field, YesNo | Choice):
            yield field.key + UNSAID, _unsaid(field)


def _inputs(
    field: Field, name: str, *, in_row: bool = False
) -> Iterator[tuple[str, Control]]:  # fmt: skip
    rules = [Needed()] if field.is_needed and not in_row else []
    yield name, _control(field, rules, in_row=in_row)
    if isinstance(field, Measured):
        units = [SelectChoice(unit, unit) for unit in field.units]
        yield name + UNIT, SelectField(f"{field.label}, unit", choices=units, validate_choice=False)
    if isinstance(field, Measured | Number):
        yield name + SURE, TextField(f"{field.label} is right", longest=60)
        yield name + PUT, HiddenField()


def _control(field: Field, rules: list[Any], *, in_row: bool) -> Control:
    if isinstance(field, Narrative):
        return LongTextField(field.label, rules, longest=LONGEST)
    if isinstance(field, YesNo):
        choices = [SelectChoice("yes", "Yes"), SelectChoice("no", "No"), *UNSAID_CHOICES]
        return RadioField(field.label, rules, choices=choices, validate_choice=False)
    if isinstance(field, Choice):
        choices = [SelectChoice("", "")]
        choices += [SelectChoice(o.value, o.words[:1].upper() + o.words[1:]) for o in field.options]
        choices += [] if in_row else UNSAID_CHOICES
        return SelectField(field.label, rules, choices=choices, validate_choice=False)
    if isinstance(field, Several):
        return SelectMultipleField(
            field.label, rules, validate_choice=False, option_widget=CheckboxInput(),
            choices=[SelectChoice(o.value, o.words.capitalize() if o.words.islower() else o.words)
                     for o in field.options],
        )  # fmt: skip
    return TextField(field.label, rules, longest=LONGEST, render_kw=_keys(field))


def _keys(field: Field) -> dict[str, str]:
    if isinstance(field, Number | Measured):
        return {**UNFILLED, "inputmode": "decimal"}
    return {**UNFILLED, "spellcheck": "false"} if isinstance(field, Day) else UNFILLED


def _unsaid(field: Field) -> SelectField:
    none = [SelectChoice(NONE, "None")] if isinstance(field, Rows | Several) else []
    label = f"Instead of an answer: {field.label}"
    choices = [SelectChoice("", "or no answer"), *none, *UNSAID_CHOICES]
    return SelectField(label, choices=choices, validate_choice=False)


class BeginForm(PageForm):
    """Opening an intake: nothing to type."""


class SentForm(PageForm):
    """What the patient sent: each answer has its buttons, and nothing is typed."""


class SignForm(PageForm):
    """The second look before signing: nothing to type."""


class AddendumForm(PageForm):
    """Words added to a signed intake."""

    text = LongTextField("Addendum", [Required("Write the addendum.")], longest=10_000)


class AbandonForm(PageForm):
    """Why an intake will not be finished."""

    reason = TextField(
        "Reason", [Required("Say why, for example: the patient went elsewhere.")], longest=500
    )


class DiagnosisForm(PageForm):
    """One code from the list, and why its severity is another one than the data give."""

    code = RadioField(
        "Diagnosis", [Required("Choose one diagnosis of the list.")], validate_choice=False
    )
    reason = TextField("Reason, if you decide otherwise than the data", longest=500)


class EndForm(PageForm):
    """Why a diagnosis ends."""

    reason = TextField(
        "Reason", [Required("Say why, for example: full remission since June.")], longest=500
    )
