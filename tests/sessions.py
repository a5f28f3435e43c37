"""Sessions that outlive the call they were made for (law 4): windows get rows, or records that hang on no session."""

from __future__ import annotations

from sqlalchemy.orm.session import _sessions


def left_open() -> list[str]:
    """Return the sessions that still hold records or a transaction, in words."""
    return [
        f"a session holds {[type(record).__name__ for record in session.identity_map.values()]}"
        for session in list(_sessions.values())
        if session.in_transaction() or len(session.identity_map)
    ]
