"""The kit as a whole: spoken names, reach by keyboard, size of targets; and the parts that are not fields."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QAccessible, QPixmap
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QHBoxLayout,
    QMainWindow,
    QScrollBar,
    QVBoxLayout,
    QWidget,
)
from pytestqt.qtbot import QtBot

from gcrm.ui.contact.layout import BAR, ContentArea
from gcrm.ui.theme import px
from gcrm.ui.theme.tokens import LIGHT, avatar_color
from gcrm.ui.widgets.avatar import Avatar, initials
from gcrm.ui.widgets.button import Button, IconButton, native_keys
from gcrm.ui.widgets.card import Card, KeyFigureCard
from gcrm.ui.widgets.chip import Chip
from gcrm.ui.widgets.empty_state import EmptyState
from gcrm.ui.widgets.flow import FlowLayout
from gcrm.ui.widgets.nav import Sidebar
from gcrm.ui.widgets.safe import PlainLabel
from gcrm.ui.widgets.status_line import StatusLine
from tests.dress import worn
from tests.ui.gallery import build_gallery, build_sidebar


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> Iterator[None]:
    with worn(qapp):
        yield


@pytest.fixture
def gallery(qtbot: QtBot) -> QMainWindow:
    window = build_gallery()
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    return window


def spoken(widget: QWidget) -> str:
    interface = QAccessible.queryAccessibleInterface(widget)
    return str(interface.text(QAccessible.Text.Name))


def focusable(window: QWidget) -> list[QWidget]:
    found = [child for child in window.findChildren(QWidget) if child.isVisible() and child.isEnabled()]
    return [child for child in found if child.focusPolicy() & Qt.FocusPolicy.TabFocus and child.focusProxy() is None]


def test_everything_that_can_be_reached_has_a_name(gallery: QMainWindow) -> None:
    reachable = focusable(gallery)
    assert len(reachable) > 30
    assert [child for child in reachable if not spoken(child)] == []


def test_buttons_outside_of_the_tab_order_have_a_name_too(gallery: QMainWindow) -> None:
    buttons = [child for child in gallery.findChildren(QAbstractButton) if child.isVisible()]
    assert [button for button in buttons if not spoken(button)] == []


def test_the_tab_key_visits_everything_once(gallery: QMainWindow) -> None:
    gallery.activateWindow()
    wanted = set(focusable(gallery))
    seen: list[QWidget] = []
    current: QWidget = gallery.findChildren(Button)[0]
    current.setFocus()
    for _step in range(3 * len(wanted)):
        focus = QApplication.focusWidget()
        assert focus is not None
        seen.append(focus)
        if len(seen) > 1 and focus is seen[0]:
            break
        QTest.keyClick(focus, Qt.Key.Key_Tab)
    missed = wanted - set(seen)
    grouped = {button for button in missed if isinstance(button, QAbstractButton) and button.group() is not None}
    assert [spoken(child) for child in missed - grouped] == []  # the arrow keys move inside of a group


def test_targets_are_large_enough(gallery: QMainWindow) -> None:
    small = [
        (type(child).__name__, spoken(child), child.size())
        for child in [*focusable(gallery), *gallery.findChildren(QAbstractButton)]
        if child.isVisible() and not isinstance(child, QScrollBar) and (child.width() < 24 or child.height() < 24)
    ]
    assert small == []


def test_controls_are_32_high_and_icon_buttons_square(gallery: QMainWindow) -> None:
    heights = {button.height() for button in gallery.findChildren(Button) if button.property("role") != "link"}
    assert heights == {32}
    icons = [button for button in gallery.findChildren(IconButton) if button.property("role") == "icon"]
    assert {button.size() for button in icons} == {QSize(32, 32)}


def test_an_icon_button_says_name_and_keys(qtbot: QtBot) -> None:
    button = IconButton("pencil", "Edit <b>", "Ctrl+E")
    qtbot.addWidget(button)
    assert spoken(button) == "Edit <b>"
    assert f"Edit &lt;b&gt; ({native_keys('Ctrl+E')})" in button.toolTip()
    with pytest.raises(ValueError, match="name"):
        IconButton("pencil", "")


def test_focus_is_shown_by_a_ring_of_two_pixels(qtbot: QtBot) -> None:
    for kind in ("primary", "secondary", "flat", "danger", "link"):
        host = QWidget()
        qtbot.addWidget(host)
        button = Button("Save", kind, parent=host)
        button.move(10, 10)
        host.resize(160, 60)
        with qtbot.waitExposed(host):
            host.show()
        host.activateWindow()
        button.clearFocus()
        before = host.grab().toImage()
        button.setFocus()
        after = host.grab().toImage()
        middle = button.geometry().center().y()
        ring = {after.pixelColor(10 + step, middle).name().upper() for step in (0, 1)}
        assert ring == {LIGHT.focus}, kind
        assert after != before, kind


@pytest.mark.parametrize(
    ("name", "letters"),
    [
        ("Albrecht Metallbau GmbH", "AM"),
        ("Becker & Söhne KG", "BS"),
        ("élan", "ÉL"),
        ("Anna-Lena Weiß", "AL"),
        ("", "?"),
        ("& Co", "CO"),
        ("4711 Shop", "4S"),
        ("ß", "SS"),
    ],
)
def test_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_avatar_shows_colour_or_photo_and_speaks_the_name(qtbot: QtBot) -> None:
    avatar = Avatar("Anna Albrecht")
    qtbot.addWidget(avatar)
    avatar.resize(avatar.sizeHint())
    assert avatar.size() == QSize(52, 52)
    assert spoken(avatar) == "Anna Albrecht"
    assert avatar.grab().toImage().pixelColor(26, 4).name().upper() == avatar_color("Anna Albrecht")
    photo = QPixmap(80, 40)
    photo.fill(Qt.GlobalColor.green)
    avatar.set_contact("Anna Albrecht", photo)
    assert avatar.grab().toImage().pixelColor(26, 26).name() == "#00ff00"


def test_the_sidebar_becomes_a_rail_that_still_speaks(qtbot: QtBot) -> None:
    bar = build_sidebar()
    qtbot.addWidget(bar)
    bar.resize(204, 600)
    bar.show()
    item = bar.item("contacts")
    assert bar.width() == 204
    assert item.text() == "Contacts"
    bar.set_rail(True)
    assert bar.width() == 56
    assert item.text() == ""
    assert spoken(item) == "Contacts, 12 480"
    assert "Contacts" in item.toolTip()
    assert item.height() == 32
    bar.set_rail(False)
    assert item.text() == "Contacts"


def test_choosing_in_the_sidebar_is_told_and_marked(qtbot: QtBot) -> None:
    bar = Sidebar()
    qtbot.addWidget(bar)
    for key in ("today", "contacts"):
        bar.add_item(key, key.title(), "sun")
    told: list[str] = []
    bar.activated.connect(told.append)
    QTest.mouseClick(bar.item("contacts"), Qt.MouseButton.LeftButton)
    bar.set_current("today")
    assert told == ["contacts"]
    assert bar.item("today").isChecked()
    assert not bar.item("contacts").isChecked()


def test_a_card_has_rows_and_a_named_pencil(qtbot: QtBot) -> None:
    card = Card("Address", editable=True)
    qtbot.addWidget(card)
    card.set_rows([("Street", "Hauptstraße 7"), ("City", "<i>Leipzig</i>")])
    card.set_rows([("Street", "Hauptstraße 8"), ("City", "<i>Leipzig</i>")])
    assert card.edit_button is not None
    assert spoken(card.edit_button) == "Edit Address"
    with qtbot.waitSignal(card.edit_requested):
        card.edit_button.click()
    card.show()
    texts = [label.text() for label in card.findChildren(PlainLabel) if label.isVisible()]
    assert "Hauptstraße 8" in texts
    assert "<i>Leipzig</i>" in texts


def test_key_figures_and_chips_change_their_tone(qtbot: QtBot) -> None:
    card, chip = KeyFigureCard("Overdue", "0,00 €"), Chip("Paid", "ok")
    for widget in (card, chip):
        qtbot.addWidget(widget)
        widget.show()
    card.resize(200, 60)
    card.set_value("€ 1.020,00", "bad")
    values = [label for label in card.findChildren(PlainLabel) if label.full_text() == "€ 1.020,00"]
    assert [label.property("tone") for label in values] == ["bad"]
    chip.set_kind("bad")
    assert chip.grab().toImage().pixelColor(4, 10).name().upper() == LIGHT.bad_bg
    assert 20 <= chip.height() <= 22


def test_an_empty_state_offers_only_what_it_was_given(qtbot: QtBot) -> None:
    full, bare = EmptyState("inbox", "None yet.", "New", "Import"), EmptyState("inbox", "None yet.")
    for state in (full, bare):
        qtbot.addWidget(state)
    assert full.button is not None
    assert full.link is not None
    assert bare.button is None
    assert bare.link is None
    assert bare.sentence.text() == "None yet."


def test_a_flow_breaks_rows_and_keeps_inside(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    flow = FlowLayout(host)
    buttons = [Button(f"Button {number}") for number in range(6)]
    for button in buttons:
        flow.addWidget(button)
    hidden = Button("Hidden")
    flow.addWidget(hidden)
    hidden.hide()
    host.resize(260, 300)
    host.show()
    assert flow.heightForWidth(260) > flow.heightForWidth(2000) == 32
    assert all(QRect(QPoint(0, 0), host.size()).contains(button.geometry()) for button in buttons)
    assert len({button.y() for button in buttons}) > 1
    host.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    flow.setGeometry(host.rect())
    assert buttons[0].geometry().right() == host.rect().right()


def test_the_status_line_offers_the_way_back_once(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    undone: list[bool] = []
    line.show_message("Contact “Müller” changed", lambda: undone.append(True))
    assert line.message() == "Contact “Müller” changed"
    line.undo_button.click()
    line.undo_button.click()
    assert undone == [True]
    assert line.undo_button.isHidden()
    line.show_message("Printed 30 labels")
    assert line.undo_button.isHidden()


def test_enter_presses_the_button_with_the_focus_not_the_primary_one(qtbot: QtBot) -> None:
    pressed: list[str] = []
    dialog = QDialog()
    qtbot.addWidget(dialog)
    row = QHBoxLayout(dialog)
    cancel = Button("Cancel", on_click=lambda: pressed.append("cancel"))
    create = Button("Create", "primary", on_click=lambda: pressed.append("create"))
    create.setDefault(True)
    for button in (cancel, create):
        row.addWidget(button)
    with qtbot.waitExposed(dialog):
        dialog.show()
    cancel.setFocus()
    QTest.keyClick(cancel, Qt.Key.Key_Return)
    QTest.keyClick(cancel, Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert pressed == ["cancel", "cancel"]


def test_content_ends_at_one_line_at_every_height(qtbot: QtBot) -> None:
    text = QWidget()
    QVBoxLayout(text).addWidget(PlainLabel("what wraps is higher where it is narrower " * 12, wrap=True))
    area = ContentArea(text)
    qtbot.addWidget(area)
    area.show()
    ends = set()
    for width in (248, 252, 256):
        for height in [*range(220, 300, 4), *range(300, 220, -4)]:
            area.resize(width, height)
            QApplication.processEvents()
            ends.add(area.width() - text.width())
            bar = area.verticalScrollBar()
            assert bar.isVisible() == (bar.maximum() > 0)
    assert ends == {px(BAR)}
