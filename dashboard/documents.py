"""Documents as tagged PDF, set by typst from templates in `templates/pdf`.

A template gets its content as JSON and prints it as text: what somebody typed can never become
markup. Whose document it is stands on every page, with page n of m and when it was printed.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType
from typing import Literal

import typst

from dashboard.settings import ROOT

TEMPLATES = ROOT / "templates" / "pdf"
STANDARD: Literal["ua-1"] = "ua-1"  # PDF/UA-1: tagged, with a title and a language
LANGUAGE = "en"
UNBROKEN = re.compile(r"\S{65,}")  # longer than a seal, which stays as it is
PIECE = re.compile(r"\S{20}(?=\S)")
MAY_BREAK = "\u200b"  # zero width


class UnknownTemplate(LookupError):
    """There is no such document template."""


def pdf(
    template: str,
    content: Mapping[str, object],
    *,
    title: str,
    identity: str,
    printed: str,
    at: dt.datetime,
    is_synthetic: bool,
    drawings: Mapping[str, str] = MappingProxyType({}),
) -> bytes:
    """Set a document and return its bytes; equal arguments give equal bytes.

    `identity` stands at the head of every page ("RIVERA, Elena · born 14-Mar-1996 · MRN 004 718"),
    `printed` at its foot ("printed 23-Nov-2026 09:58 ET"). `content` holds only what JSON can hold:
    strings, whole numbers, booleans, None, lists and mappings of them. `drawings` are SVG by name,
    of our own making.
    """
    source = TEMPLATES / f"{template}.typ"
    if not source.is_file() or source.parent != TEMPLATES:
        raise UnknownTemplate(template)
    frame = {
        "title": title,
        "identity": identity,
        "printed": printed,
        "is_synthetic": is_synthetic,
        "language": LANGUAGE,
    }
    inputs = json.dumps(
        {"frame": frame, "content": _breakable(content), "drawings": dict(drawings)},
        ensure_ascii=True,
        allow_nan=False,
    )
    made = typst.compile(
        source,
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        format="pdf",
        sys_inputs={"document": inputs},
        pdf_standards=[STANDARD],
        timestamp=int(at.timestamp()),
    )
    return bytes(made)


def _breakable(value: object) -> object:
    """Let a run without spaces break across lines: what leaves the page is lost on paper."""
    if isinstance(value, str):
        return UNBROKEN.sub(lambda run: PIECE.sub(rf"\g<0>{MAY_BREAK}", run[0]), value)
    if isinstance(value, Mapping):
        return {key: _breakable(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_breakable(one) for one in value]
    return value


@cache
def _fonts() -> list[Path]:
    """Return where fonts lie: ours, then one that knows other scripts and signs."""
    found = find_spec("matplotlib")
    others = found.submodule_search_locations if found else None
    folders = [ROOT / "static" / "fonts"]
    folders += [Path(place) / "mpl-data" / "fonts" / "ttf" for place in others or ()]
    return folders
