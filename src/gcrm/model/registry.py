"""All mapped classes, and which tables the history follows.

To add a record type: write its class, import it here, make a revision; the change triggers, undo, history, export
and the conformance tests then cover it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table

from gcrm.model.activity import Activity, ActivityLink, ActivityType, Notice
from gcrm.model.address import Address
from gcrm.model.appointment import Appointment, Participant
from gcrm.model.attachment import Attachment, Blob, BlobChunk
from gcrm.model.bank_account import BankAccount
from gcrm.model.base import BOOKKEEPING, Base, Record
from gcrm.model.category import Category, ContactCategory
from gcrm.model.change import Change, ContactSearch, CurrentOperation, Operation, Seal
from gcrm.model.consent import Consent
from gcrm.model.contact import Contact
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.model.contact_point import ContactPoint
from gcrm.model.custom_field import CustomField
from gcrm.model.dav_name import DavName
from gcrm.model.dav_peer import DavPeer
from gcrm.model.duplicate_verdict import DuplicateVerdict
from gcrm.model.erasure import Erasure
from gcrm.model.invitation import Invitation
from gcrm.model.office_version import OfficeVersion
from gcrm.model.open_item import OpenItem
from gcrm.model.outlook_peer import OutlookPeer
from gcrm.model.setting import SavedFilter, Setting
from gcrm.model.user import Absence, Company, NumberRange, User
from gcrm.model.user_group import GroupField, GroupRight, RefusedLogin, UserGroup

RECORDS: tuple[type[Record], ...] = (
    UserGroup,
    GroupRight,
    GroupField,
    User,
    Invitation,
    RefusedLogin,
    Absence,
    Company,
    NumberRange,
    Category,
    Contact,
    Address,
    ContactPoint,
    BankAccount,
    OpenItem,
    Person,
    ContactPerson,
    ContactCategory,
    Consent,
    DuplicateVerdict,
    ActivityType,
    Activity,
    ActivityLink,
    Appointment,
    Participant,
    Notice,
    DavName,
    DavPeer,
    OutlookPeer,
    Attachment,
    Erasure,
    CustomField,
    Setting,
    SavedFilter,
)
INTERNAL: tuple[type[Base], ...] = (
    Blob,
    BlobChunk,
    Change,
    ContactSearch,
    CurrentOperation,
    OfficeVersion,
    Operation,
    Seal,
)

UNTRACKED_COLUMNS: dict[str, frozenset[str]] = {"number_range": frozenset({"next_value"})}
"""Columns besides the bookkeeping that the history leaves out: a number that was drawn stays drawn."""


def table_of(cls: type[Any]) -> Table:
    """Return the table of a mapped class."""
    table = cls.__table__
    if not isinstance(table, Table):
        raise TypeError(f"{cls.__name__} is not mapped to a table")
    return table


def class_of(table_name: str) -> type[Record]:
    """Return the record class of a table name; KeyError when it is not a record table."""
    return {cls.__tablename__: cls for cls in RECORDS}[table_name]


def is_tracked(table: Table) -> bool:
    """Tell whether the history follows a table."""
    return any(cls.__table__ is table for cls in RECORDS)


def tracked_columns(table: Table) -> list[str]:
    """Return the names of the columns whose changes are kept, in table order, without the id."""
    left_out = UNTRACKED_COLUMNS.get(table.name, frozenset()) | set(BOOKKEEPING) | {"id"}
    return [column.name for column in table.columns if column.name not in left_out]
