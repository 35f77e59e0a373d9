"""Starting anew deletes the demo's own database and anchors, and not one other file."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from dashboard.demo.reset import refuse_a_busy_port, reset
from dashboard.ready import NotReady, claim
from dashboard.settings import Mode, Settings

OURS = ["casement.db", "casement.db-shm", "casement.db-wal", "trail.anchor"]
KEPT = ["casement.db.backup", "keys/database.key", "keys/trail.key", "kind", "notes.txt"]


def settings(folder: Path, mode: Mode = Mode.DEMO, url: str | None = None) -> Settings:
    return Settings(mode=mode, instance=folder, keys=folder / "keys", database_url=url)


def filled(folder: Path, mode: Mode = Mode.DEMO) -> Path:
    claim(folder, settings(folder, mode))
    (folder / "keys").mkdir()
    for name in [*OURS, *KEPT]:
        if name != "kind":
            (folder / name).write_text("x")
    return folder


def files(folder: Path) -> list[str]:
    return sorted(str(f.relative_to(folder)) for f in folder.rglob("*") if f.is_file())


def test_the_database_goes_and_the_keys_stay(tmp_path):
    demo, practice = filled(tmp_path / "demo"), filled(tmp_path / "practice", Mode.PRACTICE)
    before = files(practice)

    reset(settings(demo))

    assert files(demo) == KEPT
    assert files(practice) == before


@pytest.mark.parametrize("mode", list(Mode))
def test_a_practice_folder_is_never_touched(tmp_path, mode):
    practice = filled(tmp_path / "practice", Mode.PRACTICE)
    before = files(practice)

    with pytest.raises(NotReady):
        reset(settings(practice, mode))

    assert files(practice) == before


def test_a_folder_of_unknown_kind_is_not_touched(tmp_path):
    unknown = filled(tmp_path / "unknown")
    (unknown / "kind").unlink()
    before = files(unknown)

    with pytest.raises(NotReady, match="nothing was deleted"):
        reset(settings(unknown))

    assert files(unknown) == before


def test_a_database_elsewhere_is_not_dropped(tmp_path):
    with pytest.raises(NotReady, match="new, empty database"):
        reset(settings(filled(tmp_path / "demo"), url="postgresql+psycopg://somewhere/else"))


def test_nothing_to_reset_is_no_trouble(tmp_path):
    reset(settings(tmp_path / "new"))

    assert not (tmp_path / "new").exists()


def test_a_port_in_use_is_told_before_anything_is_deleted():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(NotReady, match=f"port {port} is in use"):
            refuse_a_busy_port(port)

    refuse_a_busy_port(port)
