"""Windows used: of those that are over, in how many a contact took place.

A window that nobody confirmed counts as not used, and is named. One still open is not counted yet.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from dashboard.clinical.windows import LABEL, WindowState, WindowUse
from dashboard.cohort.figures import Group, Line, Scope, Section, counted, share
from dashboard.cohort.gathering import Gathered

WORDS = (
    f"After each dose a window opens (a {LABEL}). Used: a contact took place inside it. Counted "
    "are windows that are over; one that nobody confirmed counts as not used."
)
OVER = {
    WindowState.USED: "Used", WindowState.MISSED: "Without any contact",
    WindowState.UNCONFIRMED: "Not confirmed by anybody",
}  # fmt: skip


def section(
    found: Gathered, scope: Scope, *, since: dt.datetime | None, at: dt.datetime
) -> Section:
    """Return the windows of doses given in the period."""
    opened = {
        one.id: [
            use
            for use in (found.uses[one.id].each if one.id in found.uses else ())
            if since is None or use.window.dose_at >= since
        ]
        for one in scope.everybody
    }
    over = {key: [use for use in uses if use.window.closes_at < at] for key, uses in opened.items()}
    withheld = scope.withheld([key for key, uses in over.items() if uses])
    mine = {key: uses for key, uses in over.items() if uses and key in scope.ids}
    total = sum(map(len, mine.values()))
    waiting = {key: len(opened[key]) - len(over[key]) for key in opened if key in scope.ids}
    lines = (
        Line("windows-over", "Windows that are over", total,
             patients={key: counted(len(uses), "window") for key, uses in mine.items()}),
        *(_line(state, mine, of=total, withheld=withheld) for state in OVER),
        Line("windows-waiting", "Open now, or opening later", sum(waiting.values()),
             patients={key: counted(n, "window") for key, n in waiting.items() if n}),
    )  # fmt: skip
    group = Group("windows", "Windows", "of windows that are over", lines, withheld)
    return Section("windows", "Windows used", WORDS, (group,))


def _line(
    state: WindowState,
    mine: Mapping[uuid.UUID, Sequence[WindowUse]],
    *,
    of: int,
    withheld: str,
) -> Line:
    key, label = f"windows-{state.name.lower()}", OVER[state]
    if withheld:
        return Line(key, label, None, of)
    numbers = {
        patient: (sum(use.state is state for use in uses), len(uses))
        for patient, uses in mine.items()
    }
    who = {patient: f"{n} of {counted(m, 'window')}" for patient, (n, m) in numbers.items() if n}
    return share(key, label, who, n=sum(n for n, _ in numbers.values()), of=of, withheld="")
