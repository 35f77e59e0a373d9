"""The form of a session's start: the dose, its route, when it was taken."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from dashboard import formats
from dashboard.fields import Between, LongTextField, NumberField, Required
from dashboard.sessions.forms import READABLE
from dashboard.sessions.models import Route
from dashboard.sessions.moment_forms import MomentForm
from dashboard.visits.choosing import SelectField, listed, named

ROUTES = named(one for one in Route if one is not Route.NOT_SAID)


class StartForm(MomentForm):
    """The dose that starts a session: now, unless a time was typed."""

    dose_mg = NumberField(
        "Dose in mg", [Required("Enter the dose in mg."), Between(*READABLE, "mg")], places=2
    )
    route = SelectField("Route", choices=[*listed([("", "Choose a route")]), *ROUTES],
                        validators=[Required("Choose the route.")])  # fmt: skip
    reason = LongTextField("Why does it go ahead?", longest=2000)

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Check the dose, and that its time is a moment of the past."""
        super().validate(extra_validators)
        self.read_moment(day=formats.today())
        return not self.errors

    @property
    def dose(self) -> Decimal:
        """The dose in mg."""
        return self.dose_mg.data or Decimal(0)
