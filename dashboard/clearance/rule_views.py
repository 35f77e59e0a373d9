"""The rules as a physician reads them: every row with its source, how sure it is, its overrides."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard import formats
from dashboard.clinical.clearance import Rule, RuleSet
from dashboard.clinical.clearance.populations import EVERYBODY, TITLES, for_whom
from dashboard.clinical.clearance.verdicts import Demand, Scope, Standing, Verdict

SCOPES: Mapping[Scope, str] = {
    Scope.BOTH: "every purpose",
    Scope.ACTIVATION: "starting treatment",
    Scope.SESSION: "a session",
    Scope.PRESCRIPTION: "a prescription",
}
DEMANDS: Mapping[Demand, str] = {
    Demand.NO: "judged when there",
    Demand.BOTH: "required",
    Demand.ACTIVATION: "required for starting",
    Demand.SESSION: "required for a session",
}
VALIDITIES: Mapping[str, str] = {
    "weight": "Weight", "height_adult": "Height of an adult", "height_minor": "Height of a minor",
    "vitals": "Pulse, pressure, temperature", "orthostatic": "Orthostatic vital signs",
    "chem": "Chemistry", "cbc": "Blood count", "lft": "Liver values", "ecg": "ECG",
    "ua": "Urine", "bladder": "Bladder questions", "uds": "Urine drug screen", "hba1c": "HbA1c",
    "hcg": "Pregnancy test", "exam": "Physical examination", "suss": "Sit-up and squat",
    "screen_psych": "Psychiatric screening", "cssrs": "C-SSRS", "behaviour": "Behaviours",
    "refeeding": "Refeeding risk", "symptom": "Symptoms", "history": "History",
    "meds": "Medicines", "therapist_contact": "Contact with the therapist",
    "dietitian_contact": "Contact with the dietitian", "monitor_letter": "Letter of the monitor",
    "care": "Care around it", "plan": "Plan", "consent": "Consent",
    "monitor_agreement": "Agreement of the monitor", "home_setup": "Home and sitter",
    "encounter": "Encounter of the day", "rx_day": "Day of the prescription",
    "session_reading": "Readings before the dose", "session_history": "Earlier sessions",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class RuleView:
    """One rule. `is_unsure` says that no source was read for its number."""

    id: str
    name: str
    variable: str
    limit: str
    kind: str
    verdict: str
    whom: str
    asked: str
    source: str
    standing: str
    is_unsure: bool
    note: str


@dataclass(frozen=True)
class Chapter:
    """The rules of one domain."""

    name: str
    rules: tuple[RuleView, ...]


def chapters(rules: RuleSet, *, text: str = "", domain: str = "") -> Sequence[Chapter]:
    """Return the rules by domain; `text` narrows them to those that hold every word of it."""
    words = _folded(text).split()
    found = []
    for name in rules.domains:
        if domain in {"", name}:
            mine = [view(one, rules) for one in rules.rules if one.domain == name]
            kept = tuple(one for one in mine if all(word in _all_of(one) for word in words))
            found.append(Chapter(TITLES[name], kept))
    return [one for one in found if one.rules]


def view(rule: Rule, rules: RuleSet) -> RuleView:
    """Return one rule in words."""
    is_stop = rule.verdict is Verdict.STOP
    text = rule.required_if.text
    condition = "" if text == EVERYBODY else f" if {for_whom(rule.required_if)}"
    return RuleView(
        id=rule.id,
        name=rules.kinds[rule.variable].label,
        variable=rule.variable,
        limit=formats.printed(rule.said),
        kind="stop" if is_stop else "due",
        verdict=f"Stop, {rule.hold.value}" if rule.hold else "Caution",
        whom=for_whom(rule.population),
        asked=f"{SCOPES[rule.scope]}; {DEMANDS[rule.required]}{condition}",
        source=f"{rule.framework.value}: {rule.source}",
        standing=rule.standing.words,
        is_unsure=rule.standing is not Standing.VERIFIED,
        note=rule.note,
    )


def _all_of(one: RuleView) -> str:
    return _folded(
        " ".join((one.id, one.name, one.variable, one.limit, one.verdict, one.whom, one.asked,
                  one.source, one.standing, one.note))
    )  # fmt: skip


def _folded(text: str) -> str:
    """Fold case and accents away, so that "prolonged qtc" finds QTc."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    return "".join(c for c in plain if not unicodedata.combining(c))


def counted(found: Iterable[Chapter]) -> int:
    """Return how many rules the chapters hold."""
    return sum(len(one.rules) for one in found)
