"""The practice's board: who is not ready for the next session, and what stands in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeVar

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from dashboard import formats
from dashboard.access import Allow, Area
from dashboard.clearance import anew, board, cell_views, policy
from dashboard.clearance.area import me
from dashboard.clearance.board import HEADINGS, Asked, Group, Row
from dashboard.clearance.cell_views import CellView
from dashboard.clearance.cells import LABELS, Cell
from dashboard.clearance.models import Status
from dashboard.db import db
from dashboard.licences.reading import ending_soon
from dashboard.patients.banner import Flag

area = Area("clearance_board", __name__)

FIRST = 20  # rows of a group while all groups are shown
PAGE = 50  # rows of a page of one group
Word = TypeVar("Word", bound=StrEnum)


@dataclass(frozen=True)
class Line:
    """One patient of the board."""

    ref: str
    name: str
    born: str
    next_on: str
    status: Flag
    because: str
    until: str
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class Section:
    """One group with the rows that are shown of it; `more` leads to the others, if there are."""

    key: str
    heading: str
    count: int
    lines: tuple[Line, ...]
    more: str


@area.get("/clearance", allow=Allow.PHYSICIAN)
def index() -> ResponseReturnValue:
    """Show who is not ready for the next session and why."""
    asked, mark = _asked(), policy.mark()
    rows = board.rows(me().id, today=formats.today(), mark=mark.text)
    shown = board.chosen(rows, asked)
    page = _page_number() if asked.group else 0
    return render_template(
        "clearance/board.html",
        is_signed=mark.is_signed,
        sections=_sections(shown, asked, page),
        asked=asked,
        groups=[(group.value, HEADINGS[group], _count(rows, group)) for group in Group],
        statuses=[(one.value, cell_views.STATUSES[one].word) for one in Status],
        cells=[(one.value, LABELS[one]) for one in Cell],
        planned=sum(1 for row in rows if row.next_session_on is not None),
        total=len(rows),
        licences_end=ending_soon(me().id),
        waiting=sum(1 for row in rows if not row.cells),
        before=_address(asked, page - 1) if page else None,
        after=_address(asked, page + 1) if asked.group and len(shown) > (page + 1) * PAGE else None,
    )


@area.post("/clearance/judge", allow=Allow.PHYSICIAN)
def judge() -> ResponseReturnValue:
    """Judge a round of patients anew whose judgement no longer holds."""
    done = anew.judge_some(today=formats.today())
    db.session.commit()
    words = "1 patient was judged" if done.judged == 1 else f"{done.judged} patients were judged"
    more = (
        f" {done.left} more wait: judge again, or they are judged by themselves."
        if done.left
        else ""
    )
    flash(f"{words}.{more}", "ok")
    return redirect(url_for("clearance_board.index"), 303)


def _sections(rows: Sequence[Row], asked: Asked, page: int) -> list[Section]:
    found = []
    for group in Group:
        mine = [row for row in rows if row.group is group]
        if mine:
            start, most = (page * PAGE, PAGE) if asked.group else (0, FIRST)
            is_cut = not asked.group and len(mine) > FIRST
            found.append(
                Section(
                    group.value, HEADINGS[group], len(mine),
                    tuple(_line(row) for row in mine[start : start + most]),
                    _address(replace(asked, group=group), 0) if is_cut else "",
                )
            )  # fmt: skip
    return found


def _line(row: Row) -> Line:
    return Line(
        ref=row.ref,
        name=f"{row.family_name.upper()}, {row.given_name}",
        born=formats.day(row.born_on),
        next_on=formats.day(row.next_session_on) if row.next_session_on else "",
        status=cell_views.STATUSES[row.status],
        because=row.because,
        until=formats.day(row.next_stale_on) if row.next_stale_on else "",
        cells=cell_views.views(row.cells, patient_ref=row.ref),
    )


def _asked() -> Asked:
    """Read the address; what it does not know counts as not asked."""
    return Asked(_one_of(Group, "group"), _one_of(Status, "status"), _one_of(Cell, "cell"))


def _one_of(words: type[Word], name: str) -> Word | None:
    sent = request.args.get(name, "")
    return next((one for one in words if one.value == sent), None)


def _page_number() -> int:
    text = request.args.get("page", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else 0


def _address(asked: Asked, page: int) -> str:
    return url_for(
        "clearance_board.index", group=asked.group, status=asked.status, cell=asked.cell,
        page=page or None,
    )  # fmt: skip


def _count(rows: Sequence[Row], group: Group) -> int:
    return sum(1 for row in rows if row.group is group)
