"""The colours of drawings on paper: those of the light theme, read from the style sheets.

On a page classes are coloured by CSS. A document has none, so a drawing takes its colours along.
"""

from __future__ import annotations

import re
from functools import lru_cache

from dashboard.settings import ROOT

SHEETS = ROOT / "static" / "css"
TOKEN = re.compile(r"--([a-z0-9-]+): light-dark\((#[0-9A-F]{6}), ")
RULE = re.compile(r"^((?:\.[fs]-[a-z0-9]+(?:, )?)+) \{ ([^{}]+) \}$", re.MULTILINE)
USE = re.compile(r"var\(--([a-z0-9-]+)\)")
ROOT_ELEMENT = re.compile(r"<svg\b[^>]*>")


def inked(drawing: str) -> str:
    """Return a drawing that carries its colours and its typeface."""
    return ROOT_ELEMENT.sub(lambda found: found[0] + _style(), drawing, count=1)


@lru_cache(maxsize=1)
def _style() -> str:
    tokens = dict(TOKEN.findall((SHEETS / "tokens.css").read_text("utf-8")))
    rules = RULE.findall((SHEETS / "chart.css").read_text("utf-8"))
    coloured = (f"{names}{{{USE.sub(lambda use: tokens[use[1]], said)}}}" for names, said in rules)
    return f"<style>{''.join(coloured)}text{{font-family:Inter}}</style>"
