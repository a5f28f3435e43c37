"""Texts made to harm, in every field of text there is: kept as they are or refused in a sentence, shown as text only.

A picture named in a text is a bright one: if any window obeyed the markup, its colour would be on the screen.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QEvent
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel, QWidget

from gcrm.errors import GcrmError
from gcrm.model.activity import Activity
from gcrm.model.base import Record
from gcrm.model.contact import Contact
from gcrm.model.fields import fields_of
from gcrm.services import activity, contact, contact_rules
from gcrm.services.change_feed import ChangeWatcher
from gcrm.services.database import Database
from gcrm.services.exchange import importer
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work
from gcrm.ui.changes import ChangeFeed
from gcrm.ui.context import Context
from gcrm.ui.state import WindowState
from gcrm.ui.tasks import Tasks
from gcrm.ui.theme import Theme
from tests.databases import SqliteOffices
from tests.dress import worn
from tests.stories.sitting import CTRL, Key, at_the_desk
from tests.ui.fake_window import FakeWindow
from tests.ui.office import albrecht, fill_office
from tests.ui.register import WINDOWS

BRIGHT = QColor(255, 0, 254)
"""The colour of the picture; the program's own colours are far from it."""
TEXT_KINDS = ("text", "long_text", "email", "phone", "web", "link")
TEXTS = {
    "picture": '<img src="file:///etc/hostname">',
    "link": "<a href='file://attacker/share'>GmbH</a><b>bold</b>",
    "nul": "a\0b",
    "right to left": "invoice\u202efdp.exe",
    "formats": "%s %n %(x)s {0} {name} {} %",
    "lines": "one\ntwo\r\nthree\u2028four",
    "half a character": "broken \ud800 pair",
    "template": "{{ config.__class__ }} ${7*7} #{7*7}",
    "statement": "Robert'); DROP TABLE contact; --",
    "mnemonic": "&File && Co &amp; KG",
    "accents": "a" + "\u0301" * 500,
    "formula": '=HYPERLINK("http://x","y")',
    "controls": "\x01\x1b[31mred\x7f\x08",
    "one word": "W" * 10_000,
    "wildcards": "100 % _ \\ * ?",
    "many people": "👩‍👩‍👧‍👦" * 50,
}
STRANGE_TO_SEE = ("right to left", "lines", "mnemonic", "accents", "controls", "one word", "many people")


def text_fields(record: Any) -> list[str]:
    """Return the fields of a record into which a person types what they like."""
    kind: type[Record] = type(record)
    found = fields_of(kind)
    return [name for name, told in found.items() if told.kind in TEXT_KINDS and not told.choices]


def fill(record: Any, text: str) -> None:
    for name in text_fields(record):
        setattr(record, name, text)


def hostile_contact(text: str) -> Contact:
    """Return a contact in which every text of every record is `text`."""
    made = albrecht()
    made.notes = text
    for record in list(contact_rules.walk(made)):
        fill(record, text)
    for link in made.persons:
        if link.person is not None:
            fill(link.person, text)
    return made


def kept(text: str) -> str:
    """Return what may be left of a text: characters that no database holds are taken out, nothing else."""
    return text.replace("\0", "").replace("\ud800", "")


def same(found: str, text: str) -> bool:
    """Tell whether a text was kept; how lines end and what stands around it does not count."""
    plain = [" ".join(one.replace("\ufffd", "").split()) for one in (found, kept(text))]
    return plain[0] == plain[1]


def create(database: Database, made: Contact, categories: tuple[str, ...] = ()) -> int | GcrmError:
    """Create a contact; return its id, or the error in which it was refused."""
    try:
        return contact.create(database, made, categories=categories)
    except GcrmError as refused:
        return refused


def is_one_sentence(sentence: str) -> bool:
    return 10 < len(sentence) < 400 and "\n" not in sentence


@pytest.mark.parametrize("name", TEXTS)
def test_every_text_is_kept_or_refused_in_one_sentence(database: Database, name: str) -> None:
    text = TEXTS[name]
    number = create(database, hostile_contact(text), (text,))
    if isinstance(number, GcrmError):
        assert len(text) > 400, "only what no index can hold may be refused"
        assert is_one_sentence(number.sentence)
        number = create(database, hostile_contact(text[:400]), (text[:400],))
        text = text[:400]
    assert isinstance(number, int)
    loaded = contact.load(database, number).record
    lost = [field for field in text_fields(loaded) if not same(getattr(loaded, field), text)]
    assert lost == []
    assert len(loaded.persons) == 3
    activity.log(database, number, text, type="note")
    with database.read() as session:
        logged = session.query(Activity).filter_by(contact_id=number).one()
        assert same(logged.text, text)


@pytest.mark.parametrize("name", TEXTS)
def test_searching_for_it_harms_nothing(database: Database, name: str) -> None:
    from gcrm.services import contact_list, quick_find
    from gcrm.services.contact_list import ContactQuery

    contact.create(database, contact.empty(name="Somebody else"))
    with database.read() as session:
        assert len(contact_list.ids(session, ContactQuery(TEXTS[name]))) == 0
        assert quick_find.quick_contacts(session, TEXTS[name]) == []


def test_a_name_of_five_megabytes_is_kept_or_refused(database: Database) -> None:
    name = "Äußerst lang " * 400_000
    assert len(name.encode()) > 5_000_000
    number = create(database, contact.empty(name=name))
    if isinstance(number, GcrmError):
        assert is_one_sentence(number.sentence)
    else:
        assert contact.load(database, number).record.name.strip() == name.strip()


# --- shown -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def bright(tmp_path: Path) -> Path:
    """Paint the picture that must never be seen."""
    file = tmp_path / "bright.png"
    picture = QImage(64, 64, QImage.Format.Format_RGB32)
    picture.fill(BRIGHT)
    picture.save(str(file))
    return file


def markup(file: Path) -> str:
    return f'<img src="file://{file}" width="64" height="64"><b>&Evil</b> {{name}} %s Albrecht Metallbau'


def bright_pixels(widget: QWidget) -> int:
    """Return how much of the picture is to be seen on a widget."""
    image = widget.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return memoryview(image.constBits()).cast("I").tolist().count(BRIGHT.rgb())


def obeying(window: QWidget) -> list[str]:
    """Return labels and tips that would obey markup that came with a text."""
    found = []
    for widget in (window, *window.findChildren(QWidget)):
        for text in (widget.toolTip(), widget.statusTip(), widget.whatsThis()):
            if "<img" in text:
                found.append(f"tip of {type(widget).__name__}: {text[:80]}")
        if (
            isinstance(widget, QLabel)
            and "<img" in widget.text()
            and widget.textFormat() != widget.textFormat().PlainText
        ):
            found.append(f"label: {widget.text()[:80]}")
    return found


def write_everywhere(database: Database, text: str) -> None:
    """Give the first contact of the usual office a hostile text in every field, and log one."""
    office = fill_office(database)
    loaded = contact.load(database, office.albrecht)
    for record in list(contact_rules.walk(loaded.record)):
        fill(record, text)
    with unit_of_work(database, "People renamed", kind="system") as work:
        for link in loaded.record.persons:
            person = work.session.merge(link.person)
            fill(person, text)
    contact.save(database, loaded, force=frozenset())
    contact.set_category(database, [office.albrecht], text, True)
    activity.log(database, office.albrecht, text, type="note")


@pytest.fixture
def hostile_file(sqlite_offices: SqliteOffices, tmp_path_factory: pytest.TempPathFactory, bright: Path) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    with sqlite_offices.migrated(folder) as url:
        database = open_office(url, user="anna")
        write_everywhere(database, markup(bright))
        database.close()
    return folder / "office.gcrm"


@contextmanager
def office_copy(file: Path, copy: Path, theme: Theme) -> Iterator[Context]:
    """Give what windows get, over a copy of an office."""
    shutil.copyfile(file, copy)
    database = open_office(str(copy), user="anna")
    tasks, window = Tasks(), FakeWindow()
    faults: list[str] = []
    tasks.crashed.connect(lambda _sentence, details: faults.append(details))
    window.tasks = tasks
    watcher = ChangeWatcher(database)
    watcher.start()
    feed = ChangeFeed(database, tasks, watcher)
    yield Context(database, tasks, theme, feed, WindowState(copy.with_suffix(".ini")), window)
    tasks.close()
    feed.stop()
    database.close()
    assert not faults, faults[0]


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    with worn(qapp) as theme:
        yield theme


def settle(context: Context) -> None:
    for _turn in range(4):
        context.tasks.wait_idle()
        QApplication.processEvents()


def test_no_window_obeys_markup_in_a_text(hostile_file: Path, theme: Theme, tmp_path: Path) -> None:
    """All windows of the register, one after the other: neither is the picture seen nor would a tip obey."""
    wrong: dict[str, object] = {}
    for place, (name, make) in enumerate(WINDOWS.items()):
        with office_copy(hostile_file, tmp_path / f"{place}.gcrm", theme) as context:
            window = make(context, None)
            window.show()
            settle(context)
            seen, obeys = bright_pixels(window), obeying(window)
            if seen or obeys:
                wrong[name] = (seen, obeys)
            window.close()
            window.deleteLater()
            QApplication.sendPostedEvents(None, int(QEvent.Type.DeferredDelete.value))
    assert wrong == {}


def test_the_real_program_shows_it_as_text(
    hostile_file: Path, sqlite_offices: SqliteOffices, data_folder: Path, qapp: QApplication
) -> None:
    file = data_folder / "office.gcrm"
    shutil.copyfile(hostile_file, file)
    with at_the_desk(str(file)) as me:
        for section in ("contacts", "today", "table", "contacts"):
            me.window.open_section(section)
            me.settle()
            assert (bright_pixels(me.window), obeying(me.window)) == (0, [])
        page = me.window.contacts.page
        for place in range(page.bar.count()):
            page.bar.setCurrentIndex(place)
            me.settle()
            assert (bright_pixels(me.window), obeying(me.window)) == (0, [])
        me.key(Key.Key_K, CTRL)
        me.write("Evil")
        assert (bright_pixels(me.window), obeying(me.window)) == (0, [])
        me.key(Key.Key_Escape)
        contact.set_field(me.database, [1], "priority", "C")
        me.key(Key.Key_Z, CTRL)
        assert "<img" in me.said()
        assert (bright_pixels(me.window), obeying(me.window)) == (0, [])


@pytest.mark.parametrize("name", STRANGE_TO_SEE)
def test_the_real_program_opens_any_text(
    name: str, sqlite_offices: SqliteOffices, data_folder: Path, qapp: QApplication
) -> None:
    with sqlite_offices.migrated(data_folder) as url:
        database = open_office(url, user="anna")
        contact.create(database, hostile_contact(TEXTS[name][:400]))
        database.close()
        with at_the_desk(url) as me:
            assert me.window.contacts.pane.model.rowCount() == 1
            assert not me.window.banner.isVisible(), me.window.banner.message()
            me.window.open_section("table")
            me.settle()
            me.window.grab()
            assert me.window.width() <= 1440, "a text must not widen the window"


def test_the_picture_would_be_seen(qapp: QApplication, bright: Path) -> None:
    obeys = QLabel(markup(bright))
    obeys.resize(300, 120)
    obeys.show()
    QApplication.processEvents()
    assert bright_pixels(obeys) > 20
    assert obeying(obeys)
    obeys.close()


@pytest.mark.parametrize("file", ["formula_fields.vcf", "html_name.vcf"])
def test_hostile_cards_are_imported_and_shown_as_text(
    file: str, corpora: Path, data_folder: Path, sqlite_offices: SqliteOffices, qapp: QApplication
) -> None:
    with sqlite_offices.migrated(data_folder) as url:
        database = open_office(url, user="anna")
        plan = importer.preview(database, [corpora / "hostile" / "files" / file])
        importer.apply(database, plan)
        database.close()
        with at_the_desk(url) as me:
            assert me.window.contacts.pane.model.rowCount() == 1
            wanted = {"formula_fields.vcf": "=HYPERLINK", "html_name.vcf": "<img src="}[file]
            assert wanted in " ".join(me.texts()) + me.shown()
            assert obeying(me.window) == []
