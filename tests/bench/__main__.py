"""Measure this checkout and write docs/performance.md: `make bench`, or `--quick` for a look."""

from __future__ import annotations

import argparse
import datetime as dt
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import sqlalchemy as sa

from dashboard import trail
from dashboard.db import db
from dashboard.settings import ROOT
from tests.bench import pages, report, scoring, server
from tests.bench.goals import Found
from tests.bench.ground import Ground
from tests.bench.pages import Page
from tests.bench.practice import HISTORIES
from tests.bench.timing import interleave
from tests.postgres import serve

PAGE = ROOT / "docs" / "performance.md"


@dataclass(frozen=True)
class Extent:
    """How much is measured: patients of two practices, rounds at most and for how many seconds."""

    sizes: tuple[int, int]
    rounds: int
    seconds: float
    starts: int
    visits: int  # how often the server's workers are shown every page
    forms: int  # how many questionnaires are scored
    longest: int = max(HISTORIES)  # scores of each instrument in the longest history


WHOLE = Extent((1_000, 100_000), rounds=200, seconds=110, starts=3, visits=12, forms=100_000)
QUICK = Extent((200, 2_000), rounds=5, seconds=3, starts=1, visits=1, forms=2_000)
LEAST = Extent((60, 120), rounds=1, seconds=1, starts=1, visits=1, forms=200, longest=4)


def main(arguments: Sequence[str]) -> int:
    """Measure; show the report and write it."""
    asked = _parser().parse_args(arguments)
    began, load = time.monotonic(), os.getloadavg()[0]
    extent = LEAST if asked.least else QUICK if asked.quick else WHOLE
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="casement-bench-")))
        small, large = _grounds(folder, extent, stack, database=asked.db)
        found = _measure(small, large, extent)
        setting = report.Setting(
            _database(small), (load, os.getloadavg()[0]), time.monotonic() - began, extent.sizes
        )
    text = report.markdown(found, setting, day=dt.datetime.now(dt.UTC).date())
    print(text)
    if asked.to:
        asked.to.write_text(text)
    elif extent is WHOLE:
        PAGE.write_text(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small practices, few rounds, no file")
    parser.add_argument("--least", action="store_true", help="only to see that everything runs")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--to", type=Path, help="write the report to this file instead")
    return parser


def _grounds(
    folder: Path, extent: Extent, stack: ExitStack, *, database: str
) -> tuple[Ground, Ground]:
    urls: list[str | None] = [None, None]
    if database == "postgres":
        databases = stack.enter_context(serve())
        urls = [databases.create(f"measured_{size}") for size in extent.sizes]
    small, large = (
        Ground.prepare(
            folder / str(size), size, database_url=url, histories=told, longest=extent.longest
        )
        for size, url, told in zip(extent.sizes, urls, (HISTORIES, (52,)), strict=True)
    )
    return small, large


def _measure(small: Ground, large: Ground, extent: Extent) -> Found:
    asked: list[Page] = [
        *pages.yardsticks(small),
        *pages.of_the_practice(small),
        *pages.of_the_practice(large),
        *(page for weeks in small.filled.charts for page in pages.of_a_chart(small, weeks)),
        *pages.of_the_course(small),
        *pages.other_pages(small),
    ]
    measures = [*(page.measure() for page in asked), *pages.drawings(small)]
    answers = {page.name: page.once() for page in asked}
    until = time.monotonic() + extent.seconds
    figures = interleave(measures, rounds=extent.rounds, until=until)
    rows, took = _walk_the_trail(small)
    return Found(
        figures=figures,
        statements={page.name: count for page in asked if (count := page.statements()) is not None},
        sizes={name: (len(a.body), a.zipped) for name, a in answers.items() if len(a.body) > 2000},
        starts=tuple(server.starts(small, times=extent.starts)),
        memory=_memory(small, extent),
        trail_rows=rows,
        trail_seconds=took,
        scoring_seconds=scoring.seconds(extent.forms),
        is_embedded=small.app.extensions["settings"].database_url is None,
    )


def _memory(ground: Ground, extent: Extent) -> tuple[float, float] | None:
    """Return what two workers hold; None where the system does not tell shared pages apart."""
    if sys.platform != "linux":
        return None
    return server.memory(ground, pages.everything(ground), rounds=extent.visits)


def _walk_the_trail(ground: Ground) -> tuple[int, float]:
    with ground.app.app_context():
        began = time.perf_counter()
        verdict = trail.verify(db.session(), ground.app.extensions["keys"].trail)
        took = time.perf_counter() - began
    if not verdict.is_whole:
        raise SystemExit(f"the trail does not hold: {verdict.trouble}")
    return verdict.rows, took


def _database(ground: Ground) -> str:
    with ground.app.app_context(), db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            return f"PostgreSQL {connection.scalar(sa.text('SHOW server_version'))}".split(" (")[0]
        return f"SQLCipher on SQLite {connection.scalar(sa.text('SELECT sqlite_version()'))}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
