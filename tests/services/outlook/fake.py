"""Outlook as its object model is documented, for computers without it. Strict: what it does not know raises.

Sources, pages of Microsoft Learn (Outlook VBA reference): "ContactItem object", "ContactItem.EntryID property" (set
when saved, another in another store), "ContactItem.Categories property" (list separator of Windows),
"RecurrencePattern object" (the type first, which fields are valid for which), "RecurrencePattern.Interval property"
(before the end), "RecurrencePattern.GetOccurrence method" (local time; an error without one),
"Exception.OriginalDate property" (no time of day once deleted), "RecurrencePattern.StartTime property" (in the zone
of the appointment), "Default Properties Displayed in a Table Object". Dates are as pywin32 gives and takes them
(PyTime.cpp).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from gcrm.services.exchange.ical_zone import WINDOWS
from gcrm.services.outlook.link import Link
from tests.services.outlook.fake_base import NOT_FOUND, REJECTED, STORE, Accessor, ComError, Item, Thing, told
from tests.services.outlook.fake_calendar import Appointment, Zones

ADDRESS = ("Street", "City", "State", "PostalCode", "Country", "PostOfficeBox")
PHONES = (
    "BusinessTelephoneNumber", "Business2TelephoneNumber", "HomeTelephoneNumber", "Home2TelephoneNumber",
    "MobileTelephoneNumber", "OtherTelephoneNumber", "BusinessFaxNumber", "HomeFaxNumber", "OtherFaxNumber",
)  # fmt: skip


class Contact(Item):
    CLASS = "IPM.Contact"
    FIELDS: ClassVar[dict[str, type]] = {
        **dict.fromkeys((
            "FirstName", "MiddleName", "LastName", "Title", "Suffix", "CompanyName", "Department", "JobTitle", "FileAs",
            "FullName", "WebPage", "Body", "Categories", "MessageClass", "EntryID", *PHONES,
            *(f"{kind}Address{part}" for kind in ("Business", "Home", "Other") for part in ADDRESS),
            *(f"Email{n}Address{more}" for n in (1, 2, 3) for more in ("", "Type")),
        ), str),
        "Gender": int, "Sensitivity": int, "Birthday": datetime, "Anniversary": datetime,
        "LastModificationTime": datetime, "PropertyAccessor": Accessor,
    }  # fmt: skip
    READ_ONLY = frozenset({"MessageClass", "EntryID", "LastModificationTime", "PropertyAccessor"})

    def write(self, name: str, value: Any) -> None:
        if name == "FullName":  # Outlook takes a name apart
            first, _blank, last = value.rpartition(" ")
            self.values.update(FirstName=first, LastName=last)
        elif name in PHONES and value.startswith("+"):  # and writes numbers as it likes
            land, _blank, rest = value.partition(" ")
            area, _blank, own = rest.partition(" ")
            value = f"{land} ({area}) {own}" if own and "(" not in area else value
        elif name.startswith("Email") and name.endswith("Address"):
            self.values[f"{name}Type"] = "SMTP" if value else ""
        super().write(name, value)


class Row(Thing):
    def GetValues(self) -> tuple[Any, ...]:
        self.outlook.enter()
        return tuple(told(value) if isinstance(value, datetime) else value for value in self.values["row"])


class Columns(Thing):
    def __init__(self, outlook: Outlook, names: list[str]) -> None:
        super().__init__(outlook)
        object.__setattr__(self, "names", names)

    def RemoveAll(self) -> None:
        self.outlook.enter()
        self.names.clear()

    def Add(self, Name: str) -> None:
        self.outlook.enter()
        assert Name in ("EntryID", "MessageClass", "LastModificationTime", "Subject", "End", "IsRecurring")
        self.names.append(Name)


class Table(Thing):
    FIELDS: ClassVar[dict[str, type]] = {"Columns": Columns, "EndOfTable": bool}
    READ_ONLY = frozenset(FIELDS)

    def __init__(self, outlook: Outlook, items: list[Item]) -> None:
        super().__init__(outlook)
        names = ["EntryID", "Subject", "CreationTime", "LastModificationTime", "MessageClass"]
        object.__setattr__(self, "columns", Columns(outlook, names))
        object.__setattr__(self, "items", items)

    def read(self, name: str) -> Any:
        return self.columns if name == "Columns" else not self.items

    def GetNextRow(self) -> Row:
        self.outlook.enter()
        item = self.items.pop(0)
        return Row(self.outlook, row=[item.read(name) for name in self.columns.names])


class Items(Thing):
    FIELDS: ClassVar[dict[str, type]] = {"Count": int}

    def __init__(self, outlook: Outlook, folder: Folder) -> None:
        super().__init__(outlook, Count=len(folder.items))
        object.__setattr__(self, "folder", folder)

    def Add(self, Type: int) -> Item:
        self.outlook.enter()
        made: Item = self.folder.new(Type)
        return made


class Folder(Thing):
    FIELDS: ClassVar[dict[str, type]] = {"EntryID": str, "StoreID": str, "Items": Items}
    READ_ONLY = frozenset(FIELDS)

    def __init__(self, outlook: Outlook, name: str) -> None:
        super().__init__(outlook, EntryID=name, StoreID=STORE)
        object.__setattr__(self, "items", {})

    def read(self, name: str) -> Any:
        return Items(self.outlook, self) if name == "Items" else super().read(name)

    def GetTable(self) -> Table:
        self.outlook.enter()
        return Table(self.outlook, list(self.items.values()))

    def new(self, kind: int) -> Item:
        """Return a new item of this folder."""
        made: type[Item] = {1: Appointment, 2: Contact}[kind]
        return made(self.outlook, self)


class Session(Thing):
    def GetDefaultFolder(self, FolderType: int) -> Folder:
        self.outlook.enter()
        found: Folder = {9: self.outlook.calendar, 10: self.outlook.contacts}[FolderType]
        return found

    def GetItemFromID(self, EntryIDItem: str, EntryIDStore: str) -> Item:
        self.outlook.enter()
        assert EntryIDStore == STORE
        for folder in (self.outlook.contacts, self.outlook.calendar):
            if EntryIDItem in folder.items:
                found: Item = folder.items[EntryIDItem]
                return found
        raise ComError(NOT_FOUND, "An object could not be found")


class Outlook:
    """The program. `busy` calls that come next are rejected, `wrote` counts how often something was saved."""

    def __init__(self, local: str = "UTC") -> None:
        self.local = local
        self.busy = 0
        self.wrote = 0
        self.numbers = count(1)
        self.contacts = Folder(self, "00CONTACTS")
        self.calendar = Folder(self, "00CALENDAR")
        self._moments = count(1)
        self.waited: list[float] = []

    def enter(self) -> None:
        """Let a call come in, or reject it."""
        if self.busy:
            self.busy -= 1
            raise ComError(REJECTED, "Call was rejected by callee.")

    def tick(self) -> datetime:
        """Return another moment, in local time."""
        return datetime(2026, 11, 28, 9) + timedelta(seconds=next(self._moments))

    def here(self, wall: datetime, zone: str) -> datetime:
        """Return a wall time of a zone in local time."""
        return self._turned(wall, zone, self.local)

    def there(self, wall: datetime, zone: str) -> datetime:
        """Return a local time in a zone."""
        return self._turned(wall, self.local, zone)

    def _turned(self, wall: datetime, zone: str, other: str) -> datetime:
        if zone == other:
            return wall
        return wall.replace(tzinfo=_zone(zone)).astimezone(_zone(other)).replace(tzinfo=None)

    def GetNamespace(self, Type: str) -> Session:
        self.enter()
        assert Type == "MAPI"
        return Session(self)

    @property
    def TimeZones(self) -> Zones:
        self.enter()
        return Zones(self)

    # --- what a person does in it ----------------------------------------------------------------------------------
    def add_contact(self, **values: Any) -> Contact:
        made = Contact(self, self.contacts, PropertyAccessor=Accessor(self))
        self.edit(made, **values)
        return made

    def add_appointment(self, start: datetime, end: datetime, zone: str = "", **values: Any) -> Appointment:
        made = Appointment(self, self.calendar)
        if zone:
            made.StartTimeZone = made.EndTimeZone = Zones(self).Item(zone)
        made.AllDayEvent = values.pop("AllDayEvent", False)
        made.StartInStartTimeZone, made.EndInEndTimeZone = told(start), told(end)
        self.edit(made, **values)
        return made

    def edit(self, item: Item, **values: Any) -> None:
        """Change an item by hand."""
        for name, value in values.items():
            if name == "MeetingStatus":
                item.values[name] = value
            else:
                setattr(item, name, value)
        item.Save()

    def link(self) -> Link:
        """Return what the program is given."""
        return Link(self, (ComError,), ",", self.waited.append)


def _zone(name: str) -> Any:
    return UTC if name == "UTC" else ZoneInfo(WINDOWS[name])
