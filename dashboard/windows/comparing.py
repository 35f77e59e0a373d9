"""What differs between an appointment as it was saved and as somebody else typed it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import formats
from dashboard.windows.actions import Terms
from dashboard.windows.models import Appointment

NOTHING = "(empty)"


@dataclass(frozen=True)
class Difference:
    """One field that differs."""

    label: str
    theirs: str
    yours: str


def differences(stored: Appointment, typed: Terms, *, is_closed: bool) -> tuple[Difference, ...]:
    """Return the fields that differ, in the order of the form; a closed one says so first."""
    theirs = Terms(
        stored.kind, stored.starts_at, stored.zone_name, stored.with_whom, stored.way,
        stored.minutes, stored.note,
    )  # fmt: skip
    left, right = _fields(theirs), _fields(typed)
    found = [
        Difference(name, left[name], right[name]) for name in left if left[name] != right[name]
    ]
    state = "entered in error" if stored.entered_in_error_at else stored.state.value
    closed = [Difference("What became of it", state.capitalize(), "Booked")] if is_closed else []
    return (*closed, *found)


def _fields(terms: Terms) -> dict[str, str]:
    return {
        "What it is": terms.kind.value.capitalize(),
        "With whom": terms.with_whom,
        "How they meet": terms.way.value.capitalize(),
        "Date and time": formats.moment(terms.starts_at),
        "Length in minutes": str(terms.minutes or NOTHING),
        "Note": terms.note or NOTHING,
    }
