"""Ann, all clear, with a session planned, and the clock that stands until it is moved."""

from tests.clearance.conftest import clock, stable

__all__ = ["clock", "stable"]
