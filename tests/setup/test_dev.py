"""One command sets the program up, on whatever it finds."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import dev

SOURCE = Path(dev.__file__)


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout that needs no package at all, with `dev` looking at it."""
    for name in dev.DEV:
        (tmp_path / name).write_text("# nothing\n")
    shutil.copy(SOURCE, tmp_path)
    venv = tmp_path / ".venv"
    monkeypatch.setattr(dev, "ROOT", tmp_path)
    monkeypatch.setattr(dev, "VENV", venv)
    monkeypatch.setattr(dev, "PYTHON", venv / "bin" / "python")
    monkeypatch.setattr(dev, "UNFINISHED", venv / "unfinished")
    return tmp_path


@pytest.fixture
def standing(checkout):
    """The same with a virtual environment that works: this one."""
    (checkout / ".venv" / "bin").mkdir(parents=True)
    dev.PYTHON.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    dev.PYTHON.chmod(0o755)
    return checkout


def in_a_checkout(folder, *arguments):
    done = subprocess.run(
        [sys.executable, "dev.py", *arguments], cwd=folder, capture_output=True, text=True
    )
    return done.stdout + done.stderr


def test_it_can_be_read_by_an_old_python_which_then_looks_for_a_new_one():
    ast.parse(SOURCE.read_text(), feature_version=(3, 8))


def test_it_needs_nothing_that_must_first_be_installed():
    tree = ast.parse(SOURCE.read_text())
    imports = [node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom)]
    named = {
        node.module if isinstance(node, ast.ImportFrom) else alias.name
        for node in imports
        for alias in node.names
    }

    assert named <= set(sys.stdlib_module_names)


@pytest.mark.parametrize(
    ("version", "enough"),
    [
        ("3.11.0", True),
        ("3.11.0rc1", True),
        ("3.14.1", True),
        ("4.0", True),
        ("3.9.18", False),
        ("3.1", False),
        ("2.7.18", False),
        ("", False),
    ],
)
def test_python_3_11_and_newer_will_do(version, enough):
    assert dev.is_new_enough(version) is enough


def test_what_does_not_start_has_no_version(tmp_path):
    assert dev.version_of(tmp_path / "missing") == ""
    assert dev.version_of("false") == ""


@pytest.mark.parametrize(("reset", "wanted"), [("1", True), ("yes", True), ("", False)])
@pytest.mark.parametrize("spelling", [str.lower, str.upper])
def test_reset_is_a_switch(reset, wanted, spelling):
    assert dev.is_wanted(spelling(reset)) is wanted
    assert not any(map(dev.is_wanted, ["0", "no", "False", " off "]))


def test_a_set_up_counts_until_the_requirements_change(standing):
    dev.stamp_of(dev.RUN).write_text(dev.fingerprint(dev.RUN))
    assert dev.is_ready(dev.RUN)

    (standing / "requirements.txt").write_text("# something\n")

    assert not dev.is_ready(dev.RUN)


def test_a_set_up_for_running_is_none_for_testing(standing):
    dev.stamp_of(dev.RUN).write_text(dev.fingerprint(dev.RUN))

    assert not dev.is_ready(dev.DEV)


def test_an_interrupted_set_up_does_not_count(standing):
    dev.stamp_of(dev.RUN).write_text(dev.fingerprint(dev.RUN))
    dev.UNFINISHED.touch()

    assert not dev.is_ready(dev.RUN)


def test_a_set_up_whose_python_has_gone_does_not_count(standing):
    dev.stamp_of(dev.RUN).write_text(dev.fingerprint(dev.RUN))
    dev.PYTHON.unlink()

    assert not dev.is_ready(dev.RUN)


def test_a_link_to_nothing_in_the_place_of_the_environment_is_replaced(checkout):
    dev.VENV.symlink_to(dev.VENV)

    dev.make_venv(sys.executable)

    assert not dev.VENV.is_symlink()
    assert dev.starts(dev.PYTHON)


def test_the_repository_holds_no_link_and_nothing_that_it_ignores():
    if not (SOURCE.parent / ".git").exists():  # an archive of the source has no index to ask
        return

    def listed(*options):
        done = subprocess.run(
            ["git", "-c", "safe.directory=*", "ls-files", *options],
            cwd=SOURCE.parent,
            capture_output=True,
            text=True,
            check=True,
        )
        return done.stdout.splitlines()

    assert not [line for line in listed("--stage") if line.startswith("120000")]
    assert not listed("--cached", "--ignored", "--exclude-standard")


def test_settings_that_would_lead_pip_elsewhere_are_not_passed_on(checkout, monkeypatch):
    for name in (*dev.PIP_MISLED_BY, *dev.PYTHON_MISLED_BY):
        monkeypatch.setenv(name, "somewhere")
    monkeypatch.setenv("PIP_INDEX_URL", "https://mirror.example/simple")

    passed_on = dev.surroundings()

    assert not passed_on.keys() & {*dev.PIP_MISLED_BY, *dev.PYTHON_MISLED_BY}
    assert passed_on["PIP_INDEX_URL"] == "https://mirror.example/simple"


def test_a_home_of_ones_own_is_kept(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))

    assert dev.surroundings()["HOME"] == str(tmp_path)


def test_a_missing_home_is_replaced(checkout, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "missing"))

    home = Path(dev.surroundings()["HOME"])

    assert home.is_dir()
    assert home.is_relative_to(checkout)


def test_two_set_ups_never_run_at_once(checkout):
    with dev.one_at_a_time(), (checkout / ".venv.lock").open("a+") as file:
        assert not dev.try_lock(file.fileno())

    with (checkout / ".venv.lock").open("a+") as file:
        assert dev.try_lock(file.fileno())


def test_the_first_failing_section_ends_the_run(standing, capfd):
    good, bad = ("-c", "print('fine')"), ("-c", "import sys; sys.exit(3)")

    assert dev.in_sections(("one", good), ("two", bad), ("three", good)) == 3

    shown = capfd.readouterr().out
    assert "== one" in shown
    assert "stopped: two failed" in shown
    assert "three" not in shown


@pytest.mark.parametrize(("arguments", "code"), [([], 2), (["--help"], 0), (["fly"], 2)])
def test_it_says_what_it_can_do(arguments, code, capsys):
    assert dev.main(arguments) == code
    shown = capsys.readouterr().out
    assert all(name in shown for name in dev.COMMANDS)


def test_the_makefile_offers_every_command():
    targets = (SOURCE.parent / "Makefile").read_text().split(".PHONY:")[1].splitlines()[0].split()

    assert targets == list(dev.COMMANDS)


@pytest.mark.slow
def test_half_a_set_up_heals_once_and_what_was_tampered_with_is_refused(checkout):
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "unfinished").touch()
    (checkout / ".venv" / "left over").touch()

    assert "ready after" in in_a_checkout(checkout, "run")
    assert "[casement]" not in in_a_checkout(checkout, "run")
    assert not (checkout / ".venv" / "left over").exists()

    package = checkout / "forged-1.0-py3-none-any.whl"
    package.write_bytes(b"not what was reviewed")
    pinned = f"forged @ {package.as_uri()} --hash=sha256:{'0' * 64}\n"
    (checkout / "requirements.txt").write_text(pinned)

    assert "could not be installed" in in_a_checkout(checkout, "run")
    assert not dev.is_ready(dev.RUN)
    assert dev.starts(dev.PYTHON)
