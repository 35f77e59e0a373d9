"""Which kind of finding a printed result is, and what a person may choose where that is unsure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from dashboard.clinical.clearance.kinds import Form, Kind
from dashboard.clinical.clearance.rules import RuleSet
from dashboard.clinical.laboratory.results import Meaning, results
from dashboard.clinical.laboratory.units import unit
from dashboard.clinical.laboratory.words import words
from dashboard.findings.reports.model import LEAVE, About, Asks, Choice, Doubt, Printed
from dashboard.findings.reports.text import short

URINE_KINDS = frozenset({"hematuria", "urine_sg", "hcg"})
OF_URINE = frozenset({"hematuria", "urine_sg"})
RATIO = re.compile(r"\bratio\b", re.IGNORECASE)  # "Body mass index (BMI) [Ratio]" is no specimen
LEAVE_OUT = Choice(LEAVE, "Leave it out")


@dataclass(frozen=True)
class Named:
    """The kind of a result, or the doubt that stands in its way."""

    kind: Kind | None = None
    doubt: Doubt | None = None
    is_left_out: bool = False


def named(printed: Printed, *, answer: str | None, rules: RuleSet) -> Named:
    """Return which kind a result is; `answer` is the kind that a person chose."""
    if answer in rules.kinds and answer in _open_kinds(rules):
        return Named(kind=rules.kinds[answer])
    by_code, by_name = results().coded(printed.code), results().named(printed.name)
    told = by_code if by_code.is_known or printed.code else by_name
    if printed.code and not by_code.is_known:
        return _other_code(printed, by_name, rules)
    if by_code.kind and by_name.kind and by_code.kind != by_name.kind:
        sentence = f"The code {printed.code} and the name {short(printed.name)} do not agree."
        return _unsure(sentence, (by_code.kind, by_name.kind), rules)
    return _told(printed, told, rules)


def kind_choices(rules: RuleSet) -> tuple[Choice, ...]:
    """Return every kind that a report can fill, by label."""
    kinds = sorted((rules.kinds[name] for name in _open_kinds(rules)), key=lambda k: k.label)
    return tuple(Choice(kind.name, kind.label) for kind in kinds)


def _told(printed: Printed, told: Meaning, rules: RuleSet) -> Named:
    if told.not_kept is not None:
        return _not_kept(printed, told.not_kept)
    fitting = tuple(name for name in told.possible if _takes_unit(rules.kinds[name], printed.unit))
    if told.kind is None and not told.possible:
        return _unknown(printed, rules)
    if told.kind is None and unit(printed.unit):
        if len(fitting) == 1:
            return Named(kind=rules.kinds[fitting[0]])
        if not fitting:
            return _not_kept(printed, f"in {printed.unit} it is no finding of the chart")
    if told.kind is None and fitting == ("hematuria",) and results().is_urine(printed.specimen):
        return Named(kind=rules.kinds["hematuria"])
    if told.kind is None:
        sentence = f"{short(printed.name)} alone does not say which finding it is."
        return _unsure(sentence, fitting or told.possible, rules)
    if printed.code and (specimen := _other_specimen(printed, told.kind)):
        code, kind = printed.code, rules.kinds[told.kind].label
        sentence = f"The code {code} is {kind}, but {short(specimen)} is printed: is it meant?"
        return _unsure(sentence, (told.kind,), rules)
    is_elsewhere = not printed.code and results().is_of_another_specimen(printed.specimen)
    if is_elsewhere and told.kind not in URINE_KINDS:
        sentence = f"{short(printed.name)} stands under {short(printed.specimen)}: is it meant?"
        doubt = _unsure(sentence, (told.kind,), rules).doubt
        return Named(doubt=doubt, is_left_out=words().answer(printed.value) is not None)
    return Named(kind=rules.kinds[told.kind])


def _other_specimen(printed: Printed, kind: str) -> str:
    """Return the printed specimen, or name, that contradicts the code of a result; else ""."""
    if kind in OF_URINE:
        return printed.specimen if results().is_of_blood(printed.specimen) else ""
    if kind in URINE_KINDS:
        return ""
    told = (printed.specimen, RATIO.sub(" ", printed.name))
    return next(filter(results().is_of_another_specimen, told), "")


def _other_code(printed: Printed, by_name: Meaning, rules: RuleSet) -> Named:
    """Say that the code is not known: the name alone could be of another specimen."""
    if by_name.kind is None:
        return _told(printed, by_name, rules)
    sentence = f"The code {short(printed.code)} is not known here; by its name it could be this."
    return _unsure(sentence, (by_name.kind,), rules)


def _takes_unit(kind: Kind, printed: str) -> bool:
    return not printed or kind.entry(unit(printed) or printed) is not None or not kind.entries


def _unsure(sentence: str, names: tuple[str, ...], rules: RuleSet) -> Named:
    choices = tuple(Choice(name, rules.kinds[name].label) for name in dict.fromkeys(names))
    return Named(doubt=Doubt(About.KIND_UNSURE, Asks.KIND, sentence, (*choices, LEAVE_OUT)))


def _unknown(printed: Printed, rules: RuleSet) -> Named:
    sentence = f"No finding is known by the name {short(printed.name)}: not taken."
    choices = (*kind_choices(rules), LEAVE_OUT)
    return Named(doubt=Doubt(About.NAME_UNKNOWN, Asks.KIND, sentence, choices), is_left_out=True)


def _not_kept(printed: Printed, why: str) -> Named:
    sentence = f"{short(printed.name)}: {why}." if why else "The chart keeps no such finding."
    doubt = Doubt(About.KIND_NOT_KEPT, Asks.NOTHING, sentence, ())
    return Named(doubt=doubt, is_left_out=True)


def _open_kinds(rules: RuleSet) -> frozenset[str]:
    """Return the kinds that the files know a name for: what a report can fill at all."""
    return _named_kinds() & frozenset(rules.kinds)


@cache
def _named_kinds() -> frozenset[str]:
    meanings = (*results().names.values(), *results().codes.values())
    return frozenset(name for one in meanings for name in (one.kind, *one.possible) if name)


def is_number(kind: Kind) -> bool:
    """Whether values of a kind are numbers with a unit."""
    return kind.form in {Form.NUMBER, Form.WHOLE}
