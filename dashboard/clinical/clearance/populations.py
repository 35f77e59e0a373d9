"""The rule file in words: for whom a rule holds ("from 20 years; restricting"), its domain."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from dashboard.clinical.clearance.conditions import Condition

EVERYBODY = "all"
FLAGS: Mapping[str, str] = {
    "ed": "an eating disorder", "restrictive": "restricting", "purging": "purging",
    "undernourished": "undernourished", "an_bn_ever": "anorexia or bulimia nervosa ever",
    "insulin_treated": "treated with insulin", "childbearing": "could become pregnant",
    "refeeding": "days 0 to 10 of refeeding", "oximeter": "an oximeter is there",
    "first_dose": "first dose", "dose_increase": "dose increased",
}  # fmt: skip
FACTS: Mapping[str, str] = {
    "sex=F": "women and girls", "sex=M": "men and boys", "setting=home": "at home",
    "setting=clinic": "in the clinic", "location=FL": "in Florida", "location=NJ": "in New Jersey",
}  # fmt: skip
TITLES: Mapping[str, str] = {
    "anthropometry": "Weight and size", "refeeding": "Refeeding risk", "dose": "Dose",
    "vitals": "Vital signs", "ECG": "ECG", "labs": "Laboratory", "gu": "Bladder and urine",
    "symptom": "Symptoms", "behaviour": "Behaviours", "psych": "Psychiatric", "cv": "Heart",
    "gi_gu": "Liver and bladder history", "other": "Other history", "drug": "Medicines",
    "session": "Session at home", "legal": "Law and consent", "care": "Care around it",
}  # fmt: skip
_LIST = re.compile(r"(any|none)\((.+)\)")
_STARTS = (("age>=", "from {} years"), ("age<", "under {} years"), ("tier>=", "tier {} or higher"))


def for_whom(condition: Condition) -> str:
    """Say a condition of the rule file in words; everybody where it asks nothing."""
    if condition.text == EVERYBODY:
        return "everybody"
    return "; ".join(_said(term.strip()) for term in condition.text.split("&"))


def _said(term: str) -> str:
    if term in FACTS:
        return FACTS[term]
    for start, words in _STARTS:
        if term.startswith(start):
            return words.format(term.removeprefix(start))
    found = _LIST.fullmatch(term)
    if found is None:
        return FLAGS[term]
    names = [FLAGS[name.strip()] for name in found[2].split(",")]
    return _joined(names, "or") if found[1] == "any" else f"not {_joined(names, 'nor')}"


def _joined(names: Sequence[str], word: str) -> str:
    *front, last = names
    return f"{', '.join(front)} {word} {last}" if front else last
