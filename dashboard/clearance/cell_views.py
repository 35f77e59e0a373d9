"""The cells of the strip on the practice's pages: each one leads to where it is entered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import url_for

from dashboard.clearance.cells import LABELS, Cell, Shown
from dashboard.clearance.models import Status
from dashboard.clearance.strip import STATUS_KINDS, StripCell, drawn
from dashboard.formats import today
from dashboard.patients.banner import Flag

STATUSES: Mapping[Status, Flag] = {
    one: Flag(kind, one.value.capitalize()) for one, kind in STATUS_KINDS.items()
}
ENTRY: Mapping[Cell, tuple[str, Mapping[str, str]]] = {
    Cell.LABS: ("findings.new", {"panel_key": "chemistry"}),
    Cell.ECG: ("findings.new", {"panel_key": "ecg"}),
    Cell.VITALS: ("findings.new", {"panel_key": "vitals"}),
    Cell.WEIGHT: ("findings.new", {"panel_key": "weight"}),
    Cell.PREGNANCY: ("findings.new", {"panel_key": "urine"}),
    Cell.STABILITY: ("findings.reviews_index", {}),
    Cell.HOME: ("findings.review", {"group_key": "home-and-sitter"}),
    Cell.CONSENT: ("consents.index", {}),
}


@dataclass(frozen=True)
class CellView:
    """One cell of the board: as the strip draws it, and the page where it is entered."""

    cell: StripCell
    address: str


def views(found: Sequence[Shown], *, patient_ref: str) -> tuple[CellView, ...]:
    """Return the eight cells; where nothing is known each of them says so."""
    cells = drawn(found, today=today()) or tuple(
        StripCell("none", LABELS[cell], "Unknown", "", "") for cell in Cell
    )
    return tuple(
        CellView(one, _entry(cell, patient_ref)) for cell, one in zip(Cell, cells, strict=False)
    )


def _entry(cell: Cell, patient_ref: str) -> str:
    """Return the address where what a cell lacks is entered."""
    endpoint, values = ENTRY[cell]
    return url_for(endpoint, patient_ref=patient_ref, **values)  # type: ignore[arg-type] # its options are named otherwise
