"""Import and export for the register of windows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from pathlib import Path

from PySide6.QtWidgets import QWidget

from gcrm.paths import data_folder
from gcrm.services.outlook.link import Link
from gcrm.tour.phone_file import write_phone_file
from gcrm.ui.context import Context
from tests.services.outlook.fake import Outlook

CARD_THAT_IS_HERE = (
    "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Albrecht Metallbau GmbH\r\nORG:Albrecht Metallbau GmbH\r\n"
    "TEL:+49 341 123456-0\r\nURL:https://albrecht.example\r\nEND:VCARD\r\nno line of a contact\r\n"
)

VISIT = (
    "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:visit\r\nDTSTART:20260323T090000Z\r\nSUMMARY:Visit\r\nEND:VEVENT\r\n"
    "BEGIN:VJOURNAL\r\nUID:day\r\nEND:VJOURNAL\r\nEND:VCALENDAR\r\n"
)

TABLE = (
    "Kundennummer;Firma;Ansprechpartner;Straße;PLZ;Ort;Telefon;Geburtstag;Hobby\n"
    "900;Werft GmbH;Eva Neu;Am Kai 3;20457;Hamburg;040 5550001;31.02.1990;Segeln\n"
    ";;;;;;;1.3.1980;\n"
)


def phone_files() -> list[Path]:
    """Write what is imported: a phone's file, one with a contact that is here, and a calendar."""
    files = [data_folder() / name for name in ("phone.vcf", "backup.vcf", "calendar.ics")]
    write_phone_file(files[0])
    files[1].write_text(CARD_THAT_IS_HERE, encoding="utf-8", newline="")
    files[2].write_text(VISIT, encoding="utf-8", newline="")
    return files


def import_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.import_dialog import ImportDialog

    dialog = ImportDialog(context, parent)
    dialog.add_paths(phone_files())
    return dialog


def import_columns(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.import_dialog import ImportDialog
    from gcrm.ui.exchange.import_parts import COLUMNS

    file = data_folder() / "customers.csv"
    file.write_text(TABLE, encoding="utf-8")
    dialog = ImportDialog(context, parent)
    dialog.add_paths([file])
    context.tasks.wait_idle()
    dialog.parts.tabs.setCurrentIndex(COLUMNS)
    return dialog


def import_done(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.import_dialog import ImportDialog

    dialog = ImportDialog(context, parent)
    dialog.add_paths(phone_files())
    context.tasks.wait_idle()
    dialog.run()
    return dialog


def import_empty(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.import_dialog import ImportDialog

    return ImportDialog(context, parent)


def export_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.export_dialog import ExportDialog

    dialog = ExportDialog(context, [1, 2], parent)
    dialog.form.format.setCurrentIndex(dialog.form.format.findData("csv"))
    dialog.form.fields.setCurrentIndex(1)
    dialog.form.purpose.setCurrentIndex(1)
    return dialog


def everything_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.everything_dialog import EverythingDialog

    return EverythingDialog(context, parent)


def mail_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services.mail.filing import Found
    from gcrm.services.mail.people import Match
    from gcrm.ui.mail.dialog import MailDialog

    several = (Match(1, None, "Albrecht Metallbau GmbH"), Match(2, None, "Becker & Söhne <b>KG</b>"))
    found = [
        Found(
            Path("Offer.eml"),
            "Offer for the gate of hall 3",
            "Anna Albrecht",
            "in",
            several[:1],
            1,
            name=several[0].name,
        ),
        Found(Path("Invoice.eml"), "Invoice 2026-1107", "Sales", "in", several),
        Found(Path("Greeting.msg"), "Greetings from Lisbon", "Rui Pereira", "in"),
        Found(Path("broken.msg"), problem="It is no Outlook message, or it is damaged."),
    ]
    return MailDialog(context, found, parent)


OLD_TABLES = {
    "Kunden.csv": "Kundennr;Firma;Straße;PLZ;Ort\n20001;Werft GmbH;Am Kai 3;20457;Hamburg\n;;Hof 1;04109;Leipzig\n",
    "Ansprechpartner.csv": "Kundennr;Vorname;Nachname;Telefon\n20001;Eva;Neu;040 5550002\n99999;Nie;Mand;\n",
    "Notizen.csv": "Kundennr;Datum;Art;Text\n20001;3.5.2019;Anruf;Will drei Boote\n20001;irgendwann;Brief;Dank\n",
}


def old_folder() -> Path:
    """Write what another program left: tables, and a file for nobody."""
    folder = data_folder() / "Altes Programm"
    folder.mkdir(exist_ok=True)
    for name, text in OLD_TABLES.items():
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "20001 Angebot.pdf").write_bytes(b"%PDF-1.4 Angebot")
    (folder / "ohne Nummer.pdf").write_bytes(b"%PDF-1.4 ohne")
    return folder


def cut_over(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.cut_over_dialog import CutOverDialog

    dialog = CutOverDialog(context, parent)
    dialog.take_folder(old_folder())
    return dialog


def cut_over_columns(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services.exchange.cut_over.sources import look
    from gcrm.ui.exchange.cut_over_columns import CutOverColumns

    folder = look(context.database, old_folder())
    source = next(each for each in folder.sources if each.name == "Notizen.csv")
    return CutOverColumns(source, folder.where, lambda _said: None, parent)


def cut_over_sheet(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.services.exchange.cut_over.plan import make_plan
    from gcrm.services.exchange.cut_over.sources import look
    from gcrm.ui.exchange.cut_over_print import SheetPrint

    made = make_plan(context.database, look(context.database, old_folder()))
    dialog = SheetPrint(context, made, is_trial=True)
    dialog.begin()
    return dialog


def outlook_with_something() -> AbstractContextManager[Link]:
    """Give a link to Outlook with a contact, an appointment, and one more that is here already."""
    outlook = Outlook()
    outlook.add_contact(FirstName="Eva", LastName="Neu", CompanyName="Werft GmbH", Email1Address="eva@werft.example")
    outlook.add_appointment(datetime(2027, 1, 11, 9), datetime(2027, 1, 11, 10), Subject="Boat <b>show</b>")
    return nullcontext(outlook.link())


def outlook_dialog(context: Context, parent: QWidget | None) -> QWidget:
    from gcrm.ui.exchange.outlook_dialog import OutlookDialog

    dialog = OutlookDialog(context, parent, outlook_with_something)
    context.tasks.wait_idle()
    dialog.start(is_trial=True)
    return dialog


WINDOWS_OF_EXCHANGE: Mapping[str, Callable[[Context, QWidget | None], QWidget]] = {
    "import": import_dialog,
    "import, columns": import_columns,
    "import, done": import_done,
    "import, no file yet": import_empty,
    "cut-over": cut_over,
    "cut-over, columns": cut_over_columns,
    "cut-over, sheet": cut_over_sheet,
    "export": export_dialog,
    "export everything": everything_dialog,
    "keep mails": mail_dialog,
    "exchange with outlook": outlook_dialog,
}
