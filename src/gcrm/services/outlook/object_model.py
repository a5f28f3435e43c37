"""What is needed of Outlook's object model, by its own names: COM objects have it as it is, and so has the fake.

Source: Microsoft Learn, "Object model (Outlook VBA reference)"; pages that rule a detail are named where it is used.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

FOLDER_CALENDAR, FOLDER_CONTACTS = 9, 10
"""OlDefaultFolders."""
APPOINTMENT_ITEM, CONTACT_ITEM = 1, 2
"""OlItemType."""
NORMAL, PERSONAL, PRIVATE, CONFIDENTIAL = 0, 1, 2, 3
"""OlSensitivity."""
FREE, TENTATIVE, BUSY = 0, 1, 2
"""OlBusyStatus; 3 is out of office, 4 working elsewhere."""
OWN, CALLED_OFF, RECEIVED, RECEIVED_CALLED_OFF = 0, 5, 3, 7
"""OlMeetingStatus."""
DAILY, WEEKLY, MONTHLY, MONTH_NTH, YEARLY, YEAR_NTH = 0, 1, 2, 3, 5, 6
"""OlRecurrenceType."""
UNSPECIFIED, FEMALE, MALE = 0, 1, 2
"""OlGender."""
NO_YEAR = 4501
"""The first of January of this year stands where no date was entered."""


class Item(Protocol):
    """A contact or an appointment. Fields are read and set by name (link.py), as they are named in Outlook."""

    @property
    def EntryID(self) -> str:
        """Return its name; "" before it was saved, another one after it was moved to another store."""

    @property
    def LastModificationTime(self) -> datetime:
        """Return when it was last changed."""

    def Save(self) -> None:
        """Save it."""

    def Delete(self) -> None:
        """Move it to the deleted items."""


class Appointment(Item, Protocol):
    """An appointment, or one occurrence of a series."""

    @property
    def IsRecurring(self) -> bool:
        """Tell whether it is a series."""

    def GetRecurrencePattern(self) -> Pattern:
        """Return how it repeats; one that does not becomes a series by asking."""

    def ClearRecurrencePattern(self) -> None:
        """Let it come once."""


class Pattern(Protocol):
    """How a series repeats ("RecurrencePattern object"): the type is set first, the interval before the end."""

    RecurrenceType: int
    Interval: int
    DayOfWeekMask: int
    DayOfMonth: int
    MonthOfYear: int
    Instance: int
    NoEndDate: bool
    Occurrences: int
    PatternStartDate: datetime
    PatternEndDate: datetime
    StartTime: datetime
    EndTime: datetime
    Duration: int

    @property
    def Exceptions(self) -> Collection:
        """Return what differs from the pattern."""

    def GetOccurrence(self, StartDate: datetime) -> Appointment:  # noqa: N803 - Outlook's name
        """Return the occurrence that begins then; an error without one, also where it was moved away."""


class Deviation(Protocol):
    """What differs from a pattern ("Exception object"). `OriginalDate` has no time of day where it was deleted."""

    @property
    def Deleted(self) -> bool:
        """Tell whether the occurrence does not take place."""

    @property
    def OriginalDate(self) -> datetime:
        """Return which one it is."""

    @property
    def AppointmentItem(self) -> Appointment:
        """Return what takes place instead; an error where nothing does."""


class Collection(Protocol):
    """A collection, counted from 1 on."""

    @property
    def Count(self) -> int:
        """Return how many there are."""

    def Item(self, Index: Any) -> Any:  # noqa: N803 - Outlook's name
        """Return one by its place or, where it has one, its name."""


class Columns(Protocol):
    """The columns of a table."""

    def RemoveAll(self) -> None:
        """Take all away."""

    def Add(self, Name: str) -> Any:  # noqa: N803 - Outlook's name
        """Add one by the name of a field."""


class Row(Protocol):
    """A row of a table."""

    def GetValues(self) -> Sequence[Any]:
        """Return its values in the order of the columns."""


class Table(Protocol):
    """A quick list of what a folder holds ("Table object")."""

    @property
    def Columns(self) -> Columns:
        """Return its columns."""

    @property
    def EndOfTable(self) -> bool:
        """Tell whether nothing follows."""

    def GetNextRow(self) -> Row:
        """Return the next row."""


class Items(Collection, Protocol):
    """What a folder holds."""

    def Add(self, Type: int) -> Any:  # noqa: N803 - Outlook's name
        """Return a new item of this folder, not yet saved."""


class Folder(Protocol):
    """A folder."""

    @property
    def EntryID(self) -> str:
        """Return its name."""

    @property
    def StoreID(self) -> str:
        """Return the name of the mailbox or file that it lies in."""

    @property
    def Items(self) -> Items:
        """Return what it holds."""

    def GetTable(self) -> Table:
        """Return a quick list of what it holds."""


class Session(Protocol):
    """Outlook's session ("NameSpace object")."""

    def GetDefaultFolder(self, FolderType: int) -> Folder:  # noqa: N803 - Outlook's name
        """Return the contacts or the calendar of whoever uses Outlook."""

    def GetItemFromID(self, EntryIDItem: str, EntryIDStore: str) -> Any:  # noqa: N803 - Outlook's names
        """Return an item by its name."""


class Application(Protocol):
    """Outlook."""

    @property
    def TimeZones(self) -> Collection:
        """Return the time zones that Windows knows; `Item` takes their Windows names."""

    def GetNamespace(self, Type: str) -> Session:  # noqa: N803 - Outlook's name
        """Return the session; the type is always "MAPI"."""
