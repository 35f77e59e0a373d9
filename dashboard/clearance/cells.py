"""The eight cells of strip and board: every variable of the rules belongs to exactly one."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction

from dashboard import formats
from dashboard.clinical.clearance import Judgement, Reason, Verdict
from dashboard.clinical.clearance.judgement import FindingVerdict, RuleVerdict
from dashboard.clinical.clearance.verdicts import worst

SHOWN_DECIMALS = 2


class Cell(StrEnum):
    """One cell of strip and board."""

    LABS = "labs"
    ECG = "ecg"
    VITALS = "vitals"
    WEIGHT = "weight"
    PREGNANCY = "pregnancy"
    STABILITY = "stability"
    HOME = "home"
    CONSENT = "consent"


LABELS: Mapping[Cell, str] = {
    Cell.LABS: "K⁺ Mg PO₄, labs", Cell.ECG: "ECG", Cell.VITALS: "BP, pulse",
    Cell.WEIGHT: "Weight trend", Cell.PREGNANCY: "Pregnancy", Cell.STABILITY: "Stability",
    Cell.HOME: "Home and care", Cell.CONSENT: "Consent",
}  # fmt: skip
OF_DOMAIN: Mapping[str, Cell] = {
    "anthropometry": Cell.WEIGHT, "refeeding": Cell.WEIGHT, "dose": Cell.WEIGHT,
    "vitals": Cell.VITALS, "ECG": Cell.ECG, "labs": Cell.LABS, "gu": Cell.STABILITY,
    "symptom": Cell.STABILITY, "behaviour": Cell.STABILITY, "psych": Cell.STABILITY,
    "cv": Cell.STABILITY, "gi_gu": Cell.STABILITY, "other": Cell.STABILITY,
    "drug": Cell.STABILITY, "session": Cell.HOME, "legal": Cell.HOME, "care": Cell.HOME,
}  # fmt: skip
OF_VARIABLE: Mapping[str, Cell] = {
    "hcg": Cell.PREGNANCY, "lactating": Cell.PREGNANCY, "consent_current": Cell.CONSENT,
    "HbA1c": Cell.LABS, "qt_drug_with_qtc_or_low_k_mg": Cell.ECG, "at_home_ketamine": Cell.HOME,
    "home_route_injectable": Cell.HOME, "intranasal_compounded": Cell.HOME,
}  # fmt: skip
OF_BODY_SIZE = frozenset(
    {"weight_kg", "height_cm", "intake_kcal_day", "intake_pct_of_need", "dose_mg_per_kg",
     "iv_equiv_high"}
)  # fmt: skip
RAN_OUT = frozenset({Reason.STALE, Reason.EXPIRED})
OF_FACT = {"setting": Cell.HOME, "location_state": Cell.HOME, "route": Cell.WEIGHT}
TROUBLES: Mapping[str, str] = {
    "missing": "not on record", "stale": "out of date", "future-dated": "dated after that day",
    "unit": "to be confirmed", "indeterminate": "indeterminate", "incomplete": "incomplete",
    "expired": "expired",
}  # fmt: skip
FACES = frozenset({"K", "qtc_gate", "sbp", "hcg"})  # shown of a cell in which all is equally well


@dataclass(frozen=True)
class Shown:
    """One cell: the worst of it in words. `value` of body size is never in it.

    `word` is "clear", "caution", "unknown", "stop" or "not asked". Days are ISO texts or "";
    `valid_until` of what has run out is the last day on which it was in date.
    """

    key: str
    word: str
    name: str
    value: str
    limit: str
    reason: str
    taken_on: str
    valid_until: str
    blocked: int
    overridden: int


def cells(judged: Judgement, *, covered: Iterable[str] = ()) -> tuple[Shown, ...]:
    """Return the eight cells; `covered` are the rules whose caution is overridden."""
    parts: dict[Cell, list[FindingVerdict]] = {cell: [] for cell in Cell}
    for finding in judged.findings:
        parts[cell_of(finding)].append(finding)
    lacking = [OF_FACT.get(fact.name, Cell.STABILITY) for fact in judged.missing_facts]
    done = frozenset(covered)
    return tuple(_shown(cell, found, lacking.count(cell), done) for cell, found in parts.items())


def cell_of(finding: FindingVerdict) -> Cell:
    """Return the cell of a variable; raise KeyError for one that has none."""
    return OF_VARIABLE.get(finding.variable) or OF_DOMAIN[finding.domain]


def is_of_body_size(finding: FindingVerdict) -> bool:
    """Whether its numbers stay out of a page until weights are shown."""
    return is_size(finding.domain, finding.variable)


def is_size(domain: str, variable: str) -> bool:
    """Whether the numbers of a variable of a domain are of body size."""
    return domain in {"anthropometry", "refeeding"} or variable in OF_BODY_SIZE


def stored(
    found: Sequence[Shown], *, because: str = "", cautions: Mapping[str, bool] | None = None
) -> str:
    """Spell cells as JSON, with the one line that says why the patient is not ready.

    `cautions` are the rules that ask for caution now, each with whether it is overridden.
    """
    kept = {
        "because": because, "cells": [asdict(one) for one in found], "cautions": cautions or {},
    }  # fmt: skip
    return json.dumps(kept, ensure_ascii=False, sort_keys=True)


def read(text: str) -> tuple[Shown, ...]:
    """Read the cells that `stored` spelt."""
    return tuple(Shown(**one) for one in json.loads(text)["cells"])


def cautions(text: str) -> Mapping[str, bool]:
    """Read which cautions held, each with whether it was overridden."""
    kept = json.loads(text)["cautions"]
    return {str(rule): bool(is_covered) for rule, is_covered in kept.items()}


def because(text: str) -> str:
    """Read why the patient is not ready, as `stored` spelt it; empty when they are."""
    return str(json.loads(text)["because"])


def words_of(value: Fraction | bool | str | None) -> str:
    """Write a value for reading: exact where it is short, with two decimals where it is not."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str):
        return value
    if value.denominator == 1:
        return str(value.numerator)
    text = f"{float(value):.{SHOWN_DECIMALS}f}".rstrip("0").rstrip(".")
    return text if Fraction(text) == value else f"{float(value):.{SHOWN_DECIMALS + 1}f}"


def value_words(rule: RuleVerdict) -> str:
    """Write the value that a rule saw with its unit, in as few digits as keep it on its side.

    A fall below nothing is a rise, and is called one.
    """
    text, unit = _rounded(rule), rule.rule.unit
    if "_fall_" in rule.rule.variable and text.startswith("-"):
        text = f"rose {text.removeprefix('-')}"
    has_unit = unit not in {"bool", "result", "level", "count", "score", "ratio"}
    return formats.printed(f"{text} {unit}") if text and has_unit else text


def _rounded(rule: RuleVerdict) -> str:
    value, exact = rule.value, words_of(rule.value)
    if not isinstance(value, Fraction) or Fraction(exact) == value:
        return exact
    short = f"{float(value):.1f}"
    is_same = rule.rule.limit.is_met_by(Fraction(short)) is rule.rule.limit.is_met_by(value)
    return short if is_same else exact


def _shown(
    cell: Cell, found: Sequence[FindingVerdict], lacking: int, covered: frozenset[str]
) -> Shown:
    asked = [one for one in found if one.verdict is not Verdict.NOT_APPLICABLE]
    blocked = [one for one in asked if _blocks(one, covered)]
    verdict = worst([Verdict.UNKNOWN] * bool(lacking) + [one.verdict for one in asked])
    deciding = max(
        asked,
        key=lambda one: (_blocks(one, covered), one.verdict, one.variable in FACES),
        default=None,
    )
    overridden = sum(1 for one in asked for rule in one.firing if rule.rule.id in covered)
    if deciding is None:
        return Shown(cell, "unknown" if lacking else "not asked", "", "", "", "", "", "",
                     lacking, 0)  # fmt: skip
    rule = deciding.deciding
    hides = is_of_body_size(deciding)
    return Shown(
        key=cell, word=verdict.name.lower(), name=deciding.label,
        value="" if hides else value_words(rule),
        limit="" if hides else formats.printed(rule.rule.said),
        reason=str(rule.reason or ""), taken_on=_iso(rule.taken_on),
        valid_until=_iso(_until(rule, asked)), blocked=len(blocked) + lacking,
        overridden=overridden,
    )  # fmt: skip


def _blocks(finding: FindingVerdict, covered: frozenset[str]) -> bool:
    if finding.verdict.blocks:
        return True
    return finding.verdict is Verdict.CAUTION and any(
        rule.rule.id not in covered for rule in finding.firing
    )


def _until(rule: RuleVerdict, asked: Iterable[FindingVerdict]) -> dt.date | None:
    """Return until when a cell is in date; of what has run out, until when it was."""
    if rule.reason not in RAN_OUT:
        return _earliest(asked)
    is_over = rule.days_left is not None and rule.days_left < 0
    return rule.valid_until if is_over else None


def _earliest(found: Iterable[FindingVerdict]) -> dt.date | None:
    days = [
        rule.valid_until
        for one in found
        if one.is_required
        for rule in one.rules
        if rule.valid_until is not None and rule.reason not in RAN_OUT
    ]
    return min(days, default=None)


def _iso(day: dt.date | None) -> str:
    return day.isoformat() if day else ""
