"""What a message says: neutral, with no name and nothing that tells what the office treats."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dashboard.formats import SHORT_ZONES

SUBJECT = "You have a message"
INVITATION = "You are asked for a few answers. It takes a few minutes."
REMINDER = (
    "You were asked for a few answers and have not sent them yet. It takes a few minutes.\n"
    "Please use the link in this message: the earlier one does not work any more.\n"
    "What you answered before is kept."
)


def body(*, opening: str, address: str, closes_at: dt.datetime, zone: str, telephone: str) -> str:
    """Write the message: the link, until when it works, whom to call."""
    caller = f"call {telephone}" if telephone else "call the office that asked you"
    return (
        f"Hello,\n\n{opening}\n\n{address}\n\n"
        f"The link works until {until(closes_at, zone)}. It is for you alone: please do not pass "
        f"it on.\n\nIf you have questions or did not expect this, {caller}.\n"
        "Please do not reply: replies are not read. In an emergency call 911.\n"
    )


def until(at: dt.datetime, zone: str) -> str:
    """Write a moment as people in the United States do: Monday, November 30, 9:00 am ET."""
    local = at.astimezone(ZoneInfo(zone))
    name = SHORT_ZONES.get(zone, local.tzname() or zone)
    half = "am" if local.hour < 12 else "pm"
    return f"{local:%A}, {local:%B} {local.day}, {local.hour % 12 or 12}:{local:%M} {half} {name}"
