"""Complete patients in the shape of a case file, and what a vignette changes of them."""

from __future__ import annotations

import copy
import json
import tomllib
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path

from dashboard.clinical.clearance import Judgement, RuleSet, ruleset
from dashboard.clinical.clearance.case_file import read_case

FOLDER = Path(__file__).parent


def toml(name: str) -> dict:
    return tomllib.loads((FOLDER / name).read_text("utf-8"), parse_float=Decimal)


@cache
def _complete() -> dict:
    return toml("complete_cases.toml")


def complete(purpose: str = "activation", *, on: date | None = None, **patient) -> dict:
    """Return a case in which everything required is there and clear."""
    source = copy.deepcopy(_complete())
    on = on or source["on"]
    taken = (on - timedelta(days=1)).isoformat()
    answers = {**source["answers"], **source.get(purpose, {})}
    return {
        "on": on.isoformat(),
        "purpose": purpose,
        "patient": {**source["woman"], **patient},
        "findings": [
            entry
            for kind, value in source["findings"].items()
            for entry in entries(kind, value, taken)
        ],
        "answers": answers,
    }


def entries(kind: str, value: object, taken: str) -> list[dict]:
    """Return the findings of one line of a file: a value, one with its unit, or dated ones."""
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [{"kind": kind, "taken_at": str(v.get("on", taken)), **_undated(v)} for v in value]
    if isinstance(value, dict):
        return [{"kind": kind, "taken_at": str(value.get("on", taken)), **_undated(value)}]
    if (
        isinstance(value, list)
        and len(value) == 2
        and isinstance(value[1], str)
        and not isinstance(value[0], str)
    ):
        return [{"kind": kind, "value": value[0], "unit": value[1], "taken_at": taken}]
    return [{"kind": kind, "value": value, "taken_at": taken}]


def _undated(value: dict) -> dict:
    return {key: entry for key, entry in value.items() if key != "on"}


def without(case: dict, *names: str) -> dict:
    """Return the case without these findings and answers."""
    return {
        **case,
        "findings": [f for f in case["findings"] if f["kind"] not in names],
        "answers": {name: v for name, v in case["answers"].items() if name not in names},
    }


def changed(case: dict, **values: object) -> dict:
    """Return the case with other findings or answers, taken on the day judged for."""
    case = without(case, *values)
    on = case["on"]
    findings = [entry for kind, value in values.items() for entry in entries(kind, value, on)]
    return {**case, "findings": [*case["findings"], *findings]}


def added(case: dict, **values: object) -> dict:
    """Return the case with these findings beside those it has."""
    on = case["on"]
    findings = [entry for kind, value in values.items() for entry in entries(kind, value, on)]
    return {**case, "findings": [*case["findings"], *findings]}


def judged(case: dict, *, only: str = "") -> Judgement:
    """Judge a case by the code of the command; under the rules of one variable if asked."""
    rules = _rules_of(only) if only else ruleset()
    return read_case(json.dumps(case, default=_plain), rules=rules).judged(rules)


@cache
def _rules_of(variable: str) -> RuleSet:
    return replace(ruleset(), rules=ruleset().by_variable[variable])


def _plain(value: object) -> object:
    if isinstance(value, Decimal):
        return float(value) if value != value.to_integral_value() else int(value)
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{value!r}")
