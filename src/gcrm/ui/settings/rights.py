"""Groups and rights: who may see, create, change and delete what. Nothing is changed before it is saved."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import N_, _, ngettext
from gcrm.model.rights import ADMINISTRATOR, FIELD_GROUPS, MODULES
from gcrm.services.team import rights, rights_in_force
from gcrm.services.team.rights import GroupRow
from gcrm.ui.allowed import why_not
from gcrm.ui.settings.page import Entry, Page, SettingsPage
from gcrm.ui.settings.rights_form import Draft, RightsForm
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button, IconButton
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.message import ask
from gcrm.ui.widgets.safe import PlainLabel, announce
from gcrm.ui.widgets.two_line_list import Line, TwoLineList

LIST_WIDTH = 210
MOST_ROWS = 12
NEW = 0
FIRST_RIGHTS = frozenset({"contacts.see", "activities.see", "files.see"})
"""What a new group begins with."""


@dataclass(frozen=True, slots=True)
class _Read:
    """The groups, and whether a server enforces their rights."""

    groups: tuple[GroupRow, ...]
    is_enforced: bool


class RightsPage(SettingsPage):
    """The groups at the left, the rights of the chosen one at the right.

    What was ticked and not saved stays with its group while one looks at others.
    """

    tables = frozenset({"user", "user_group", "group_right", "group_field"})
    widest = 900
    shuts_itself = True

    @override
    def build(self) -> None:
        self._rows: dict[int, GroupRow] = {}
        self._edits: dict[int, Draft] = {}
        self._wanted: int | None = None
        self.aid = Banner("info", dismissable=False)
        self.enforced = PlainLabel(_(ENFORCED), "meta", wrap=True)
        self.column.addWidget(self.aid)
        self.column.addWidget(self.enforced)
        self.empty = EmptyState(
            "users", _("Everybody may do everything here, until there are groups."), _("Set up groups")
        )  # fmt: skip
        if self.empty.button is not None:
            self.empty.button.clicked.connect(self._set_up)
            self.add_target("groups", self.empty.button)
        self.content = QWidget()
        row = QHBoxLayout(self.content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        row.addWidget(self._list_card(), 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._form_card(), 1, Qt.AlignmentFlag.AlignTop)
        self.column.addWidget(self.empty)
        self.column.addWidget(self.content)
        self.content.hide()
        self.empty.hide()

    def _list_card(self) -> Card:
        """Return the card of the groups."""
        card = Card()
        self.list = TwoLineList(_("Groups"), most_rows=MOST_ROWS)
        self.list.chosen.connect(self._choose)
        self.list.unwanted.connect(lambda _key: self.remove())
        self.add_button = IconButton("plus", _("New group"), on_click=self.add)
        self.copy_button = IconButton("copy", _("Duplicate group"), on_click=self.duplicate)
        self.remove_button = IconButton("trash-2", _("Remove group"), "Del", on_click=self.remove)
        head = QHBoxLayout()
        head.setSpacing(px(2))
        head.addWidget(PlainLabel(_("Groups"), "section"), 1)
        for button in (self.add_button, self.copy_button, self.remove_button):
            head.addWidget(button)
        card.body.addLayout(head)
        card.body.addWidget(self.list)
        self.list.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        card.setMinimumWidth(px(LIST_WIDTH))
        return card

    def _form_card(self) -> Card:
        """Return the card of the chosen group."""
        card = Card()
        self.form = RightsForm()
        self.form.changed.connect(self._on_edited)
        self.note = PlainLabel("", "meta", wrap=True)
        self.error = PlainLabel("", "error", wrap=True)
        self.error.hide()
        self.save_button = Button(_("Save rights"), "primary", on_click=self.save)
        self.discard_button = Button(_("Discard"), on_click=self.discard)
        self.form.name.returnPressed.connect(self.save)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(keys, self, self.save, context=Qt.ShortcutContext.WidgetWithChildrenShortcut)
        buttons = QWidget()
        flow = FlowLayout(buttons)
        for button in (self.save_button, self.discard_button):
            flow.addWidget(button)
        for part in (self.form.name_field, buttons):
            card.body.addWidget(part)
        card.body.addSpacing(px(6))
        for part in (self.error, self.form, self.note):
            card.body.addWidget(part)
        for module in MODULES:
            first = next(box for key, box in self.form.boxes.items() if key.startswith(f"{module}."))
            self.add_target(module, first)
        for key, box in self.form.fields.items():
            self.add_target(key, box)
        return card

    # --- showing ------------------------------------------------------------------------------------------------
    @override
    def load(self) -> None:
        database = self.context.database

        def read() -> _Read:
            with database.read() as session:
                return _Read(tuple(rights.groups(session)), rights_in_force.in_force(session))

        self.read(read, self._show)

    def _show(self, found: _Read) -> None:
        """Show the groups; what was edited and not saved stays."""
        self._rows = {row.id: row for row in found.groups}
        self._edits = {key: draft for key, draft in self._edits.items() if key == NEW or key in self._rows}
        self.enforced.setVisible(found.is_enforced)
        if not found.is_enforced and not self.aid.message():
            self.aid.show_message(_(AID))
        self.aid.setVisible(not found.is_enforced and not self.lock.isVisibleTo(self))
        self.content.setVisible(bool(self._rows))
        self.empty.setVisible(not self._rows)
        self._fill_list()

    def _fill_list(self) -> None:
        """List the groups, a new one last; the chosen one stays chosen."""
        self._mark(self._wanted if self._wanted is not None else self.list.current())
        self._wanted = None
        self._choose(self.list.current())

    def _line(self, row: GroupRow) -> Line:
        count = ngettext("{count} user", "{count} users", row.members).format(count=row.members)
        detail = _("not saved") if row.id in self._edits else count
        icon = "shield-check" if row.key == ADMINISTRATOR else "users"
        return Line(row.id, self._edits[row.id].name if row.id in self._edits else row.name, detail, icon)

    def _kept(self, key: object) -> Draft:
        """Return a group as it is kept."""
        row = self._rows.get(key) if isinstance(key, int) else None
        return Draft(row.id, row.key, row.name, row.rights, row.hidden) if row is not None else Draft()

    def _choose(self, key: object) -> None:
        """Show the rights of a group."""
        draft = self._edits.get(key) if isinstance(key, int) else None
        self.form.show_draft(draft or self._kept(key), is_fixed=self._is_fixed(key))
        self._say_wrong("")
        self._judge()

    def _is_fixed(self, key: object) -> bool:
        """Tell whether the rights of a group may not be changed, by this person or by anybody."""
        return self._kept(key).key == ADMINISTRATOR or bool(why_not(self.context, self.page.needs))

    def _judge(self) -> None:
        """Let the buttons be used where there is something to use them on."""
        key = self.list.current()
        is_edited, kept = key in self._edits, self._kept(key)
        self.save_button.setEnabled(is_edited)
        self.discard_button.setEnabled(is_edited)
        may = not why_not(self.context, self.page.needs)
        self.add_button.setEnabled(may)
        self.copy_button.setEnabled(may and key is not None)
        self.remove_button.setEnabled(may and key is not None and not kept.key)
        self.note.setText(_(EVERY) if kept.key == ADMINISTRATOR else _(PROGRAM))

    # --- editing ------------------------------------------------------------------------------------------------
    def _on_edited(self) -> None:
        """Remember what is not saved yet."""
        key, draft = self.list.current(), self.form.draft()
        if not isinstance(key, int):
            return
        if key != NEW and draft == self._kept(key):
            self._edits.pop(key, None)
        else:
            self._edits[key] = draft
        self._mark(key)

    def _mark(self, chosen: object) -> None:
        """Show in the list what is not saved, a new group last, without touching the form."""
        lines = [self._line(row) for row in self._rows.values()]
        if NEW in self._edits:
            lines.append(Line(NEW, self._edits[NEW].name or _("New group"), _("not saved"), "users"))
        self.list.set_lines(lines)
        keys = [line.key for line in lines]
        self.list.choose(chosen if chosen in keys else next(iter(keys), None))
        self._say_wrong("")
        self._judge()

    def add(self) -> None:
        """Begin a group that sees and changes nothing; the cursor stands in its name."""
        self._begin(Draft(rights=FIRST_RIGHTS))

    def duplicate(self) -> None:
        """Begin a group with the rights of the chosen one."""
        shown = self.form.draft()
        self._begin(replace(shown, id=NEW, key="", name=_("Copy of {name}").format(name=shown.name)))

    def _begin(self, draft: Draft) -> None:
        self._edits[NEW] = draft
        self._wanted = NEW
        self._fill_list()
        self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)
        self.form.name.selectAll()

    def discard(self) -> None:
        """Show the group as it is kept."""
        key = self.list.current()
        if isinstance(key, int):
            self._edits.pop(key, None)
            self._fill_list()
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    @override
    def may_leave(self) -> bool:
        title, question = _("Groups and rights"), _("Discard the rights that were not saved?")
        return not self._edits or ask(self, title, question, _("Discard"), danger=True)

    # --- keeping ------------------------------------------------------------------------------------------------
    def _set_up(self) -> None:
        """Make the groups of the program; whoever is here already administers the office."""
        database = self.context.database
        self.write(lambda: rights.ensure_groups(database), _("Groups made"), can_undo=False)

    def save(self) -> None:
        """Keep the group as it stands in the form, in one operation."""
        key, draft, database = self.list.current(), self.form.draft(), self.context.database
        if not isinstance(key, int) or key not in self._edits:
            return

        def keep() -> int:
            if key == NEW:
                return rights.add_group(database, draft.name, draft.rights, draft.hidden)
            rights.set_rights(database, key, draft.rights, draft.hidden, name=draft.name)
            return key

        sentence = _("Rights of “{name}” saved").format(name=draft.name.strip())
        self.write(keep, sentence, lambda made: self._saved(key, made), self._failed, can_undo=False)

    def _saved(self, key: int, made: int) -> None:
        self._edits.pop(key, None)
        self._wanted = made
        self.load()

    def remove(self) -> None:
        """Remove the chosen group, or give up the one that is new."""
        key, database = self.list.current(), self.context.database
        if key == NEW:
            self.discard()
        elif isinstance(key, int) and self.remove_button.isEnabled():
            sentence = _("Group “{name}” removed").format(name=self._kept(key).name)
            self.write(lambda: rights.remove_group(database, key), sentence, failed=self._failed, can_undo=False)

    def _failed(self, error: GcrmError) -> None:
        """Say in the card what was refused; what was ticked stays."""
        if isinstance(error, UserError) and error.field == "name":
            self.form.name_field.set_error(error.sentence)
            self.form.name.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self._say_wrong(error.sentence)

    def _say_wrong(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))
        if sentence:
            announce(self.error, sentence)


AID = N_("No server enforces these rights here: they are an aid, and whoever has the file can read all of it.")
ENFORCED = N_("The server refuses what is not ticked, whatever program asks. Changes hold at once at every desk.")
EVERY = N_("Administrators have every right. Make a group of your own for other rights.")
PROGRAM = N_("Export, print and import are refused by gCRM alone: whoever sees something can copy it.")
PAGE = Page(
    "rights", N_("Groups and rights"), "shield-check", 42, RightsPage, needs="users.settings",
    entries=(
        Entry("groups", N_("Groups"), N_("New group, rename, duplicate, administrator, read-only")),
        *(Entry(key, label, N_("Rights: see, create, change, delete")) for key, (label, _all) in MODULES.items()),
        *(Entry(key, told.label, N_("Rights: hidden fields")) for key, told in FIELD_GROUPS.items()),
    ),
)  # fmt: skip
