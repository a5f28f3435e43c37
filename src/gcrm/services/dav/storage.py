"""The storage, the log-in and the rights that Radicale asks, over the books of the office (books.py).

    /LOGIN/contacts/…   /LOGIN/calendar/…   /LOGIN/tasks/…   /LOGIN/calendar-ID/… (colleagues, to look at)

The texts of entries are read when they are asked for, many at a time: a list of ten thousand states needs none.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import vobject
from radicale.auth import AuthContext, BaseAuth
from radicale.config import Configuration
from radicale.item import Item
from radicale.item.filter import simplify_prefilters
from radicale.pathutils import strip_path
from radicale.rights import BaseRights
from radicale.storage import BaseCollection, BaseStorage
from sqlalchemy.orm import Session
from typing_extensions import override

from gcrm.errors import UserError
from gcrm.i18n import _
from gcrm.services.dav import card_query
from gcrm.services.dav.address_book import AddressBook
from gcrm.services.dav.book import ADDRESS_BOOK, Book, Mark
from gcrm.services.dav.books import allowed, book_named, books
from gcrm.services.dav.people import Desk, People
from gcrm.services.dav.request import Here
from gcrm.services.dav.state import since, state

AT_ONCE = 200
"""Entries whose texts are read together."""
MANY = 10
"""Of so many entries that a device asks for, it will ask for those behind, too."""
MOST_AHEAD = 4_000_000
"""Characters that are kept for a device; contacts with pictures are long."""
HTTP_DATE = "%a, %d %b %Y %H:%M:%S GMT"
STATE = "urn:gcrm:sync:"
"""What a token begins with: RFC 6578 wants it to be a URI."""


class Shelf:
    """Entries in a row whose texts are read when one of them is asked for.

    A device that reads many asks for some at a time, in the order of the list: so those that follow are read with
    them, where the `state` of a collection (its path, its token) is certain, and kept for the next request.
    """

    def __init__(self, desk: Desk, book: Book, marks: Sequence[Mark], state: tuple[str, str] = ("", "")) -> None:
        self._desk = desk
        self._book = book
        self._marks = marks
        self._places = {mark.name: place for place, mark in enumerate(marks)}
        self._path, self._state = state[0], " ".join(state) if state[1] else ""
        kept, texts = desk.ahead
        self._texts: dict[str, str] = texts if self._state and kept == self._state else {}

    def text(self, name: str) -> str:
        """Return the text of an entry; ValueError for one that is gone meanwhile."""
        if name not in self._texts:
            place = self._places[name]
            wanted = [mark for mark in self._marks[place : place + AT_ONCE] if mark.name not in self._texts]
            with self._desk.database.read() as session:
                self._texts = {**self._texts, **self._book.texts(session, [*wanted, *self._following(wanted)])}
            if self._state:
                mine = {each: text for each, text in self._texts.items() if each not in self._places}
                is_small = sum(map(len, mine.values())) <= MOST_AHEAD
                self._desk.ahead = (self._state, mine) if is_small else ("", {})
        if name not in self._texts:
            raise ValueError("an entry that is gone")
        return self._texts[name]

    def _following(self, wanted: Sequence[Mark]) -> list[Mark]:
        """Return the entries that stand behind those that are asked for; none where few are."""
        listed = self._desk.listed.get(self._path)
        if not self._state or listed is None or len(self._marks) < MANY:
            return []
        every = list(listed[1].values())
        places = {mark.name: place for place, mark in enumerate(every)}
        last = max((places.get(mark.name, 0) for mark in wanted), default=0)
        behind = every[last + 1 : last + 1 + max(0, AT_ONCE - len(wanted))]
        return [mark for mark in behind if mark.name not in self._places]


class Entry(Item):
    """A contact, an appointment or a task."""

    def __init__(self, collection: Collection, mark: Mark, shelf: Shelf) -> None:
        book = collection.book
        is_card = book is not None and book.kind == ADDRESS_BOOK
        super().__init__(
            collection=collection, href=mark.name, last_modified=mark.changed_at.strftime(HTTP_DATE), text="",
            etag=mark.etag, uid=mark.uid, name="VCARD" if is_card else "VCALENDAR",
            component_name="" if is_card or book is None else book.component, time_range=mark.span,
        )  # fmt: skip
        self._shelf = shelf
        self._is_asked = collection.here.request.wants_texts
        self._read: Any = None

    @override
    def serialize(self) -> str:
        return self._shelf.text(str(self.href)) if self._is_asked else ""

    @property
    @override
    def vobject_item(self) -> Any:
        if self._read is None:
            self._read = vobject.readOne(self._shelf.text(str(self.href)))
        return self._read


class Collection(BaseCollection):
    """A collection of a user: a book, or the folder of all of them. It lives as long as the answer to one request."""

    def __init__(self, here: Here, path: str, desk: Desk | None = None, book: Book | None = None) -> None:
        self.here = here
        self._path = path
        self._desk = desk
        self.book = book
        self._listed: list[Mark] | None = None
        self._token = ""

    @property
    @override
    def path(self) -> str:
        return self._path

    @property
    @override
    def etag(self) -> str:
        return f'"{self.sync()[0]}"'

    @override
    def sync(self, old_token: str = "") -> tuple[str, Iterable[str]]:
        if self._desk is None or self.book is None:
            return f"{STATE}none", ()
        with self._desk.database.read() as session:
            token = STATE + state(session)
            if old_token and self.book.has_tokens:
                return token, sorted(self.book.changed(session, since(session, old_token.removeprefix(STATE))))
        if not self.book.has_tokens:
            return self._whole(old_token, self._marks())
        return token, (mark.name for mark in self._marks())

    def _whole(self, old_token: str, marks: Sequence[Mark]) -> tuple[str, Iterable[str]]:
        """Return a token of what is there; one of anything else is void, and a device reads all of it."""
        told = sorted((mark.name, mark.etag) for mark in marks)
        token = f"{STATE}h{hashlib.sha256(repr(told).encode()).hexdigest()[:32]}"
        if old_token and old_token != token:
            raise ValueError("it has changed")
        return token, () if old_token else (mark.name for mark in marks)

    def _marks(self, names: Iterable[str] | None = None) -> list[Mark]:
        wanted = dict.fromkeys(names) if names is not None else None
        if self._desk is None or self.book is None:
            return []
        if self._listed is not None:
            return [mark for mark in self._listed if wanted is None or mark.name in wanted]
        with self._desk.database.read() as session:
            token = self._certain(session)
            self._token = token
            kept = self._desk.listed.get(self._shelf) if token else None
            if kept is not None and kept[0] == token:
                return (
                    list(kept[1].values()) if wanted is None else [kept[1][name] for name in wanted if name in kept[1]]
                )
            found = self.book.marks(session, list(wanted) if wanted is not None else None)
        if wanted is None:
            self._listed = found
            if token:
                self._desk.listed[self._shelf] = token, {mark.name: mark for mark in found}
        return found

    @property
    def _shelf(self) -> str:
        """Return under which name a desk remembers what is here: devices of Apple get more than others."""
        return f"{self._path} {type(self.book).__name__}"

    def _certain(self, session: Session) -> str:
        """Return a state that stands for all that is in an address book, "" where there is none.

        On a server something can be written without a new state, and what a calendar shows follows the clock.
        """
        is_certain = self._desk is not None and self._desk.database.is_sqlite and isinstance(self.book, AddressBook)
        return state(session) if is_certain else ""

    def _entries(self, marks: Sequence[Mark]) -> Iterator[Entry]:
        if self._desk is not None and self.book is not None:
            shelf = Shelf(self._desk, self.book, marks, (self._shelf, self._token))
            yield from (Entry(self, mark, shelf) for mark in marks)

    @override
    def get_multi(self, hrefs: Iterable[str]) -> Iterable[tuple[str, Item | None]]:
        wanted = dict.fromkeys(hrefs)
        found = {str(entry.href): entry for entry in self._entries(self._marks(wanted))}
        return ((name, found.get(name)) for name in wanted)

    @override
    def get_all(self) -> Iterable[Item]:
        return self._entries(self._marks())

    @override
    def get_filtered(self, filters: Iterable[Any]) -> Iterator[tuple[Item, bool]]:
        """Return what a range of time can hold; a series that has no occurrence in it does no harm to a device.

        Nothing is parsed for it: a rule could be one that has no end. Of contacts that are searched for those are
        returned that the index finds; Radicale compares their cards.
        """
        asked = list(filters)
        if self.book is not None and self.book.kind == ADDRESS_BOOK:
            yield from self._found(asked)
            return
        tag, start, end, is_simple = simplify_prefilters(asked, self.tag)
        is_wanted = tag in (None, self.book.component if self.book is not None else "")
        marks = [mark for mark in self._marks() if is_wanted and mark.span[0] < end and mark.span[1] > start]
        yield from ((entry, is_simple) for entry in self._entries(marks))

    def _found(self, filters: Sequence[Any]) -> Iterator[tuple[Item, bool]]:
        """Yield what a search for contacts may find, and whether it is known to be found."""
        finds_all, names = card_query.finds_all(filters), None
        if not finds_all and self._desk is not None and self.book is not None:
            with self._desk.database.read() as session:
                names = self.book.found(session, filters)
        yield from ((entry, finds_all) for entry in self._entries(self._marks(names)))

    def one(self, name: str) -> Entry | None:
        """Return the entry of a name, and remember in which state it was seen."""
        marks = self._marks([name])
        self.here.request.seen |= {mark.name: mark for mark in marks}
        return next(self._entries(marks), None)

    @override
    def has_uid(self, uid: str) -> bool:
        if self._desk is None or self.book is None:
            return False
        with self._desk.database.read() as session:
            return self.book.has_uid(session, uid)

    @override
    def upload(self, href: str, item: Item) -> tuple[Item, Item | None]:
        with self.here.refusing():
            desk, book = self._written()
            book.put(desk.database, href, self.here.request.body, self.here.request.seen.get(href))
        return item, None

    @override
    def delete(self, href: str | None = None) -> None:
        with self.here.refusing():
            desk, book = self._written()
            mark = self.here.request.seen.get(href or "")
            if mark is None:
                raise UserError(_("This entry is not there any more. Read the list again."))
            book.delete(desk.database, mark)

    def _written(self) -> tuple[Desk, Book]:
        """Return what is written to."""
        if self._desk is None or self.book is None:
            raise UserError(_("Nothing can be saved at this address. Choose a list in it."))
        return self._desk, self.book

    @override
    def get_meta(self, key: str | None = None) -> Any:
        told: Mapping[str, str] = {}
        if self.book is not None:
            told = {"tag": self.book.kind, "D:displayname": self.book.title}
            if self.book.kind != ADDRESS_BOOK:
                told = {**told, "C:supported-calendar-component-set": self.book.component}
        return told if key is None else told.get(key)

    @property
    @override
    def last_modified(self) -> str:
        latest = max((mark.changed_at for mark in self._marks()), default=datetime.fromtimestamp(0, UTC))
        return latest.strftime(HTTP_DATE)


class Storage(BaseStorage):
    """Finds collections and entries by their addresses."""

    _supports_unicode = True
    _supports_problematic_chars = True

    def __init__(self, configuration: Configuration, people: People, here: Here) -> None:
        super().__init__(configuration)
        self._people = people
        self._here = here

    @override
    def discover(
        self, path: str, depth: str = "0", child_context_manager: Any = None, user_groups: Any = frozenset()
    ) -> Iterator[Collection | Entry]:
        parts = [part for part in strip_path(path).split("/") if part]
        user = self._here.request.user
        if not parts:
            yield Collection(self._here, "")
            parts, depth = ([user], "0") if depth != "0" and user else ([], "0")
        desk = self._people.desk(user) if parts and parts[0] == user else None
        if desk is None or len(parts) > 3:
            return
        if len(parts) == 1:
            yield Collection(self._here, user, desk)
            yield from self._all(desk) if depth != "0" else []
            return
        with desk.database.read() as session:
            mine, groups = desk.database, self._here.request.shows_groups
            book = book_named(session, mine.user_id, mine.rights, parts[1], groups=groups)
        if book is not None:
            yield from self._inside(Collection(self._here, f"{user}/{parts[1]}", desk, book), parts, depth)

    def _all(self, desk: Desk) -> Iterator[Collection]:
        """Yield the collections of a user."""
        with desk.database.read() as session:
            database, groups = desk.database, self._here.request.shows_groups
            mine = books(session, database.user_id, database.rights, groups=groups)
        yield from (Collection(self._here, f"{desk.login}/{name}", desk, book) for name, book in mine.items())

    def _inside(self, found: Collection, parts: Sequence[str], depth: str) -> Iterator[Any]:
        """Yield a collection with what is in it, or one entry."""
        if len(parts) == 3:
            entry = found.one(parts[2])
            yield from [entry] if entry is not None else []
            return
        yield found
        if depth != "0":
            yield from found.get_all()

    @contextmanager
    def acquire_lock(self, mode: str, user: str = "", *more: Any, **told: Any) -> Iterator[None]:
        """Remember who asks. Nothing is locked here: every write looks at the state once more and locks its records."""
        desk = self._people.desk(user) if user else None
        is_new = desk is not None and self._here.request.user != user
        self._here.request.user = user if desk is not None else ""
        if desk is not None and is_new:
            with self._here.refusing():
                desk.refresh(desk.kept_at)
        yield

    @override
    def move(self, item: Item, to_collection: BaseCollection, to_href: str) -> None:
        with self._here.refusing():
            raise UserError(_("Entries cannot be moved between lists. Make a new one and delete this."))

    @override
    def create_collection(self, href: str, items: Any = None, props: Any = None) -> Any:
        with self._here.refusing():
            raise UserError(_("Each user has one address book, one calendar and one list of tasks. Use these."))

    @override
    def verify(self) -> bool:
        return True


class Auth(BaseAuth):
    """Lets users of the office in."""

    def __init__(self, configuration: Configuration, people: People, here: Here) -> None:
        super().__init__(configuration)
        self._people = people
        self._here = here

    @override
    def _login_ext(self, login: str, password: str, context: AuthContext) -> str:
        with self._here.refusing():
            return login if self._people.log_in(login, password, context.remote_addr or "") is not None else ""


class Rights(BaseRights):
    """Lets everybody to what is theirs, as far as the rights of the office go."""

    def __init__(self, configuration: Configuration, people: People) -> None:
        super().__init__(configuration)
        self._people = people

    @override
    def authorization(self, user: str, user_groups: Any, path: str) -> str:
        parts = [part for part in strip_path(path).split("/") if part]
        desk = self._people.desk(user) if user else None
        if desk is None or (parts and parts[0] != user):
            return ""
        if len(parts) < 2:
            return "R"
        return f"{allowed(parts[1], desk.database.rights)}l" if len(parts) == 2 else ""
