"""Starting the demo practice anew: its database and anchors go, nothing else.

The keys stay: the program has read them already, and a new database is encrypted with the old ones.
"""

from __future__ import annotations

import socket
import sys
from pathlib import Path

from dashboard.ready import NotReady
from dashboard.settings import Mode, Settings

DATABASE = ("", "-wal", "-shm", "-journal")


def reset(settings: Settings) -> None:
    """Delete a demo's database; raises NotReady for any folder that is not marked as a demo's."""
    refuse_a_practice(settings)
    if settings.database_url:
        raise NotReady("a demo on PostgreSQL is started anew by giving it a new, empty database")
    if not _is_marked(settings.instance):
        if settings.database_file.exists():
            raise NotReady(f"{settings.instance} is not marked as a demo's: nothing was deleted")
        return
    for suffix in DATABASE:
        file = settings.database_file
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    (settings.instance / "trail.anchor").unlink(missing_ok=True)


def refuse_a_practice(settings: Settings) -> None:
    """Raise NotReady unless the program runs as a demo."""
    if not settings.is_demo:
        raise NotReady("this is a practice's own program; the demo runs with CASEMENT_MODE=demo")


def refuse_an_unmarked_database(settings: Settings) -> None:
    """Raise NotReady for a folder whose database was made by something else than the demo."""
    is_here = settings.database_url is None and settings.database_file.exists()
    if is_here and not _is_marked(settings.instance):
        raise NotReady(
            f"{settings.instance} holds a database and is not marked as a demo's: "
            "choose another folder"
        )


def refuse_a_busy_port(port: int) -> None:
    """Raise NotReady while something else serves on the port, this demo perhaps."""
    with socket.socket() as probe:
        if sys.platform != "win32":
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            raise NotReady(
                f"port {port} is in use; stop what serves there, or choose another: PORT=8001"
            ) from None


def _is_marked(instance: Path) -> bool:
    mark = instance / "kind"
    return mark.exists() and mark.read_text("ascii").strip() == Mode.DEMO.value
