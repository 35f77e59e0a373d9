"""Sending mail: neutral plain text to one address. No recipient and no text reaches a log."""

from __future__ import annotations

import os
import secrets
import smtplib
import ssl
from contextlib import suppress
from email import policy
from email.message import EmailMessage
from email.utils import localtime, make_msgid
from pathlib import Path

import structlog
from flask import current_app

from dashboard import mail_route
from dashboard.clock import now
from dashboard.mail_route import Off, Outbox, Route, Smtp
from dashboard.settings import Settings

log = structlog.get_logger()
PATIENCE = 20  # seconds for each step of talking to the mail server
WHOLE_LINKS = policy.SMTP.clone(max_line_length=500)  # a link is not broken over lines
OUTBOX_SENDER = "casement@localhost.invalid"


class NotSent(RuntimeError):
    """A mail could not be sent; the message says why, without naming anybody."""


def is_on() -> bool:
    """Whether mail goes anywhere at all."""
    return not isinstance(_route(), Off)


def send(*, to: str, subject: str, body: str) -> None:
    """Send one message to one address, or raise `NotSent` in words to show."""
    route = _route()
    try:
        if isinstance(route, Off):
            raise NotSent("E-mail is not set up here (CASEMENT_MAIL).")
        if isinstance(route, Outbox):
            _put(_message(OUTBOX_SENDER, to=to, subject=subject, body=body))
        else:
            _hand_over(route, _message(route.sender, to=to, subject=subject, body=body))
    except NotSent as problem:
        log.warning("mail not sent", reason=str(problem))
        raise


def _message(sender: str, *, to: str, subject: str, body: str) -> EmailMessage:
    """Write the message; a line break in a header is refused, not sent on."""
    message = EmailMessage(policy=WHOLE_LINKS)
    try:
        message["To"] = mail_route.address(to)
        message["From"] = mail_route.address(sender)
        message["Subject"] = subject
    except ValueError:
        raise NotSent("The e-mail address or the subject cannot be used.") from None
    message["Date"] = localtime(now())
    message["Message-ID"] = make_msgid(domain=_domain(sender))
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(body, cte="7bit" if body.isascii() else "quoted-printable")
    return message


def _put(message: EmailMessage) -> None:
    """Write the message into the outbox, readable by this account only."""
    folder = outbox()
    name = f"{now():%Y%m%dT%H%M%S%f}-{secrets.token_hex(4)}.eml"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(file, "wb") as written:
            written.write(bytes(message))
    except OSError:
        raise NotSent("The outbox could not be written.") from None


def outbox() -> Path:
    """Return the folder that mail is written into where CASEMENT_MAIL is `file:`."""
    return _settings().instance / "outbox"


def _hand_over(server: Smtp, message: EmailMessage) -> None:
    try:
        connection = _connected(server)
        try:
            if server.needs_starttls:
                connection.starttls(context=ssl.create_default_context())
            if server.user:
                connection.login(server.user, server.password)
            connection.send_message(message)
        finally:
            _take_leave(connection)
    except (smtplib.SMTPException, OSError, UnicodeError) as problem:
        raise NotSent(_words(problem)) from None


def _take_leave(connection: smtplib.SMTP) -> None:
    """Say goodbye; a server that took the message and then fails has taken it all the same."""
    try:
        with suppress(smtplib.SMTPException, OSError):
            connection.quit()
    finally:
        connection.close()


def _connected(server: Smtp) -> smtplib.SMTP:
    own_name = _domain(server.sender)
    if server.is_encrypted_at_once:
        return smtplib.SMTP_SSL(
            server.host,
            server.port,
            local_hostname=own_name,
            timeout=PATIENCE,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(server.host, server.port, local_hostname=own_name, timeout=PATIENCE)


def _words(problem: Exception) -> str:
    """Say what went wrong; a server's own words may name the recipient and are not repeated."""
    match problem:
        case smtplib.SMTPAuthenticationError():
            return "The mail server refused the sign-in of CASEMENT_MAIL."
        case smtplib.SMTPRecipientsRefused():
            return "The mail server refused the patient's address."
        case smtplib.SMTPSenderRefused():
            return "The mail server refused the sender of CASEMENT_MAIL."
        case smtplib.SMTPNotSupportedError():
            return (
                "The mail server lacks what is needed: encryption, signing in or such an address."
            )
        case ssl.SSLError():
            return "The mail server's encryption could not be trusted."
        case smtplib.SMTPException() | UnicodeError():
            return "The mail server refused the message."
        case _:
            return "The mail server could not be reached."


def _domain(sender: str) -> str:
    return sender.rpartition("@")[2]


def _route() -> Route:
    return _settings().mail


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
