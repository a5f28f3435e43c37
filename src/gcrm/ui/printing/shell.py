"""The one print dialog: preview at the left, choices at the right, PDF and printer below.

A kind of print is a subclass: it adds its fields to `form`, says in `maker` how the PDF is made (in a reader's
thread, from what is chosen now), and in `after` what is written once it is on paper.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget
from typing_extensions import override

from gcrm.errors import GcrmError
from gcrm.i18n import _
from gcrm.services.printing.output import replace_file
from gcrm.ui.context import Context
from gcrm.ui.printing.built import Built, FormArea, choice
from gcrm.ui.printing.choices import Choices
from gcrm.ui.printing.page_view import PageView
from gcrm.ui.printing.preview import Preview
from gcrm.ui.printing.printers import Printers, SystemPrinters, paint_pdf
from gcrm.ui.tasks import Progress
from gcrm.ui.theme import px, set_role
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.file_question import ask_where, documents
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.tab_order import tab_as_read


class PrintDialog(QDialog):
    """The shell. `name` is the key of its remembered choices, `title` its task, `file_name` what a PDF is called."""

    def __init__(
        self, context: Context, name: str, title: str, file_name: str, *, view: PageView | None = None,
        printers: Printers | None = None,
    ) -> None:  # fmt: skip
        super().__init__(context.window if isinstance(context.window, QWidget) else None)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.context = context
        self.choices = Choices(name)
        self._name = name
        self._title = title
        self._file_name = file_name
        self._printers = printers or SystemPrinters()
        self._built: Built | None = None
        self._round = 0
        self._is_building = False
        self._is_busy = False
        self._waiting: Callable[[Built], None] | None = None
        self.setWindowTitle(title)
        self._make_parts(view)
        self._lay_out()
        if not context.state.restore_window(f"print_{name}", self):
            self.resize(px(940), px(660))
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.print_now)
        self._shortcut("Ctrl++", lambda: self.preview.zoom_by(1))
        self._shortcut("Ctrl+-", lambda: self.preview.zoom_by(-1))
        self._shortcut("Ctrl+0", lambda: self.preview.set_zoom(0.0))

    def _shortcut(self, keys: str, act: Callable[[], object]) -> None:
        QShortcut(QKeySequence(keys), self).activated.connect(act)

    def _make_parts(self, view: PageView | None) -> None:
        self.preview = Preview(self.context, view)
        self.summary = PlainLabel("", "meta", wrap=True)
        self.banner = Banner()
        self.printer = choice()
        self._fill_printers()
        self.save_button = Button(_("Save as PDF"), on_click=self.save_pdf)
        self.cancel_button = Button(_("Cancel"), on_click=self.reject)
        self.print_button = Button(_("Print"), "primary", "printer", on_click=self.print_now)
        self.print_button.setDefault(True)

    def _fill_printers(self) -> None:
        """Offer the printers of this computer, the one used last first chosen; say so where there is none."""
        for name in self._printers.names():
            self.printer.addItem(name)
        last = self.printer.findText(self.choices.get("printer", ""))
        self.printer.setCurrentIndex(max(last, 0) if self.printer.count() else -1)
        if not self.printer.count():
            self.printer.addItem(_("No printer is set up on this computer"))
            self.printer.setEnabled(False)

    def has_printer(self) -> bool:
        """Whether there is a printer to print on."""
        return self.printer.isEnabled()

    def printer_name(self) -> str:
        """Return the chosen printer, "" when there is none."""
        return self.printer.currentText() if self.has_printer() else ""

    def _lay_out(self) -> None:
        self.form = QVBoxLayout()
        self.form.setSpacing(px(10))
        self.form.setContentsMargins(0, 0, px(4), 0)
        body = QWidget()
        set_role(body, "content")
        inner = QVBoxLayout(body)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addLayout(self.form)
        inner.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(px(10))
        for part in (PlainLabel(self._title, "title", wrap=True), self.summary, self.banner):
            right.addWidget(part)
        right.addWidget(FormArea(body), 1)
        right.addWidget(FormField(_("Printer"), self.printer))
        right.addLayout(self._buttons())
        row = QHBoxLayout(self)
        row.setContentsMargins(px(20), px(20), px(20), px(20))
        row.setSpacing(px(20))
        row.addWidget(self.preview, 1)
        row.addLayout(right, 1)

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(self.save_button)
        row.addStretch(1)
        row.addWidget(self.cancel_button)
        row.addWidget(self.print_button)
        return row

    # --- to be said by each kind of print -----------------------------------------------------------------------
    def load(self) -> Any:
        """Read what the fields need; in a reader's thread."""
        return None

    def loaded(self, facts: Any) -> None:
        """Fill the fields with what was read."""

    def maker(self) -> Callable[[Progress], Built]:
        """Return how the PDF is made, with everything that is chosen now."""
        raise AssertionError("each kind of print says how its PDF is made")

    def shown(self, built: Built) -> None:
        """Tell the fields about the print that is shown now."""

    def verb(self, built: Built) -> str:
        """Return what stands on the primary button."""
        return _("Print")

    def after(self, built: Built) -> Callable[[], Any] | None:
        """Return what is written once the print is out, None for nothing."""
        return None

    def remember(self) -> None:
        """Keep the choices for the next time."""

    # --- course of events ---------------------------------------------------------------------------------------
    def begin(self) -> None:
        """Show the dialog, read what it needs, and build the first preview."""
        tab_as_read(self)
        self.open()
        self.context.tasks.read(self.load, self._on_loaded, self._failed, owner=self)

    def _on_loaded(self, facts: Any) -> None:
        self.loaded(facts)
        self.refresh()

    def refresh(self) -> None:
        """Make the print anew from what is chosen now; a newer wish overtakes an older one."""
        self._is_building = True
        self._round += 1
        wanted = self._round
        self.context.tasks.read(
            self.maker(),
            lambda built: self._on_built(built) if wanted == self._round else None,
            lambda error: self._not_built(error) if wanted == self._round else None,
            key=("print", id(self)),
            owner=self,
        )

    def forget_print(self) -> None:
        """Take back what is ready or under way, because what is chosen now cannot be printed."""
        self._round += 1
        self._is_building = False
        self._built = self._waiting = None
        self._enable(False)

    def _on_built(self, built: Built) -> None:
        self._is_building = False
        self._built = built
        self.banner.hide()
        self.summary.setText(built.summary if built.pages else "")
        self.print_button.setText(self.verb(built))
        self._enable(bool(built.pages))
        if built.pages:
            self.preview.show_pdf(built.pdf, built.pages)
        else:
            self.preview.show_sentence(built.summary)
        self.shown(built)
        waiting, self._waiting = self._waiting, None
        if waiting is not None and built.pages:
            waiting(built)

    def _not_built(self, error: GcrmError) -> None:
        """Say why there is nothing to print."""
        self.forget_print()
        self.summary.setText("")
        self.preview.show_sentence(error.sentence)

    def _enable(self, can: bool) -> None:
        for button in (self.print_button, self.save_button):
            button.setEnabled(can and not self._is_busy)

    def _failed(self, error: GcrmError) -> None:
        self._is_busy = False
        self._enable(self._built is not None)
        self.banner.show_message(error.sentence, "bad")

    def _with_built(self, act: Callable[[Built], None]) -> None:
        """Carry something out with the newest print, as soon as it is ready."""
        if self._is_busy:
            return
        if self._is_building:
            self._waiting = act
        elif self._built is not None and self._built.pages:
            act(self._built)

    # --- printing -----------------------------------------------------------------------------------------------
    def print_now(self) -> None:
        """Print what is chosen."""
        self._with_built(self._print)

    def _print(self, built: Built) -> None:
        if not self.has_printer():
            self.banner.clear_buttons()
            sentence = _("No printer is set up on this computer. Save the print as a PDF instead.")
            self.banner.show_message(sentence, "warn")
            self.save_button.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        said = _("Sent to {printer}").format(printer=self.printer_name())
        self.print_pdf(built.pdf, lambda: self._finish(built, said))

    def print_pdf(self, pdf: bytes, done: Callable[[], object]) -> None:
        """Send a PDF to the chosen printer, page by page, in a reader's thread."""
        printers, name, title = self._printers, self.printer_name(), self._title
        self._is_busy = True
        self._enable(False)

        def work(progress: Progress) -> int:
            return paint_pdf(printers.open(name, title), pdf, progress)

        def finished(_pages: int) -> None:
            self._is_busy = False
            self._enable(self._built is not None)
            done()

        self.context.tasks.read(work, finished, self._failed, label=_("Print"), owner=self)

    def save_pdf(self) -> None:
        """Ask for a place and save the PDF there."""

        def act(built: Built) -> None:
            self.ask_place(built.pdf, self._file_name, lambda path: self._finish(built, _saved(path)))

        self._with_built(act)

    def ask_place(self, pdf: bytes, name: str, done: Callable[[Path], object]) -> None:
        """Ask where a PDF shall be saved, and save it."""
        proposed = Path(self.choices.get("folder", documents())) / f"{name}.pdf"
        title = _("Save as PDF")
        ask_where(self, title, lambda path: self.save_to(path, pdf, done), proposed, _("PDF (*.pdf)"))

    def save_to(self, path: Path, pdf: bytes, done: Callable[[Path], object]) -> None:
        """Write a PDF; a failed one leaves the dialog open."""
        self.choices.set("folder", str(path.parent))
        self.context.tasks.read(
            lambda: replace_file(path, pdf), lambda _nothing: done(path), self._failed,
            label=_("Save as PDF"), owner=self,
        )  # fmt: skip

    def _finish(self, built: Built, said: str) -> None:
        """Write what has to be written, remember the choices, say what was done, and close."""
        if self.has_printer():
            self.choices.set("printer", self.printer_name())
        self.remember()
        write, context = self.after(built), self.context
        if write is not None:
            context.tasks.write(write, lambda _nothing: None, context.window.fail, _("Note the print"))
        self.accept()
        context.window.say(said)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_PageUp, Qt.Key.Key_PageDown):
            self.preview.keyPressEvent(event)
            return
        super().keyPressEvent(event)

    @override
    def done(self, result: int) -> None:
        self.context.state.save_window(f"print_{self._name}", self)
        super().done(result)


def _saved(path: Path) -> str:
    return _("Saved as {file}").format(file=path.name)
