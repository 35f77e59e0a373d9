"""The text of a report before anything is read from it: its size, its characters, its encoding.

Characters that a reader cannot see become U+FFFD, so that nothing hidden changes a number.
"""

from __future__ import annotations

import re
import unicodedata

from dashboard.findings.reports.model import Unreadable

MOST_BYTES = 1_000_000
MOST_ROWS = 2_000
LONGEST_QUOTE = 40
HIDDEN = "\ufffd"
SAMPLE = 4_000
MOST_HIDDEN = 0.1  # of a sample; more is a picture or a program, no report
KEPT = frozenset("\t\n\r\v\f\x1c")
EMPTY = "There is nothing to read: the report is empty."
TOO_LARGE = "The report is larger than 1 MB; send it in parts, or only the results."
BINARY = (
    "This is no text: it looks like a picture, a PDF or another program's file. "
    "Copy the text of the report, or ask the laboratory for an HL7 or FHIR file."
)


def text_of(content: bytes) -> str:
    """Return the text of an uploaded file; raise `Unreadable` when it has none.

    UTF-8, and UTF-16 with its mark, are read; ISO 8859-1 only where an HL7 header declares it.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(content, "utf-16")
    if _declares_latin(content):
        return content.decode("latin-1")
    if b"\0" in content:
        raise Unreadable(BINARY)
    return _decoded(content, "utf-8-sig")


def checked(text: str) -> str:
    """Return the text with every hidden character made visible; raise `Unreadable`."""
    if len(text) > MOST_BYTES or len(text.encode("utf-8", "surrogatepass")) > MOST_BYTES:
        raise Unreadable(TOO_LARGE)
    text = text.removeprefix("\ufeff")
    if not text.strip():
        raise Unreadable(EMPTY)
    sample = text[:SAMPLE]
    if "\0" in sample or sum(map(_is_hidden, sample)) > MOST_HIDDEN * len(sample):
        raise Unreadable(BINARY)
    return text if text.isascii() and text.isprintable() else "".join(map(_visible, text))


def short(text: str) -> str:
    """Return a text in quotation marks, cut so that a sentence stays readable."""
    told = " ".join(text.split())
    return f'"{told}"' if len(told) <= LONGEST_QUOTE else f'"{told[:LONGEST_QUOTE]}…"'


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise Unreadable(
            f"Line {line} has characters in an encoding that is not UTF-8. "
            "Save the report as UTF-8 text and try again; nothing was taken."
        ) from None


def _declares_latin(content: bytes) -> bool:
    """Whether the header of an HL7 message names ISO 8859-1 in MSH-18."""
    head = content.lstrip(b"\v\r\n \xef\xbb\xbf")[:1_000]
    if not head.startswith(b"MSH") or len(head) < 4:
        return False
    fields = re.split(rb"[\r\n]", head)[0].split(head[3:4])
    return len(fields) > 17 and b"8859/1" in fields[17]


def _visible(character: str) -> str:
    return HIDDEN if _is_hidden(character) else character


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co"} and character not in KEPT
