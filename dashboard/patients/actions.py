"""Everything that can be done with patients: what other areas, jobs and the pages call.

Values in, rows out; nothing here commits.
"""

from __future__ import annotations

from dashboard.patients.details import Details
from dashboard.patients.emergency import Opened, end_emergency, open_in_emergency
from dashboard.patients.handing_over import hand_over
from dashboard.patients.record_numbers import NoNumberLeft, NumberTaken
from dashboard.patients.registering import edit, register, set_status
from dashboard.patients.reviewing import review
from dashboard.patients.team import add_to_team, remove_from_team

__all__ = [
    "Details",
    "NoNumberLeft",
    "NumberTaken",
    "Opened",
    "add_to_team",
    "edit",
    "end_emergency",
    "hand_over",
    "open_in_emergency",
    "register",
    "remove_from_team",
    "review",
    "set_status",
]
