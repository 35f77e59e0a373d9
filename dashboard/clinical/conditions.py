"""How a condition is written in a definition file: `["total", ">=", 10]`, all, any, not.

`["14", "<=", "13"]` compares two answers, `["1", "declined"]` asks whether the patient preferred
not to answer. There is no formula language.
"""

from fractions import Fraction

from dashboard.clinical.exact import simplest
from dashboard.clinical.logic import AllOf, AnyOf, Comparison, Condition, Declined, NoneOf, Op
from dashboard.clinical.misfit import Misfit
from dashboard.clinical.sections import Section


def read_condition(section: Section, key: str) -> Condition:
    """Read the condition that stands under a key."""
    return _condition(section.raw(key), section, at=key)


def _condition(raw: object, section: Section, *, at: str) -> Condition:
    if isinstance(raw, list):
        return _comparison(raw, section, at=at)
    if not isinstance(raw, dict) or len(raw) != 1:
        raise section.misfit('must be ["id", ">=", number] or one of all, any, not', at)
    word, inner = next(iter(raw.items()))
    if word == "not":
        return NoneOf(_condition(inner, section, at=f"{at}.not"))
    if word not in ("all", "any") or not isinstance(inner, list) or not inner:
        raise section.misfit("must be all or any of a list, or not", f"{at}.{word}")
    parts = tuple(
        _condition(part, section, at=f"{at}.{word}[{index}]") for index, part in enumerate(inner)
    )
    return AllOf(parts) if word == "all" else AnyOf(parts)


def _comparison(raw: list[object], section: Section, *, at: str) -> Comparison | Declined:
    if len(raw) == 2 and isinstance(raw[0], str) and raw[1] == "declined":
        return Declined(raw[0])
    if len(raw) != 3 or not isinstance(raw[0], str):
        raise section.misfit('a comparison is ["id", ">=", number or "id"]', at)
    right = raw[2] if isinstance(raw[2], str) else simplest(Fraction(section.as_number(raw[2], at)))
    return Comparison(raw[0], op_of(raw[1], at=section.place(at)), right)


def op_of(raw: object, *, at: str) -> Op:
    """Return a comparison by its sign."""
    try:
        return Op(str(raw))
    except ValueError:
        signs = " ".join(op.value for op in Op)
        raise Misfit(f'"{raw}" is none of {signs}', at=at) from None
