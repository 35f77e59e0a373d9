"""Help: the keyboard, and what the words on the pages mean."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from dashboard.access import Allow, Area

area = Area("help", __name__)

STATUSES = (
    ("ok", "Ready", "What was asked for is there and within its limits. It never means safe."),
    ("due", "Due", "Something is to be done, and there is still time."),
    ("stop", "Hold", "Do not go on before somebody has looked at this."),
    ("info", "In session", "It is going on now."),
    ("none", "Paused", "Nothing is planned for the time being."),
    ("none", "New", "Just begun; nothing has been looked at yet."),
    ("none", "Unknown", "Not measured, or too old to count. Unknown is never the same as normal."),
)
WORDS = (
    ("Draft", "What you typed and have not saved. Only you see it; it is kept for 30 days."),
    ("Unsigned", "A visit that is saved but can still be changed. Sign it to close it."),
    ("Signed", "Closed for good. A correction is an addendum beside it."),
    ("Addendum", "What was added to a signed visit, with author, time and reason."),
    ("Entered in error", "Struck through and kept: nothing clinical is deleted."),
    ("Baseline", "The first complete score of a patient; change is counted from it."),
    ("Reliable change", "A difference larger than the measure's own uncertainty."),
    ("Incomplete", "Too many answers are missing for a total; the possible range is shown."),
    ("Pre-flight", "What is asked before a dose at home; each answer has a name and a time."),
    ("Held plan", "No session starts. A physician resumes the plan and says what has changed."),
    ("Adverse event", "Something unwanted that happened, whether or not the treatment caused it."),
    ("Window", "The hours after a dose in which a contact may reach further: a hypothesis."),
    ("Care team", "The physicians who see a patient's chart. Nobody else does."),
    ("Emergency access", "Opening a chart off the team: with a reason, for 60 minutes, reviewed."),
)


@area.get("/help", allow=Allow.SIGNED_IN)
def keyboard() -> ResponseReturnValue:
    """Show the keys and the words."""
    return render_template("help/keyboard.html", statuses=STATUSES, words=WORDS)
