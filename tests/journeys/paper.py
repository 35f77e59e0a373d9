"""What stands on the sheets of a PDF that Chromium wrote, read without any PDF program.

Knows exactly what Chromium writes: Flate streams, fonts with a ToUnicode map (Type 3, of one-byte
glyph numbers, where a font is variable as ours is), text shown by hexadecimal glyph numbers.
"""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.S)
STREAM = re.compile(rb"stream\n(.*)\nendstream", re.S)
PAGE = re.compile(rb"/Type /Page\b")
CONTENTS = re.compile(rb"/Contents (\d+) 0 R")
FONT = re.compile(rb"/(F\d+) (\d+) 0 R")
TO_UNICODE = re.compile(rb"/ToUnicode (\d+) 0 R")
FORM = re.compile(rb"/(X\d+) (\d+) 0 R")
DRAWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)>|/(X\d+) Do|(\bET\b)")
BLOCK = re.compile(rb"beginbf(char|range)\n(.*?)endbf", re.S)
HEX = re.compile(rb"<([0-9A-Fa-f]+)>")


def sheets(pdf: bytes) -> list[str]:
    """Return the words on each sheet, white space left out."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    return [_words(objects, body) for body in objects.values() if PAGE.search(body)]


def squeezed(text: str) -> str:
    """Return a text as `sheets` gives it: without white space."""
    return "".join(text.split())


def _words(objects: dict[int, bytes], body: bytes) -> str:
    found = CONTENTS.search(body)
    assert found, "a page without contents"
    return "".join(_drawn(objects, body, _stream(objects[int(found.group(1))])).split())


def _drawn(objects: dict[int, bytes], body: bytes, content: bytes) -> str:
    """Follow the drawing of a page or a part of one, in its order."""
    fonts = {name: _letters(objects, int(number)) for name, number in FONT.findall(body)}
    forms = {name: int(number) for name, number in FORM.findall(body)}
    letters: dict[bytes, str] = {}
    text = []
    for font, glyphs, form, _end in DRAWN.findall(content):
        if font:
            letters = fonts.get(font, {})
        elif glyphs:
            text.append(_read(letters, bytes.fromhex(glyphs.decode())))
        elif form in forms:
            part = objects[forms[form]]
            text.append(_drawn(objects, part, _stream(part)))
    return "".join(text)


def _read(letters: dict[bytes, str], glyphs: bytes) -> str:
    """Return the letters of a run of glyphs, whose numbers are as long as the map's are."""
    size = len(next(iter(letters), b"."))
    return "".join(letters.get(glyphs[at : at + size], "") for at in range(0, len(glyphs), size))


def _letters(objects: dict[int, bytes], font: int) -> dict[bytes, str]:
    """Return glyph number -> letters of one font."""
    found = TO_UNICODE.search(objects[font])
    if not found:
        return {}
    letters: dict[bytes, str] = {}
    for kind, lines in BLOCK.findall(_stream(objects[int(found.group(1))])):
        for line in lines.splitlines():
            _map(letters, kind, [bytes.fromhex(one.decode()) for one in HEX.findall(line)])
    return letters


def _map(letters: dict[bytes, str], kind: bytes, codes: list[bytes]) -> None:
    if kind == b"char" and len(codes) == 2:
        letters[codes[0]] = codes[1].decode("utf-16-be")
    elif kind == b"range" and len(codes) == 3:
        start, end, first = (int.from_bytes(code) for code in codes)
        for step in range(end - start + 1):
            letters[(start + step).to_bytes(len(codes[0]))] = chr(first + step)


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found, "an object without a stream"
    return zlib.decompress(found.group(1)) if b"FlateDecode" in body else found.group(1)
