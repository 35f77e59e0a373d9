"""The program as a browser meets it: a real server on loopback, in a thread of the tests."""

from __future__ import annotations

import threading

from flask import Flask
from waitress import wasyncore
from waitress.server import create_server


class Served:
    """A waitress server for one app, on a port of its own, until it is stopped."""

    def __init__(self, app: Flask) -> None:
        """Start to serve."""
        self._map: dict[int, object] = {}
        self._server = create_server(
            app, host="127.0.0.1", port=0, threads=8, ident=None, map=self._map
        )
        self._is_open = True
        self._thread = threading.Thread(target=self._loop, name="served")
        self._thread.start()
        # Chromium takes cookies marked Secure over plain HTTP from localhost, and only from there.
        self.base = f"http://localhost:{self._server.effective_port}"

    def stop(self) -> None:
        """Finish what is being answered and stop."""
        self._is_open = False
        self._server.pull_trigger()
        self._thread.join()
        self._server.task_dispatcher.shutdown()
        self._server.close()
        wasyncore.close_all(self._map)

    def _loop(self) -> None:
        while self._is_open:
            wasyncore.loop(timeout=1, map=self._map, count=1)
