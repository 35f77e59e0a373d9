"""A real server: how soon it answers, and what memory two workers hold after a day's pages."""

from __future__ import annotations

import http.client
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from dashboard.settings import ROOT
from tests.bench.ground import Ground

PATIENCE = 60  # seconds for a start
WAITRESS = (sys.executable, "-m", "flask", "--app", "wsgi", "serve")
WORKERS = 2


class NoServer(RuntimeError):
    """The server did not answer in time; the message is the end of what it wrote."""


def starts(ground: Ground, *, times: int) -> list[float]:
    """Return how many seconds pass from the command to the first answer of /healthz."""
    seconds = []
    for _ in range(times):
        began = time.perf_counter()
        with serving(ground, WAITRESS, port=free_port()):
            seconds.append(time.perf_counter() - began)
    return seconds


def memory(ground: Ground, paths: Sequence[str], *, rounds: int) -> tuple[float, float]:
    """Return the MiB that gunicorn and two workers share out: fresh, and after all pages."""
    port = free_port()
    with serving(ground, gunicorn(port), port=port) as process:
        for _ in range(2 * WORKERS):
            _get(port, "/healthz", {})
        fresh = proportional(process.pid)
        for path in [path for _ in range(rounds) for path in paths]:
            _get(port, path, {"Cookie": ground.alice.cookie})
        return fresh, proportional(process.pid)


def gunicorn(port: int) -> tuple[str, ...]:
    """Return the command of two plain workers without a control socket."""
    options = ("--no-control-socket", "--workers", str(WORKERS), "--bind", f"127.0.0.1:{port}")
    return (sys.executable, "-m", "gunicorn", "--log-level", "warning", *options, "wsgi:app")


@contextmanager
def serving(
    ground: Ground, command: Sequence[str], *, port: int
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server on a ground's practice; it answers when the block begins."""
    log = Path(ground.app.extensions["settings"].instance) / "server.log"
    with log.open("w+b") as written:
        process = subprocess.Popen(
            command, cwd=ROOT, env=_environment(ground, port), stdout=written, stderr=written
        )
        try:
            _wait(process, port, log)
            yield process
        finally:
            process.terminate()
            process.wait(30)


def proportional(pid: int) -> float:
    """Return the MiB of a process and its children, shared pages counted by their share (PSS)."""
    rolled = Path(f"/proc/{pid}/smaps_rollup").read_text("ascii")
    own = next(int(line.split()[1]) for line in rolled.splitlines() if line.startswith("Pss:"))
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()
    return own / 1024 + sum(proportional(int(child)) for child in children)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _environment(ground: Ground, port: int) -> dict[str, str]:
    settings = ground.app.extensions["settings"]
    inherited = {k: v for k, v in os.environ.items() if not k.startswith("CASEMENT_")}
    inherited.pop("DATABASE_URL", None)
    own = {
        "CASEMENT_MODE": settings.mode.value,
        "CASEMENT_INSTANCE": str(settings.instance),
        "PORT": str(port),
    }
    url = {"DATABASE_URL": settings.database_url} if settings.database_url else {}
    return inherited | own | url


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + PATIENCE
    while process.poll() is None and time.monotonic() < deadline:
        try:
            _get(port, "/healthz", {})
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise NoServer(log.read_text(errors="replace")[-2000:])


def _get(port: int, path: str, headers: Mapping[str, str]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path, headers=dict(headers))
        answer = connection.getresponse()
        answer.read()
    finally:
        connection.close()
    if answer.status != http.HTTPStatus.OK:
        raise NoServer(f"{path} answered {answer.status}")
