"""Ann, all clear, as the clearance's tests have her."""

from tests.clearance.conftest import alice, clock, record, stable

__all__ = ["alice", "clock", "record", "stable"]
