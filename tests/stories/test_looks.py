"""How the real window looks: narrow, dark, large type, other languages, other numbers (E 42–47), no tray (E 56)."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QPoint, QRect
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QSystemTrayIcon, QWidget

from gcrm import i18n
from gcrm.model.parse import parse_date, parse_decimal
from gcrm.ui.first_start import FirstStart
from tests.stories.sitting import Person, at_the_desk
from tests.ui.office import Office
from tests.ui.test_clipping import Longer, cut_off, sideways

WIDTHS = (1024, 1100, 1280, 1440, 1600)


def outside(window: QWidget) -> list[str]:
    """Return what is shown partly or wholly outside of the window, where nobody can see or click it."""
    frame = QRect(QPoint(0, 0), window.size())
    found = []
    for widget in window.findChildren(QWidget):
        parent = widget.parentWidget()
        scrolls = False
        while parent is not None and parent is not window:
            scrolls = scrolls or isinstance(parent, QAbstractScrollArea)
            parent = parent.parentWidget()
        if widget.isVisible() and not widget.isWindow() and not scrolls:
            place = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
            if place.right() > frame.right() + 1 or place.bottom() > frame.bottom() + 1:
                found.append(f"{type(widget).__name__} at {place.x()}, {place.y()} {place.width()} x {place.height()}")
    return found


@pytest.mark.parametrize("width", WIDTHS)
def test_e42_nothing_is_cut_off_or_scrolls_sideways_at_any_width(
    office: Office, address: str, qapp: QApplication, width: int
) -> None:
    with at_the_desk(address, size=(width, 700)) as me:
        assert me.window.width() == width, "the window cannot be this narrow"
        for section in ("today", "contacts"):
            me.window.open_section(section)
            me.settle()
            assert outside(me.window) + sideways(me.window) + cut_off(me.window) == [], section
        for place in range(me.window.contacts.page.bar.count()):
            me.window.contacts.page.bar.setCurrentIndex(place)
            me.settle()
            assert sideways(me.window) == []


def test_e42_the_chronicle_is_a_tab_where_there_is_no_room_beside(me: Person) -> None:
    page, rail = me.window.contacts.page, me.window.contacts.rail
    me.window.resize(1100, 700)
    me.settle()
    assert page.bar.tabText(0) == "Chronicle"
    me.window.actions_.action("log").trigger()
    me.settle()
    assert QApplication.focusWidget() is rail.box.text
    rail.box.text.setPlainText("half a sentence")
    me.window.resize(1440, 900)
    me.settle()
    assert page.bar.tabText(0) == "Overview"
    assert rail.isVisible()
    assert rail.box.text.toPlainText() == "half a sentence", "text is never lost when the window changes"


def picture(me: Person) -> QImage:
    """Return the window as it is seen, without a caret."""
    focus = me.window.focusWidget()
    if focus is not None:
        focus.clearFocus()
    me.settle()
    return me.window.grab().toImage()


@pytest.mark.parametrize(("first", "then"), [("light", "dark"), ("dark", "light")])
def test_e43_a_live_switch_equals_a_fresh_start_in_every_pixel(
    office: Office, address: str, qapp: QApplication, first: str, then: str
) -> None:
    with at_the_desk(address, mode=first) as me:
        before = picture(me)
        me.window.theme.set_mode(then)
        me.settle()
        switched = picture(me)
    with at_the_desk(address, mode=then) as me:
        fresh = picture(me)
    assert switched.size() == fresh.size()
    assert before != switched
    differing = [] if fresh == switched else [
        (x, y) for x in range(0, fresh.width(), 2) for y in range(0, fresh.height(), 2)
        if fresh.pixel(x, y) != switched.pixel(x, y)
    ]  # fmt: skip
    assert differing == []


@pytest.mark.parametrize("factor", ["1.25", "1.5", "2"])
def test_e44_the_window_is_sharp_on_dense_screens(office: Office, address: str, tmp_path: Path, factor: str) -> None:
    """Icons are drawn for the pixels of the screen: no picture in the window is smaller than it is shown."""
    script = tmp_path / "dense.py"
    script.write_text(
        "import sys\n"
        "from PySide6.QtWidgets import QAbstractButton, QApplication\n"
        "app = QApplication([])\n"
        "from tests.stories.sitting import at_the_desk\n"
        "with at_the_desk(sys.argv[1]) as me:\n"
        "    ratio = me.window.devicePixelRatio()\n"
        "    blurred = []\n"
        "    for button in me.window.findChildren(QAbstractButton):\n"
        "        if button.isVisible() and not button.icon().isNull():\n"
        "            pixels = button.icon().pixmap(button.iconSize(), ratio)\n"
        "            if pixels.width() < button.iconSize().width() * ratio - 1:\n"
        "                blurred.append(button.accessibleName() or button.text())\n"
        "    grabbed = me.window.grab()\n"
        "    print(ratio, grabbed.width(), me.window.width(), blurred)\n"
    )
    environment = os.environ | {
        "QT_SCALE_FACTOR": factor, "QT_QPA_PLATFORM": "offscreen", "GCRM_DATA": str(tmp_path / "other"),
        "PYTHONPATH": os.pathsep.join([str(Path(__file__).parents[2]), *sys.path]),
    }  # fmt: skip
    (tmp_path / "other").mkdir()
    done = subprocess.run(
        [sys.executable, str(script), address], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ratio, grabbed, width, blurred = done.stdout.split(maxsplit=3)
    assert float(ratio) == float(factor)
    assert abs(int(grabbed) - int(width) * float(factor)) <= 2
    assert blurred.strip() == "[]"


@pytest.mark.parametrize("section", ["contacts", "today", "table"])
def test_e45_larger_type_cuts_nothing_off(me: Person, section: str) -> None:
    me.window.resize(1600, 1000)
    me.window.open_section(section)
    me.window.theme.set_scale(1.5)
    me.settle()
    try:
        assert cut_off(me.window) + sideways(me.window) == []
    finally:
        me.window.theme.set_scale(1.0)


@pytest.mark.parametrize("section", ["contacts", "today", "table"])
def test_e46_longer_words_cut_nothing_off_at_1280(
    office: Office, address: str, qapp: QApplication, section: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "_catalogue", lambda code: Longer())
    with at_the_desk(address, size=(1280, 800)) as me:
        me.window.open_section(section)
        me.settle()
        assert cut_off(me.window) + sideways(me.window) + outside(me.window) == []


@pytest.mark.parametrize("language", ["de", "pt"])
def test_e46_the_whole_window_speaks_the_language(
    office: Office, address: str, qapp: QApplication, language: str
) -> None:
    with at_the_desk(address, language=language, size=(1280, 800)) as me:
        words = {"de": "Kontakte", "pt": "Contactos"}[language]
        assert me.window.contacts.pane.title.full_text() == words
        assert cut_off(me.window) + sideways(me.window) == []
        english = {"New", "Overview", "Address", "Log", "Chronicle", "Open follow-ups", "Call", "Street"}
        assert english & set(me.texts()) == set()


LOCALES = {
    "en": ("23/11/2026", "1,234.56", "1,000"),
    "de": ("23.11.2026", "1.234,56", "1.000"),
    "pt": ("23/11/2026", "1.234,56", "1.000"),
}


@pytest.mark.parametrize("language", LOCALES)
def test_e47_dates_and_numbers_follow_the_language_and_accept_iso(
    office: Office, address: str, qapp: QApplication, language: str
) -> None:
    with at_the_desk(address, language=language):
        locale = QLocale()
        country = {"en": "GB", "de": "DE", "pt": "PT"}[language]
        assert locale.name() == {"en": "en_GB", "de": "de_DE", "pt": "pt_PT"}[language]
        day, amount, _thousand = LOCALES[language]
        for typed in (day, "2026-11-23", "23.11.2026"):
            assert parse_date(typed, language, country) == date(2026, 11, 23), typed
        for typed in (amount, "1234.56" if language == "en" else "1234,56"):
            assert parse_decimal(typed, language, country) == Decimal("1234.56"), typed


def test_e56_nothing_depends_on_a_tray(
    office: Office, address: str, qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QSystemTrayIcon, "isSystemTrayAvailable", staticmethod(lambda: False))
    made: list[object] = []
    monkeypatch.setattr(QSystemTrayIcon, "__init__", lambda self, *rest: made.append(self))
    with at_the_desk(address) as me:
        assert me.program.extras
        assert not [window for window in me.windows() if isinstance(window, FirstStart)]
    assert made == []
    source = Path(__file__).parents[2] / "src" / "gcrm"
    assert [file.name for file in source.rglob("*.py") if "QSystemTrayIcon" in file.read_text()] == []
