#!/usr/bin/env python3
"""Set up and run Casement with nothing but Python: python3 dev.py run|test|check|bench|...

Only the standard library, so that it works before anything is installed. It writes inside this
folder alone (`.venv`), never into the system's Python. Kept readable for Python 3.8, so that an
old `python3` can still find a new one and hand over to it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import Iterable, Iterator, NoReturn, Sequence  # noqa: UP035 (read by old Pythons)

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
UNFINISHED = VENV / "unfinished"
OLDEST = (3, 11)
NEWER_NAMES = ("python3.14", "python3.13", "python3.12", "python3.11", "python3", "python")
RUN = ("requirements.txt",)
DEV = ("requirements.txt", "requirements-dev.txt")
PINNED_WHEELS = ("--require-hashes", "--only-binary", ":all:")
PIP_MISLED_BY = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_REQUIRE_VIRTUALENV")
PYTHON_MISLED_BY = ("PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
AT_ONCE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
HELP = """\
python3 dev.py COMMAND [more arguments for it]
  run          set up and serve the demo practice (PORT=8000; RESET=1 starts it anew)
  setup        set up what running needs, and nothing else
  test         everything: lint, types, all tests on both databases and in the browser
  check        the fast part of it: lint, types, all that is pure, the kernel on one database
  bench        measure, write docs/performance.md
  screenshots  photograph every page
  lock         compile requirements*.txt from requirements*.in (needs uv)
"""


def main(arguments: Sequence[str]) -> int:
    """Carry out one command; answer its exit code."""
    if not arguments or arguments[0] not in COMMANDS:
        print(HELP, end="")
        return 0 if list(arguments[:1]) in (["-h"], ["--help"], ["help"]) else 2
    hand_over_if_too_old()
    command, *rest = arguments
    os.chdir(ROOT)
    return COMMANDS[command](rest[1:] if rest[:1] == ["--"] else rest)


# -- the commands ---------------------------------------------------------------------------


def run(rest: list[str]) -> int:
    """Serve the demo practice until stopped."""
    set_up(RUN)
    os.environ["CASEMENT_MODE"] = "demo"
    reset = ["--reset"] if is_wanted(os.environ.get("RESET", "")) else []
    return become("-m", "flask", "--app", "wsgi", "demo", "serve", *reset, *rest)


def setup(_rest: list[str]) -> int:
    """Set up what the program needs to run, and nothing else."""
    set_up(RUN)
    return 0


def test(rest: list[str]) -> int:
    """Run every check there is; `rest` goes to pytest."""
    set_up(DEV)
    return in_sections(
        ("browser", ("-m", "tests.browser")),
        ("postgresql", ("-m", "tests.postgres")),
        *static_checks(),
        ("tests", ("-m", "pytest", *AT_ONCE, *rest)),
    )


def check(rest: list[str]) -> int:
    """Run the fast checks; `rest` goes to pytest."""
    set_up(DEV)
    fast = ("-m", "not browser and not slow and (not db or kernel)", "--db", "sqlite")
    return in_sections(*static_checks(), ("tests", ("-m", "pytest", *AT_ONCE, *fast, *rest)))


def bench(rest: list[str]) -> int:
    """Measure this checkout."""
    set_up(DEV)
    return become("-m", "tests.bench", *rest)


def screenshots(rest: list[str]) -> int:
    """Photograph every page of the demo practice."""
    set_up(DEV)
    return in_sections(
        ("browser", ("-m", "tests.browser")), ("screenshots", ("-m", "tests.screenshots", *rest))
    )


def lock(rest: list[str]) -> int:
    """Compile the requirement files anew; `--upgrade` among others goes to uv."""
    beside = PYTHON.parent / "uv"
    uv = shutil.which("uv") or (str(beside) if beside.exists() else None)
    if uv is None:
        stop("Compiling the requirement files needs uv: https://docs.astral.sh/uv/")
    options = "pip compile -q --universal --generate-hashes --python-version 3.11 --no-header"
    for target in DEV:
        source = target.replace(".txt", ".in")
        code = subprocess.run([uv, *options.split(), source, "-o", target, *rest]).returncode
        if code:
            return code
        say(f"{target} is compiled from {source}")
    return 0


COMMANDS = {
    "run": run,
    "setup": setup,
    "test": test,
    "check": check,
    "bench": bench,
    "screenshots": screenshots,
    "lock": lock,
}


def static_checks() -> list[tuple[str, tuple[str, ...]]]:
    """Name the checks that read the code without running it."""
    return [
        ("format", ("-m", "ruff", "format", "--check", "--quiet", ".")),
        ("lint", ("-m", "ruff", "check", "--quiet", ".")),
        ("types", ("-m", "mypy")),
    ]


def in_sections(*sections: tuple[str, tuple[str, ...]]) -> int:
    """Run each section under its header; stop at the first that fails and answer its code."""
    for name, arguments in sections:
        print(f"\n== {name} {'=' * (76 - len(name))}", flush=True)
        code = subprocess.run([str(PYTHON), *arguments], env=surroundings()).returncode
        if code:
            say(f"stopped: {name} failed")
            return code
    return 0


def become(*arguments: str) -> int:
    """Turn into the virtual environment's Python, so that signals reach it directly."""
    if os.name == "nt":  # exec on Windows returns to the shell at once
        return subprocess.run([str(PYTHON), *arguments], env=surroundings()).returncode
    sys.stdout.flush()
    os.execve(str(PYTHON), [str(PYTHON), *arguments], surroundings())


# -- the virtual environment ----------------------------------------------------------------


def set_up(files: Sequence[str]) -> None:
    """Make `.venv` hold exactly what these requirement files ask for; heal half a one."""
    if is_ready(files):
        return
    with one_at_a_time():
        if is_ready(files):
            return
        began = time.monotonic()
        if UNFINISHED.exists() or not starts(PYTHON):
            make_venv(sys_python())
        UNFINISHED.touch()
        install(files)
        UNFINISHED.unlink()
        for held in {RUN, tuple(files)}:  # the larger set holds the smaller one
            stamp_of(held).write_text(fingerprint(held))
        say(f"ready after {time.monotonic() - began:.0f} s")


def is_ready(files: Sequence[str]) -> bool:
    """Say whether an earlier set-up finished with the same files and the same Python."""
    stamp = stamp_of(files)
    if UNFINISHED.exists() or not stamp.exists():
        return False
    return stamp.read_text() == fingerprint(files)


def stamp_of(files: Sequence[str]) -> Path:
    """Name the stamp of this set of files: `run` and `dev` keep one each."""
    return VENV / f"stamp-{'run' if tuple(files) == RUN else 'dev'}"


def fingerprint(files: Iterable[str]) -> str:
    """Digest the requirement files and the version of the Python in `.venv`."""
    digest = hashlib.sha256()
    for name in files:
        digest.update((ROOT / name).read_bytes())
    return f"{digest.hexdigest()} {version_of(PYTHON)}"


def make_venv(python: str) -> None:
    """Make `.venv` anew by the first way that works here."""
    say(f"making .venv with Python {version_of(python)}")
    for way in (with_pip, without_pip, with_virtualenv, with_debians_venv):
        if VENV.is_symlink():  # somebody's link, perhaps to nothing: rmtree leaves it standing
            VENV.unlink()
        shutil.rmtree(VENV, ignore_errors=True)
        VENV.mkdir(exist_ok=True)
        UNFINISHED.touch()
        if way(python) and starts(PYTHON):
            return
    shutil.rmtree(VENV, ignore_errors=True)
    package = f"python{'.'.join(version_of(python).split('.')[:2])}-venv"
    if shutil.which("apt-get"):
        sudo = "" if can_apt() else "sudo "
        stop(f"This Python has no venv. Run once:\n    {sudo}apt-get install -y {package}")
    stop(f"This Python ({python}) cannot make a virtual environment; it lacks ensurepip.")


def with_pip(python: str) -> bool:
    """Make `.venv` the ordinary way; Debian's bare Python cannot."""
    return succeeds(python, "-m", "venv", str(VENV))


def without_pip(python: str) -> bool:
    """Make `.venv` without pip where a uv or pip outside it can do the installing."""
    if not shutil.which("uv") and not succeeds(
        python, "-m", "pip", "--python", python, "--version"
    ):
        return False
    return succeeds(python, "-m", "venv", "--without-pip", str(VENV))


def with_virtualenv(python: str) -> bool:
    """Make `.venv` with virtualenv, which brings a pip of its own."""
    return succeeds(python, "-m", "virtualenv", "--no-download", str(VENV))


def with_debians_venv(python: str) -> bool:
    """Install the missing part of Debian's Python, then make `.venv` the ordinary way."""
    minor = ".".join(version_of(python).split(".")[:2])
    return any(apt_install(f"python{which}-venv") and with_pip(python) for which in (minor, "3"))


def install(files: Sequence[str]) -> None:
    """Install the pinned packages into `.venv`, by uv where there is one, else by pip."""
    wanted = [part for name in files for part in ("-r", str(ROOT / name))]
    say(f"installing what {' and '.join(files)} pin (the first time downloads it)")
    for installer in installers():
        if subprocess.run([*installer, *wanted], env=surroundings()).returncode == 0:
            return
    UNFINISHED.unlink()  # a failed installer has put back what it found
    stop(
        "The packages could not be installed; the lines above say why. Nothing is lost: the\n"
        "same command tries again. No network? Then pip needs its own settings for your proxy\n"
        "or mirror: HTTPS_PROXY, PIP_INDEX_URL."
    )


def installers() -> Iterator[list[str]]:
    """Give the commands that can install into `.venv`, the fastest first."""
    if uv := shutil.which("uv"):
        yield [uv, "pip", "install", "-q", "--python", str(PYTHON), *PINNED_WHEELS]
    options = ["install", "-q", "--disable-pip-version-check", "--no-input", "--no-compile"]
    if succeeds(str(PYTHON), "-m", "pip", "--version"):
        yield [str(PYTHON), "-m", "pip", *options, *PINNED_WHEELS]
    elif has_outside_pip(sys_python()):
        yield [sys_python(), "-m", "pip", "--python", str(PYTHON), *options, *PINNED_WHEELS]


def has_outside_pip(python: str) -> bool:
    """Say whether this Python has a pip that can install for another Python (22.3 or newer)."""
    return succeeds(python, "-m", "pip", "--python", python, "--version")


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Wait until no other set-up of this checkout is running; released even by a crash."""
    try:
        file = (ROOT / ".venv.lock").open("a+")
    except OSError as problem:
        stop(f"The set-up must write in this folder and cannot: {problem}")
    with file:
        if not try_lock(file.fileno()):
            say("another set-up is running here; waiting for it")
            while not try_lock(file.fileno()):
                time.sleep(0.5)
        yield


def try_lock(descriptor: int) -> bool:
    """Take the lock on an open file, or say that somebody else holds it."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# -- the machine ----------------------------------------------------------------------------


def hand_over_if_too_old() -> None:
    """Continue in a newer Python on PATH when this one is too old."""
    if sys.version_info[:2] >= OLDEST:
        return
    for name in NEWER_NAMES:
        path = shutil.which(name)
        if path and is_new_enough(version_of(path)):
            sys.exit(
                subprocess.run([path, str(Path(__file__).resolve()), *sys.argv[1:]]).returncode
            )
    stop(f"Casement needs Python 3.11 or newer; this is {sys.version.split()[0]}.")


def is_new_enough(version: str) -> bool:
    """Say whether a version such as `3.11.7` is 3.11 or newer; an empty one is not."""
    numbers = version.split(".")
    return len(numbers) > 1 and (int(numbers[0]), int(numbers[1])) >= OLDEST


def version_of(python: str | Path) -> str:
    """Ask an interpreter for its version, such as `3.11.7`; empty when it does not start."""
    question = "import platform; print(platform.python_version())"
    try:
        answer = subprocess.run(
            [str(python), "-I", "-c", question], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return ""
    return answer.stdout.decode().strip() if answer.returncode == 0 else ""


def starts(python: Path) -> bool:
    """Say whether the virtual environment's Python runs and is new enough."""
    return is_new_enough(version_of(python))


def sys_python() -> str:
    """Name the interpreter outside any virtual environment, never `.venv`'s own."""
    return str(getattr(sys, "_base_executable", None) or sys.executable)


def surroundings() -> dict[str, str]:
    """Give children the environment, less what would lead Python or pip astray.

    A home folder that is missing, read-only or somebody else's is replaced by one in `.venv`.
    """
    misled = (*PIP_MISLED_BY, *PYTHON_MISLED_BY)
    environment = {name: value for name, value in os.environ.items() if name not in misled}
    if not is_own(Path.home()):
        home = VENV / "home"
        home.mkdir(parents=True, exist_ok=True)
        environment.update(HOME=str(home), USERPROFILE=str(home))
    environment.setdefault("MPLCONFIGDIR", str(VENV / "matplotlib"))
    return environment


def is_own(folder: Path) -> bool:
    """Say whether we may write in this folder and, where files have owners, own it."""
    if not os.access(str(folder), os.W_OK):
        return False
    return os.name == "nt" or folder.stat().st_uid == os.geteuid()


def apt_install(*packages: str) -> bool:
    """Install Debian packages when we may; say whether that worked."""
    if not can_apt():
        return False
    say(f"installing {' '.join(packages)} by apt-get")
    patience = ("DPkg::Lock::Timeout=300", "Acquire::Retries=2", "Acquire::http::Timeout=30")
    apt = ["apt-get", "-qq", *(part for option in patience for part in ("-o", option))]
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "NEEDRESTART_SUSPEND": "1"}
    for step in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
        done = subprocess.run(
            [*apt, *step],
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
    if done.returncode:
        say(f"apt-get failed:\n{done.stdout.decode(errors='replace').strip()}")
    return done.returncode == 0


def can_apt() -> bool:
    """Say whether we are root on a system with apt-get."""
    return os.name != "nt" and os.geteuid() == 0 and shutil.which("apt-get") is not None


def succeeds(*command: str) -> bool:
    """Run a command silently; say whether it ended well."""
    try:
        return (
            subprocess.run(
                command, env=surroundings(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            ).returncode
            == 0
        )
    except OSError:
        return False


def is_wanted(switch: str) -> bool:
    """Read an on/off environment variable such as RESET=1."""
    return switch.strip().lower() not in ("", "0", "no", "false", "off")


def say(line: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(f"[casement] {line}", flush=True)


def stop(reason: str) -> NoReturn:
    """End with a message that says what to do next."""
    sys.exit(f"[casement] {reason}")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
