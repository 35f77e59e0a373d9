"""A mail server for tests: on 127.0.0.1, takes what it is given, says no when it is told to."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class MailServer:
    """What a running server took in, and what it answers to a command instead of accepting it."""

    port: int = 0
    refuses: dict[str, str] = field(default_factory=dict)
    taken: list[tuple[str, str]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)


@contextmanager
def serve(*, refuses: dict[str, str] | None = None) -> Iterator[MailServer]:
    """Run one until the block ends; `refuses` is such as {"RCPT": "550 no such person"}."""
    running = MailServer(refuses=refuses or {})

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            converse(self, running)

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        running.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield running
        finally:
            server.shutdown()
            thread.join()


def converse(talk: socketserver.StreamRequestHandler, server: MailServer) -> None:
    """Speak as much SMTP as one client needs."""

    def say(line: str) -> None:
        talk.wfile.write(f"{line}\r\n".encode())

    say("220 test")
    recipient = ""
    while line := talk.rfile.readline().decode().strip():
        server.said.append(line)
        verb = line.split()[0].upper()
        if verb in server.refuses:
            say(server.refuses[verb])
        elif verb == "EHLO":
            say("250-test")
            say("250 AUTH PLAIN")
        elif verb == "AUTH":
            say("235 welcome")
        elif verb == "RCPT":
            recipient = line.partition(":")[2].strip(" <>")
            say("250 yes")
        elif verb == "DATA":
            say("354 go on")
            server.taken.append((recipient, _message(talk)))
            say("250 taken")
        elif verb == "QUIT":
            say("221 bye")
            return
        else:
            say("250 yes")


def _message(talk: socketserver.StreamRequestHandler) -> str:
    lines = []
    while (line := talk.rfile.readline().decode()) not in (".\r\n", ""):
        lines.append(line)
    return "".join(lines)
