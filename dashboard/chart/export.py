"""The chart's table as CSV: whose it is, when it was taken, then one row for everything drawn.

A cell that a spreadsheet would take for a formula begins with an apostrophe.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Iterable

from dashboard import formats
from dashboard.charts.lanes import Row
from dashboard.patients.banner import Banner

HEADINGS = (
    "at (UTC)", "at (local)", "last day", "kind", "what", "value", "meaning", "remark",
)  # fmt: skip
FORMULA = frozenset("=+-@|%\uff1d\uff0b\uff0d\uff20\t\r\n")
NO_WEIGHT = "Weights are not in this file."


def text(rows: Iterable[Row], *, who: Banner, at: dt.datetime) -> str:
    """Return the file, in order of time."""
    held = io.StringIO()
    writer = csv.writer(held, lineterminator="\r\n")
    writer.writerow([safe(f"{who.family_name}, {who.given_name}"), f"born {who.born}",
                     f"MRN {who.mrn}", f"printed {formats.moment(at)}", NO_WEIGHT])  # fmt: skip
    writer.writerow([])
    writer.writerow(HEADINGS)
    writer.writerows([safe(cell) for cell in _cells(row)] for row in rows)
    return held.getvalue()


def safe(cell: str) -> str:
    """Return a cell that no spreadsheet computes."""
    return f"'{cell}" if cell.lstrip(" \u00a0")[:1] in FORMULA and cell.strip(" ") else cell


def _cells(row: Row) -> tuple[str, ...]:
    return (
        row.at.isoformat(), formats.moment(row.at), formats.day(row.until) if row.until else "",
        row.kind.value, row.name, row.value, row.band, row.remark,
    )  # fmt: skip
