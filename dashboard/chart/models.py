"""Charts drawn before, kept by what they show, so that no worker draws the same one twice."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from dashboard.clock import now
from dashboard.db import Base


class DrawnChart(Base):
    """One drawing under the digest of all it shows; it names no patient and can be dropped."""

    __tablename__ = "drawn_chart"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    svg: Mapped[str]
    drawn_at: Mapped[dt.datetime] = mapped_column(default=now, index=True)
