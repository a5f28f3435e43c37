"""The own address on labels: as usual left out, in the window as on the command line."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from gcrm.services.printing.for_contact import label_options
from gcrm.ui.context import Context
from gcrm.ui.printing.labels import LabelsDialog
from tests.services.offices import enter_company
from tests.ui.office import Office
from tests.ui.printing.paper import PaperFile, add_customers, keep, settle


def test_the_sender_is_left_out_as_on_the_command_line(
    qtbot: QtBot, context: Context, office: Office, tmp_path: Path
) -> None:
    enter_company(office.database, name="Muster GmbH", street="Marktplatz", house_number="1", town="Berlin")
    dialog = LabelsDialog(context, add_customers(office.database, 3), printers=PaperFile(tmp_path / "paper.pdf"))
    keep(qtbot, dialog)
    dialog.begin()
    settle(context, dialog.preview)
    with context.database.read() as session:
        usual = label_options(session, context.database.home)
        asked = label_options(session, context.database.home, with_sender=True)
    assert asked.sender
    assert dialog.options().sender == usual.sender
    assert dialog.sender_box.isChecked() is bool(usual.sender)
