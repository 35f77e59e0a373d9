"""Rounds: what the running program does by itself every minute, beside serving.

Each round runs in a thread of its own, so that whatever goes wrong in it ends that round and
nothing else. Two programs on one database may both go their rounds: every act claims its work.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import structlog
from flask import Flask

from dashboard.actor import acting_as_job
from dashboard.db import db

log = structlog.get_logger()
EVERY_SECONDS = 60.0


@dataclass(frozen=True)
class Round:
    """One thing to do again and again; `name` is the trail's actor."""

    name: str
    act: Callable[[], None]


class Rounds:
    """Goes its rounds until it is stopped; the first one comes after the first pause."""

    def __init__(
        self, app: Flask, rounds: Sequence[Round], *, every_seconds: float = EVERY_SECONDS
    ) -> None:
        """Take what to do, and how long to wait in between."""
        self._app, self._rounds, self._every = app, tuple(rounds), every_seconds
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._go, name="rounds", daemon=True)

    def start(self) -> None:
        """Begin, in the background."""
        self._thread.start()

    def stop(self) -> None:
        """End after the act at hand, and wait for that."""
        self._stopped.set()
        self._thread.join()

    def _go(self) -> None:
        while not self._stopped.wait(self._every):
            for one in self._rounds:
                if not self._stopped.is_set():
                    self._act(one)

    def _act(self, one: Round) -> None:
        """Run one round; what it raises ends its own thread and is only told of."""
        with ThreadPoolExecutor(1, thread_name_prefix="round") as thread:
            trouble = thread.submit(self._within_the_program, one).exception()
        if trouble is not None:
            log.error("round failed", round=one.name, kind=type(trouble).__name__)

    def _within_the_program(self, one: Round) -> None:
        with self._app.app_context(), acting_as_job(one.name):
            try:
                one.act()
            finally:
                db.session.remove()
