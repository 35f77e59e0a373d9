"""Reading score rules, their bands and their rules for missing answers from a definition file."""

from collections.abc import Sequence
from fractions import Fraction

from dashboard.clinical.reading_evidence import change_of, chart_of
from dashboard.clinical.score_rules import (
    Band,
    Direction,
    Missing,
    MissingBasis,
    MissingMethod,
    Operation,
    ScoreRule,
)
from dashboard.clinical.sections import Section


def score_rule_of(section: Section, *, known: Sequence[str]) -> ScoreRule:
    """Read one of `[[scores]]`; item lists may say "1-12"."""
    lowest, highest = _range(section)
    multiply = section.exact_or_none("multiply")
    groups = _groups(section, "groups", known=known)
    items = expand(section.names("items"), known) or tuple(name for g in groups for name in g)
    return ScoreRule(
        id=section.text("id"),
        label=section.text("label"),
        op=section.choice("op", Operation),
        lowest=lowest,
        highest=highest,
        direction=section.choice("direction", Direction),
        missing=section.build("missing", _missing_of),
        chart=section.build_or_none(
            "chart", lambda inner: chart_of(inner, lowest=lowest, highest=highest)
        )
        or chart_of(Section({}), lowest=lowest, highest=highest),
        items=items,
        groups=groups,
        one_of=_groups(section, "one_of", known=known),
        of=section.names("of"),
        count_ge=section.exact_or_none("count_ge"),
        multiply=Fraction(1) if multiply is None else multiply,
        decimals=section.whole_or_none("decimals") or 0,
        is_primary=section.flag("primary"),
        bands=section.build_all("bands", _band_of),
        change=section.build_or_none("change", change_of),
        codes=codes_of(section),
        verified=section.text_or_none("verified"),
    )


def expand(names: Sequence[str], known: Sequence[str]) -> tuple[str, ...]:
    """Spell out ranges of numbered items: "1-3" is 1, 2, 3; an item's own id stands for itself."""
    spelled: list[str] = []
    for name in names:
        first, _, last = name.partition("-")
        if name not in known and first.isdecimal() and last.isdecimal():
            spelled.extend(str(number) for number in range(int(first), int(last) + 1))
        else:
            spelled.append(name)
    return tuple(spelled)


def codes_of(section: Section) -> tuple[tuple[str, str], ...]:
    """Read a table of codes by their system, as in `codes = {loinc = "44261-6"}`."""
    codes = section.mapping("codes")
    for system, code in codes.items():
        if not isinstance(code, str):
            raise section.misfit("a code is a text", f"codes.{system}")
    return tuple((system, str(code)) for system, code in codes.items())


def _range(section: Section) -> tuple[Fraction, Fraction]:
    ends = [Fraction(section.as_number(end, "range")) for end in section.array("range")]
    if len(ends) != 2:
        raise section.misfit("must be [lowest, highest]", "range")
    return ends[0], ends[1]


def _groups(section: Section, key: str, *, known: Sequence[str]) -> tuple[tuple[str, ...], ...]:
    groups = []
    for group in section.array(key):
        if not isinstance(group, list) or not all(isinstance(name, str) for name in group):
            raise section.misfit("must be a list of lists of item ids", key)
        groups.append(expand([str(name) for name in group], known))
    return tuple(groups)


def _missing_of(section: Section) -> Missing:
    return Missing(
        method=section.choice("method", MissingMethod),
        basis=section.choice("basis", MissingBasis),
        min_answered=section.whole_or_none("min_answered"),
        max_missing_per_group=section.whole_or_none("max_missing_per_group"),
        gate=section.text_or_none("gate"),
        citation=section.text_or_none("citation"),
    )


def _band_of(section: Section) -> Band:
    return Band(
        start=section.exact("from"),
        end=section.exact("to"),
        id=section.text("id"),
        label=section.text("label"),
    )
