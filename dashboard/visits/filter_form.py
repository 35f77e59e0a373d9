"""The filters above the list of visits; they travel in the address, so that it can be kept."""

from __future__ import annotations

from typing import ClassVar

from flask import request
from flask_wtf import FlaskForm

from dashboard.fields import DayField
from dashboard.visits.choosing import SelectField, named
from dashboard.visits.listing import Authors, Filter, Wanted
from dashboard.visits.models import VisitKind

ALL = ("", "All")


class FilterForm(FlaskForm):  # type: ignore[misc]
    """What the list is narrowed to."""

    class Meta:
        """Reading changes nothing, so it needs no form token."""

        csrf: ClassVar[bool] = False

    kind = SelectField("Kind")
    author = SelectField("Author")
    state = SelectField("State", choices=named(Wanted), default=Wanted.ALL.value)
    first_day = DayField("From")
    last_day = DayField("To")

    @classmethod
    def asked(cls, authors: Authors) -> FilterForm:
        """Return the form filled from the address."""
        form = cls(formdata=request.args)
        form.kind.offer((ALL, *((kind.value, kind.value.capitalize()) for kind in VisitKind)))
        form.author.offer((ALL, *authors.names.items()))
        form.state.data = form.state.data or Wanted.ALL.value
        form.kind.data, form.author.data = form.kind.data or "", form.author.data or ""
        return form

    def chosen(self) -> Filter:
        """Return the filter, or a wide one when the address makes no sense."""
        if not self.validate():
            return Filter()
        return Filter(
            kind=VisitKind(self.kind.data) if self.kind.data else None,
            author=self.author.data,
            wanted=Wanted(self.state.data),
            first_day=self.first_day.data,
            last_day=self.last_day.data,
        )

    def address(self) -> dict[str, str]:
        """Return the filter as it stands in an address."""
        typed = {name: str(field._value()) for name, field in self._days()}
        chosen = {name: self[name].data for name in ("kind", "author", "state")}
        return {name: value for name, value in {**chosen, **typed}.items() if value}

    def _days(self) -> list[tuple[str, DayField]]:
        return [("first_day", self.first_day), ("last_day", self.last_day)]
