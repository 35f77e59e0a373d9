"""The forms around a chart: status, care team, emergency access and its review."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms import BooleanField, Field, RadioField, SelectField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError

from dashboard.fields import LongTextField, Required, TextField
from dashboard.forms import PageForm
from dashboard.patients.details_forms import UNFILLED, OneOfThese, birth_date
from dashboard.patients.emergency import SHORTEST_REASON
from dashboard.patients.models import Status

STATUS_WORDS = {
    Status.NEW: "New: registered, not treated yet",
    Status.ACTIVE: "Active: under treatment",
    Status.PAUSED: "Paused: treatment rests",
    Status.DISCHARGED: "Discharged: treatment has ended",
}


class StatusForm(PageForm):
    """Where a patient stands with the practice, and why that changes."""

    standing = RadioField(
        "Status",
        [Required("Choose a status."), OneOfThese("Choose a status.")],
        choices=[SelectChoice(status.value, words) for status, words in STATUS_WORDS.items()],
        validate_choice=False,
    )
    reason = TextField("Reason", [Required("Say why the status changes.")], longest=300)


class JoinForm(PageForm):
    """A physician to add to a care team, and why."""

    physician = SelectField("Physician", validate_choice=False)
    reason = TextField("Reason", [Required("Say why, for example: shares the care.")], longest=300)

    def offer(self, physicians: Sequence[tuple[str, str]]) -> None:
        """Let one of these be chosen."""
        self.physician.choices = [
            SelectChoice(value, label) for value, label in (("", "Choose a physician"), *physicians)
        ]

    def validate_physician(self, field: SelectField) -> None:
        """Refuse nobody, and anybody who is not offered."""
        if not field.data or field.data not in {option.data for option in field}:
            raise ValidationError("Choose a physician of the list.")


class LeaveForm(PageForm):
    """Why a physician leaves a care team."""

    reason = TextField("Reason", [Required("Say why, for example: changed practice.")], longest=300)


class LeaveOneselfForm(LeaveForm):
    """Leaving a care team oneself: the chart closes behind you, so it is asked twice."""

    sure = BooleanField("I understand that I will not see this chart any more")

    def validate_sure(self, field: Field) -> None:
        """Ask for the second look."""
        if not field.data:
            raise ValidationError("Tick this to leave the care team, or cancel.")


class EmergencyForm(PageForm):
    """Whose chart is needed now, and why."""

    who = TextField(
        "Family name or MRN", [Required("Enter the family name or the MRN.")], longest=80,
        render_kw=UNFILLED,
    )  # fmt: skip
    born_on = birth_date("Enter the patient’s birth date, for example 14-Mar-1996.")
    reason = LongTextField("Reason", [Required("Say why you need this chart now.")], longest=500)

    def validate_reason(self, field: Field) -> None:
        """Refuse a reason that says nothing."""
        if len("".join((field.data or "").split())) < SHORTEST_REASON:
            raise ValidationError(
                f"Write at least {SHORTEST_REASON} characters: what happened, who asked."
            )


class ReviewForm(PageForm):
    """What an admin found about one emergency access."""

    note = LongTextField(
        "What you found", [Required("Say what you found, for example: agreed with Dr Adler.")],
        longest=500,
    )  # fmt: skip
