"""Findings so far: what the answers exclude, what they call for caution, what is still to ask.

The same rules and the same engine as the clearance. Nothing here says that a patient is clear: it
lists what intake knows, what it does not know yet, and what only a clearance can bring.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from dashboard.clinical import clearance
from dashboard.clinical.clearance.judgement import Judgement, RuleVerdict
from dashboard.clinical.clearance.patient import Patient as ClearancePatient
from dashboard.clinical.formulas.body_size import Sex
from dashboard.intake.definition import Field
from dashboard.intake.facts import Fact, Weighed, with_allergies
from dashboard.intake.sections import SECTIONS

FLAGS = (
    "restrictive", "purging", "childbearing_potential", "insulin_treated", "an_bn_ever",
    "diuretic_or_laxative", "refeeding", "oximeter",
)  # fmt: skip
DAYS = ("refeeding_started_on", "last_faint_on", "qt_drug_started_on")
PREGNANT = "pregnant_stated"  # no test: said beside the rules, under the rule of the test
OF_THE_PATIENT = frozenset({*FLAGS, *DAYS, "location_state", "setting", PREGNANT})
BODY_SIZE = frozenset(
    {
        "bmi", "pct_median_bmi", "weight_kg", "height_cm", "weight_loss_kg_per_wk",
        "weight_loss_pct_6mo", "weight_loss_pct_14d", "weight_loss_pct_12mo", "intake_kcal_day",
        "nice_high_risk", "nice_extreme", "aspen_significant", "aspen_moderate",
        "aspen_significant_day_0_10", "weight 182 days ago",
    }
)  # fmt: skip
HIDDEN = "Weight, body size or energy intake: show weights to read this finding"
ASPEN_RISKS = frozenset({"aspen_significant", "aspen_moderate"})
ASPEN_ANSWERS = frozenset({"aspen_other_severe_criterion", "aspen_other_moderate_criteria"})
COMPUTED_HERE = frozenset({"bmi", "weight_loss_pct_6mo"})  # from what the weight section asks


@dataclass(frozen=True)
class Person:
    """What the chart knows of the patient, besides the intake."""

    born_on: dt.date
    sex: Sex | None
    home_state: str
    codes: tuple[str, ...]
    allergies: tuple[str, ...] = ()  # substances on the chart
    served: tuple[str, ...] = ()  # the states the practice serves; none named, none refused


@dataclass(frozen=True)
class Finding:
    """One line: what was found, under which rule, who says so, where it stands."""

    words: str
    rule: str = ""
    source: str = ""
    note: str = ""
    section: str = ""


@dataclass(frozen=True)
class Findings:
    """What is known so far, in the order of its weight. Absence of a line says nothing."""

    stops: tuple[Finding, ...]
    cautions: tuple[Finding, ...]
    missing: tuple[Finding, ...]
    later: tuple[str, ...]
    ruleset: str


def so_far(
    facts: Mapping[str, Fact],
    *,
    weighings: Iterable[Weighed],
    person: Person,
    on: dt.date,
    undated: Iterable[str] = (),
    shows_weight: bool = False,
) -> Findings:
    """Judge what is known on a day; numbers of body size stay hidden unless they are shown.

    `undated` are QT-prolonging medicines whose first day is not known.
    """
    rules = clearance.ruleset()
    facts = with_allergies(facts, person.allergies, on=on)
    judged = clearance.judge(
        patient_of(facts, person), findings=[*findings_of(facts, weighings, rules)], on=on,
        purpose=clearance.Purpose.ACTIVATION, rules=rules,
    )  # fmt: skip
    missing, later = _missing(judged, facts)
    return Findings(
        stops=_unique(
            [*(_line(rule, facts, shows_weight) for rule in judged.stops), *_pregnant(facts)]
        ),
        cautions=_unique(
            [
                *(_line(rule, facts, shows_weight) for rule in judged.cautions),
                *_not_served(facts, person),
            ]
        ),
        missing=(*missing, *(_since_when(name) for name in undated)),
        later=later,
        ruleset=rules.version,
    )


def asked() -> Mapping[str, tuple[str, Field]]:
    """Return variable -> the section and field that ask for it."""
    return {
        field.fact: (section.key, field)
        for section in SECTIONS
        for field in section.fields
        if field.fact
    }


def patient_of(facts: Mapping[str, Fact], person: Person) -> ClearancePatient:
    """Return what the answers and the chart say of the patient, as the clearance asks it."""
    flags = {name: _truth(facts.get(name)) for name in FLAGS}
    days = {name: _day(facts.get(name)) for name in DAYS}
    return ClearancePatient(
        birth_date=person.born_on,
        sex=person.sex,
        diagnoses=person.codes or None,
        home_state=person.home_state or None,
        location_state=_word(facts.get("location_state")),
        setting=_word(facts.get("setting")),
        restrictive=flags["restrictive"],
        purging=flags["purging"],
        childbearing_potential=flags["childbearing_potential"],
        insulin_treated=flags["insulin_treated"],
        an_bn_ever=flags["an_bn_ever"],
        diuretic_or_laxative=flags["diuretic_or_laxative"],
        refeeding=flags["refeeding"],
        oximeter=flags["oximeter"],
        refeeding_started_on=days["refeeding_started_on"],
        last_faint_on=days["last_faint_on"],
        qt_drug_started_on=days["qt_drug_started_on"],
    )


def findings_of(
    facts: Mapping[str, Fact], weighings: Iterable[Weighed], rules: clearance.RuleSet
) -> Iterator[clearance.Finding]:
    """Return every answer and weight that is a finding of the clearance."""
    for variable, fact in facts.items():
        if variable not in OF_THE_PATIENT and variable != "weight_kg":
            yield _finding(variable, fact.value, fact.unit or None, fact.stated_on, rules,
                           is_sure=fact.is_sure, is_stated=fact.is_stated)  # fmt: skip
    for one in weighings:
        yield _finding(
            "weight_kg", one.amount.typed, one.amount.unit, one.on, rules,
            is_sure=one.amount.is_sure or not one.amount.is_questioned, is_stated=one.is_stated,
        )  # fmt: skip


def _finding(
    variable: str, value: bool | str | Fraction, unit: str | None, on: dt.date,
    rules: clearance.RuleSet, *, is_sure: bool, is_stated: bool,
) -> clearance.Finding:  # fmt: skip
    taken = clearance.Collection(
        on=on, source="stated" if is_stated else "measured",
        is_confirmed=is_sure, origin="intake",
    )  # fmt: skip
    typed = _plain(value) if isinstance(value, Fraction) else value
    return clearance.read(variable, value=typed, unit=unit, taken=taken, rules=rules)


def _missing(
    judged: Judgement, facts: Mapping[str, Fact]
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Part what is lacking: what this intake asks, and what comes with the clearance."""
    where, kinds = asked(), clearance.ruleset().kinds
    mine: list[Finding] = []
    later: list[str] = []
    for name in judged.missing:
        kind = kinds.get(name)
        label = kind.label if kind else name.replace("_", " ")
        if name in where:
            section, field = where[name]
            mine.append(Finding(field.label, section=section))
        elif name in COMPUTED_HERE and "weight_kg" not in facts:
            continue  # the weight itself is named
        elif name in ASPEN_RISKS and not facts.keys() >= ASPEN_ANSWERS:
            mine.append(Finding("Refeeding risk beyond weight (ASPEN 2020)", section="medical"))
        elif name == "diagnoses":
            mine.append(Finding("A diagnosis", section="diagnoses"))
        else:
            later.append(label[:1].upper() + label[1:])
    return tuple(dict.fromkeys(mine)), tuple(dict.fromkeys(later))


def _line(rule: RuleVerdict, facts: Mapping[str, Fact], shows_weight: bool) -> Finding:
    variable = rule.rule.variable
    section = facts[variable].section if variable in facts else ""
    if variable in BODY_SIZE and not shows_weight:
        return Finding(HIDDEN, section="weights")
    label = clearance.ruleset().kinds[variable].label
    value = rule.value
    words = f"{label}: {_said(value)}" if value not in {True, None} else label
    limit = "" if rule.rule.unit == "bool" else f" (limit: {rule.rule.said})"
    return Finding(
        words + limit, rule=rule.rule.id,
        source=f"{rule.rule.source} ({rule.rule.standing.words})",
        note=rule.rule.note, section=section,
    )  # fmt: skip


def _since_when(medicine: str) -> Finding:
    return Finding(f"Since when: {medicine} (an ECG must follow its start)", section="medicines")


def _pregnant(facts: Mapping[str, Fact]) -> Iterator[Finding]:
    """Say a stated pregnancy under the rule that a positive test falls under."""
    fact = facts.get(PREGNANT)
    if fact is not None and fact.value is True:
        rule = clearance.ruleset().by_variable["hcg"][0]
        source = f"{rule.source} ({rule.standing.words})"
        yield Finding("Pregnant, stated by the patient", rule.id, source, rule.note, fact.section)


def _not_served(facts: Mapping[str, Fact], person: Person) -> Iterator[Finding]:
    """Say that the patient is to be treated where the practice serves nobody."""
    fact = facts.get("location_state")
    if fact is not None and person.served and fact.value not in person.served:
        yield Finding(
            f"{fact.value} is not a state that the practice serves",
            source="practice settings", section=fact.section,
        )  # fmt: skip


def _unique(lines: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(lines))


def _said(value: object) -> str:
    if isinstance(value, Fraction):
        return f"{float(value):.4g}"
    return (
        {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)
    )


def _plain(value: Fraction) -> str:
    """Write a number that was typed: it has at most four decimals."""
    whole, rest = divmod(value, 1)
    digits = f"{int(rest * 10000):04d}".rstrip("0")
    return f"{int(whole)}.{digits}" if digits else str(int(whole))


def _truth(fact: Fact | None) -> bool | None:
    return fact.value if fact is not None and isinstance(fact.value, bool) else None


def _word(fact: Fact | None) -> str | None:
    return fact.value if fact is not None and isinstance(fact.value, str) else None


def _day(fact: Fact | None) -> dt.date | None:
    word = _word(fact)
    return dt.date.fromisoformat(word) if word else None
