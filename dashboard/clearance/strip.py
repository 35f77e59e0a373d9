"""The readiness strip: eight cells, each with an icon, a word, a value and a day.

Drawn from what was kept of the last judgement. A day that has passed since is seen here, so that a
strip nobody judged again never goes on saying that all is well.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clearance import cells
from dashboard.clearance.cells import LABELS, TROUBLES, Cell, Shown
from dashboard.clearance.models import Readiness, Status
from dashboard.clinical.clearance import ruleset

QUESTION = "Ready for the next session?"
KINDS = {"clear": "ok", "caution": "due", "unknown": "none", "stop": "stop", "not asked": "none"}
STATUS_KINDS = {
    Status.READY: "ok", Status.DUE: "due", Status.HOLD: "stop", Status.UNKNOWN: "none",
}  # fmt: skip
RAN_OUT = frozenset({"stale", "expired"})
SPEAKING = ("K", "P", "Mg", "qtc_gate", "sbp", "hr_awake_rest", "hcg")  # named by their cell
YES_OR_NO = frozenset({"yes", "no", ""})
TO_DO = {
    Cell.LABS: "enter the laboratory values", Cell.ECG: "enter an ECG",
    Cell.VITALS: "measure pulse and pressure", Cell.WEIGHT: "weigh",
    Cell.PREGNANCY: "enter a test, or that none is needed", Cell.STABILITY: "ask the reviews",
    Cell.HOME: "ask about home and sitter", Cell.CONSENT: "have the consent signed",
}  # fmt: skip


@dataclass(frozen=True)
class StripCell:
    """One cell as it is drawn; `day` follows the note, `overridden` is in words, or empty."""

    kind: str
    label: str
    headline: str
    note: str
    day: str = ""
    overridden: str = ""


@dataclass(frozen=True)
class Said:
    """How ready a patient is: the word with its kind, the headline, and what is behind it."""

    kind: str
    word: str
    headline: str
    words: str
    overridden: str


@dataclass(frozen=True)
class Kept:
    """What a list reads of a kept judgement (see `models.Readiness`)."""

    status: Status
    judged_for: dt.date
    next_session_on: dt.date | None
    next_stale_on: dt.date | None
    content: str


def strip(kept: Readiness | Kept | None, *, today: dt.date) -> tuple[StripCell, ...]:
    """Return the eight cells of a patient; Unknown, each with what to do, when never judged."""
    if kept is None:
        return tuple(StripCell("none", LABELS[cell], "Unknown", TO_DO[cell]) for cell in Cell)
    return drawn(cells.read(kept.content), today=max(today, kept.judged_for))


def drawn(found: Iterable[Shown], *, today: dt.date) -> tuple[StripCell, ...]:
    """Return cells as they are drawn on a day."""
    return tuple(_cell(one, today) for one in found)


def said(kept: Readiness | Kept | None, *, today: dt.date) -> Said:
    """Answer whether a patient is ready, from what was kept; an old answer is never Ready."""
    if kept is None:
        words = "Nothing has been judged yet. What the rules ask is listed on the clearance page."
        return Said("none", "Unknown", "Unknown. Nothing is on record", words, "")
    found = cells.read(kept.content)
    because = cells.because(kept.content)
    status = kept.status
    if kept.judged_for < today and status is Status.READY:
        status, because = Status.DUE, f"Last judged for {formats.day(kept.judged_for)}"
    return answer(
        status, found, because=because, next_session_on=kept.next_session_on,
        next_stale_on=kept.next_stale_on,
    )  # fmt: skip


def answer(
    status: Status,
    found: Sequence[Shown],
    *,
    because: str,
    next_session_on: dt.date | None,
    next_stale_on: dt.date | None,
) -> Said:
    """Say a status in words: what stands in the way first, then for which day."""
    word, kind = status.value.capitalize(), STATUS_KINDS[status]
    trouble, count = _headline(status, found), sum(one.blocked for one in found)
    headline = word if status is Status.READY else f"{word}. {trouble or because}"
    day = (
        f"Next session {formats.day(next_session_on)}." if next_session_on else
        "No session is planned."
    )  # fmt: skip
    more = f" {count} things are missing or stand in the way." if trouble and count > 1 else ""
    if status is Status.READY and next_stale_on:
        more += f" Everything asked is in date until {formats.day(next_stale_on)}."
    words = day + more
    return Said(kind, word, headline, words, overridden_words(sum(o.overridden for o in found)))


def overridden_words(count: int) -> str:
    """Say that cautions are overridden, or nothing."""
    return f"{count} caution{'s' if count > 1 else ''} overridden" if count else ""


def _headline(status: Status, found: Sequence[Shown]) -> str:
    """Say the worst cell of those that make the status: what holds, or what is not known."""
    order = ("stop", "caution") if status is Status.HOLD else ("unknown",)
    waiting = [one for one in found if one.blocked and one.word in order]
    worst = min(waiting, key=lambda one: order.index(one.word), default=None)
    return _trouble(worst) if worst and worst.name else ""


def _trouble(one: Shown) -> str:
    """Say one cell's trouble in a few words: "Potassium 2.8 mEq/L, stops < 3.0 mEq/L"."""
    if one.reason:
        until = _day(one.valid_until) if one.reason in RAN_OUT else None
        since = f" since {formats.day(until)}" if until else ""
        return f"{one.name}: {TROUBLES.get(one.reason, one.reason)}{since}"
    value = "" if one.value in YES_OR_NO else f" {one.value}"
    verb = {"stop": "stops", "caution": "caution"}.get(one.word, "")
    limit = f" {one.limit}" if one.limit and one.value not in YES_OR_NO else ""
    return f"{one.name}{value}: {verb}{limit}"


def _cell(one: Shown, today: dt.date) -> StripCell:
    kind, until = KINDS[one.word], _day(one.valid_until)
    if one.word == "caution" and one.blocked:
        kind = "stop"
    if one.reason in RAN_OUT or (one.word == "clear" and until and until < today):
        kind = "due"
    return StripCell(
        kind, LABELS[Cell(one.key)], _big(one), _note(one, until, today),
        day=short_day(until, today) if one.word == "clear" and until else "",
        overridden=overridden_words(one.overridden),
    )  # fmt: skip


def _big(one: Shown) -> str:
    """Return what stands large: a value that the cell's own label explains, else the verdict."""
    return one.value if _speaks(one) and one.reason != "missing" else one.word.capitalize()


def _speaks(one: Shown) -> bool:
    kinds = ruleset().kinds
    return one.value not in YES_OR_NO and one.name in {kinds[kind].label for kind in SPEAKING}


def _note(one: Shown, until: dt.date | None, today: dt.date) -> str:
    if one.word == "not asked":
        return "not asked of this patient"
    word = f"{one.word.capitalize()}: " if _speaks(one) and one.reason != "missing" else ""
    if one.word == "clear":
        word = word.replace(": ", ", ")
        if until is None:
            return f"{word}nothing runs out"
        return f"{word}{'ran out' if until < today else 'valid to'}"
    more = f", {one.blocked - 1} more" if one.blocked > 1 else ""
    since = f" since {short_day(until, today)}" if one.reason in RAN_OUT and until else ""
    return f"{word}{one.name or 'facts of the record'}{_found(one)}{since}{more}"


def _found(one: Shown) -> str:
    """Say what is wrong with a finding, after its name: not on record, "no", value and limit."""
    trouble = TROUBLES.get(one.reason, one.reason)
    if trouble:
        return f" {trouble}"
    if one.value in YES_OR_NO:
        return f": {one.value}" if one.value else ""
    return f" {one.limit}" if _speaks(one) else f" {one.value}, {one.limit}".rstrip(", ")


def short_day(day: dt.date, today: dt.date) -> str:
    """Write a day in few letters: 24-Nov, and with its year when that is another."""
    written = formats.day(day)
    return written.removesuffix(f"-{today.year}")


def _day(text: str) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None
