"""Rounds: what the running program does by itself every minute, beside serving.

Each kind of round has a thread of its own, so that a mail server that lets one wait never keeps
another from its time: alerts are escalated while invitations wait. Each act has one as well, and
whatever goes wrong in it ends that act and nothing else. Two programs on one database may both go
their rounds: every act claims its work.
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
        self._app, self._every = app, every_seconds
        self._stopped = threading.Event()
        self._threads = [
            threading.Thread(target=self._go, args=(one,), name=one.name, daemon=True)
            for one in rounds
        ]

    def start(self) -> None:
        """Begin, in the background."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End after the acts at hand, and wait for them."""
        self._stopped.set()
        for thread in self._threads:
            thread.join()

    def _go(self, one: Round) -> None:
        while not self._stopped.wait(self._every):
            self._act(one)

    def _act(self, one: Round) -> None:
        """Run one round in a thread for it alone; what it raises is only told of."""
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
