"""Powers of exact numbers, to forty digits: far more than any limit or reading has."""

from __future__ import annotations

from decimal import Context, Decimal
from fractions import Fraction

Number = int | Decimal | Fraction

_WORK = Context(prec=60)
_KEPT = Context(prec=40)


def power(base: Number, exponent: Number) -> Fraction:
    """Return base to the exponent; raise ValueError for a base that is not positive."""
    base = Fraction(base)
    if base <= 0:
        raise ValueError("only positive numbers have these powers")
    return Fraction(_KEPT.plus(_WORK.power(_decimal(base), _decimal(Fraction(exponent)))))


def logarithm(value: Number) -> Fraction:
    """Return the natural logarithm; raise ValueError for a value that is not positive."""
    value = Fraction(value)
    if value <= 0:
        raise ValueError("only positive numbers have a logarithm")
    return Fraction(_KEPT.plus(_WORK.ln(_decimal(value))))


def _decimal(value: Fraction) -> Decimal:
    return _WORK.divide(Decimal(value.numerator), Decimal(value.denominator))
