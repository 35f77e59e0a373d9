"""The forms of the rules: signing them, changing how long a finding stays valid."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField
from wtforms.validators import ValidationError

from dashboard.clearance.policy import MOST_DAYS
from dashboard.fields import Between, LongTextField, Required, WholeNumberField
from dashboard.forms import PageForm


class SignRulesForm(PageForm):
    """Putting the rule set in force. `digest` is of the rules that were on the page."""

    digest = HiddenField(default="")
    has_read = BooleanField("I have read these rules and sign them")

    def validate_has_read(self, field: BooleanField) -> None:
        """Refuse an empty box: a tick is what is signed."""
        if not field.data:
            raise ValidationError("Tick the box once you have read the rules.")


class DaysForm(PageForm):
    """Changing days. `previewed` is the number whose effect was shown; only that one is saved."""

    days = WholeNumberField(
        "Days",
        [Required("Enter the number of days."), Between(0, MOST_DAYS, "days")],
    )
    reason = LongTextField(
        "Why",
        [Required("Say why the practice changes this, and who agreed.")],
        longest=500,
    )
    previewed = HiddenField(default="")

    @property
    def was_previewed(self) -> bool:
        """Whether the number that is sent is the one whose effect was on the page."""
        return self.previewed.data == str(self.days.data)

    def shows_preview(self) -> None:
        """Say whose effect the page shows."""
        self.previewed.data = str(self.days.data)
