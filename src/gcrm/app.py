"""The composition root: the one place that wires database, services and windows.

The window is painted first; database and services are loaded in a reader's thread while it already stands there.
"""

from __future__ import annotations

import logging
import os
import signal
import sys
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    QTimer,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication

from gcrm.errors import EnvironmentProblem, GcrmError, PasswordProblem
from gcrm.i18n import _, current_language, set_language, system_language
from gcrm.paths import data_folder, log_folder
from gcrm.ui.garbage import Garbage
from gcrm.ui.main_window import MainWindow
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Progress, Tasks
from gcrm.ui.theme import Theme
from gcrm.ui.version_trouble import Again, VersionTrouble

if TYPE_CHECKING:
    from gcrm.services.change_feed import ChangeWatcher
    from gcrm.services.database import Database
    from gcrm.ui.context import Context
    from gcrm.ui.upgrade_dialog import Upgrade

FIRST_WINDOWS = ("gcrm.ui.contacts_section", "gcrm.ui.sidebar_lists")
SETTLED_MS = 3000
"""How long after the start everything stands that stays to the end."""
QT_TEXTS = {"de": ("qtbase_de",), "pt": ("qtbase_pt", "qtbase_pt_PT", "qtbase_pt_BR")}
"""Qt's own texts in our languages, the best first; Qt comes with those of Brazil only, and English needs none."""
LOCALES = {"en": "en_GB", "de": "de_DE", "pt": "pt_PT"}


@dataclass
class Program:
    """A running program: application, window, and what it holds open."""

    app: QApplication
    window: MainWindow
    tasks: Tasks
    theme: Theme
    language: str = ""
    mode: str = ""
    context: Context | None = None
    extras: list[object] = field(default_factory=list)
    garbage: Garbage | None = None
    versions: VersionTrouble | None = None

    def open(
        self,
        address: str = "",
        password: str = "",
        *,
        keep: bool = False,
        told: str = "",
        restored: Path | None = None,
    ) -> None:
        """Open an office in the background, then fill the window. Without an address: the one that was open last.

        `keep` puts the password into the store of this computer, once the server has taken it. `told` is said when it
        is open. `restored` takes the place of the office file before it is opened.
        """

        def load() -> tuple[Database, ChangeWatcher, dict[str, object]]:
            from gcrm.services.change_feed import ChangeWatcher
            from gcrm.services.opening import open_office
            from gcrm.services.settings import get
            from gcrm.services.team.offices import opening_address
            from gcrm.services.team.passwords import keep_password
            from gcrm.services.team.programs import WINDOW

            news = _put_in_place(address, restored) if restored is not None else told
            database = open_office(address or opening_address(), password=password, program=WINDOW)
            if keep and not keep_password(database.url, password):
                database.warnings.append(_("The password could not be kept; gCRM will ask for it again."))
            if news:
                database.warnings.append(news)
            database.wait_for_server = self.tasks.patience.pause
            watcher = ChangeWatcher(database)
            watcher.start()
            for name in FIRST_WINDOWS:  # loaded here, so that the window answers meanwhile
                import_module(name)
            with database.read() as session:
                chosen = {key: get(session, key, database.user_id) for key in ("ui.language", "ui.theme", "ui.scale")}
            return database, watcher, chosen

        def again(told: str = "") -> None:
            self.open(address, password, keep=keep, told=told)

        def upgrade(owner: str, typed: str, keeps: bool, progress: Progress) -> str:
            from gcrm.services.office_upgrade import upgrade_office
            from gcrm.services.team.offices import opening_address

            place = address or opening_address()
            secret = typed if owner else password
            return upgrade_office(place, password=secret, owner=owner, keep=keeps, progress=progress)

        self.tasks.read(load, self._opened, lambda error: self._failed(error, address, again, upgrade))

    def _opened(self, loaded: tuple[Database, ChangeWatcher, dict[str, object]]) -> None:
        """Wire the office with the window."""
        from gcrm.ui.changes import ChangeFeed
        from gcrm.ui.context import Context

        database, watcher, chosen = loaded
        if self.garbage is not None:
            self.garbage.pass_over()
        if not self.language:
            self._speak(str(chosen.get("ui.language") or ""))
        if chosen.get("ui.theme") and not self.mode:
            self.theme.set_mode(str(chosen["ui.theme"]))
        if chosen.get("ui.scale"):
            self.theme.set_scale(int(str(chosen["ui.scale"])) / 100)
        self.window.banner.clear_buttons()
        self.window.banner.hide()  # it may still ask for the password
        feed = ChangeFeed(database, self.tasks, watcher, self.window)
        self.context = Context(database, self.tasks, self.theme, feed, self.window.state, self.window)
        self.window.attach(self.context)
        QTimer.singleShot(0, self._start_services)

    def _speak(self, code: str) -> None:
        """Use the language that the user chose, and from the first moment at the next start."""
        self.window.state.note("language", code)
        before = current_language()
        speak(self.app, code or system_language())
        if current_language() != before:
            self.window.retranslate()

    def _start_services(self) -> None:
        """Start what goes on in the background: telephone, reminders (also by e-mail), backups, calendar elsewhere."""
        from gcrm.ui.backup_clock import BackupClock
        from gcrm.ui.calendar.called_off import InviteAgain
        from gcrm.ui.calendar_clock import CalendarClock
        from gcrm.ui.file_opener import opener_of
        from gcrm.ui.first_start import maybe_first_start
        from gcrm.ui.phone_server import phone_server_of
        from gcrm.ui.reminder_mail import ReminderMail
        from gcrm.ui.reminders import Reminders
        from gcrm.ui.team import maybe_checklist
        from gcrm.ui.telephony import PhoneBridge

        if self.context is not None:
            self._tidy(self.context)
            opener_of(self.context).take_up()
            if not self.context.database.is_read_only:  # else the place where the office is now rings and reminds
                started = (PhoneBridge, Reminders, ReminderMail, BackupClock, CalendarClock, InviteAgain)
                self.extras = [service(self.context) for service in (*started, phone_server_of)]
            maybe_first_start(self.context)
            maybe_checklist(self.context)
        if self.garbage is not None:
            QTimer.singleShot(SETTLED_MS, self.garbage, self.garbage.settle)

    def _tidy(self, context: Context) -> None:
        """Empty the trash as far as the office wants it, and drop the contents of files that nothing needs any more."""
        from gcrm.services import blob, contact
        from gcrm.services.personal_data.erase import erase_due
        from gcrm.services.settings import get

        def tidy() -> int:
            with context.database.read() as session:
                days = int(get(session, "trash.keep_days", context.database.user_id) or 0)
            emptied = contact.empty_trash(context.database, days)
            blob.collect_garbage(context.database)
            erase_due(context.database)
            return emptied

        if not context.database.is_read_only:
            self.tasks.write(tidy, lambda _count: None)

    def _failed(self, error: GcrmError, address: str, again: Again, upgrade: Upgrade) -> None:
        """Say why the office could not be opened; ask for a password, or offer an upgrade, where that may help."""
        if self.versions is None:
            self.versions = VersionTrouble(self.window, self.tasks)
        if not self.versions.is_told(error):
            self.window.fail(error)
        self.versions.offer(error, again, upgrade)
        if not isinstance(error, PasswordProblem):
            return

        def find_store() -> bool:
            from gcrm.services.secret_store import has_store

            return has_store()

        def ask(store: bool) -> None:
            from gcrm.ui.password_dialog import ask_password

            ask_password(self.window, error.sentence, store, lambda given, keep: self.open(address, given, keep=keep))

        def ask_in_background() -> None:
            self.tasks.read(find_store, ask, key="password", owner=self.window)

        self.window.banner.add_button(_("Enter password…"), ask_in_background)
        ask_in_background()

    def close(self) -> None:
        """Stop everything in order."""
        for extra in self.extras:
            stop = getattr(extra, "stop", None)
            if stop is not None:
                stop()
        self.extras.clear()
        self.tasks.close()
        if self.context is not None:
            self.context.feed.stop()
            self.context.database.close()
        if self.garbage is not None:
            self.garbage.stop()
        leave_clipboard()


def leave_clipboard() -> None:
    """Leave on the clipboard what outlives the program: its text. Qt frees an object of ours after Python's end."""
    clipboard = QGuiApplication.clipboard()
    if clipboard.ownsClipboard() or QGuiApplication.platformName() == "offscreen":  # which never says that it does
        clipboard.setText(clipboard.text())


def _put_in_place(address: str, restored: Path) -> str:
    """Let a restored file take the place of an office, and return the sentence that says where that is now."""
    from gcrm.services.backup.swap import take_place

    kept = take_place(Path(address), restored)
    return _("The restored office is in its place. The office as it was before: {file}").format(file=kept)


def _application(arguments: list[str], sentence: str = "") -> QApplication:
    """Make the application. Where there is no display Qt would end the program with a core dump: say it instead.

    `sentence` is said then, if there is something else that matters more.
    """
    absent = _("There is no display for the window. Use the commands of “gcrm --help” instead.")

    def hear(kind: QtMsgType, context: QMessageLogContext, message: str) -> None:
        if kind == QtMsgType.QtFatalMsg:
            print(sentence or absent, file=sys.stderr, flush=True)
            os._exit(1)  # Qt aborts as soon as this returns
        logging.getLogger("gcrm.qt").info(message)

    former = qInstallMessageHandler(hear)
    try:
        return QApplication(arguments[:1])
    finally:
        qInstallMessageHandler(former)


def speak(app: QApplication, code: str) -> None:
    """Use a language for our texts, Qt's own texts, and numbers and dates."""
    set_language(code)
    QLocale.setDefault(QLocale(LOCALES[current_language()]))
    for former in app.findChildren(QTranslator):
        app.removeTranslator(former)
        former.deleteLater()
    translator = QTranslator(app)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if any(translator.load(name, folder) for name in QT_TEXTS.get(current_language(), ())):
        app.installTranslator(translator)


def start(arguments: list[str], *, language: str = "", mode: str = "") -> Program:
    """Make application and window and show the window; the office is opened by `Program.open`.

    `language` and `mode` ("light", "dark") override what the user chose in the settings.
    """
    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else _application(arguments)
    app.setApplicationName("gCRM")
    app.setDesktopFileName("gcrm")
    state = WindowState()
    speak(app, language or state.noted("language") or system_language())
    theme = Theme()
    theme.set_mode(mode or "system")
    theme.apply(app)
    tasks = Tasks(app)
    window = MainWindow(theme, state)
    window.tasks = tasks
    tasks.crashed.connect(window.crash)
    program = Program(app, window, tasks, theme, language, mode)
    program.garbage = Garbage(app)
    app.aboutToQuit.connect(program.close)
    window.show()
    return program


def _cannot_start(arguments: list[str], problem: EnvironmentProblem) -> int:
    """Say why there is no window: where the program was started from a terminal, and to whoever looks at a screen."""
    from gcrm.ui.widgets.message import tell

    existing = QApplication.instance()
    app = existing if isinstance(existing, QApplication) else _application(arguments, problem.sentence)
    print(problem.sentence, file=sys.stderr)
    if app.platformName() not in ("offscreen", "minimal"):
        tell(None, "gCRM", problem.sentence, problem.details)
    return 1


def log_to_file() -> None:
    """Write warnings and faults to a file that is renewed at one megabyte; it never holds what was typed."""
    from logging.handlers import RotatingFileHandler

    try:
        file = RotatingFileHandler(log_folder() / "gcrm.log", maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    except (OSError, EnvironmentProblem):
        return  # a disk that cannot be written; the window says so when it opens the office
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(file)
    logging.getLogger("gcrm").setLevel(logging.INFO)


def run(arguments: list[str], address: str = "", *, language: str = "", restored: Path | None = None) -> int:
    """Run the program until its window is closed; return the exit status. Without an address: the last office.

    `restored` is an office file that takes the place of the one at `address` first.
    """
    set_language(language or system_language())
    try:
        if not address:
            data_folder()
        log_to_file()
        program = start(arguments, language=language)
    except EnvironmentProblem as problem:
        return _cannot_start(arguments, problem)
    sys.excepthook = program.tasks.excepthook
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    QTimer.singleShot(0, lambda: program.open(address, restored=restored))
    return program.app.exec()
