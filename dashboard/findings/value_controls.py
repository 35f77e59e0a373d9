"""What is typed of one value: the value, its unit, the laboratory's interval and flag, a tick."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from wtforms import Field as Control
from wtforms import HiddenField

from dashboard import formats
from dashboard.clinical.clearance.findings import LEVELS, RESULTS
from dashboard.clinical.clearance.kinds import Form
from dashboard.fields import TextField
from dashboard.findings.panels import Row
from dashboard.visits.choosing import SelectField, listed

FLAGS = ("", "L", "H", "LL", "HH", "A")
UNIT, LOW, HIGH, FLAG, KEEP = "-unit", "-low", "-high", "-flag", "-keep"
WORDS: Mapping[Form, tuple[str, ...]] = {
    Form.TRUTH: ("no", "yes"), Form.RESULT: RESULTS, Form.LEVEL: LEVELS,
}  # fmt: skip
UNFILLED = {"autocomplete": "off"}


class KeepField(TextField):
    """Stands by exactly one value in exactly one unit; `asked` is what may be confirmed."""

    asked = ""


def controls(row: Row) -> Iterator[tuple[str, Control]]:
    """Yield the fields of a row by their names."""
    kind = row.kind
    if kind.form in WORDS:
        choices = [("", "not done"), *((word, word) for word in WORDS[kind.form])]
        yield row.name, SelectField(row.label, choices=listed(choices), default="")
        yield row.name + KEEP, HiddenField()
        return
    yield row.name, TextField(row.label, longest=40, render_kw=UNFILLED)
    yield row.name + KEEP, KeepField(f"Keep {row.label}", longest=60)
    if kind.form is Form.PRESSURE:
        return
    if len(row.units) > 1:
        offered = [] if row.unit else [("", "unit?")]
        choices = [*offered, *((unit, formats.printed(unit)) for unit in row.units)]
        yield row.name + UNIT, SelectField(f"Unit of {row.label}", choices=listed(choices),
                                           default=row.unit)  # fmt: skip
    yield row.name + LOW, TextField(f"Lower limit of {row.label}", longest=20, render_kw=UNFILLED)
    yield row.name + HIGH, TextField(f"Upper limit of {row.label}", longest=20, render_kw=UNFILLED)
    flags = [(one, one or "–") for one in FLAGS]
    yield row.name + FLAG, SelectField(f"Flag of {row.label}", choices=listed(flags), default="")
