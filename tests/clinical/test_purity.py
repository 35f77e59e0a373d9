"""Clinical truth stands on the standard library alone."""

import ast
import subprocess
import sys
from pathlib import Path

import dashboard.clinical

FOLDER = Path(dashboard.clinical.__file__).parent
MODULES = sorted(path.stem for path in FOLDER.glob("*.py") if path.stem != "__init__")


def test_importing_all_of_it_loads_no_framework():
    imports = "; ".join(f"import dashboard.clinical.{name}" for name in MODULES)
    code = f"{imports}; import sys; print(' '.join(sys.modules))"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True,
        cwd=FOLDER.parent.parent,
    ).stdout.split()  # fmt: skip

    assert "dashboard.clinical.scoring" in loaded
    assert not {"flask", "sqlalchemy", "matplotlib", "numpy"} & set(loaded)


def test_it_imports_only_itself_and_the_standard_library():
    for name in MODULES:
        for node in ast.walk(ast.parse((FOLDER / f"{name}.py").read_text("utf-8"))):
            for imported in _imported(node):
                top = imported.split(".")[0]
                is_ours = imported.split(".")[:2] == ["dashboard", "clinical"]
                assert is_ours or top in sys.stdlib_module_names, f"{name} imports {imported}"


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0
        return [node.module or ""]
    return [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
