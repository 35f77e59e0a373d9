"""How mail leaves here, as CASEMENT_MAIL says it: off, by a mail server, or into a folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from typing import TypeAlias
from urllib.parse import SplitResult, parse_qs, unquote, urlsplit

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
PORTS = {"smtp": 587, "smtps": 465}
EXAMPLE = "smtp://user:password@mail.example.org:587?from=clinic@example.org"


@dataclass(frozen=True)
class Off:
    """Nothing is sent; links are copied by hand."""


@dataclass(frozen=True)
class Outbox:
    """Mail is written into the folder `outbox` of the instance and goes no further."""


@dataclass(frozen=True)
class Smtp:
    """A mail server. Encrypted from the first byte (smtps) or by STARTTLS, except on loopback."""

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    is_encrypted_at_once: bool = False

    @property
    def needs_starttls(self) -> bool:
        """Whether the connection must be encrypted before anything is said."""
        return not self.is_encrypted_at_once and self.host not in LOOPBACK


Route: TypeAlias = Off | Outbox | Smtp


def read(text: str) -> Route:
    """Read the setting; raises ValueError in words that never repeat what it holds."""
    if text in ("", "off"):
        return Off()
    if text == "file:":
        return Outbox()
    try:
        return _server(*_split(text))
    except ValueError as problem:
        raise ValueError(f"must be off, file: or such as {EXAMPLE} ({problem})") from None


def address(text: str) -> Address:
    """Read one e-mail address, and only one; raises ValueError for anything else."""
    if (
        not text
        or len(text) > 254
        or any(sign.isspace() or not sign.isprintable() for sign in text)
    ):
        raise ValueError("not one e-mail address")
    try:
        found = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError):  # what the parser of Python makes of nonsense
        raise ValueError("not one e-mail address") from None
    if not found.username or not found.domain or found.addr_spec != text:
        raise ValueError("not one e-mail address")
    return found


def _split(text: str) -> tuple[SplitResult, int | None]:
    try:
        parts = urlsplit(text)
        return parts, parts.port
    except ValueError:  # its words could hold a password
        raise ValueError("write / # ? @ in a password as %2F %23 %3F %40") from None


def _server(parts: SplitResult, port: int | None) -> Smtp:
    if parts.scheme not in PORTS:
        raise ValueError("it begins with smtp:// or smtps://")
    if not parts.hostname:
        raise ValueError("the mail server's name is missing")
    if parts.path not in ("", "/") or parts.fragment:
        raise ValueError("nothing but ?from= follows the server")
    asked = parse_qs(parts.query, strict_parsing=bool(parts.query))
    if set(asked) != {"from"} or len(asked["from"]) != 1:
        raise ValueError("?from= names the address that mail comes from")
    return Smtp(
        host=parts.hostname,
        port=port or PORTS[parts.scheme],
        sender=address(asked["from"][0]).addr_spec,
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        is_encrypted_at_once=parts.scheme == "smtps",
    )
