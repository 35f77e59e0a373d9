"""Drawing the lanes of a chart once: in this process, else from the table, else anew.

A drawing is named by the digest of its whole content, so it is never out of date; old ones are
dropped. Storing one is a convenience: when the database is busy the page is shown all the same.
"""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from threading import Lock
from typing import TypeAlias

import sqlalchemy as sa
import structlog
from markupsafe import Markup
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import OperationalError

from dashboard.chart.models import DrawnChart
from dashboard.charts import svg
from dashboard.charts.lanes import Lane
from dashboard.charts.svg import SCREEN, Width
from dashboard.clock import now
from dashboard.db import db, expect_writing, table_of

log = structlog.get_logger()
KEPT = dt.timedelta(days=7)  # today's line moves every day, so older ones are hardly asked for
IN_PROCESS = 512
Sheet: TypeAlias = tuple[Lane, Width]
Drawn: TypeAlias = Mapping[Sheet, Markup]

_held: OrderedDict[str, Markup] = OrderedDict()
_lock = Lock()


def drawn(lanes: Iterable[Lane]) -> Drawn:
    """Return every lane at both widths; ends the present transaction when it has to draw."""
    keys = {(lane, width): svg.cache_key(lane, width) for lane in lanes for width in SCREEN}
    found = _from_process(keys.values())
    if missing := set(keys.values()) - found.keys():
        found |= _from_table(missing)
    if new := {key: sheet for sheet, key in keys.items() if key not in found}:
        made = {key: svg.render(*sheet) for key, sheet in new.items()}
        _store(made)
        found |= made
    _hold(found)
    return {sheet: found[key] for sheet, key in keys.items()}


def forget() -> None:
    """Drop what this process holds; the table is asked again."""
    with _lock:
        _held.clear()


def _from_process(keys: Iterable[str]) -> dict[str, Markup]:
    with _lock:
        return {key: _held[key] for key in keys if key in _held}


def _hold(found: Mapping[str, Markup]) -> None:
    with _lock:
        for key, drawing in found.items():
            _held[key] = drawing
            _held.move_to_end(key)
        while len(_held) > IN_PROCESS:
            _held.popitem(last=False)


def _from_table(keys: Iterable[str]) -> dict[str, Markup]:
    rows = db.session.execute(
        sa.select(DrawnChart.key, DrawnChart.svg).where(DrawnChart.key.in_(list(keys)))
    )
    return {key: Markup(text) for key, text in rows}  # noqa: S704 our own drawings


def _store(made: Mapping[str, Markup]) -> None:
    """Keep new drawings and drop old ones, in a short transaction of their own."""
    table = table_of(DrawnChart)
    at = now()
    rows: Sequence[dict[str, object]] = [
        {"key": key, "svg": str(drawing), "drawn_at": at} for key, drawing in made.items()
    ]
    db.session.commit()
    expect_writing(True)
    try:
        is_postgres = db.session.get_bind().dialect.name == "postgresql"
        insert = postgresql.insert if is_postgres else sqlite.insert
        db.session.execute(insert(table).on_conflict_do_nothing(), rows)
        db.session.execute(sa.delete(table).where(table.c.drawn_at < at - KEPT))
        db.session.commit()
    except OperationalError:
        db.session.rollback()
        log.warning("drawings not kept", count=len(rows))
    finally:
        expect_writing(False)
