"""The physician's forms: beginning a consent, judging the teach-back, copies, taking it back."""

from __future__ import annotations

import datetime as dt

from wtforms import BooleanField, Field
from wtforms.validators import ValidationError

from dashboard import formats
from dashboard.clock import now
from dashboard.consents.actions import Begun, Said
from dashboard.consents.models import Channel, CopyKind, Judgement, Method, Signer
from dashboard.consents.terms import TAKEN_AS, DoseClass, Formulation, Route, Terms
from dashboard.consents.texts import Question
from dashboard.fields import (
    ClockField,
    DayField,
    LongTextField,
    Required,
    TextField,
    TimeIsDoubled,
    TimeIsSkipped,
    instant,
)
from dashboard.forms import PageForm
from dashboard.visits.choosing import OneOfFew, SelectField, listed, named

SPOKEN = (Channel.IN_PERSON, Channel.VIDEO, Channel.PHONE)
SHORTEST_AUTHORITY = 5
NOTHING_YET = listed([("", "Choose")])
MINUTE = dt.timedelta(minutes=1)
GIVEN_BY_STAFF = (CopyKind.PRINTED, CopyKind.MAILED)


class BeginForm(PageForm):
    """What a consent is for, how it is signed and who signs."""

    route = SelectField("Route", choices=[*NOTHING_YET, *named(Route)])
    formulation = SelectField("Formulation", choices=[*NOTHING_YET, *named(Formulation)])
    dose_class = OneOfFew(
        "Dose class", message="Choose the dose class.", choices=named(DoseClass)
    )  # fmt: skip
    method = OneOfFew(
        "How the patient reads and signs", message="Choose how the patient signs.",
        choices=named(Method),
    )  # fmt: skip
    signer = OneOfFew(
        "Who signs", message="Choose who signs.", choices=named(Signer),
        default=Signer.PATIENT.value,
    )  # fmt: skip
    authority = TextField("By what right the representative signs", longest=200)

    def validate_route(self, field: Field) -> None:
        """Ask for a route."""
        if not field.data:
            raise ValidationError("Choose the route.")

    def validate_formulation(self, field: Field) -> None:
        """Ask for a formulation that is taken by this route."""
        if not field.data:
            raise ValidationError("Choose the formulation.")
        if self.route.data in set(Route) and field.data in set(Formulation):
            fitting = TAKEN_AS[Route(self.route.data)]
            if Formulation(field.data) not in fitting:
                names = " or ".join(sorted(one.value for one in fitting))
                raise ValidationError(f"The {self.route.data} route is taken as: {names}.")

    def validate_authority(self, field: Field) -> None:
        """Ask a representative's right; a patient needs none."""
        text = field.data or ""
        if self.signer.data == Signer.REPRESENTATIVE and len(text) < SHORTEST_AUTHORITY:
            raise ValidationError(
                "Write by what right they sign, for example: court-appointed guardian, order seen."
            )
        if self.signer.data == Signer.PATIENT and text:
            raise ValidationError("Leave this empty, or choose that a representative signs.")

    def begun(self) -> Begun:
        """Return what was chosen."""
        terms = Terms(
            Route(self.route.data),
            Formulation(self.formulation.data),
            DoseClass(self.dose_class.data),
        )
        signer, method = Signer(self.signer.data), Method(self.method.data)
        return Begun(terms, method, signer, self.authority.data or "")


class TeachBackForm(PageForm):
    """The patient's own words and the physician's judgement; made for the questions of a text."""

    channel = OneOfFew(
        "How you spoke", message="Choose how you spoke.", choices=named(SPOKEN)
    )  # fmt: skip
    questions: tuple[Question, ...] = ()

    def said(self) -> tuple[Said, ...]:
        """Return what was judged, question by question."""
        return tuple(
            Said(
                one.key,
                self[f"words_{one.key}"].data or "",
                Judgement(self[f"judgement_{one.key}"].data),
            )
            for one in self.questions
        )


def teach_back_form(questions: tuple[Question, ...]) -> TeachBackForm:
    """Return a form with two fields for each question."""
    fields: dict[str, object] = {"questions": questions}
    for one in questions:
        fields[f"words_{one.key}"] = LongTextField(
            "In the patient’s own words",
            [Required("Write what the patient said, as they said it.")],
            longest=1000,
        )
        fields[f"judgement_{one.key}"] = OneOfFew(
            "Your judgement", message="Choose what you found.", choices=named(Judgement)
        )
    form = type("TeachBackForm", (TeachBackForm,), fields)()
    assert isinstance(form, TeachBackForm)  # noqa: S101 - says so to the type checker
    return form


class CancelForm(PageForm):
    """Why an open consent is taken back by the practice."""

    reason = TextField(
        "Reason", [Required("Say why, for example: wrong route chosen.")], longest=500
    )


class CopyForm(PageForm):
    """How the patient got a copy."""

    kind = OneOfFew("How", message="Choose how.", choices=named(GIVEN_BY_STAFF))


class WithdrawForm(PageForm):
    """When and how the patient took their consent back; a reason is theirs to give or not."""

    said_on = DayField("Day the patient said so", [Required("Enter the day.")])
    said_time = ClockField("Time", [Required("Enter the time, as near as you know it.")])
    channel = OneOfFew("How", message="Choose how the patient said so.", choices=named(Channel))
    reason = LongTextField("Reason, if the patient gave one", longest=1000)
    is_confirmed = BooleanField("The patient, or who may sign for them, has withdrawn consent")
    said_at: dt.datetime
    not_before: dt.datetime | None = None

    def validate_is_confirmed(self, field: Field) -> None:
        """Ask for the second look."""
        if not field.data:
            raise ValidationError("Tick this to confirm the withdrawal.")

    def validate_said_time(self, field: Field) -> None:
        """Place the time between the newest signature and now."""
        if self.said_on.data is None or field.data is None:
            return
        self.said_at = _end_of_minute(self.said_on.data, field.data)
        if self.said_at > now() + MINUTE:
            raise ValidationError("This lies in the future. Write when the patient said so.")
        self.said_at = min(self.said_at, now())
        if self.not_before is not None and self.said_at < self.not_before:
            signed = formats.moment(self.not_before)
            raise ValidationError(
                f"The newest signature is of {signed}; a withdrawal comes after it."
            )

    def begin_now(self) -> None:
        """Offer the present moment."""
        here = now().astimezone(formats.zone())
        self.said_on.data, self.said_time.data = here.date(), here.time().replace(fold=0)


def _end_of_minute(day: dt.date, time: dt.time) -> dt.datetime:
    """Return the end of a typed minute, so that a signature within it is withdrawn as well.

    Of two equal times in autumn the earlier is meant: a withdrawal holds sooner rather than later.
    """
    zone = formats.zone().key
    try:
        at = instant(day, time, zone)
    except TimeIsDoubled:
        at = instant(day, time, zone, second=False)
    except TimeIsSkipped:
        raise ValidationError(
            "This time does not exist on that day: the clocks go forward over it."
        ) from None
    return at + MINUTE - dt.timedelta(microseconds=1)
