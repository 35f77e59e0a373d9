"""The program as a real process on loopback, to be killed, and a bare client that talks to it."""

from __future__ import annotations

import http.client
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import NamedTuple
from urllib.parse import urlencode

from dashboard.settings import ROOT, Settings

START_SECONDS = 60
ANSWER_SECONDS = 30
TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]+)">')


class DidNotStart(RuntimeError):
    """The server ended, or did not answer in time; the message is what it printed."""


class Lost(ConnectionError):
    """No whole answer came: the sender does not know whether the request was acted upon."""


class Process:
    """`flask --app wsgi serve` on a free port, with nothing from the test's own environment."""

    def __init__(self, settings: Settings) -> None:
        """Start it and return once it answers."""
        self.port = free_port()
        self._log = settings.instance / "server.log"
        with self._log.open("ab") as log:
            self._running = subprocess.Popen(
                [sys.executable, "-m", "flask", "--app", "wsgi", "serve"],
                cwd=ROOT, env=environment(settings, self.port), stdout=log, stderr=log,
            )  # fmt: skip
        self._wait()

    def kill(self) -> None:
        """End it as a power cut would: no handler runs, nothing is flushed."""
        self._running.kill()
        self._running.wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self._running.poll() is not None or time.monotonic() > deadline:
                self.kill()
                raise DidNotStart(self._log.read_text(errors="replace"))
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return Client(self.port, cookies={}).get("/healthz").status == 200
        except Lost:
            return False


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def environment(settings: Settings, port: int) -> dict[str, str]:
    """Return the environment that makes the program use exactly these settings."""
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CASEMENT_", "DATABASE_URL", "FLASK_", "PG"))
    }
    ours = {
        "CASEMENT_MODE": settings.mode.value,
        "CASEMENT_INSTANCE": str(settings.instance),
        "CASEMENT_KEYS": str(settings.keys),
        "PORT": str(port),
        "MPLCONFIGDIR": str(settings.instance),
    }
    if settings.database_url:
        ours["DATABASE_URL"] = settings.database_url.replace("+psycopg", "")
    return inherited | ours


class Answer(NamedTuple):
    """What came back, whole."""

    status: int
    location: str
    text: str


@dataclass
class Client:
    """A browser's bare bones: cookies, form tokens, one connection for each request."""

    port: int
    cookies: dict[str, str]

    def get(self, path: str) -> Answer:
        """Open a page."""
        return self._ask("GET", path)

    def post(self, path: str, fields: Mapping[str, object]) -> Answer:
        """Send a form."""
        body = urlencode({name: str(value) for name, value in fields.items()})
        return self._ask("POST", path, body)

    def _ask(self, method: str, path: str, body: str | None = None) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Connection": "close"}
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            text = response.read().decode()
        except (OSError, http.client.HTTPException) as broken:
            raise Lost from broken
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            self.cookies.update({name: held.value for name, held in SimpleCookie(line).items()})
        return Answer(response.status, response.headers.get("Location", ""), text)


def form_token(page: str) -> str:
    """Return the form token that a page carries."""
    found = TOKEN.search(page)
    assert found, "the page carries no form token"
    return found.group(1)
