"""Qt's own texts speak the language of the program too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QCoreApplication, QLocale, QTranslator
from PySide6.QtWidgets import QApplication, QDialogButtonBox
from pytestqt.qtbot import QtBot

from gcrm.app import speak
from gcrm.i18n import current_language


@pytest.fixture
def app(qapp: QApplication) -> Iterator[QApplication]:
    before, locale = current_language(), QLocale()
    yield qapp
    speak(qapp, before)
    QLocale.setDefault(locale)
    for translator in qapp.findChildren(QTranslator):
        qapp.removeTranslator(translator)


@pytest.mark.parametrize(
    ("language", "close", "cancel", "copy"),
    [
        ("de", "Schließen", "Abbrechen", "&Kopieren"), ("pt", "Fechar", "Cancelar", "&Copiar"),
        ("en", "Close", "Cancel", "&Copy"),
    ],
)  # fmt: skip
def test_standard_buttons_and_menus_are_translated(
    app: QApplication, qtbot: QtBot, language: str, close: str, cancel: str, copy: str
) -> None:
    speak(app, language)
    box = QDialogButtonBox(QDialogButtonBox.StandardButton.Close | QDialogButtonBox.StandardButton.Cancel)
    qtbot.addWidget(box)
    shown = [box.button(kind).text().replace("&", "") for kind in (
        QDialogButtonBox.StandardButton.Close, QDialogButtonBox.StandardButton.Cancel)]  # fmt: skip
    assert shown == [close, cancel]
    assert QCoreApplication.translate("QWidgetTextControl", "&Copy") == copy
