"""Whether a patient's consent holds on a day: computed from what was signed, never stored.

A consent counts once every item is initialled, it is signed, and a physician has found in the
teach-back that it was understood. The newest one that counts replaces all before it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from dashboard.consents.terms import Terms
from dashboard.consents.texts import ConsentText, is_replaced

LASTS_DAYS = 365  # practice policy: clearance decisions, validity of consent


class State(StrEnum):
    """Where consent stands."""

    NONE = "none"
    INCOMPLETE = "incomplete"
    CURRENT = "current"
    DUE = "re-consent due"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Why(StrEnum):
    """Why a consent has to be given again."""

    TEXT = "The text has changed in a material way."
    UNKNOWN_TEXT = "Its text is not among the texts shipped with this program."
    ROUTE = "It is for another route."
    FORMULATION = "It is for another formulation."
    DOSE_CLASS = "It is for another dose class."
    OLD = "It is older than 365 days."


DIFFERS = {"route": Why.ROUTE, "formulation": Why.FORMULATION, "dose class": Why.DOSE_CLASS}


@dataclass(frozen=True)
class Given:
    """One consent as far as it has come. Days are the practice's; instants order acts of a day."""

    ref: str
    terms: Terms
    text_id: str
    version: str
    language: str
    sha256: str
    begun_at: dt.datetime
    begun_on: dt.date
    signed_at: dt.datetime | None = None
    signed_on: dt.date | None = None
    understood_on: dt.date | None = None
    declined_at: dt.datetime | None = None
    declined_on: dt.date | None = None
    is_cancelled: bool = False


@dataclass(frozen=True)
class Withdrawn:
    """When a patient took everything signed before back."""

    at: dt.datetime
    on: dt.date


@dataclass(frozen=True)
class Standing:
    """Where consent stands on a day. `ref` and the days are those of the consent that counts.

    `days_left` is 0 on the last day; None when nothing is in force. `unfinished` names a begun
    consent that does not count yet.
    """

    state: State
    on: dt.date
    ref: str = ""
    signed_on: dt.date | None = None
    last_day: dt.date | None = None
    days_left: int | None = None
    reasons: tuple[Why, ...] = ()
    withdrawn_on: dt.date | None = None
    unfinished: str = ""

    @property
    def is_current(self) -> bool:
        """Whether treatment may rest on it today."""
        return self.state is State.CURRENT

    @property
    def fact(self) -> bool | None:
        """The clearance fact `consent_current`; None is "missing", which never clears.

        A consent that ended, was refused or does not fit is False, because that fact forbids.
        """
        if self.state in {State.NONE, State.INCOMPLETE}:
            return None
        return self.is_current


def standing(
    given: Sequence[Given],
    withdrawals: Sequence[Withdrawn],
    *,
    on: dt.date,
    asked: Terms,
    texts: Sequence[ConsentText],
) -> Standing:
    """Judge what was given by the end of a day, for the terms asked about."""
    known = [one for one in given if one.begun_on <= on]
    withdrawal = max((one for one in withdrawals if one.on <= on), key=_at, default=None)
    counting = [one for one in known if _counts(one, on)]
    newest = max(counting, key=_signed_at, default=None)
    unfinished = _unfinished(known, on=on, after=newest)
    if withdrawal and (newest is None or _signed_at(newest) <= withdrawal.at):
        return Standing(
            State.WITHDRAWN, on, ref=newest.ref if newest else "",
            signed_on=newest.signed_on if newest else None,
            withdrawn_on=withdrawal.on, unfinished=unfinished,
        )  # fmt: skip
    if _was_declined(known, on=on, asked=asked, newest=newest, unfinished=unfinished):
        return Standing(State.DECLINED, on, unfinished=unfinished)
    if newest is None or newest.signed_on is None:
        state = State.INCOMPLETE if unfinished else State.NONE
        return Standing(state, on, unfinished=unfinished)
    days_left = LASTS_DAYS - (on - newest.signed_on).days
    reasons = _reasons(newest, on=on, asked=asked, texts=texts, days_left=days_left)
    return Standing(
        State.DUE if reasons else State.CURRENT, on, ref=newest.ref, signed_on=newest.signed_on,
        last_day=newest.signed_on + dt.timedelta(days=LASTS_DAYS),
        days_left=max(days_left, 0), reasons=reasons, unfinished=unfinished,
    )  # fmt: skip


def _counts(one: Given, on: dt.date) -> bool:
    days = (one.signed_on, one.understood_on)
    return all(day is not None and day <= on for day in days)


def _unfinished(known: Sequence[Given], *, on: dt.date, after: Given | None) -> str:
    """Return the newest begun consent that neither counts nor was ended, if it came later."""
    waiting = [
        one
        for one in known
        if not _counts(one, on)
        and not one.is_cancelled
        and (one.declined_on is None or one.declined_on > on)
        and (after is None or one.begun_at > after.begun_at)
    ]
    return max(waiting, key=lambda one: one.begun_at).ref if waiting else ""


def _was_declined(
    known: Sequence[Given], *, on: dt.date, asked: Terms, newest: Given | None, unfinished: str
) -> bool:
    """Whether the patient's last word, for these terms, was no.

    A refusal of other terms leaves the consent that counts in force; asking anew reopens it only
    when nothing else counts.
    """
    declined = [one for one in known if one.declined_on is not None and one.declined_on <= on]
    last = max(declined, key=_declined_at, default=None)
    if last is None:
        return False
    if newest is None:
        begun = next((one.begun_at for one in known if one.ref == unfinished), None)
        return begun is None or begun <= _declined_at(last)
    in_force = asked if asked != Terms() else newest.terms
    return _declined_at(last) > _signed_at(newest) and not last.terms.differences(in_force)


def _reasons(
    one: Given, *, on: dt.date, asked: Terms, texts: Sequence[ConsentText], days_left: int
) -> tuple[Why, ...]:
    found: list[Why] = []
    same = [text for text in texts if text.id == one.text_id and text.language == one.language]
    signed = next((text for text in same if text.sha256 == one.sha256), None)
    if signed is None:
        found.append(Why.UNKNOWN_TEXT)
    elif is_replaced(signed, among=same, on=on):
        found.append(Why.TEXT)
    found += [DIFFERS[name] for name in asked.differences(one.terms)]
    if days_left < 0:
        found.append(Why.OLD)
    return tuple(found)


def _at(one: Withdrawn) -> dt.datetime:
    return one.at


def _signed_at(one: Given) -> dt.datetime:
    return one.signed_at or one.begun_at


def _declined_at(one: Given) -> dt.datetime:
    return one.declined_at or one.begun_at
