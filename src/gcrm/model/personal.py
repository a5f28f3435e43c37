"""Whose the rows of each table are, and what becomes of them when somebody is erased.

The windows and the functions of a server (model/guards/erasing.py) both go by it. To add a table: one rule here;
tests/services/test_personal_data.py fails without it, and for a column that points to
somebody and is not named by its rule.

`by` names the columns through which a row belongs to somebody, each with the table it points to: such a row is shown
and erased. `names` are columns that only name somebody in a row of somebody else's: the row is shown, the name is taken
out. Owners stand before what belongs to them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gcrm.i18n import N_

ERASED, KEPT, OFFICE = "erased", "kept", "office"
"""What becomes of the rows: they go, they stay and say why, or they tell of nobody but the office itself."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The rule of a table. `title` heads its rows where they are shown; `why` says why rows stay."""

    end: str
    title: str = ""
    by: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)
    why: str = ""


def _theirs(title: str, names: Mapping[str, str] | None = None, **by: str) -> Rule:
    """Return the rule of a table whose rows belong to somebody and go with them."""
    return Rule(ERASED, title, by, names or {})


def _office(why: str, **names: str) -> Rule:
    """Return the rule of a table that tells of nobody the office deals with."""
    return Rule(OFFICE, names=names, why=why)


_COLLEAGUES = "tells of those who work here, not of contacts"
_SET_UP = "how the office is set up"
RULES: Mapping[str, Rule] = {
    "contact": _theirs(N_("Contact"), id="contact"),
    "contact_person": _theirs(N_("Contact person"), contact_id="contact", person_id="person"),
    "person": _theirs(N_("Person"), id="person"),
    "address": _theirs(N_("Addresses"), contact_id="contact"),
    "contact_point": _theirs(
        N_("Phone, e-mail, web"), contact_id="contact", contact_person_id="contact_person"
    ),
    "bank_account": _theirs(N_("Bank accounts"), contact_id="contact"),
    "open_item": _theirs(N_("Open items"), contact_id="contact"),
    "contact_category": _theirs(N_("Categories"), contact_id="contact"),
    "consent": _theirs(N_("Permissions"), contact_id="contact", contact_person_id="contact_person"),
    "duplicate_verdict": _theirs(N_("Not duplicates"), one_id="contact", other_id="contact"),
    "activity": _theirs(N_("Activities"), {"contact_person_id": "contact_person"}, contact_id="contact"),
    "activity_link": _theirs(N_("Links of activities"), activity_id="activity"),
    "appointment": _theirs(N_("Appointments"), activity_id="activity", series_id="activity"),
    "participant": _theirs(
        N_("Participation in appointments"),
        activity_id="activity", contact_id="contact", contact_person_id="contact_person",
    ),
    "dav_name": _theirs(N_("Names on phones"), contact_id="contact", activity_id="activity"),
    "dav_peer": _office("which entry elsewhere is one here; what goes here goes there", activity_id="activity"),
    "outlook_peer": _office(
        "which item of Outlook is one here; digests alone", contact_id="contact", activity_id="activity"
    ),
    "notice": _theirs(N_("Notices"), activity_id="activity"),
    "attachment": _theirs(N_("Files"), contact_id="contact", activity_id="activity"),
    "blob": _theirs(N_("Contents of files")),
    "blob_chunk": _theirs(N_("Contents of files")),
    "contact_search": _theirs(N_("Search index"), contact_id="contact"),
    "change": Rule(KEPT, N_("History"), why="the row stays as a link of the chain; what it told is taken out"),
    "operation": Rule(KEPT, N_("History"), why="who did what and when; names in it are taken out"),
    "erasure": Rule(KEPT, N_("Erasures"), why="proves what was erased and names nobody"),
    "seal": _office("digests"),
    "category": _office("names of groups"),
    "activity_type": _office(_SET_UP),
    "custom_field": _office(_SET_UP),
    "company": _office("our own company"),
    "number_range": _office(_SET_UP),
    "setting": _office(_SET_UP),
    "saved_filter": _office("questions about contacts, not about one"),
    "user": _office(_COLLEAGUES),
    "absence": _office(_COLLEAGUES),
    "user_group": _office(_COLLEAGUES),
    "group_right": _office(_COLLEAGUES),
    "group_field": _office(_COLLEAGUES),
    "invitation": _office(_COLLEAGUES),
    "refused_login": _office(_COLLEAGUES),
    "current_operation": _office("empty between writes"),
    "office_version": _office("the version of the schema"),
}  # fmt: skip

REDUCED = {
    "contact": frozenset(
        {"kind", "number", "name", "name2", "title", "first_name", "last_name", "vat_number", "is_customer",
         "is_supplier", "is_prospect", "is_other", "debtor_number", "creditor_number", "archived_at", "deleted_at",
         "restricted_until"}
    ),
}  # fmt: skip
"""What stays of the contact that kept papers are about: who it was, as the papers say anyway."""


def erased_tables() -> tuple[str, ...]:
    """Return the tables whose rows go with somebody, owners first."""
    return tuple(name for name, rule in RULES.items() if rule.end == ERASED and rule.by)
