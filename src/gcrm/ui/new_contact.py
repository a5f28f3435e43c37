"""The form for a new contact: one page, the name first, duplicates shown while typing."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import uuid4

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QGuiApplication, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QCompleter, QDialog, QDialogButtonBox, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError, UserError
from gcrm.i18n import _
from gcrm.services import contact as contacts
from gcrm.services import contact_page
from gcrm.services.drafts import OPERATION, Draft
from gcrm.ui.contact.layout import BAR, scrolling
from gcrm.ui.contact.saving import say_saved
from gcrm.ui.context import Context
from gcrm.ui.duplicate_hint import DuplicateHint, find_alike
from gcrm.ui.forms.form import Form
from gcrm.ui.forms.hints import field_sentence
from gcrm.ui.forms.new_contact_form import PERSON_FIELDS, entries, looks_like_person, make_contact, rows, split_person
from gcrm.ui.forms.town_help import ask_place, help_town
from gcrm.ui.new_contact_draft import NewContactDraft, open_drafts
from gcrm.ui.new_contact_person import PersonChoice
from gcrm.ui.paste_address import open_paste
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.message import choose
from gcrm.ui.widgets.safe import PlainLabel

LOOK_AFTER_MS = 200
_NAME = ("first_name", "last_name")
_CHECKED = ("postcode", "phone", "mobile", "email")
_SAVE, _DROP, _KEEP = range(3)


class NewContactDialog(QDialog):
    """Ctrl+Enter creates, Esc asks only when something was typed; what was typed outlives a crash."""

    def __init__(
        self, context: Context, parent: QWidget | None = None, prefill: Mapping[str, Any] | None = None,
        draft: str = "",
    ) -> None:  # fmt: skip
        super().__init__(parent)
        self._context = context
        self._home = context.database.home
        self._extra: dict[str, Any] = {}
        self._is_person = False
        self._is_chosen = False
        self._is_filling = False
        self._own_parts = False
        self._is_over = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("New contact"))
        self.kind_button = Button("", "link", on_click=self._flip_kind)
        self.draft_banner = Banner("info")
        self.error_banner = Banner("bad")
        self.form = Form(entries(self._home), rows(self._home.country, is_person=False))
        self.hint = DuplicateHint(self._open_existing)
        self.hint.settled.connect(lambda: self.create_button.setFocus())
        self.people = PersonChoice(context)
        self._kept = PlainLabel("", "small", wrap=True)
        self._look = QTimer(self)
        self._look.setSingleShot(True)
        self._look.setInterval(LOOK_AFTER_MS)
        self._look.timeout.connect(self._look_around)
        self._lay_out()
        self._prepare_fields()
        self.fill(prefill or {})
        self._untouched = self.form.values()
        self.form.typed.connect(self._on_typed)
        self.draft = NewContactDraft(context, self, self.draft_banner, self._take_draft, draft)
        self.form.focus("name")

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(0, 0, px(BAR), 0)
        head.addWidget(PlainLabel(_("New contact"), "title"), 1)
        head.addWidget(self.kind_button)
        page = QWidget()
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(px(10))
        for part in (self.form, self.people, self._kept):
            inner.addWidget(part)
        inner.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(20), px(20), px(8), px(20))
        column.setSpacing(px(10))
        column.addLayout(head)
        for banner in (self.draft_banner, self.error_banner):
            column.addWidget(banner)
        column.addWidget(scrolling(page), 1)
        below = QVBoxLayout()
        below.setContentsMargins(0, 0, px(BAR), 0)
        below.addWidget(self.hint)
        column.addLayout(below)
        column.addLayout(self._buttons())
        self._kept.hide()
        self.resize(px(620), px(640))

    def _buttons(self) -> QHBoxLayout:
        self.paste_button = Button(_("Paste address"), "flat", "clipboard-paste", on_click=self._paste)
        self.create_button = Button(_("Create"), "primary", on_click=self.create_contact)
        self.create_button.setDefault(True)
        self.cancel_button = Button(_("Cancel"), on_click=self.reject)
        box = QDialogButtonBox()
        box.addButton(self.create_button, QDialogButtonBox.ButtonRole.AcceptRole)
        box.addButton(self.cancel_button, QDialogButtonBox.ButtonRole.RejectRole)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.create_contact)
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, px(12), 0)
        line.addWidget(self.paste_button)
        line.addStretch(1)
        line.addWidget(box)
        return line

    def _prepare_fields(self) -> None:
        optional = _("optional")
        for name, text in (("email", _("name@company.example")), ("category", optional), ("person", optional)):
            edit = self.form.handle(name).widget
            if isinstance(edit, QLineEdit):
                edit.setPlaceholderText(text)
        self.form.handle("name").widget.installEventFilter(self)
        place = [self.form.handle(name) for name in ("postcode", "town", "country")]
        help_town(place, lambda: str(self.form.value("country") or ""), partial(ask_place, self._context, self))
        self._show_kind()
        database = self._context.database

        def read() -> list[str]:
            with database.read() as session:
                return list(contact_page.surroundings(session).categories.values())

        self._context.tasks.read(read, self._complete_categories, owner=self)

    def _complete_categories(self, names: list[str]) -> None:
        edit = self.form.handle("category").widget
        if isinstance(edit, QLineEdit):
            completer = QCompleter(names, edit)
            completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
            edit.setCompleter(completer)

    # --- typing -------------------------------------------------------------------------------------------------
    def fill(self, values: Mapping[str, Any], extra: Mapping[str, Any] | None = None) -> None:
        """Write values into the fields, and keep `extra` for what has no field here."""
        self._is_filling = True
        self.form.fill(values)
        self._is_filling = False
        if any(values.get(name) for name in ("first_name", "last_name")):
            self._own_parts = True
        if extra:
            self._extra.update(extra)
            self._say_extra()
        self._judge_kind()

    def _say_extra(self) -> None:
        """Say what is saved besides the fields."""
        parts = [str(value) for name, value in self._extra.items() if name not in ("points", "notes")]
        parts += [str(value) for _kind, value in self._extra.get("points", ())]
        parts += str(self._extra.get("notes", "")).splitlines()
        self._kept.setText(_("Also kept: {values}").format(values=" · ".join(parts)))
        self._kept.setVisible(bool(parts))

    def _on_typed(self, name: str) -> None:
        if self._is_filling:
            return
        if name in PERSON_FIELDS:
            self._own_parts = True
        elif name == "name":
            self._judge_kind()
        elif name == "country":
            self._arrange()
        self.error_banner.hide()
        self._look.start()
        self._keep_draft()

    def _judge_kind(self) -> None:
        """Unfold the fields of a person when the name is one, unless the person at the desk has said what it is."""
        text = str(self.form.value("name"))
        if not self._is_chosen:
            self._set_person(looks_like_person(text) or (not text and bool(self.form.value("last_name"))))
        if self._is_person and not self._own_parts:
            name = split_person(text)
            self._is_filling = True
            self.form.fill({part: getattr(name, part) for part in PERSON_FIELDS})
            self._is_filling = False

    def _set_person(self, is_person: bool) -> None:
        if is_person != self._is_person:
            self._is_person = is_person
            self._arrange()
            self._show_kind()

    def _arrange(self) -> None:
        country = self.form.value("country") or self._home.country
        self.form.arrange(rows(country, is_person=self._is_person))

    def _flip_kind(self) -> None:
        self._is_chosen = True
        self._set_person(not self._is_person)
        self._judge_kind()
        self.form.focus("name")

    def _show_kind(self) -> None:
        self.kind_button.setText(_("It is a company") if self._is_person else _("It is a person"))

    def is_person(self) -> bool:
        """Tell whether the fields of a person are unfolded."""
        return self._is_person

    @override
    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take a pasted signature apart when several lines are pasted into the name."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            text = QGuiApplication.clipboard().text()
            if event.matches(QKeySequence.StandardKey.Paste) and len(text.strip().splitlines()) > 1:
                self._paste(text)
                return True
        return super().eventFilter(watched, event)

    def _paste(self, text: str = "") -> None:
        open_paste(self._context, self._take_pasted, self, text)

    def _take_pasted(self, values: Mapping[str, Any], extra: Mapping[str, Any]) -> None:
        self.fill(values, extra)
        self._arrange()
        self._look.start()
        self._keep_draft()
        self.form.focus("name")

    # --- looking around -----------------------------------------------------------------------------------------
    def _look_around(self) -> None:
        """Look for duplicates and unusual values, off the GUI thread."""
        self.people.look("" if self._is_person else str(self.form.value("person")))
        database = self._context.database
        kinds = (True, False) if self._is_person else (False,)
        readings = [make_contact(self.form, self._extra, is_person=kind)[0] for kind in kinds]
        self._context.tasks.read(
            lambda: find_alike(database, readings), self.hint.show_found, key=("radar", id(self)), owner=self
        )
        country = self.form.value("country") or self._home.country
        given = {name: (self.form.handle(name).entry, self.form.value(name)) for name in _CHECKED}

        def check() -> dict[str, str]:
            return {name: field_sentence(entry, value, country, self._home) for name, (entry, value) in given.items()}

        self._context.tasks.read(check, self._show_sentences, key=("new contact hints", id(self)), owner=self)

    def _show_sentences(self, sentences: dict[str, str]) -> None:
        for name, sentence in sentences.items():
            self.form.fields[name].say(sentence)

    def _open_existing(self, contact: int) -> None:
        self._context.window.open_contact(contact)

    # --- drafts -------------------------------------------------------------------------------------------------
    def is_touched(self) -> bool:
        """Tell whether anything was typed."""
        return bool(self._extra) or self.form.values() != self._untouched

    def _draft(self) -> dict[str, Any]:
        """Return what is kept on the disk."""
        values = self.form.values()
        title = values.get("name") or " ".join(str(values.get(part) or "") for part in _NAME).strip()
        return {"values": values, "extra": dict(self._extra), "title": title}

    def _keep_draft(self) -> None:
        if self.is_touched():
            self.draft.keep(self._draft())
        else:
            self.draft.forget()

    def _take_draft(self, draft: Draft) -> None:
        """Show what was begun before, in place of what stands here."""
        self._extra = {}
        self.fill(draft.data.get("values", {}), draft.data.get("extra", {}))
        self._say_extra()
        self._arrange()
        self._look.start()
        self.form.focus("name")

    # --- ending -------------------------------------------------------------------------------------------------
    def create_contact(self) -> None:
        """Save the contact and show it; what is missing is said at its field."""
        if not self.create_button.isEnabled():
            return
        wrong = self.form.problem()
        if wrong:
            self.form.focus(wrong)
            return
        known = self.people.taken(str(self.form.value("person")))
        contact, names = make_contact(self.form, self._extra, is_person=self._is_person, known=known)
        if not contact.display_name.strip():
            self._refuse("last_name" if self._is_person else "name", _("Enter the name of the company or the person."))
            return
        self.create_button.setEnabled(False)
        database, key = self._context.database, uuid4().hex
        keep, others = self.draft.settled({**self._draft(), OPERATION: key}), frozenset(self.hint.others)

        def create() -> int:
            keep()
            return contacts.create(database, contact, categories=names, operation_key=key, others=others)

        self._context.tasks.write(create, self._created, self._failed, _("Create contact"), owner=self)

    def _refuse(self, name: str, sentence: str) -> None:
        self.form.fields[name].set_error(sentence)
        self.form.focus(name)

    def _created(self, contact: int) -> None:
        name = str(self.form.value("name"))
        say_saved(self._context, _("Contact “{name}” created").format(name=name))
        self._end()
        self._context.window.open_contact(contact)

    def _failed(self, error: GcrmError) -> None:
        """Keep everything that was typed and say why it was not saved."""
        self.create_button.setEnabled(True)
        if isinstance(error, UserError) and error.field in self.form.fields:
            self._refuse(error.field, error.sentence)
        else:
            self.error_banner.show_message(error.sentence, "bad")

    def _end(self) -> None:
        self._is_over = True
        self._look.stop()
        self.draft.forget()
        super().reject()

    def reject(self) -> None:
        """Close; ask first when something was typed."""
        if self._is_over or not self.is_touched():
            self._is_over = True
            super().reject()
            return
        verbs = [_("Save"), _("Don't save"), _("Keep editing")]
        sentence = _("The new contact is not saved.")
        answer = choose(self, _("New contact"), sentence, verbs, _KEEP)
        if answer == _SAVE:
            self.create_contact()
        elif answer == _DROP:
            self._end()


def open_new_contact(context: Context, prefill: Mapping[str, Any] | None = None, draft: str = "") -> NewContactDialog:
    """Open the form; `prefill` holds values by field: name, phone, email, street, postcode, town, country.

    `draft` is the key of an unfinished contact to go on with; where its form is open already, that one comes to the
    front.
    """
    for other in open_drafts():
        dialog = other.parent()
        if draft and other.key == draft and isinstance(dialog, NewContactDialog):
            dialog.activateWindow()
            return dialog
    window = context.window
    made = NewContactDialog(context, window if isinstance(window, QWidget) else None, prefill, draft)
    made.show()
    return made
