"""The forms of an adverse event: what happened, what is known of it later, and closing it.

Nothing is chosen beforehand where an answer could be a wrong "none": grade and seriousness are
asked, and "not known yet" is an answer.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import BooleanField
from wtforms.fields.choices import (  # type: ignore[attr-defined] # newer than its type stubs
    SelectChoice,
)

from dashboard import formats
from dashboard.clinical.adverse_events import (
    Action,
    Event,
    Grade,
    Outcome,
    Relatedness,
    Seriousness,
    Worst,
    event_list,
    problems,
)
from dashboard.clock import now
from dashboard.fields import (
    Between,
    ClockField,
    DayField,
    LongTextField,
    Required,
    TextField,
    WholeNumberField,
)
from dashboard.forms import PageForm
from dashboard.sessions.event_fields import KINDS, WHICH, Ticked
from dashboard.sessions.event_moments import TypedMoment, minutes_from
from dashboard.sessions.event_worst import NO, NOT_ASKED, YES, TypedWorst
from dashboard.sessions.models import Dose
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

NOT_GRADED, NOBODY_ANSWERED, NONE_OF_THESE = "not graded", "not answered", "none of these"
NO_DOSE = "no dose"
OTHER = "other"
DONE = listed(
    (one.value, "Nothing" if one is Action.NONE else one.value.capitalize()) for one in Action
)
MOST_TIMES = 999  # what the field takes, no clinical limit


class EventForm(PageForm):
    """An adverse event, as far as it is known now."""

    kind = SelectField(
        "What happened", choices=KINDS, validators=[Required("Choose what happened.")],
        message="Choose what happened from the list.",
    )  # fmt: skip
    words = LongTextField("In words", longest=2000)
    dose = SelectField(
        "After which dose", validators=[Required("Choose the dose, or that there was none.")]
    )
    onset_minutes = WholeNumberField("Began, minutes after the dose")
    began_on = DayField("Began on")
    began_time = ClockField("Began at")
    which_began = OneOfFew(
        "It began in the hour that comes twice. Which one?", message="Choose which one.",
        is_asked=False, choices=WHICH,
    )  # fmt: skip
    offset_minutes = WholeNumberField("Ended, minutes after the dose")
    ended_on = DayField("Ended on")
    ended_time = ClockField("Ended at")
    which_ended = OneOfFew(
        "It ended in the hour that comes twice. Which one?", message="Choose which one.",
        is_asked=False, choices=WHICH,
    )  # fmt: skip
    times = WholeNumberField("How often", [Between(1, MOST_TIMES, "times")])
    grade = OneOfFew(
        "Grade", message="Choose the grade, or that it is not graded yet.",
        choices=listed(
            [
                *((str(int(one.grade)), f"{one.grade:d} {one.word}: {one.meaning}")
                  for one in event_list().grades),
                (NOT_GRADED, "Not graded yet: holds the plan until it is"),
            ]
        ),
    )  # fmt: skip
    seriousness = Ticked(
        "Is it serious?", message="Tick what applies, or “none of these”.",
        pairs=[
            (NONE_OF_THESE, "None of these"),
            *((one.value, one.value.capitalize()) for one in Seriousness),
            (NOBODY_ANSWERED, "Not known yet: holds the plan until it is"),
        ],
    )  # fmt: skip
    pressure = TextField("Highest blood pressure", longest=20)
    saturation = TextField("Lowest oxygen saturation", longest=10)
    breaths = TextField("Slowest breathing", longest=10)
    are_measured = BooleanField("These values are unusual, and they are what was measured")
    has_symptoms = OneOfFew(
        "Were there symptoms with this pressure?", message="Choose yes, no or not asked.",
        is_asked=False,
        choices=listed([(YES, "Yes"), (NO, "No"), (NOT_ASKED, "Nobody asked")]),
    )  # fmt: skip
    relatedness = SelectField(
        "Was it the dose?", choices=named(Relatedness), default=Relatedness.NOT_JUDGED.value
    )
    action = SelectField("What was done", choices=DONE, default=Action.NOT_SAID.value)
    outcome = SelectField("How it ended", choices=named(Outcome), default=Outcome.NOT_KNOWN.value)

    born_on: dt.date
    began_at: dt.datetime
    event: Event
    dose_given: Dose | None = None
    offered: Sequence[Dose] = ()

    def offers(self, doses: Sequence[Dose]) -> None:
        """List the doses that minutes can count from, the newest first."""
        self.offered = doses
        given = [
            (one.ref, f"{formats.moment(one.given_at)}, {_amount(one)}") for one in self.offered
        ]
        self.dose.choices = [
            SelectChoice("", "Choose"), *listed(given),
            SelectChoice(NO_DOSE, "Not after a dose"),
        ]  # fmt: skip

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the fields, and that they are facts that can stand together."""
        super().validate(extra_validators)
        self.dose_given = next((one for one in self.offered if one.ref == self.dose.data), None)
        if self.kind.data == OTHER and not self.words.data:
            self.words.errors = ["Say in words what happened."]
        began, ended = self._moments()
        worst = TypedWorst(
            self.pressure, self.saturation, self.breaths, self.are_measured, self.has_symptoms
        ).read(began or now())
        if not self.errors and began is not None and worst is not None:
            self.began_at, self.event = began, self._event(began, ended, worst)
            if told := problems(self.event):
                self.seriousness.errors = list(told)
        return not self.errors

    def fill(self, typed: Mapping[str, object]) -> None:
        """Fill the form with what is known."""
        for name, value in typed.items():
            self[name].data = value

    @property
    def symptoms_hint(self) -> str:
        """Say from which pressure on symptoms decide; the numbers are those of the list."""
        asked = [one for one in event_list().limits if one.with_symptoms]
        return "; ".join(
            f"Decides from {one.systolic_from} or from –/{one.diastolic_from} mmHg on"
            for one in asked
        )

    @property
    def asks_which_began(self) -> bool:
        """Whether the beginning lies in an hour that comes twice."""
        return bool(self.which_began.errors or self.which_began.data) or self._began.is_doubled

    @property
    def asks_which_ended(self) -> bool:
        """Whether the end lies in an hour that comes twice."""
        return bool(self.which_ended.errors or self.which_ended.data) or self._ended.is_doubled

    @property
    def _began(self) -> TypedMoment:
        return TypedMoment(self.onset_minutes, self.began_on, self.began_time, self.which_began)

    @property
    def _ended(self) -> TypedMoment:
        return TypedMoment(self.offset_minutes, self.ended_on, self.ended_time, self.which_ended)

    def _moments(self) -> tuple[dt.datetime | None, dt.datetime | None]:
        dose_at = self.dose_given.given_at if self.dose_given else None
        began, ended = self._began.read(dose_at), self._ended.read(dose_at)
        if not self._began.is_said and not self._began.has_errors():
            self.onset_minutes.errors = ["Say when it began: minutes after the dose, or the time."]
        if began is not None and began.astimezone(formats.zone()).date() < self.born_on:
            self.began_on.errors = ["This is before the patient's birth."]
        if began is not None and dose_at is not None and minutes_from(dose_at, began) < 0:
            self.began_on.errors = ["It began before the dose that was chosen."]
        if ended is not None and began is not None and ended < began:
            typed = self.offset_minutes if self.offset_minutes.data is not None else self.ended_on
            typed.errors = ["It ended before it began."]
        if ended is not None and dose_at is None and not self.dose.errors:
            self.ended_on.errors = ["The end counts from a dose. Without one, say it in words."]
        return began, ended

    def _event(self, began: dt.datetime, ended: dt.datetime | None, worst: Worst) -> Event:
        dose_at = self.dose_given.given_at if self.dose_given else None
        said = self.seriousness.ticked
        return Event(
            kind=event_list().events[self.kind.data],
            grade=None if self.grade.data == NOT_GRADED else Grade(int(self.grade.data)),
            seriousness=None if said == {NOBODY_ANSWERED} else frozenset(
                Seriousness(one) for one in said - {NONE_OF_THESE}
            ),
            onset_minutes=None if dose_at is None else minutes_from(dose_at, began),
            offset_minutes=None if dose_at is None or ended is None
            else minutes_from(dose_at, ended),
            times=self.times.data, worst=worst,
            relatedness=Relatedness(self.relatedness.data), action=Action(self.action.data),
            outcome=Outcome(self.outcome.data),
        )  # fmt: skip


class CloseForm(PageForm):
    """What was decided when an event is closed."""

    decision = LongTextField(
        "What was decided, and why", [Required("Say what was decided.")], longest=2000
    )


def _amount(dose: Dose) -> str:
    return "amount not written down" if dose.dose_mg is None else f"{dose.dose_mg:f} mg"
