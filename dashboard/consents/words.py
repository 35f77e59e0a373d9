"""Where consent stands, in words with an icon."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard import formats
from dashboard.consents.standing import Standing, State

SOON_DAYS = 30  # practice policy: from here on the page says that the end is near


@dataclass(frozen=True)
class Told:
    """A standing as a page says it; `kind` is ok, due, stop or none."""

    kind: str
    word: str
    heading: str
    lines: tuple[str, ...]


def told(standing: Standing, *, name: str) -> Told:
    """Say where consent stands; nothing that was not given is ever shown as well."""
    match standing.state:
        case State.NONE:
            found = Told("none", "None", f"{name} has not been asked for consent", ())
        case State.INCOMPLETE:
            found = Told("due", "Incomplete", "Consent is begun and does not count yet", ())
        case State.CURRENT:
            found = _current(standing)
        case State.DUE:
            lines = tuple(why.value for why in standing.reasons)
            found = Told("due", "Re-consent due", "Consent has to be given again", lines)
        case State.WITHDRAWN:
            found = Told("stop", "Withdrawn", "Consent was withdrawn: no dose may be given",
                         (_withdrawn(standing),))  # fmt: skip
        case State.DECLINED:
            found = Told("stop", "Declined", "The patient said no: no dose may be given", ())
    more = ("A consent is begun that does not count yet.",) if standing.unfinished else ()
    if standing.state is State.INCOMPLETE:
        more = ()
    return Told(found.kind, found.word, found.heading, (*found.lines, *more))


def _current(standing: Standing) -> Told:
    if standing.days_left is None or standing.last_day is None or standing.signed_on is None:
        raise ValueError("a current consent has days left")
    left = _days(standing.days_left)
    is_soon = standing.days_left <= SOON_DAYS
    lines = (
        f"Signed {formats.day(standing.signed_on)}. It holds until "
        f"{formats.day(standing.last_day)}: {left}.",
        "It ends sooner when the text changes in a material way, or with another route, "
        "formulation or dose class.",
    )
    if is_soon:
        return Told("due", "Current, ends soon", "Consent is current and ends soon", lines)
    return Told("ok", "Current", "Consent is current", lines)


def _days(days: int) -> str:
    if days == 0:
        return "today is the last day"
    return "1 day left" if days == 1 else f"{days} days left"


def _withdrawn(standing: Standing) -> str:
    day = formats.day(standing.withdrawn_on) if standing.withdrawn_on else ""
    return f"Withdrawn {day}. It counts from the moment the patient said so."
