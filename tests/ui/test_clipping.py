"""No text is cut off in any window of the register when words are longer (E 46); in larger type: test_accessibility."""

from __future__ import annotations

import gettext
import re

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QPushButton, QScrollArea, QTabBar, QWidget
from pytestqt.qtbot import QtBot

from gcrm import i18n
from gcrm.ui.contact.value_view import ValueView
from gcrm.ui.context import Context
from gcrm.ui.widgets.safe import PlainLabel
from tests.ui.register import WINDOWS

LONGER = 0.4
LARGER = 1.5
MADE_LARGER = ("chronicle, next follow-up",)
"""Windows that are as wide as the design says, in any size of type: those are made in that size."""
_WORD = re.compile(r"[A-Za-z]{2,}(?![^{]*\})")


class Longer(gettext.NullTranslations):
    """A language whose words are 40 % longer than the English ones."""

    def gettext(self, message: str) -> str:
        return _WORD.sub(lambda found: found[0] + "ß" * max(1, round(len(found[0]) * LONGER)), message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(msgid1 if n == 1 else msgid2)


def shown(name: str, context: Context, qtbot: QtBot) -> QWidget:
    window = WINDOWS[name](context, None)
    window.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(window)
    with qtbot.waitExposed(window):
        window.show()
    for _round in range(4):
        context.tasks.wait_idle()
        QApplication.processEvents()
    return window


def cut_off(window: QWidget) -> list[str]:
    """Return what does not get the room that its text needs."""
    found = []
    for label in window.findChildren(QLabel):
        may_shorten = isinstance(label, PlainLabel) and (label.wordWrap() or label.full_text() != label.text())
        if label.isVisible() and label.text() and not may_shorten:
            metrics, size = label.fontMetrics(), label.size()
            need = metrics.horizontalAdvance(label.text())
            if need > size.width() + 1 or metrics.height() > size.height() + 1:
                found.append(f"label “{label.text()}” {need} x {metrics.height()} in {size.width()} x {size.height()}")
    for label in window.findChildren(QLabel):
        if label.isVisible() and label.wordWrap() and label.heightForWidth(label.width()) > label.height() + 1:
            found.append(f"lines of “{label.text()}” {label.heightForWidth(label.width())} > {label.height()}")
    for button in window.findChildren(QAbstractButton):
        is_own = isinstance(button, QPushButton) and button.isVisible() and button.text()
        if is_own and button.sizeHint().width() > button.width() + 1:
            found.append(f"button “{button.text()}” {button.sizeHint().width()} > {button.width()}")
    for view in window.findChildren(ValueView):
        if view.isVisible() and view.heightForWidth(view.width()) > view.height() + 1:
            found.append(f"value “{view.shown()}”")
    return found


def sideways(window: QWidget) -> list[str]:
    """Return the frames whose content is wider than they are."""
    found = []
    for area in window.findChildren(QScrollArea):
        content = area.widget()
        if area.isVisible() and content is not None and content.width() > area.viewport().width() + 1:
            found.append(f"{type(content).__name__} {content.width()} > {area.viewport().width()}")
    return found


@pytest.mark.parametrize("name", MADE_LARGER)
def test_no_text_is_cut_off_in_larger_type(name: str, context: Context, qtbot: QtBot) -> None:
    context.theme.set_scale(LARGER)
    window = shown(name, context, qtbot)
    assert cut_off(window) + sideways(window) == []


@pytest.mark.parametrize("name", sorted(WINDOWS))
def test_no_text_is_cut_off_in_a_longer_language(
    name: str, context: Context, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "_catalogue", lambda code: Longer())
    window = shown(name, context, qtbot)
    assert cut_off(window) + sideways(window) == []


def test_the_longer_language_leaves_places_for_values_alone() -> None:
    assert Longer().gettext("Saved {time}") == "Savedßß {time}"


def test_a_cut_off_text_is_found(context: Context, qtbot: QtBot) -> None:
    box = QWidget()
    qtbot.addWidget(box)
    label = PlainLabel("A text that needs room", parent=box)
    label.setFixedWidth(20)
    bar = QTabBar(box)
    bar.addTab("One")
    box.show()
    assert cut_off(box)
