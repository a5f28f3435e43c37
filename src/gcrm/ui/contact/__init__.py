"""The record page: one contact with header, tabs, key figures and cards that are edited in place.

page.py holds it together; header.py and tabs are what it is made of; a card is a list of rows (rows.py, row_list.py),
a row a value that turns into its editor (value_row.py); saving.py writes one change at a time.
"""

from __future__ import annotations

from gcrm.ui.contact.page import ContactPage

__all__ = ["ContactPage"]
