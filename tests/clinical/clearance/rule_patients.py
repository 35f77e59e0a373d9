"""For every rule a patient whom it concerns, one whom it does not, and values at its edges."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

from dashboard.clinical.clearance import Purpose, Rule, ruleset
from dashboard.clinical.clearance.limits import Value
from tests.clinical.clearance.complete_cases import complete, without

# What a variable is computed from; without these and itself it is missing.
RAW = {
    "bmi": ("weight_kg", "height_cm"),
    "pct_median_bmi": ("weight_kg", "height_cm"),
    "weight_loss_kg_per_wk": ("weight_kg",),
    "weight_loss_pct_14d": ("weight_kg",),
    "weight_loss_pct_6mo": ("weight_kg",),
    "weight_loss_pct_12mo": ("weight_kg",),
    "sbp": ("bp", "bp_predose", "sbp_predose"),
    "dbp": ("bp", "bp_predose", "dbp_predose"),
    "sbp_predose": ("bp_predose",),
    "dbp_predose": ("bp_predose",),
    "predose_bp_high_run": ("bp_predose",),
    "orthostatic_hr_rise": ("hr_supine", "hr_standing_3min"),
    "orthostatic_hr_rise_1min": ("hr_supine", "hr_standing_1min"),
    "orthostatic_sbp_drop": ("bp_supine", "bp_standing_3min"),
    "orthostatic_dbp_drop": ("bp_supine", "bp_standing_3min"),
    "hr_fall_30d": ("hr_awake_rest",),
    "qtc_gate": ("qt_ms",),
    "qtc_over_limit_with_low_k_or_mg": ("qt_ms", "K", "Mg"),
    "qt_drug_with_qtc_or_low_k_mg": ("qt_drug_count", "qt_ms", "K", "Mg"),
    "Ca_corrected": ("Ca",),
    "alt_ast_max": ("ALT", "AST"),
    "alp_ggt_max": ("ALP", "GGT"),
    "eGFR": ("creatinine",),
    "nice_high_risk": ("weight_kg", "P"),
    "nice_extreme": ("weight_kg",),
    "aspen_significant": ("weight_kg",),
    "aspen_significant_day_0_10": ("aspen_significant", "refeeding_day_0_10", "weight_kg"),
    "lab_outside_reported_interval": (
        "Na", "K", "Cl", "HCO3", "glucose", "Ca", "Mg", "P", "creatinine", "albumin", "ALT", "AST",
        "ALP", "GGT", "bilirubin", "Hb", "WBC", "ANC", "plt", "HbA1c", "urine_sg",
    ),
    "pdmp_checked_today": ("pdmp_outage_supply",),
    "dose_mg_per_kg": ("dose_mg",),
    "iv_equiv_high": ("dose_mg", "dose_mg_per_kg"),
}  # fmt: skip
RAW_FACTS = {
    "at_home_ketamine": ("setting",),
    "home_route_injectable": ("route",),
    "intranasal_compounded": ("route",),
    "dose_mg_per_kg": ("dose_mg",),
    "iv_equiv_high": ("dose_mg", "route"),
}
FACT_OF = {"childbearing": "childbearing_potential", "location": "location_state"}


def concerned(rule: Rule, **purpose: str) -> dict:
    """Return a complete case of a patient whom the rule concerns."""
    return complete(_purpose(rule, **purpose), **_facts(rule))


def not_concerned(rule: Rule) -> Iterator[dict]:
    """Return cases of patients outside the population: one for each of its terms."""
    for term in rule.population.terms:
        yield complete(_purpose(rule), **{**_facts(rule), **_opposite(term)})


def _purpose(rule: Rule, purpose: str = "") -> str:
    return purpose or {"both": "activation"}.get(rule.scope.value, rule.scope.value)


def _facts(rule: Rule) -> dict:
    facts: dict = {}
    terms = [*rule.required_if.terms, *rule.population.terms]
    ages = [term for term in terms if term.about == "age"]
    if ages:
        facts["birth_date"] = _born(_age(ages))
    for term in terms:
        if term.about in {"sex", "setting", "location"}:
            facts[FACT_OF.get(term.about, term.about)] = term.value
        if term.about == "tier":
            facts["restrictive"] = True
        if term.about == "flags":
            facts |= _flags(term.names, is_true=term.op == "any")
    return facts


def _age(terms: list) -> int:
    lowest = max((int(t.value) for t in terms if t.op == ">="), default=None)
    return lowest if lowest is not None else min(int(t.value) for t in terms) - 1


def _born(age: int) -> str:
    return f"{2026 - age}-11-20"


def _flags(names: tuple[str, ...], *, is_true: bool) -> dict:
    facts: dict = {FACT_OF.get(name, name): False for name in names if name != "ed"}
    if is_true and names[0] != "ed":
        facts[FACT_OF.get(names[0], names[0])] = True
    if "undernourished" in names and not is_true:
        facts["undernourished"] = False
    return {k: v for k, v in facts.items() if k != "an_bn_ever" or v or not is_true}


def _opposite(term) -> dict:
    if term.about == "age":
        return {"birth_date": _born(int(term.value) - (term.op == ">="))}
    if term.about == "flags":
        if term.names == ("ed",):
            return {"diagnoses": ["F32.1"]}
        return _flags(term.names, is_true=term.op == "none")
    others = {"F": "M", "M": "F", "home": "clinic", "clinic": "home", "FL": "NJ", "NJ": "FL"}
    return {FACT_OF.get(term.about, term.about): others[term.value]}


def bare(rule: Rule, case: dict) -> dict:
    """Return the case without the rule's variable and everything it is computed from."""
    names = (rule.variable, *RAW.get(rule.variable, ()))
    case = without({**_sized(case), "answers": {}}, *names)
    facts = RAW_FACTS.get(rule.variable, ())
    return {**case, "patient": {k: v for k, v in case["patient"].items() if k not in facts}}


def _sized(case: dict) -> dict:
    """Return the case with nothing but the patient's size, which flags are drawn from."""
    size = [f for f in case["findings"] if f["kind"] in {"weight_kg", "height_cm"}]
    return {**case, "findings": size}


def told(rule: Rule, case: dict, value: Value, *, on: str = "") -> dict:
    """Return the case with this value of the rule's variable and nothing it is computed from."""
    case = bare(rule, case)
    plain = _plain(value)
    entry = {
        "kind": rule.variable, "value": plain, "unit": rule.unit, "taken_at": on or case["on"],
        "confirmed": True,
    }  # fmt: skip
    return {**case, "findings": [*case["findings"], entry]}


def _plain(value: Value) -> object:
    if not isinstance(value, Fraction):
        return value
    return (
        int(value) if value.denominator == 1 else str(Decimal(value.numerator) / value.denominator)
    )


def edges(rule: Rule) -> Iterator[tuple[Value, bool]]:
    """Return values on, just inside and just outside the limit, and whether they fire it."""
    if rule.limit.interval is None:
        yield from _words(rule)
        return
    step = Fraction(1) if rule.unit in {"count", "score", "level"} else Fraction(1, 1000)
    lowest, highest = _possible(rule)
    for end in (rule.limit.interval.low, rule.limit.interval.high):
        for value in () if end is None else (end - step, end, end + step):
            if lowest <= value <= highest:
                yield value, value in rule.limit.interval


def _words(rule: Rule) -> Iterator[tuple[Value, bool]]:
    if rule.unit == "bool":
        yield from ((truth, truth is rule.limit.equals) for truth in (True, False))
    else:
        words = ("negative", "positive") if rule.unit == "result" else ("none", "mild", "severe")
        yield from ((word, word == rule.limit.equals) for word in words)


def firing(rule: Rule) -> Value:
    """Return one value that fires the rule."""
    return next(value for value, fires in edges(rule) if fires)


def is_demanded(rule: Rule, purpose: Purpose) -> bool:
    """Whether a patient whom the rule concerns must have the finding."""
    own_patients_need_it_not = {"A06b", "L08h"}  # the population excludes what requires it
    return rule.required.holds_for(purpose) and rule.id not in own_patients_need_it_not


def _possible(rule: Rule) -> tuple[Fraction, Fraction]:
    entry = ruleset().kinds[rule.variable].entry(rule.unit)
    return entry.outer if entry and entry.outer else (Fraction(0), Fraction(10**6))
