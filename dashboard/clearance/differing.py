"""What a page showed of a judgement, small enough to travel in its form, and what differs since."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.clearance.standing import Standing
from dashboard.clinical.clearance import Verdict

LETTERS = {
    Verdict.NOT_APPLICABLE: "N", Verdict.CLEAR: "C", Verdict.CAUTION: "A", Verdict.UNKNOWN: "U",
    Verdict.STOP: "S",
}  # fmt: skip
WORDS = {"N": "not asked", "C": "clear", "A": "caution", "U": "unknown", "S": "stop"}


@dataclass(frozen=True)
class Difference:
    """One rule that is judged otherwise than the page showed."""

    rule_id: str
    label: str
    before: str
    after: str


def verdicts(standing: Standing) -> str:
    """Spell every rule's verdict: "A01C A02N"."""
    return " ".join(f"{one.rule.id}{LETTERS[one.verdict]}" for one in standing.judged.rules)


def since(shown: str, standing: Standing) -> tuple[Difference, ...]:
    """Return what is judged otherwise than was shown; what was shown is text from a form."""
    then = {text[:-1]: text[-1] for text in shown.split(" ") if text and text[-1] in WORDS}
    return tuple(
        Difference(
            rule.rule.id, found.label, WORDS[then[rule.rule.id]], WORDS[LETTERS[rule.verdict]]
        )
        for found in standing.judged.findings
        for rule in found.rules
        if then.get(rule.rule.id, LETTERS[rule.verdict]) != LETTERS[rule.verdict]
    )
