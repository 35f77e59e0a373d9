"""The public form of nine questions, and the form that says why a referral is declined."""

from __future__ import annotations

from collections.abc import Sequence

from email_validator import EmailNotValidError, validate_email
from flask_wtf import FlaskForm
from wtforms import BooleanField, Field, HiddenField, RadioField, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError

from dashboard.fields import Dialable, LongTextField, Required, TextField
from dashboard.forms import PageForm
from dashboard.patients.names import plain_name, reads_as_name
from dashboard.practice.places import STATES
from dashboard.referrals import stamps
from dashboard.referrals.actions import Answers

YES, NO = "yes", "no"
THERAPIST, DIETITIAN, PHYSICIAN = "therapist", "dietitian", "physician"
ONCE_MORE = "Please look your answers over and send them once more."
QUICK = f"That was very quick. {ONCE_MORE}"
LONG_OPEN = f"This page was open for more than a day. {ONCE_MORE}"


def _yes_or_no() -> list[SelectChoice]:
    return [SelectChoice(YES, "Yes"), SelectChoice(NO, "No")]


class OneOf:
    """The answer is one that the page offers."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, _form: object, field: SelectField) -> None:
        """Refuse anything else."""
        if field.data not in {option.data for option in field}:
            raise ValidationError(self.message)


def _choice(question: str, message: str) -> RadioField:
    return RadioField(
        question, [Required(message), OneOf(message)], choices=_yes_or_no(), validate_choice=False
    )


def _name(label: str, message: str, autocomplete: str) -> TextField:
    return TextField(
        label, [Required(message)], longest=80, render_kw={"autocomplete": autocomplete}
    )


class FreeAssessmentForm(FlaskForm):  # type: ignore[misc]
    """Nine questions to somebody without an account. No score, no weight, no verdict.

    `website` is a trap: people do not see it, programs fill it in.
    """

    submission_id = HiddenField(default=stamps.issue)
    website = TextField("Leave this empty", longest=200)
    is_adult = _choice("Are you 18 or older?", "Say whether you are 18 or older.")
    place = SelectField(
        "In which state are you?",
        [Required("Choose the state you are in."), OneOf("Choose the state you are in.")],
        choices=[SelectChoice("", "Choose"), *map(SelectChoice, STATES, STATES.values())],
        validate_choice=False,
    )
    given_name = _name("First name", "Write your first name.", "given-name")
    family_name = _name("Last name", "Write your last name.", "family-name")
    email = TextField(
        "E-mail", longest=254,
        render_kw={"autocomplete": "email", "inputmode": "email", "autocapitalize": "none"},
    )  # fmt: skip
    telephone = TextField(
        "Telephone", [Dialable()], longest=30,
        render_kw={"autocomplete": "tel", "inputmode": "tel"},
    )  # fmt: skip
    best_time = TextField("When can we reach you best?", longest=100)
    may_leave_message = _choice(
        "Is it safe to leave a message there?", "Say whether a message there is safe for you."
    )
    brings = LongTextField("What brings you to us?", longest=1000)
    seeing = SelectMultipleField(
        "Are you seeing anybody for it now?",
        choices=[
            SelectChoice(THERAPIST, "A therapist"),
            SelectChoice(DIETITIAN, "A dietitian"),
            SelectChoice(PHYSICIAN, "A physician"),
        ],
        validate_choice=False,
    )
    may_contact = BooleanField("You may contact me about this, in the way I wrote above.")

    def is_elsewhere(self, served: Sequence[str]) -> bool:
        """Whether it says that its writer is under 18, or in a state that is not served."""
        is_foreign = self.place.data in STATES and self.place.data not in served
        return self.is_adult.data == NO or is_foreign

    def checked_stamp(self) -> stamps.Stamp | None:
        """Return the stamp of a form that a person can have sent; else say to send it again."""
        found = stamps.read(self.submission_id.data or "")
        if found is None:
            self.submission_id.data = stamps.issue()
            self.form_errors.append(LONG_OPEN)
            return None
        if found.is_too_fresh or self.website.data:
            self.website.data = ""
            self.form_errors.append(QUICK)
            return None
        return found

    def validate_given_name(self, field: Field) -> None:
        """Keep a name as it can be shown; refuse one without letters."""
        field.data = plain_name(field.data or "")
        if not reads_as_name(field.data):
            raise ValidationError("Write your name with letters.")

    validate_family_name = validate_given_name

    def validate_email(self, field: Field) -> None:
        """Refuse an address that no mail could reach."""
        if not field.data:
            return
        try:
            found = validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError("Write the address as name@mail.example.") from None
        field.data = found.normalized

    def validate_telephone(self, field: Field) -> None:
        """Ask for one way to answer."""
        if not field.data and not self.email.data:
            raise ValidationError("Write an e-mail address or a telephone number.")

    def validate_seeing(self, field: Field) -> None:
        """Refuse an answer the page did not offer."""
        if not set(field.data or ()) <= {THERAPIST, DIETITIAN, PHYSICIAN}:
            raise ValidationError("Tick those of the list only.")

    def validate_may_contact(self, field: Field) -> None:
        """Refuse to keep what could not be answered."""
        if not field.data:
            raise ValidationError("Tick this, or we may not answer you.")

    def answers(self) -> Answers:
        """Return what the form says."""
        seeing = set(self.seeing.data or ())
        return Answers(
            place=self.place.data,
            given_name=self.given_name.data or "",
            family_name=self.family_name.data or "",
            email=self.email.data or "",
            telephone=self.telephone.data or "",
            best_time=self.best_time.data or "",
            may_leave_message=self.may_leave_message.data == YES,
            brings=self.brings.data or "",
            sees_therapist=THERAPIST in seeing,
            sees_dietitian=DIETITIAN in seeing,
            sees_physician=PHYSICIAN in seeing,
        )


class DeclineForm(PageForm):
    """Why the practice does not take somebody on."""

    reason = LongTextField("Why you decline", [Required("Write why you decline.")], longest=300)
