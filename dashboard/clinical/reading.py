"""How the tables of a definition file become scales, items, gates, rules and an instrument."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from functools import partial

from dashboard.clinical.conditions import read_condition
from dashboard.clinical.definition import Instrument, Level, Rule, SafetyRule
from dashboard.clinical.evidence import refuse_bad_mark
from dashboard.clinical.items import Consistency, Gate, Item, Kind, Option, Scale
from dashboard.clinical.logic import AnyOf, Comparison, Condition, Op
from dashboard.clinical.reading_evidence import (
    administration_of,
    cutoff_of,
    licence_of,
    psychometric_of,
)
from dashboard.clinical.reading_scores import codes_of, expand, score_rule_of
from dashboard.clinical.sections import Section, read
from dashboard.clinical.vectors import vector_of


def instrument_of(top: Section, *, schema: str, file: str, sha256: str) -> Instrument:
    """Read a whole definition file."""
    if top.text("schema") != schema:
        raise top.misfit(f'this program reads schema "{schema}"', "schema")
    scales = _scales(top)
    items = top.build_all("items", lambda section: _item_of(section, scales=scales))
    known = [item.id for item in items]
    if not items:
        raise top.misfit("an instrument has items", "items")
    return Instrument(
        id=top.text("id"),
        version=top.text("version"),
        title=top.text("title"),
        short=top.text("short"),
        language=top.text("language"),
        authors_year=top.text("authors_year"),
        citation=top.text("citation"),
        licence=top.build("licence", licence_of),
        administration=top.build("administration", administration_of),
        items=items,
        scores=top.build_all("scores", lambda section: score_rule_of(section, known=known)),
        gates=top.build_all("gates", lambda section: _gate_of(section, known=known)),
        consistency=top.build_all("consistency", _consistency_of),
        cutoffs=top.build_all("cutoffs", cutoff_of),
        rules=top.build_all("rules", _rule_of),
        safety=top.build_all("safety", _safety_of),
        psychometrics=top.build_all("psychometrics", psychometric_of),
        vectors=top.build_all("tests", lambda section: vector_of(section, known=known)),
        codes=codes_of(top),
        supersedes=top.text_or_none("supersedes"),
        scores_like=top.names("scores_like"),
        derived_from=top.text_or_none("derived_from"),
        no_primary=top.text_or_none("no_primary"),
        notes=top.text_or_none("notes"),
        file=file,
        sha256=sha256,
    )


def _scales(top: Section) -> dict[str, Scale]:
    """Read every `[scales.NAME]`."""
    section = top.section("scales")
    return {
        name: read(section.section(name), partial(_scale_of, name=name))
        for name in top.mapping("scales")
    }


def _scale_of(section: Section, *, name: str) -> Scale:
    """Read a scale: options make a choice, min and max a range with or without anchors."""
    kind = section.choice("type", Kind) if "type" in section else Kind.CHOICE
    options = section.build_all("options", _option_of)
    values = [option.value for option in options]
    is_range = kind not in (Kind.CHOICE, Kind.YES_NO)
    if not is_range and not options:
        raise section.misfit("a choice needs its options", "options")
    return Scale(
        id=name,
        kind=kind,
        lowest=section.whole("min") if is_range else min(values),
        highest=section.whole("max") if is_range else max(values),
        options=options,
        unit=section.text_or_none("unit"),
    )


def _option_of(section: Section) -> Option:
    return Option(
        value=section.whole("value"),
        label=section.text_or_none("label"),
        code=section.text_or_none("code"),
    )


def _item_of(section: Section, *, scales: Mapping[str, Scale]) -> Item:
    name = section.text("scale")
    if name not in scales:
        raise section.misfit(f'there is no scale "{name}", only {", ".join(scales)}', "scale")
    weight = section.exact_or_none("weight")
    return Item(
        id=section.text("id"),
        scale=scales[name],
        text=section.text_or_none("text"),
        heading=section.text_or_none("heading"),
        reverse=section.flag("reverse"),
        recode=_recode_of(section),
        weight=Fraction(1) if weight is None else weight,
        optional=section.flag("optional"),
        allow_decline=section.flag("allow_decline"),
        codes=codes_of(section),
    )


def _recode_of(section: Section) -> tuple[tuple[int, Fraction], ...]:
    pairs = []
    for answer, worth in section.mapping("recode").items():
        if not answer.isdecimal():
            raise section.misfit(f'"{answer}" is no answer', "recode")
        pairs.append((int(answer), Fraction(section.as_number(worth, "recode"))))
    return tuple(pairs)


def _gate_of(section: Section, *, known: Sequence[str]) -> Gate:
    """Read a gate: `item` and `closed_if` for the usual one, `when` for any condition."""
    return Gate(
        closed_when=_closed_when(section),
        then=expand(section.names("then"), known),
        value=section.whole_or_none("value"),
    )


def _closed_when(section: Section) -> Condition:
    if "when" in section:
        return read_condition(section, "when")
    item = section.text("item")
    closed = [Fraction(section.as_number(raw, "closed_if")) for raw in section.array("closed_if")]
    if not closed:
        raise section.misfit("must list the answers that close the gate", "closed_if")
    return AnyOf(tuple(Comparison(item, Op.EQUAL, answer) for answer in closed))


def _consistency_of(section: Section) -> Consistency:
    return Consistency(when=read_condition(section, "if"), message=section.text("message"))


def _rule_of(section: Section) -> Rule:
    rule = Rule(
        id=section.text("id"),
        label=section.text("label"),
        when=read_condition(section, "when"),
        verified=section.text("verified"),
        citation=section.text_or_none("citation"),
    )
    refuse_bad_mark(rule.verified)
    return rule


def _safety_of(section: Section) -> SafetyRule:
    if section.text("blank_is") != "follow_up":
        raise section.misfit('a blank is "follow_up", never "no"', "blank_is")
    return SafetyRule(
        id=section.text("id"),
        when=read_condition(section, "when"),
        level=section.choice("level", Level),
        message_clinician=section.text("message_clinician"),
        message_patient=section.text("message_patient"),
        citation=section.text_or_none("citation"),
    )
