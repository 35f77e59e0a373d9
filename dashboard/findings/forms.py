"""The forms of findings: a panel row by row, corrections, and reasons."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any, ClassVar

from dashboard.clinical.clearance.kinds import Kind
from dashboard.fields import Required, TextField
from dashboard.findings.panels import Panel, Row
from dashboard.findings.typed import spread
from dashboard.findings.value_controls import UNFILLED, controls
from dashboard.findings.value_forms import ValuesForm, say
from dashboard.forms import PageForm
from dashboard.visits.choosing import SelectField, listed

FORMULAS = ("", "Bazett", "Fridericia", "Framingham", "Hodges", "not printed")
QTC = re.compile(r"(\d{2,3})?", re.ASCII)


class PanelForm(ValuesForm):
    """A panel of values."""

    panel: ClassVar[Panel]
    laboratory = TextField("Laboratory", longest=120)
    note = TextField("Note", longest=300)
    line: TextField | None = TextField("All in one line", longest=120, render_kw=UNFILLED)
    printed_qtc: TextField | None = TextField("Printed QTc, ms", longest=10, render_kw=UNFILLED)
    machine_formula = SelectField(
        "Formula of the machine", choices=listed((one, one or "not known") for one in FORMULAS)
    )

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        """Part the one line into its fields, then read every row."""
        if self.line and self.line.data:
            self._part_line(self.line.data)
        holds = super().validate(extra_validators)
        if self.printed_qtc and not QTC.fullmatch(self.printed_qtc.data or ""):
            say(self.printed_qtc, "Enter the printed QTc as a whole number of ms, such as 431.")
        if self.line and self._line_problem:
            say(self.line, self._line_problem)
        return holds and not self.errors

    @property
    def words(self) -> str:
        """The note, with the printed QTc: kept beside what is computed, and never judged."""
        if not self.printed_qtc or not self.printed_qtc.data:
            return self.note.data or ""
        by = f" ({self.machine_formula.data})" if self.machine_formula.data else ""
        return " ".join(
            filter(None, [f"Printed QTc {self.printed_qtc.data} ms{by}.", self.note.data])
        )

    _line_problem = ""

    def _part_line(self, line: str) -> None:
        names = tuple(row.name for row in self.rows if row.kind.name in self.panel.quick)
        try:
            told = spread(line, names)
        except ValueError as problem:
            self._line_problem = str(problem)
            return
        if clash := [name for name in told if self[name].data not in {None, "", told[name]}]:
            self._line_problem = f"{self[clash[0]].label.text} is typed below as well. Empty one."
            return
        for name, value in told.items():
            self[name].data = value
        if self.line:
            self.line.data = ""


class CorrectionForm(ValuesForm):
    """One value, corrected, and why."""

    reason = TextField(
        "Why is it corrected?",
        [Required("Say why, for example: the decimal point was left out.")],
        longest=500,
    )


class ReasonForm(PageForm):
    """Why a finding was entered in error."""

    reason = TextField(
        "Why was it entered in error?",
        [Required("Say why, for example: another patient's result.")],
        longest=500,
    )


@cache
def form_of(panel: Panel) -> type[PanelForm]:
    """Return the form class of a panel."""
    rows: dict[str, object] = dict(pair for row in panel.rows for pair in controls(row))
    if not panel.quick:
        rows["line"] = None
    if not panel.has_printed_qtc:
        rows |= {"printed_qtc": None, "machine_formula": None}
    return type("PanelForm", (PanelForm,), {"panel": panel, "rows": panel.rows, **rows})


@cache
def form_of_kind(kind: Kind) -> type[CorrectionForm]:
    """Return the form class that corrects one finding."""
    unit = kind.entries[0].unit if len({one.unit for one in kind.entries}) == 1 else ""
    row = Row(kind.name, kind, kind.label.replace(", two readings", ""), unit)
    return type("CorrectionForm", (CorrectionForm,), {"rows": (row,), **dict(controls(row))})
