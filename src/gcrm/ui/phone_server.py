"""Phones are served while gCRM runs, if this computer is to do that: by a process that ends with the window."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services import settings
from gcrm.services.address import without_password
from gcrm.services.dav.child import Child, start
from gcrm.ui.context import Context

NOTE = "phones_of"
"""Under which this computer remembers the office whose phones it serves."""


class PhoneServer(QObject):
    """Belongs to an office that is open; `stop` before it is closed. `changed` tells that it began, ended or failed."""

    changed = Signal()

    def __init__(self, context: Context) -> None:
        super().__init__(context.tasks)
        self._context = context
        self._child: Child | None = None
        self._is_starting = False
        self.trouble = ""
        self.fingerprint = ""
        if self.is_wanted():
            self._start()

    def serves(self, context: Context) -> bool:
        """Tell whether this is the one of an office."""
        return self._context is context

    def office(self) -> str:
        """Return the address of the office, without a password."""
        return without_password(self._context.database.url).render_as_string(hide_password=False)

    def is_wanted(self) -> bool:
        """Tell whether this computer is to serve the phones of this office."""
        return self._context.state.noted(NOTE) == self.office()

    def is_running(self) -> bool:
        """Tell whether it serves at this moment."""
        return self._child is not None and self._child.is_running()

    def want(self, wanted: bool) -> None:
        """Remember whether to serve, and do so."""
        self._context.state.note(NOTE, self.office() if wanted else "")
        self.trouble = ""
        if wanted:
            self._start()
        else:
            self._end()

    def forget(self) -> None:
        """Remember that another way is wanted; whoever calls this stops it."""
        self._context.state.note(NOTE, "")
        self.trouble = ""

    def _start(self) -> None:
        if self._is_starting or self.is_running():
            return
        self._is_starting, self.trouble, office = True, "", self.office()
        self._context.tasks.read(
            lambda: start(office), self._started, self._failed, label=_("Serve phones"), owner=self
        )

    def _started(self, child: Child) -> None:
        self._is_starting, self._child, self.fingerprint = False, child, child.fingerprint
        if not self.is_wanted():
            self._end()
            return
        self._tell_office(child.address)
        self.changed.emit()

    def _tell_office(self, address: str) -> None:
        """Let an office on a server know where its phones find it, as far as this person may say so."""
        database = self._context.database
        if database.is_sqlite or not database.rights.may("settings", "settings"):
            return  # a file is told by the process itself

        def tell() -> None:
            with database.read() as session:
                is_known = settings.get(session, "dav.address") == address
            if not is_known:
                settings.set(database, "dav.address", address)

        self._context.tasks.write(tell, lambda _none: None, owner=self)

    def _failed(self, error: GcrmError) -> None:
        self._is_starting, self.trouble = False, error.sentence
        self._context.window.fail(error)
        self.changed.emit()

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            self._context.tasks.read(child.stop, lambda _none: self.changed.emit(), owner=self)

    def stop(self) -> None:
        """Serve no more: the program ends."""
        child, self._child = self._child, None
        if child is not None:
            child.stop()


def phone_server_of(context: Context) -> PhoneServer:
    """Return what serves the phones of an office, made when it is first asked for."""
    for found in context.tasks.findChildren(PhoneServer):
        if found.serves(context):
            return found
    return PhoneServer(context)
