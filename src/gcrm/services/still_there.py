"""Whether a kept connection to a server still holds, asked without a trip to the server where that can be.

A server that stops, or that ends a connection, says so: then there is something to read. A line that was cut says
nothing, so a connection that rested for a while is asked in earnest.
"""

from __future__ import annotations

import select
import time
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.exc import DisconnectionError

RESTED = 20.0
"""Seconds without use after which a connection is asked; routers forget one after minutes at the earliest."""
_USED = "gcrm_used"


def listen_for_loss(engine: Engine) -> None:
    """Look at each connection of a pool before it is used again."""

    @event.listens_for(engine, "checkin")
    def returned(raw: Any, record: Any) -> None:
        record.info[_USED] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def taken(raw: Any, record: Any, proxy: Any) -> None:
        used = record.info.get(_USED)
        is_fresh = used is None or (time.monotonic() - used < RESTED and _is_quiet(raw))
        if not is_fresh and not _answers(engine, raw):
            raise DisconnectionError  # the pool makes a new one


def _is_quiet(raw: Any) -> bool:
    """Tell whether the server has said nothing since the connection was used last."""
    try:
        return not select.select([raw.fileno()], [], [], 0)[0]
    except (ValueError, OSError):  # more files open than select can hold; closed
        return False


def _answers(engine: Engine, raw: Any) -> bool:
    """Tell whether the server answers on a connection."""
    driver: Any = engine.dialect.dbapi
    try:
        return bool(engine.dialect.do_ping(raw))
    except driver.Error:
        return False
