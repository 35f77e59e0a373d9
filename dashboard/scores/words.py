"""How a change since baseline is said: an arrow for the number, a colour for the meaning."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.clinical.change import Change, Status

KINDS = {
    Status.RECOVERED: "ok",
    Status.IMPROVED: "ok",
    Status.UNCHANGED: "info",
    Status.WORSE: "due",
    Status.BELOW_AT_BASELINE: "info",
    Status.CANNOT_JUDGE: "none",
}
IS_BASELINE = "this is the baseline"
NO_BASELINE = "there is no baseline"
IN_SHORT = {IS_BASELINE: "Baseline", NO_BASELINE: "No baseline"}


@dataclass(frozen=True)
class Tone:
    """A few words with their status and the icon beside them."""

    kind: str
    icon: str
    words: str


def tone_of(change: Change) -> Tone:
    """Return a change in a few words; the score that change is counted from is called so."""
    if change.status is Status.CANNOT_JUDGE:
        return Tone("none", "none", IN_SHORT.get(change.reason or "", change.short))
    kind = "due" if change.losing_gains else KINDS[change.status]
    return Tone(kind, _arrow(change), change.short.replace("-", "\N{MINUS SIGN}"))


def _arrow(change: Change) -> str:
    if not change.difference or change.reliable == 0:
        return "flat"
    return "up" if change.difference > 0 else "down"
