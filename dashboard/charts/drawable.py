"""What every lane has: the content it is named by, worked out once."""

from __future__ import annotations

from functools import cached_property
from hashlib import sha256


class Drawable:
    """A frozen lane; a page asks several times what it is, and thousands of numbers are in it."""

    @cached_property
    def digest(self) -> str:
        """The digest of everything in the lane, equal in every process."""
        return sha256(repr(self).encode()).hexdigest()

    def __hash__(self) -> int:
        """Hash as the content does; equal lanes have equal digests."""
        return hash(self.digest)
