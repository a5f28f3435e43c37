"""What is typed into the fields of a record and not saved: drafts on the disk, and the way back to their fields.

A draft is named by its contact and the key of its row. It is written two seconds after a key was pressed, taken away
when the text was saved or given up, and listed under "Unfinished texts" as long as it lies there (ui/unfinished.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from gcrm.services.drafts import RECORD, Draft, record_key
from gcrm.ui.contact.fact_card import FactCard
from gcrm.ui.contact.row_list import RowList
from gcrm.ui.context import Context
from gcrm.ui.draft_keeper import DraftKeeper

__all__ = ["RECORD", "FieldDrafts", "open_row"]


class FieldDrafts:
    """The drafts of one record page; each belongs to the contact that was shown when it was typed."""

    def __init__(self, context: Context, owner: QObject) -> None:
        self._keeper = DraftKeeper(context, owner)
        self._owner = owner

    def keep(self, contact: int, tab: str, row: str, label: str, texts: Sequence[str], more: Mapping[str, Any]) -> str:
        """Keep the texts of a row, with what else belongs to them; return the key of the draft."""
        key = record_key(contact, row)
        text = " ".join(text for text in texts if text.strip())
        values = {"contact_id": contact, "tab": tab, "row": row, "label": label, "text": text, "texts": list(texts)}
        self._keeper.put(key, {**values, **more})
        return key

    def forget(self, key: str) -> None:
        """Take a draft away."""
        self._keeper.forget(key)

    def flush(self) -> None:
        """Write what waits now."""
        self._keeper.flush()

    def fetch(self, contact: int, row: str, take: Callable[[Mapping[str, Any]], object]) -> None:
        """Hand over what was typed into a row before, if there is something."""

        def found(draft: Draft | None) -> None:
            if draft is not None:
                take(draft.data)

        self._keeper.fetch(record_key(contact, row), found, self._owner)


def open_row(tab: QWidget, row: str) -> bool:
    """Open the editor of a row wherever it stands in a tab, also one that is new or shown with all fields only."""
    if any(rows.edit(row) for rows in tab.findChildren(RowList) if rows.isVisibleTo(tab)):
        return True
    return any(card.reveal(row) for card in tab.findChildren(FactCard) if card.isVisibleTo(tab))
