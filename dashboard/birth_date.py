"""Asking whoever opens a link for the birth date: the proof that they are whom it is about."""

from __future__ import annotations

import datetime as dt
import re

from flask_wtf import FlaskForm

from dashboard import formats
from dashboard.fields import TextField

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
WHOLE = re.compile(r"[0-9]{1,4}", re.ASCII)
OLDEST = 1900


class BirthDateForm(FlaskForm):  # type: ignore[misc]
    """When the patient was born: the month by name, so that no two readings are possible."""

    month = TextField("Month", longest=2)
    day = TextField("Day", longest=2)
    year = TextField("Year", longest=4)

    @property
    def months(self) -> tuple[tuple[str, str], ...]:
        """The months to choose from: value and name."""
        return tuple((str(number), name) for number, name in enumerate(MONTHS, 1))

    def born(self) -> dt.date | None:
        """Return the date; None when it cannot be one, and the form then says so."""
        parts = [str(field.data or "") for field in (self.year, self.month, self.day)]
        if self.validate() and all(WHOLE.fullmatch(part) for part in parts):
            try:
                born = dt.date(*map(int, parts))
            except ValueError:
                born = dt.date.min
            if born.year >= OLDEST and born <= formats.today():
                return born
        self.form_errors.append(
            "Choose the month, and write the day and the year in digits: March, 14, 1996."
        )
        return None

    def does_not_match(self, left: int) -> None:
        """Say that the date is not the right one, and how many tries are left."""
        tries = "one try" if left == 1 else f"{left} tries"
        self.form_errors.append(
            f"That is not the birth date we have. Check it; you have {tries} left."
        )
