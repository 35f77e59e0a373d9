"""The practice's settings, as its admin fills them in."""

from __future__ import annotations

from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from wtforms import BooleanField, Field, SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined] # newer than its stubs
from wtforms.validators import ValidationError
from wtforms.widgets import CheckboxInput, ListWidget

from dashboard.fields import Between, Dialable, Required, TextField, WholeNumberField
from dashboard.forms import PageForm
from dashboard.practice.places import AMERICAN_ZONES, STATES


def zones() -> list[SelectChoice]:
    """Return every time zone by name, the American ones first."""
    others = sorted(z for z in available_timezones() if "/" in z and z not in AMERICAN_ZONES)
    return [SelectChoice(name, name.replace("_", " ")) for name in (*AMERICAN_ZONES, *others)]


class StatesField(SelectMultipleField):
    """States to tick."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class PracticeForm(PageForm):
    """What every page and letter says of the practice."""

    name = TextField("Name of the practice", [Required("Enter the practice's name.")], longest=120)
    telephone = TextField("Telephone", [Dialable()], longest=30)
    time_zone = SelectField("Time zone", choices=zones, validate_choice=False)
    states_served = StatesField(
        "States served",
        choices=[SelectChoice(*state) for state in STATES.items()],
        validate_choice=False,
    )

    answers_are_read = TextField(
        "When answers are read",
        [Required("Say when somebody reads the answers: patients are told so.")],
        longest=200,
    )
    alert_minutes = WholeNumberField(
        "Minutes to take an alert that is due now",
        [Required("Enter a number of minutes."), Between(1, 1440, "minutes")],
    )
    next_visit_days = WholeNumberField(
        "Days to take an alert for the next visit",
        [Required("Enter a number of days."), Between(1, 90, "days")],
    )
    alert_email = TextField("E-mail for overdue alerts", longest=254)
    free_assessment = BooleanField("Show the public page “Free assessment”")

    def validate_alert_email(self, field: Field) -> None:
        """Refuse what is no address; keep it in lower case."""
        if not field.data:
            return
        try:
            found = validate_email(field.data, check_deliverability=False)
        except EmailNotValidError:
            raise ValidationError("Write the address as name@practice.example.") from None
        field.data = found.normalized.casefold()

    def validate_free_assessment(self, field: Field) -> None:
        """Refuse a page that could serve nobody."""
        if field.data and not self.states_served.data:
            raise ValidationError("Tick the states you serve first: the page asks for the state.")

    def validate_time_zone(self, field: Field) -> None:
        """Refuse a zone that is not in the list."""
        if field.data not in available_timezones() or "/" not in field.data:
            raise ValidationError("Choose a time zone of the list.")

    def validate_states_served(self, field: Field) -> None:
        """Refuse a state that is none."""
        if not set(field.data or ()) <= STATES.keys():
            raise ValidationError("Tick states of the list only.")
