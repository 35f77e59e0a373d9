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
from pathlib import Path

import sqlalchemy as sa

from dashboard import trail
from dashboard.db import db
from dashboard.settings import ROOT
from tests.bench import pages, report, server
from tests.bench.goals import Found
from tests.bench.ground import Ground
from tests.bench.pages import Page
from tests.bench.practice import HISTORIES
from tests.bench.timing import interleave
from tests.postgres import serve

PAGE = ROOT / "docs" / "performance.md"


def main(arguments: Sequence[str]) -> int:
    """Measure; show the report and write it."""
    asked = _parser().parse_args(arguments)
    began, load = time.monotonic(), os.getloadavg()[0]
    sizes = (200, 2_000) if asked.quick else (1_000, 100_000)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="casement-bench-")))
        small, large = _grounds(folder, sizes, stack, database=asked.db)
        found = _measure(small, large, rounds=asked.rounds or (15 if asked.quick else 200),
                         seconds=15 if asked.quick else 110)  # fmt: skip
        setting = report.Setting(
            _database(small), (load, os.getloadavg()[0]), time.monotonic() - began, sizes
        )
    text = report.markdown(found, setting, day=dt.datetime.now(dt.UTC).date())
    print(text)
    if asked.to:
        asked.to.write_text(text)
    elif not asked.quick:
        PAGE.write_text(text)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small practices, few rounds, no file")
    parser.add_argument("--db", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--rounds", type=int, help="how often everything is done")
    parser.add_argument("--to", type=Path, help="write the report to this file instead")
    return parser


def _grounds(
    folder: Path, sizes: tuple[int, int], stack: ExitStack, *, database: str
) -> tuple[Ground, Ground]:
    urls: list[str | None] = [None, None]
    if database == "postgres":
        databases = stack.enter_context(serve())
        urls = [databases.create(f"measured_{size}") for size in sizes]
    small, large = (
        Ground.prepare(folder / str(size), size, database_url=url, histories=histories)
        for size, url, histories in zip(sizes, urls, (HISTORIES, (52,)), strict=True)
    )
    return small, large


def _measure(small: Ground, large: Ground, *, rounds: int, seconds: float) -> Found:
    asked: list[Page] = [
        *pages.yardsticks(small),
        *pages.of_the_practice(small),
        *pages.of_the_practice(large),
        *(page for weeks in small.filled.charts for page in pages.of_a_chart(small, weeks)),
        *pages.other_pages(small),
    ]
    measures = [*(page.measure() for page in asked), *pages.drawings(small)]
    figures = interleave(measures, rounds=rounds, until=time.monotonic() + seconds)
    answers = {page.name: page.once() for page in asked}
    rows, took = _walk_the_trail(small)
    return Found(
        figures=figures,
        statements={page.name: count for page in asked if (count := page.statements()) is not None},
        sizes={name: (len(a.body), a.zipped) for name, a in answers.items() if len(a.body) > 2000},
        starts=tuple(server.starts(small)),
        memory=server.memory(small, pages.everything(small)) if sys.platform == "linux" else None,
        trail_rows=rows,
        trail_seconds=took,
        is_embedded=small.app.extensions["settings"].database_url is None,
    )


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
