"""Forms as a browser would send them, found on any page: every button, every choice, filled in."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urljoin

from tests.cast import FIELD, FORM, OPTION, attributes, chosen

BOOKKEEPING = frozenset({"csrf_token"})
FEW, SHORT = 6, 3  # choices of which each is tried, in a form with so few questions
WORDS = "Because Ann asked for it."
DAY, NUMBER = "27-Nov-2026", "10"
# What fields of one name want, wherever they are asked; any other that has to be filled gets words.
NAMED = {
    "month": "3", "day": "14", "year": "1996", "born_on": "14-Mar-1996", "dose_mg": "60",
    "password": "a long made-up pass phrase", "email": "dora@practice.example",
    "typed": "118/74 64 98", "reading": "118/74 64 98", "given_time": "11:00",
}  # fmt: skip
ALWAYS = ("reason", "despite", "words", "note")


@dataclass(frozen=True)
class Sending:
    """One form filled in: the address it goes to, its fields, and what kind of form it is."""

    address: str
    fields: tuple[tuple[str, str], ...]
    key: tuple[object, ...]

    def with_field(self, name: str, value: str) -> Sending:
        """Return the same form with one answer changed."""
        return replace(
            self, fields=(*(f for f in self.fields if f[0] != name), (name, value)),
            key=(*self.key, name, value),
        )  # fmt: skip


def sendings(page: str, *, at: str) -> Iterator[Sending]:
    """Yield every form of a page: with each of its buttons, and each of a few choices."""
    for text in FORM.findall(page):
        form, choices, buttons = _read(text, at=at)
        for button in buttons:
            sent = form
            if button.get("name"):
                sent = form.with_field(button["name"], button.get("value", ""))
            if "formaction" in button:
                sent = replace(sent, address=urljoin(at, button["formaction"]))
            yield sent
            for name, values in choices.items() if len(choices) <= SHORT else ():
                for value in values if len(values) <= FEW else ():
                    if (name, value) not in sent.fields:
                        yield sent.with_field(name, value)


def _read(text: str, *, at: str) -> tuple[Sending, dict[str, list[str]], list[dict[str, str]]]:
    opening, _, inner = text.partition(">")
    address = urljoin(at, attributes(opening.removeprefix("<form")).get("action") or at)
    fields: dict[str, str] = {}
    choices: dict[str, list[str]] = {}
    buttons: list[dict[str, str]] = []
    for tag in inner.split("<button")[1:]:
        buttons.append(attributes(tag.partition(">")[0]))
    for found in FIELD.finditer(inner):
        kind, has = found[1] or found[3] or found[6], attributes(found[2] or found[4] or found[7])
        name, type_ = has.get("name", ""), has.get("type", "text")
        if not name or name in BOOKKEEPING or "disabled" in has or type_ in {"submit", "file"}:
            continue
        if kind == "select":
            values = [attributes(tag).get("value", word) for tag, word in OPTION.findall(found[8])]
            choices[name] = [html.unescape(one) for one in values]
            fields[name] = chosen(found[8]) or next((one for one in choices[name] if one), "")
        elif type_ == "radio":
            choices.setdefault(name, []).append(has.get("value", "on"))
            if "checked" in has or name not in fields:
                fields[name] = has.get("value", "on")
        elif type_ == "checkbox":
            fields[name] = has.get("value", "on")
        elif kind == "textarea":
            fields[name] = html.unescape(found[5]).strip() or _filled(has)
        else:
            given = has.get("value", "")
            fields[name] = given if type_ == "hidden" else given or _filled(has)
    path = address.partition("?")[0]
    return (
        Sending(address, tuple(fields.items()), (path, *sorted(fields))), choices, buttons or [{}]
    )  # fmt: skip


def _filled(has: dict[str, str]) -> str:
    """Return what a person would write into an empty field; nothing where nothing has to be."""
    name = has.get("name", "")
    if name in NAMED:
        return NAMED[name]
    if "required" not in has:
        return WORDS if name.endswith(ALWAYS) else ""
    if has.get("data-width") == "date":
        return DAY
    return NUMBER if has.get("inputmode") in {"numeric", "decimal"} else WORDS
