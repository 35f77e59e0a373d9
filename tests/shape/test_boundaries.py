"""Who may import whom: clinical truth is pure, the kernel knows no area, areas keep their doors."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from dashboard.settings import ROOT
from tests.shape.files import of_every, tree

PACKAGE = ROOT / "dashboard"
AREAS = {
    "accounts", "activity", "alerts", "chart", "checkins", "clearance", "cohort", "consents",
    "drafts", "findings", "help", "intake", "licences", "measures", "patients", "plans", "practice",
    "prescriptions", "referrals", "scores", "sessions", "tasks", "visits", "windows",
}  # fmt: skip
ASSEMBLY = {"app.py", "cli.py", "demo"}  # the places that put everything together
PRIVATE = ("routes", "forms")
WEB = {"request", "g", "session", "flash", "redirect", "render_template", "url_for"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(PACKAGE))


def imports(path: Path) -> list[tuple[str, str]]:
    """Return (module, name) of every import in a file, wherever it stands."""
    found = []
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found += [(node.module, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names]
    return found


def ours(path: Path) -> list[str]:
    """Return the full names of our own modules that a file imports."""
    return [
        f"{module}.{what}"
        if module in {"dashboard", *(f"dashboard.{a}" for a in AREAS)}
        else module
        for module, what in imports(path)
        if module.split(".")[0] == "dashboard"
    ]


def area_of(path: Path) -> str | None:
    first = path.relative_to(PACKAGE).parts[0]
    return first if first in AREAS else None


@of_every(modules())
def test_a_module_imports_only_what_it_may(path):
    area, parts = area_of(path), path.relative_to(PACKAGE).parts
    for target in ours(path):
        target_parts = target.split(".")[1:]
        target_area = target_parts[0] if target_parts and target_parts[0] in AREAS else None
        if parts[0] == "clinical":
            assert target.startswith("dashboard.clinical"), f"clinical imports {target}"
        elif parts[0] == "charts":
            assert target.startswith(("dashboard.clinical", "dashboard.charts")), target
        elif area is None and parts[0] not in ASSEMBLY:
            assert target_area is None, f"the kernel imports the area {target}"
        elif area and target_area and target_area != area:
            last = target_parts[1] if len(target_parts) > 1 else ""
            assert not last.endswith(PRIVATE), f"{target} is private to {target_area}"


@of_every([p for p in modules() if area_of(p) and p.stem in {"models", "actions", "guards"}])
def test_models_and_actions_know_nothing_of_the_web(path):
    for module, what in imports(path):
        assert not (module == "flask" and what in WEB), f"{name(path)} imports flask.{what}"
        assert not module.endswith((".forms", ".routes")), f"{name(path)} imports {module}"
        assert module != "wtforms"


@of_every(modules())
def test_only_the_figure_module_draws(path):
    for module, what in imports(path):
        assert "pyplot" not in (module + "." + what), "figures must not outlive their request"
        if module.split(".")[0] == "matplotlib":
            assert path.parent.name == "charts", f"{name(path)} imports matplotlib"


def test_clinical_loads_no_framework():
    code = (
        "import sys, importlib, pkgutil, dashboard.clinical as c\n"
        "names = [m.name for m in pkgutil.iter_modules(c.__path__, 'dashboard.clinical.')]\n"
        "[importlib.import_module(name) for name in names]\n"
        "bad = {'flask', 'sqlalchemy', 'matplotlib', 'numpy', 'wtforms'} & set(sys.modules)\n"
        "sys.exit(', '.join(sorted(bad)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_starting_the_program_loads_no_drawing_library():
    code = "import sys, dashboard.app\nsys.exit('matplotlib' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr or "matplotlib was loaded at start"


@of_every(sorted((ROOT / "migrations/versions").glob("*.py")))
def test_a_migration_stands_on_its_own(path):
    assert not ours(path), "a migration says what it changes in its own words"


@of_every(modules())
def test_no_room_without_a_real_name(path):
    banned = {"utils", "util", "helpers", "helper", "common", "services", "managers", "misc"}
    assert not banned & {part.removesuffix(".py") for part in path.parts[-2:]}
