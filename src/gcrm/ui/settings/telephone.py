"""Telephone: the phone box, numbers for outside lines, what happens at a call."""

from __future__ import annotations

from typing_extensions import override

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.services import contact_list, settings
from gcrm.services.contact_list import ContactQuery
from gcrm.services.telephony.discovery import FoundBox, find_boxes
from gcrm.services.telephony.interface import Trouble
from gcrm.ui.settings.option_page import OptionPage
from gcrm.ui.settings.page import Entry, Page
from gcrm.ui.theme import px
from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.button import Button
from gcrm.ui.widgets.card import Card
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.safe import PlainLabel

STEPS = (
    N_("1. On a telephone connected to the FRITZ!Box dial #96*5* once. The box then tells who is calling."),
    N_("2. Find the box, or type its address below."),
    N_("3. Let gCRM listen to the box, and try how a call looks."),
)


class TelephonePage(OptionPage):
    """Nothing is looked for in the network unless the button is pressed."""

    @override
    def build(self) -> None:
        card = Card(_("Connect a FRITZ!Box"))
        for step in STEPS:
            card.body.addWidget(PlainLabel(_(step), wrap=True))
        card.body.addWidget(PlainLabel(_("Dialling #96*4* switches it off again."), "small", wrap=True))
        self.result = Banner()
        card.body.addSpacing(px(4))
        card.body.addWidget(self.result)
        self.find_button = Button(_("Find the box"), icon_name="radar", on_click=self.find_box)
        self.trial_button = Button(_("Try the call pop-up"), icon_name="phone-incoming", on_click=self.ring)
        buttons = FlowLayout(spacing=8)
        buttons.addWidget(self.find_button)
        buttons.addWidget(self.trial_button)
        card.body.addLayout(buttons)
        self.column.addWidget(card)
        self.add_target("find", self.find_button)
        self.add_target("trial", self.trial_button)
        self.add_options()

    def find_box(self) -> None:
        """Look for the box in this network."""
        self.find_button.setEnabled(False)
        self.result.show_message(_("Looking for the box…"))
        self.context.tasks.read(find_boxes, self._found, self._failed, label=_("Look for the box"), owner=self)

    def _failed(self, error: object) -> None:
        self.find_button.setEnabled(True)
        self.result.show_message(getattr(error, "sentence", ""), "bad")

    def _found(self, boxes: list[FoundBox]) -> None:
        """Take the first box that answered, and say what is still to do."""
        self.find_button.setEnabled(True)
        if not boxes:
            self.result.show_message(_("No box answers in this network. Type its address below."), "warn")
            return
        box = boxes[0]
        option = settings.option("phone.box_host")
        if self.rows[option.key].value() != box.host:
            self.rows[option.key].set_value(box.host)
            self.keep(option, box.host)
        if box.trouble is Trouble.REFUSED:
            sentence = _("{host} is there, but does not tell calls yet. Dial #96*5* and find it again.")
            self.result.show_message(sentence.format(host=box.host), "warn")
        else:
            self.result.show_message(_("{host} answers and tells calls.").format(host=box.host), "ok")

    def ring(self) -> None:
        """Let the shown contact ring for a trial, or the first one of the office."""
        shown = self.context.window.current_contact()
        if shown is not None:
            self._ring(shown)
            return
        database = self.context.database

        def first() -> int:
            with database.read() as session:
                found = contact_list.ids(session, ContactQuery(), 1)
            if not found:
                raise UserError(_("Add a contact first: the trial needs somebody who calls."))
            return int(found[0])

        self.context.tasks.read(first, self._ring, self._failed, owner=self)

    def _ring(self, contact: int) -> None:
        from gcrm.ui.telephony import ring_for_trial

        ring_for_trial(self.context, contact)


PAGE = Page(
    "telephone", N_("Telephone"), "phone", 30, TelephonePage, groups=("phone",), keys=("phone.",),
    entries=(
        Entry("find", N_("Find the box"), N_("FRITZ!Box call monitor #96*5*")),
        Entry("trial", N_("Try the call pop-up"), N_("Test ringing")),
    ),
)  # fmt: skip
