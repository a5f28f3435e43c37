"""The page for erasing: what goes, what the law wants kept, where the name stands besides, and the word to type."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from gcrm.errors import GcrmError
from gcrm.i18n import _, ngettext
from gcrm.model.parse import parse_date
from gcrm.model.privacy_choices import REASONS
from gcrm.services.personal_data.belongings import Subject
from gcrm.services.personal_data.erase import Erased, erase
from gcrm.services.personal_data.mentions import Mention
from gcrm.services.personal_data.papers import KeptPaper, Paper
from gcrm.services.personal_data.plan import Plan, plan
from gcrm.services.showing import show_date
from gcrm.ui.context import Context
from gcrm.ui.narrow_combo import NarrowCombo
from gcrm.ui.tasks import Progress, Task
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.date_edit import DateEdit
from gcrm.ui.widgets.form_fields import FormField
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.two_line_list import Line, TwoLineList
from gcrm.ui.widgets.typed_edit import place

MOST_ROWS, MOST_MENTIONS = 6, 12


class ErasePage(QWidget):
    """Shows the plan of an erasure and carries it out once its word is typed; `erased` tells that it is done."""

    erased = Signal(object)

    def __init__(self, context: Context, banner: Banner, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._banner = banner
        self._plan: Plan | None = None
        self._released: set[Paper] = set()
        self._emptied: set[Paper] = set()
        self._task: Task | None = None
        context.tasks.ended.connect(self._on_ended)
        self.warning = PlainLabel(
            _("Erasing takes everything that is not kept by law, also out of the history. Nothing brings it back."),
            "body", wrap=True,
        )  # fmt: skip
        self.goes = Card(_("Goes for good"))
        self.counts = PlainLabel("", wrap=True)
        self.goes.body.addWidget(self.counts)
        self.stays = Card(_("Stays, because the law wants it kept"))
        self.papers = TwoLineList(_("Papers that stay"), most_rows=MOST_ROWS)
        self.papers.wanted.connect(lambda _key: self.turn())
        self.papers.chosen.connect(lambda _key: self._name_turn())
        self.turn_button = Button(_("Erase this too"), on_click=self.turn)
        self.elsewhere = Card(_("Also named elsewhere"))
        self.before = Card(_("Named in the history of others"))
        self.former = TwoLineList(_("Former texts of others"), most_rows=MOST_ROWS)
        self.former.wanted.connect(lambda _key: self.turn_former())
        self.former.chosen.connect(lambda _key: self._name_turn())
        self.former_button = Button(_("Erase this too"), on_click=self.turn_former)
        self.reason, self.asked_on = NarrowCombo(_("Reason")), DateEdit(_day)
        for key, label in REASONS[:-1]:
            self.reason.addItem(_(label), key)
        self.asked_on.set_value(date.today())
        self.word = QLineEdit()
        self.word_field = FormField(_("To confirm, type"), self.word)
        self.word.textChanged.connect(lambda _text: self._judge())
        self.erase_button = Button(_("Erase for good"), "danger", "trash-2", on_click=self.erase)
        self._lay_out()
        self._judge()

    def _lay_out(self) -> None:
        self.stays.body.addWidget(PlainLabel(_what_stays(), "meta", wrap=True))
        self.stays.body.addWidget(self.papers)
        self.stays.body.addWidget(self.turn_button, 0, Qt.AlignmentFlag.AlignLeft)
        self.before.body.addWidget(PlainLabel(_what_was_named(), "meta", wrap=True))
        self.before.body.addWidget(self.former)
        self.before.body.addWidget(self.former_button, 0, Qt.AlignmentFlag.AlignLeft)
        inside = QWidget()
        cards = QVBoxLayout(inside)
        cards.setContentsMargins(0, 0, 0, 0)
        cards.setSpacing(px(12))
        for part in (self.warning, self.goes, self.stays, self.elsewhere, self.before):
            cards.addWidget(part)
        cards.addStretch(1)
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setWidget(inside)
        grid = QGridLayout()
        grid.setHorizontalSpacing(px(12))
        grid.addWidget(FormField(_("Reason"), self.reason), 0, 0)
        grid.addWidget(FormField(_("Asked for on"), self.asked_on), 0, 1)
        grid.addWidget(self.word_field, 0, 2)
        grid.setColumnStretch(0, 3)
        grid.setColumnMinimumWidth(1, px(150))
        grid.setColumnStretch(2, 2)
        grid.addWidget(self.erase_button, 0, 3, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(px(12))
        column.addWidget(self.area, 1)
        column.addLayout(grid)

    def load(self, subject: Subject) -> None:
        """Read what an erasure would do."""
        self._plan = None
        self._released.clear()
        self._emptied.clear()
        self.word.clear()
        self.counts.setText(_("Looking through the whole office…"))
        database = self._context.database
        self._context.tasks.read(
            lambda: plan(database, subject), self._show, self._failed, key=id(self), label=_("Privacy"), owner=self
        )

    def _show(self, planned: Plan) -> None:
        self._plan = planned
        counts = [*planned.goes, (_("Entries of the history"), planned.history)]
        self.counts.setText(" · ".join(f"{title} {count}" for title, count in counts))
        named = [(each.title, each.where()) for each in planned.mentions[:MOST_MENTIONS]]
        left = len(planned.mentions) - len(named)
        if left > 0:
            named.append(("", ngettext("and {count} more", "and {count} more", left).format(count=left)))
        self.elsewhere.set_rows(named)
        self.elsewhere.setVisible(bool(named))
        self.stays.setVisible(bool(planned.papers))
        self.before.setVisible(bool(planned.former))
        self.word_field.label.setText(_("To confirm, type {word}").format(word=planned.word))
        self.word.setAccessibleName(_("To confirm, type {word}").format(word=planned.word))
        self._show_papers()
        self._judge()

    def _show_papers(self) -> None:
        papers = self._plan.papers if self._plan is not None else ()
        self.papers.set_lines(_line(each, each.paper in self._released) for each in papers)
        former = self._plan.former if self._plan is not None else ()
        self.former.set_lines(_former_line(each, (each.table, each.id) in self._emptied) for each in former)
        self._name_turn()

    def turn(self) -> None:
        """Let the chosen paper go, or keep it after all."""
        paper = self.papers.current()
        if isinstance(paper, tuple):
            self._released ^= {(str(paper[0]), int(paper[1]))}
            self._show_papers()

    def turn_former(self) -> None:
        """Let what the history of a record of somebody else tells go as well, or leave it."""
        record = self.former.current()
        if isinstance(record, tuple):
            self._emptied ^= {(str(record[0]), int(record[1]))}
            self._show_papers()

    def _name_turn(self) -> None:
        lists = ((self.papers, self._released, self.turn_button), (self.former, self._emptied, self.former_button))
        for shown, going, button in lists:
            button.setText(_("Keep this after all") if shown.current() in going else _("Erase this too"))

    def _judge(self) -> None:
        """The word has to be typed whole."""
        is_typed = self._plan is not None and self.word.text().strip() == self._plan.word
        self.erase_button.setEnabled(is_typed and self._task is None)

    def is_busy(self) -> bool:
        """Tell whether somebody is being erased."""
        return self._task is not None

    def give_up(self) -> None:
        """Wait no longer for a server that is away; what was begun goes on to its end."""
        if self._task is not None and self._context.tasks.waiting():
            self._task.progress.cancel()

    def erase(self) -> None:
        """Carry it out."""
        planned, database = self._plan, self._context.database
        if planned is None or self._task is not None or self.word.text().strip() != planned.word:
            return
        self.asked_on.commit()
        if self.asked_on.has_error():  # what is kept of an erasure cannot be corrected
            self.asked_on.setFocus()
            return
        released, former = set(self._released), set(self._emptied)
        reason, asked_on = str(self.reason.currentData()), self.asked_on.value()

        def work(progress: Progress) -> Erased:
            return erase(
                database, planned.subject, release=released, former=former, reason=reason, asked_on=asked_on,
                progress=progress,
            )  # fmt: skip

        label = _("Erasing personal data")
        self._task = self._context.tasks.write(work, self._done, self._failed, label, owner=self)
        self._banner.show_message(label)
        self._judge()

    def _on_ended(self, task: Task) -> None:
        """Take note that it is over, also when it was stopped."""
        if task is self._task:
            self._task = None
            self._banner.hide()
            self._judge()

    def _done(self, done: Erased) -> None:
        self.erased.emit(done)

    def _failed(self, error: GcrmError) -> None:
        self._banner.show_message(error.sentence, "bad")


def _day(typed: str) -> date:
    """Read the day on which it was asked for."""
    return parse_date(typed, *place(QLocale()), prefer="past")


def _what_stays() -> str:
    """Say what becomes of what stays."""
    return _(
        "These papers, the name and one address are only kept, shown in no list and erased by themselves after their "
        "day. What is no business paper may go at once."
    )


def _what_was_named() -> str:
    """Say what former texts are."""
    return _(
        "The name was taken out of these records, but their history still tells it. Read whether this person is meant: "
        "what is erased there cannot be undone any more."
    )


def _former_line(mention: Mention, is_going: bool) -> Line:
    """Return a record of somebody else that named the subject once."""
    mark, tone = (_("goes"), "bad") if is_going else (_("stays"), "neutral")
    title = f"{mention.title} · {mention.label}"
    return Line((mention.table, mention.id), title, mention.about, "history", mark=mark, tone=tone)


def _line(paper: KeptPaper, is_released: bool) -> Line:
    """Return a kept paper as a line: what it is of which day, until when by which law."""
    source = paper.source or _("the longest period known; gCRM does not know the law of this country")
    until = _("until {day}: {law}").format(day=show_date(paper.until), law=source)
    title = f"{paper.label} · {show_date(paper.on)}"
    icon = {"activity": "file-text", "open_item": "receipt-text"}.get(paper.paper[0], "paperclip")
    mark, tone = (_("goes"), "bad") if is_released else (_("stays"), "ok")
    return Line(paper.paper, title, until, icon, mark=mark, tone=tone)
