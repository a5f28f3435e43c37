"""What becomes of each table in an export of everything: its rows, the bytes of its files, or nothing as it follows.

To add a table: one line in RULES. A test fails until it is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from gcrm.i18n import N_

FORMAT, VERSION = "gcrm-office", 1
MANIFEST, SUMS = "office.json", "SHA256SUMS"
A_ROW = 1024
"""Bytes of a file that count as much as a row does where it is told how far the work is."""
Way = Literal["rows", "files", "follows"]
"""Rows: one line of JSON each. Files: the bytes lie as files beside. Follows: made anew from other tables."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What a table is called on the pages to read, and what becomes of it."""

    label: str
    way: Way = "rows"


RULES: Mapping[str, Rule] = {
    "contact": Rule(N_("Contacts")),
    "address": Rule(N_("Addresses")),
    "contact_point": Rule(N_("Telephone numbers, e-mail and web addresses")),
    "bank_account": Rule(N_("Bank accounts")),
    "open_item": Rule(N_("Open items")),
    "person": Rule(N_("People")),
    "contact_person": Rule(N_("Contact persons")),
    "category": Rule(N_("Categories")),
    "contact_category": Rule(N_("Categories of contacts")),
    "consent": Rule(N_("Permissions")),
    "duplicate_verdict": Rule(N_("Contacts that are no duplicates")),
    "activity": Rule(N_("Activities and follow-ups")),
    "activity_link": Rule(N_("Links of activities")),
    "activity_type": Rule(N_("Types of activities")),
    "appointment": Rule(N_("Appointments")),
    "participant": Rule(N_("Participants of appointments")),
    "dav_name": Rule(N_("Names on phones")),
    "dav_peer": Rule(N_("Entries of calendars elsewhere")),
    "outlook_peer": Rule(N_("Items of Outlook")),
    "notice": Rule(N_("Notices to users")),
    "attachment": Rule(N_("Files")),
    "erasure": Rule(N_("Erasures")),
    "blob": Rule(N_("Contents of files")),
    "blob_chunk": Rule(N_("Contents of files"), "files"),
    "company": Rule(N_("Own companies")),
    "number_range": Rule(N_("Number ranges")),
    "custom_field": Rule(N_("User-defined fields")),
    "setting": Rule(N_("Settings")),
    "saved_filter": Rule(N_("Saved lists")),
    "user": Rule(N_("Users")),
    "absence": Rule(N_("Absences")),
    "user_group": Rule(N_("Groups")),
    "group_right": Rule(N_("Rights of groups")),
    "group_field": Rule(N_("Fields hidden from groups")),
    "invitation": Rule(N_("Invitations")),
    "refused_login": Rule(N_("Refused log-ins")),
    "operation": Rule(N_("History: what was done")),
    "change": Rule(N_("History: changes")),
    "seal": Rule(N_("History: seals")),
    "office_version": Rule(N_("Versions of the program")),
    "contact_search": Rule(N_("Search index"), "follows"),
    "current_operation": Rule(N_("Operation under way"), "follows"),
}
HISTORY = ("operation", "change", "seal")
SET_UP = frozenset({"user", "company", "number_range", "setting", "refused_login"})
"""Tables in which an office has rows that nobody has worked in yet."""
