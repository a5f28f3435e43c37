"""What all things of the fake of Outlook have in common: strict fields, dates as pywin32 has them, saving."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from tests.services.outlook.fake import Folder, Outlook

NO_DATE = datetime(4501, 1, 1)
REJECTED, NOT_FOUND, FAILED = -2147418111, -2147221233, -2147467259
STORE = "00STORE"


class ComError(Exception):
    """Stands for pywintypes.com_error."""

    def __init__(self, hresult: int, words: str) -> None:
        super().__init__(hresult, words)
        self.hresult = hresult


def told(wall: datetime) -> datetime:
    """Return a date as pywin32 gives it: wall time, labelled as UTC."""
    return wall.replace(tzinfo=UTC)


class Thing:
    """A COM object: fields by name and type; each call may be rejected."""

    FIELDS: ClassVar[dict[str, type]] = {}
    READ_ONLY: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, outlook: Outlook, **values: Any) -> None:
        object.__setattr__(self, "outlook", outlook)
        object.__setattr__(self, "values", values)

    def __getattr__(self, name: str) -> Any:
        if name not in self.FIELDS:
            raise AttributeError(f"Outlook knows no {type(self).__name__}.{name}")
        self.outlook.enter()
        value = self.read(name)
        return told(value) if isinstance(value, datetime) else value

    def __setattr__(self, name: str, value: Any) -> None:
        if name not in self.FIELDS or name in self.READ_ONLY:
            raise AttributeError(f"{type(self).__name__}.{name} cannot be set")
        self.outlook.enter()
        wanted = self.FIELDS[name]
        assert type(value) is wanted or (wanted is datetime and isinstance(value, datetime)), (name, value)
        if isinstance(value, datetime):
            assert value.tzinfo is not None, "pywin32 would shift a naive time by the zone of this computer"
            value = value.astimezone(UTC).replace(tzinfo=None)
        self.write(name, value)

    def read(self, name: str) -> Any:
        return self.values.get(name, {str: "", int: 0, bool: False, datetime: NO_DATE}.get(self.FIELDS[name]))

    def write(self, name: str, value: Any) -> None:
        self.values[name] = value


class Item(Thing):
    """What lies in a folder."""

    CLASS = ""

    def __init__(self, outlook: Outlook, folder: Folder, **values: Any) -> None:
        super().__init__(outlook, MessageClass=self.CLASS, **values)
        object.__setattr__(self, "folder", folder)

    def read(self, name: str) -> Any:
        if name == "Body" and self.values.get("Body"):
            return f"{self.values['Body']}\r\n"
        return super().read(name)

    def Save(self) -> None:
        self.outlook.enter()
        self.outlook.wrote += 1
        self.check()
        if not self.values.get("EntryID"):
            self.values["EntryID"] = f"00{next(self.outlook.numbers):06X}"
        self.values["LastModificationTime"] = self.outlook.tick()
        self.folder.items[self.values["EntryID"]] = self

    def check(self) -> None:
        """Refuse what cannot be saved."""

    def Delete(self) -> None:
        self.outlook.enter()
        del self.folder.items[self.values["EntryID"]]

    def move(self) -> None:
        """Come back from another store, as a person would do it by hand: under another name."""
        del self.folder.items[self.values["EntryID"]]
        self.values["EntryID"] = ""
        self.Save()


class Accessor(Thing):
    def GetProperty(self, SchemaName: str) -> Any:
        self.outlook.enter()
        if SchemaName not in self.values:
            raise ComError(NOT_FOUND, "The property is unknown or cannot be found")
        return self.values[SchemaName]
