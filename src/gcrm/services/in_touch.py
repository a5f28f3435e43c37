"""When the office was last in touch with a contact: one definition for the list, the record page and the filter."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, and_

from gcrm.model.activity import Activity

IN_TOUCH = ("call", "meeting", "visit", "letter", "email")
"""Types of activities that are a contact with the customer; notes, tasks and what the program writes are none."""


def was_in_touch(at: datetime) -> ColumnElement[bool]:
    """Return the condition that an activity was a contact up to an instant; a follow-up of it may still be open."""
    return and_(Activity.type.in_(IN_TOUCH), Activity.at <= at)
