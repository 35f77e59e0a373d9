"""Rule sets from their files: every row is read and checked, or the program stops with its line."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import date
from importlib.resources.abc import Traversable
from pathlib import Path

from dashboard.clinical.clearance.bands import Gap, refuse_gaps, with_sides
from dashboard.clinical.clearance.conditions import condition
from dashboard.clinical.clearance.kind_files import intervals_of, kinds_of, validities_of
from dashboard.clinical.clearance.limits import limit
from dashboard.clinical.clearance.rows import BadRuleSet, Row, filled, rows_of
from dashboard.clinical.clearance.rules import Rule, RuleSet
from dashboard.clinical.clearance.verdicts import (
    Demand,
    Framework,
    Hold,
    Scope,
    Standing,
    Verdict,
)

FILES = ("ruleset.toml", "rules.csv", "kinds.csv", "units.csv", "intervals.csv", "validity.csv")
COLUMNS = (
    "id", "domain", "population", "variable", "unit", "op", "value", "verdict", "hard", "scope",
    "required", "required_if", "validity_kind", "framework", "source", "status", "note",
)  # fmt: skip
SAME_FOR_A_VARIABLE = ("unit", "required", "required_if", "validity_kind")


def load(folder: Path | Traversable) -> RuleSet:
    """Read a rule set's folder and prove it whole; raise `BadRuleSet` otherwise."""
    texts = {name: folder.joinpath(name).read_text("utf-8") for name in FILES}
    digest = hashlib.sha256("".join(f"{n}\n{texts[n]}" for n in FILES).encode()).hexdigest()
    head = _head(texts["ruleset.toml"])
    rows = list(rows_of("rules.csv", texts["rules.csv"], COLUMNS))
    rules = [_rule(row) for row in rows]
    _refuse_disagreement(rows)
    try:
        rules = with_sides(rules)
        refuse_gaps(rules)
    except Gap as gap:
        raise BadRuleSet("rules.csv", gap.line, gap.rule_id, str(gap)) from None
    return RuleSet(
        version=head["version"],
        replaces=head["replaces"],
        author=head["author"],
        composed_on=date.fromisoformat(head["composed_on"]),
        sha256=digest,
        rules=tuple(rules),
        kinds=kinds_of(
            rows_of("kinds.csv", texts["kinds.csv"], ("kind", "label", "review", "unit")),
            rows_of("units.csv", texts["units.csv"], ("kind", "unit", "factor", "outer_high")),
            rules,
        ),
        intervals=intervals_of(
            rows_of("intervals.csv", texts["intervals.csv"], ("analyte", "low", "high", "status"))
        ),
        validities=validities_of(
            rows_of("validity.csv", texts["validity.csv"], ("validity_kind", "T0", "T1", "T2")),
            rules,
        ),
    )


def _head(text: str) -> dict[str, str]:
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadRuleSet("ruleset.toml", None, "", str(error)) from None
    for key in ("version", "replaces", "author", "composed_on"):
        if key not in table:
            raise BadRuleSet("ruleset.toml", None, key, "is missing")
    return {key: str(value) for key, value in table.items()}


def _rule(row: Row) -> Rule:
    id = row.read("id", filled)
    verdict = row.read("verdict", _verdict)
    rule = Rule(
        id=id,
        family=id if id[-1].isdigit() else id[:-1],
        domain=row.read("domain", filled),
        population=row.read("population", condition),
        variable=row.read("variable", filled),
        unit=row.read("unit", filled),
        limit=row.read("value", lambda text: limit(row.cells["op"], text)),
        verdict=verdict,
        is_hard=row.read("hard", _yes_or_no),
        scope=row.read("scope", Scope),
        required=row.read("required", Demand),
        required_if=row.read("required_if", lambda text: condition(text, may_ask_tier=True)),
        validity_kind=row.read("validity_kind", filled),
        framework=row.read("framework", Framework),
        source=row.read("source", filled),
        standing=row.read("status", Standing),
        note=row.cells["note"],
        line=row.line,
    )
    if rule.is_hard is not (verdict is Verdict.STOP):
        raise BadRuleSet(row.file, row.line, "hard", "yes on STOP rows and on no others")
    if rule.is_hard:
        row.read("note", lambda text: Hold(text.split(";")[0]))
    return _with_fitting_limit(rule, row)


def _with_fitting_limit(rule: Rule, row: Row) -> Rule:
    is_bool = isinstance(rule.limit.equals, bool)
    is_word = isinstance(rule.limit.equals, str)
    if is_bool is not (rule.unit == "bool"):
        raise BadRuleSet(row.file, row.line, "value", f"does not fit the unit {rule.unit}")
    if is_word and rule.unit not in {"result", "level"}:
        raise BadRuleSet(
            row.file, row.line, "value", "a named level needs the unit result or level"
        )
    return rule


def _refuse_disagreement(rows: list[Row]) -> None:
    """Rows of one variable agree on unit, requirement and validity; ids are used once."""
    first: dict[str, Row] = {}
    ids: set[str] = set()
    for row in rows:
        if row.cells["id"] in ids:
            raise BadRuleSet(row.file, row.line, "id", f"{row.cells['id']} is used twice")
        ids.add(row.cells["id"])
        other = first.setdefault(row.cells["variable"], row)
        for column in SAME_FOR_A_VARIABLE:
            if row.cells[column] != other.cells[column]:
                raise BadRuleSet(
                    row.file, row.line, column, f"differs from {other.cells['id']}, same variable"
                )


def _verdict(text: str) -> Verdict:
    found = {"STOP": Verdict.STOP, "CAUTION": Verdict.CAUTION}.get(text)
    if found is None:
        raise ValueError(f"{text!r} is neither STOP nor CAUTION")
    return found


def _yes_or_no(text: str) -> bool:
    if text not in {"yes", "no"}:
        raise ValueError(f"{text!r} is neither yes nor no")
    return text == "yes"
