"""What is said of a session besides its readings: the effect, dissociation, notes, the end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import StrEnum

from dashboard.sessions.models import SessionAnswer

EFFECT, DISSOCIATION, NOTES = "effect", "dissociation", "notes"
OBSERVED_UNTIL, ADDENDUM = "observed_until", "addendum"
MOST_DISSOCIATION = 10  # clinical reference 2.8: 0 to 10, tolerability


class Effect(StrEnum):
    """How strong the effect was at its peak."""

    NONE = "none"
    MILD = "mild"
    MODERATE = "moderate"
    STRONG = "strong"


def written(moment: dt.datetime) -> str:
    """Write an instant as an answer."""
    return moment.astimezone(dt.UTC).isoformat()


def observed_until(held: Mapping[str, SessionAnswer]) -> dt.datetime | None:
    """Return until when the patient was observed, of the answers of the release; None: not said."""
    answer = held.get(OBSERVED_UNTIL)
    return dt.datetime.fromisoformat(answer.value) if answer and answer.value else None
