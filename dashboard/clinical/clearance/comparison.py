"""Two judgements of one patient: what changed, and which rules the calendar ended or began.

Only a birthday or the end of an event's window may improve a judgement without new findings; the
sentence then names the rule that ended and the one that took over.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from dashboard.clinical.clearance.judgement import Judgement, RuleVerdict
from dashboard.clinical.clearance.verdicts import Verdict


@dataclass(frozen=True)
class Change:
    """One rule whose verdict differs between two judgements."""

    rule_id: str
    variable: str
    before: Verdict
    after: Verdict

    @property
    def is_better(self) -> bool:
        """Whether less stands in the way now."""
        return self.after < self.before


def changes(before: Judgement, *, after: Judgement) -> tuple[Change, ...]:
    """Return every rule that is judged differently, in the order of the rule file."""
    then = {found.rule.id: found for found in before.rules}
    return tuple(
        Change(now.rule.id, now.rule.variable, then[now.rule.id].verdict, now.verdict)
        for now in after.rules
        if now.rule.id in then and then[now.rule.id].verdict is not now.verdict
    )


def taken_over(before: Judgement, *, after: Judgement) -> tuple[str, ...]:
    """Say which rules no longer concern the patient and which do instead: "A03 ended, A02 applies".

    Rules that ended without a successor in their domain stand alone: "B04a ended".
    """
    then = {found.rule.id: found for found in before.rules}
    sentences = []
    for domain in after.domains:
        pairs = [(then[now.rule.id], now) for now in domain.rules if now.rule.id in then]
        ended = _ids(a for a, b in pairs if _is_asked(a) and not _is_asked(b))
        began = _ids(b for a, b in pairs if not _is_asked(a) and _is_asked(b))
        if ended:
            sentences.append(f"{ended} ended" + (f", {began} applies" if began else ""))
    return tuple(sentences)


def _is_asked(found: RuleVerdict) -> bool:
    return found.verdict is not Verdict.NOT_APPLICABLE


def _ids(found: Iterable[RuleVerdict]) -> str:
    return ", ".join(verdict.rule.id for verdict in found)
