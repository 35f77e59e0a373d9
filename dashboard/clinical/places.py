"""Where in a TOML file a part of a definition stands, so that an error can name its line."""

import re

_HEADER = re.compile(r"(\[{1,2})\s*([A-Za-z0-9_.\"-]+)\s*\]{1,2}\s*(#.*)?")
_KEY = re.compile(r"([A-Za-z0-9_-]+|\"[^\"]+\")\s*=")


def line_of(text: str, place: str) -> int | None:
    """Return the line (from 1) of a place like `scores[0].bands[1].from`, or of what holds it."""
    lines = _lines(text)
    while place:
        if place in lines:
            return lines[place]
        place = re.sub(r"(\.?[^.\[\]]+|\[\d+\])$", "", place)
    return None


def _lines(text: str) -> dict[str, int]:
    """Map every table, key and one-line array entry of the file to its line."""
    found: dict[str, int] = {}
    counts: dict[str, int] = {}
    table = entries = ""
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip()
        if header := _HEADER.fullmatch(stripped):
            table = _table(header[2], counts, is_array=header[1] == "[[")
            entries = ""
            found[table] = number
        elif key := _KEY.match(stripped):
            entries = ".".join(filter(None, [table, key[1].strip('"')]))
            found.setdefault(entries, number)
            counts[entries] = 0
        elif entries and stripped.startswith("{"):
            found[f"{entries}[{counts[entries]}]"] = number
            counts[entries] += 1
    return found


def _table(name: str, counts: dict[str, int], *, is_array: bool) -> str:
    """Return the place of a table header, with the index of every array it stands in."""
    place = ""
    parts = [part.strip('"') for part in name.split(".")]
    for index, part in enumerate(parts):
        place = ".".join(filter(None, [place, part]))
        is_last = index == len(parts) - 1
        if is_last and is_array:
            counts[place] = counts.get(place, 0) + 1
        if place in counts:
            place = f"{place}[{counts[place] - 1}]"
    return place
