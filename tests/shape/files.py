"""A law of every file: one test asks it of all of them and names each one that breaks it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path

from dashboard.settings import ROOT


def of_every(paths: Iterable[Path]) -> Callable[[Callable[[Path], None]], Callable[[], None]]:
    """Make a law of one file a test of these files, at least one of which there must be."""
    files = list(paths)

    def test_of(law: Callable[[Path], None]) -> Callable[[], None]:
        def test() -> None:
            assert files, "there is no such file"
            broken = [trouble for path in files if (trouble := _trouble(law, path))]
            assert not broken, "\n".join(broken)

        test.__name__, test.__doc__, test.__module__ = law.__name__, law.__doc__, law.__module__
        return test

    return test_of


@cache
def tree(path: Path) -> ast.Module:
    """Parse a file, once for all laws."""
    return ast.parse(path.read_text())


def _trouble(law: Callable[[Path], None], path: Path) -> str:
    try:
        law(path)
    except AssertionError as broken:
        return f"{path.relative_to(ROOT)}: {str(broken) or 'breaks it'}"
    return ""
