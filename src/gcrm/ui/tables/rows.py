"""The rows behind a list: all ids in a compact array, rows read in pages off the GUI thread when they are seen."""

from __future__ import annotations

from array import array
from collections import OrderedDict
from collections.abc import Iterable

from PySide6.QtCore import QObject, QTimer, Signal

from gcrm.services import contact_list
from gcrm.services.contact_list import ContactRow
from gcrm.services.database import Database
from gcrm.ui.tasks import Tasks

PAGE = 60
KEPT = 2000


class Rows(QObject):
    """Ids in order and the rows that are known; `arrived` carries the first and last place that came to be known.

    At most KEPT rows are kept. A row that is asked for is read with its neighbours, all that are asked for in one
    turn of the event loop together.
    """

    arrived = Signal(int, int)

    def __init__(
        self, database: Database, tasks: Tasks, columns: tuple[str, ...], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._database = database
        self._tasks = tasks
        self._columns = columns
        self._ids = array("q")
        self._places: dict[int, int] | None = None
        self._known: OrderedDict[int, ContactRow] = OrderedDict()
        self._wanted: set[int] = set()
        self._asked: set[int] = set()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._fetch)

    @property
    def ids(self) -> array[int]:
        """Return all ids in order."""
        return self._ids

    def set_ids(self, ids: array[int], rows: dict[int, ContactRow] | None = None) -> None:
        """Take another result; rows that came with it are known at once."""
        self._ids = ids
        self._places = None
        self._keep(rows or {})

    def set_columns(self, columns: tuple[str, ...]) -> None:
        """Read other columns from now on; what is known is forgotten."""
        self._columns = columns
        self._known.clear()
        self._asked.clear()

    def place(self, contact: int) -> int | None:
        """Return the place of a contact, None when it is not in the list."""
        if self._places is None:
            self._places = {contact: place for place, contact in enumerate(self._ids)}
        return self._places.get(contact)

    def row(self, place: int) -> ContactRow | None:
        """Return what is known of the row at a place; asks for it when nothing is."""
        contact = self._ids[place]
        found = self._known.get(contact)
        if found is None and contact not in self._asked:
            self._wanted.add(place)
            self._timer.start()
        return found

    def forget(self, contacts: Iterable[int]) -> None:
        """Read these rows anew when they are seen next: they changed."""
        for contact in contacts:
            self._known.pop(contact, None)
            self._asked.discard(contact)

    def _fetch(self) -> None:
        """Read the rows that were asked for, and their neighbours."""
        places, self._wanted = self._wanted, set()
        count = len(self._ids)
        around = {
            near
            for place in places
            if place < count
            for near in range(max(0, place - PAGE // 4), min(count, place + PAGE // 4))
        }
        batch = [
            contact
            for contact in (self._ids[place] for place in sorted(around))
            if contact not in self._known and contact not in self._asked
        ]
        if not batch:
            return
        self._asked.update(batch)
        columns, database = self._columns, self._database

        def read() -> dict[int, ContactRow]:
            with database.read() as session:
                return contact_list.rows(session, batch, columns)

        self._tasks.read(
            read, lambda rows: self._take(batch, rows, columns), lambda _error: self._asked.clear(), owner=self
        )

    def _take(self, batch: list[int], rows: dict[int, ContactRow], columns: tuple[str, ...]) -> None:
        """Take the rows that were read, unless other columns are wanted by now."""
        self._asked.difference_update(batch)
        if columns != self._columns:
            return
        self._keep(rows)
        places = [place for place in map(self.place, rows) if place is not None]
        if places:
            self.arrived.emit(min(places), max(places))

    def _keep(self, rows: dict[int, ContactRow]) -> None:
        """Keep rows, the newest KEPT of them."""
        self._known.update(rows)
        while len(self._known) > KEPT:
            self._known.popitem(last=False)
