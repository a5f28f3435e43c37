"""Backup: when and where by itself, the backups that are there, and making, checking and restoring one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

from typing_extensions import override

from gcrm.errors import EnvironmentProblem, GcrmError, UserError
from gcrm.i18n import N_, _
from gcrm.model.rights import OWNER
from gcrm.services import settings
from gcrm.services.backup import automatic, password
from gcrm.services.backup.create import SUFFIX, Made
from gcrm.services.backup.listing import Entry, entries, entry
from gcrm.services.backup.verify import Verdict, verify
from gcrm.services.settings import Option
from gcrm.ui.allowed import Offer, why_not
from gcrm.ui.backup import open_look, open_restore, open_save
from gcrm.ui.backup.look_dialog import LOOKING
from gcrm.ui.backup.look_pages import backup_line
from gcrm.ui.backup.new_password import password_edit
from gcrm.ui.settings.list_card import InlineForm, ListCard
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Entry as Findable
from gcrm.ui.settings.page import Page
from gcrm.ui.tasks import Progress
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_for_files
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel

Step = Callable[[Path, str], object]
"""What is to be done with a backup and the password that was typed for it."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The settings, the backups of the folder, what is wrong with the folder, and where a restored office may go."""

    values: dict[str, Any]
    folder: Path
    entries: tuple[Entry, ...]
    problem: str
    proposed: Path


class BackupPage(OptionPage):
    """The backups in their folder; below them when they are made, where, and whether they are encrypted."""

    @override
    def build(self) -> None:
        self._others: list[Path] = []
        self._proposed = Path()
        self.result = Banner()
        self.column.addWidget(self.result)
        self.card = ListCard(
            _("Backups"), _("Back up now"), _("There is no backup yet."), can_remove=False, add_icon="hard-drive"
        )
        self.card.change_button.hide()
        self.card.add_wanted.connect(self.back_up)
        self.card.list.wanted.connect(lambda _key: self.check())
        self.card.list.chosen.connect(lambda _key: self._judge())
        self.check_button = Button(_("Check"), icon_name="shield-check", on_click=self.check)
        self.restore_button = Button(_("Restore…"), icon_name="archive-restore", on_click=self.restore)
        self.look_button = Button(_("Get a contact back…"), icon_name="user-search", on_click=self.look)
        self.save_button = Button(_("Save to a file…"), icon_name="hard-drive-download", on_click=self.save)
        self.other_button = Button(_("Another file…"), icon_name="folder-open", on_click=self._ask_other)
        buttons = FlowLayout(spacing=8)
        for button in (self.check_button, self.restore_button, self.look_button, self.save_button, self.other_button):
            buttons.addWidget(button)
        self.card.body.addLayout(buttons)
        self._making = Offer(self.context, self.card.add_button, OWNER)
        Offer(self.context, self.save_button, OWNER)
        Offer(self.context, self.look_button, *LOOKING)
        self.place = PlainLabel("", "small", wrap=True)
        self.card.body.addWidget(self.place)
        self.column.addWidget(self.card)
        self.add_target("make", self.card.add_button)
        self.add_target("restore", self.other_button)
        self.add_target("look", self.look_button)
        self.add_target("save", self.save_button)
        self.add_options()
        hint = _("Copying the office file while gCRM runs is no backup: such a copy is often damaged.")
        self.column.addWidget(PlainLabel(hint, "small", wrap=True))
        self._judge()

    # --- showing ------------------------------------------------------------------------------------------------
    @override
    def load(self) -> None:
        database, others = self.context.database, tuple(self._others)

        def read() -> _Read:
            with database.read() as session:
                values = settings.read_all(session, database.user_id)
            place = automatic.place_of(database)
            found, problem = [entry(path, password.opening(path)) for path in others], ""
            try:
                found += entries(place.folder) if place.folder.exists() or not place.is_usual else []
            except EnvironmentProblem as trouble:
                problem = trouble.sentence
            beside = database.path.parent if database.path else place.folder.parent
            return _Read(values, place.folder, tuple(found), problem, _free_name(beside))

        self.read(read, self._show)

    def _show(self, found: _Read) -> None:
        self.show_values(found.values)
        self._proposed = found.proposed
        chosen = self.card.list.current()
        self.card.set_lines(backup_line(each) for each in found.entries)
        if chosen is not None:
            self.card.list.choose(chosen)
        self.place.setText(found.problem or _("They lie in {folder}").format(folder=found.folder))
        self._judge()

    def _judge(self) -> None:
        """Let the buttons be used where a backup is chosen."""
        has_one = self.card.list.current() is not None
        self.check_button.setEnabled(has_one)
        self.restore_button.setEnabled(has_one)

    def _fail(self, error: GcrmError) -> None:
        self._making.set_open(True)
        self.result.clear_buttons()
        self.result.show_message(error.sentence, "bad")

    # --- making, checking, restoring ------------------------------------------------------------------------------
    def back_up(self) -> None:
        """Make a backup now."""
        database = self.context.database
        if why_not(self.context, OWNER):
            return

        def work(progress: Progress) -> Made:
            return automatic.run(database, progress=progress)

        def done(made: Made) -> None:
            self._making.set_open(True)
            self.result.clear_buttons()
            self.result.show_message(_("Backup made: {file}").format(file=made.path.name), "ok")
            self.load()

        self._making.set_open(False)
        self.context.tasks.read(work, done, self._fail, label=_("Back up"), owner=self)

    def check(self) -> None:
        """Prove that the chosen backup can be restored."""
        self._with_chosen(self._check)

    def _check(self, path: Path, typed: str) -> None:
        def work(progress: Progress) -> Verdict:
            return verify(path, secret=password.opening(path, typed), progress=progress)

        def done(verdict: Verdict) -> None:
            self.card.close_form()
            sentence = _("This backup can be restored: {count} contacts, {files} files.")
            told = [sentence.format(count=verdict.contacts, files=verdict.files), *verdict.findings[:3]]
            self.result.clear_buttons()
            self.result.show_message("\n".join(told), "ok" if verdict.ok else "warn")

        self.context.tasks.read(work, done, self._asking(path, self._check), label=_("Check the backup"), owner=self)

    def restore(self) -> None:
        """Restore the chosen backup beside the present office, and compare."""
        self._with_chosen(lambda path, _typed: open_restore(self.context, path, self._proposed, self.window()))

    def look(self) -> None:
        """Look into the chosen backup, else ask for one."""
        path = self.card.list.current()
        open_look(self.context, path if isinstance(path, Path) else None, self.window())

    def save(self) -> None:
        """Save a backup to a file of one's choice."""
        open_save(self.context, self.window())

    def _with_chosen(self, step: Step) -> None:
        path = self.card.list.current()
        if isinstance(path, Path):
            step(path, "")

    def _ask_other(self) -> None:
        def add(paths: list[Path]) -> None:
            self._others = [*paths, *(path for path in self._others if path not in paths)]
            self.load()

        kinds = _("Backups") + f" (*{SUFFIX})"
        ask_for_files(self, _("Choose a backup"), add, kinds, many=False)

    # --- passwords ------------------------------------------------------------------------------------------------
    def _asking(self, path: Path, step: Step) -> Callable[[GcrmError], None]:
        """Return what asks for the password where one is missing or wrong, and else shows the error."""

        def failed(error: GcrmError) -> None:
            if isinstance(error, UserError) and error.field == "password":
                self._ask_password(error, lambda typed: step(path, typed))
            else:
                self._fail(error)

        return failed

    def _ask_password(self, error: GcrmError, then: Callable[[str], object]) -> None:
        typed = password_edit()
        form = InlineForm(_("Open"), lambda: then(typed.text()))
        form.add_row((("password", _("Password of the backup"), typed),))
        self.card.open_form(form)
        form.show_error(error.sentence, "password")

    @override
    def keep(self, option: Option, value: Any) -> None:
        """Encrypt only with a password that is kept on this computer."""
        if option.key == "backup.is_encrypted" and value:
            self._ask_new_password(option)
        else:
            super().keep(option, value)

    def _ask_new_password(self, option: Option) -> None:
        first, second, database = password_edit(), password_edit(), self.context.database
        form = InlineForm(_("Encrypt"), lambda: submit())
        form.add_row((("password", _("Password"), first), ("again", _("Once more"), second)))
        form.add_wide(PlainLabel(_("Write it down: without it nobody can read these backups."), "small", wrap=True))

        def keep_password() -> None:
            password.keep(automatic.place_of(database).identity, first.text())
            settings.set(database, option.key, True)

        def submit() -> None:
            if first.text() != second.text():
                form.show_error(_("The two passwords are not the same."), "again")
                return
            self.write(keep_password, _("Backups are encrypted from now on"), lambda _r: self.card.close_form(),
                       lambda error: form.show_error(error.sentence, getattr(error, "field", "")))  # fmt: skip

        self.card.open_form(form)
        form.closed.connect(self.load)


def _free_name(folder: Path) -> Path:
    """Return a name for a restored office that nothing has yet."""
    stem = f"restored-{date.today().isoformat()}"
    names = (f"{stem}-{turn}" if turn > 1 else stem for turn in count(1))
    return next(path for name in names if not (path := folder / f"{name}.gcrm").exists())


PAGE = Page(
    "backup", N_("Backup"), "archive", 95, BackupPage, groups=("backup",), keys=("backup.",),
    entries=(
        Findable("make", N_("Back up now"), N_("Backup, save a copy, security")),
        Findable("save", N_("Save a backup to a file"), N_("Stick, disk, take away, password")),
        Findable("look", N_("Get a contact back from a backup"), N_("Deleted, lost, compare, take over")),
        Findable("restore", N_("Restore a backup"), N_("Get back what was lost, open a backup file")),
    ),
)  # fmt: skip
