"""Calling, writing and the way there: only on a click, and with nothing smuggled into the address."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QWidget
from pytestqt.qtbot import QtBot

from gcrm.model.contact_point import ContactPoint
from gcrm.ui.context import Context
from gcrm.ui.reach import call, mail_url, show_on_map, tel_url, write_email
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support grabbing", extend=True)


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    def take(url: QUrl) -> bool:
        urls.append(url.toString(QUrl.ComponentFormattingOption.FullyEncoded))
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return urls


def settle(context: Context) -> None:
    for _round in range(4):
        context.tasks.wait_idle()
        QApplication.processEvents()


@pytest.mark.parametrize(
    ("value", "e164", "url"),
    [
        ("0341 / 12 34", "+493411234", "tel:+493411234"),
        ("110", None, "tel:110"),
        ("**9", None, "tel:**9"),
        ("0341 12;ext=1", None, "tel:0341121"),
    ],
)
def test_a_number_becomes_a_tel_address(value: str, e164: str | None, url: str) -> None:
    assert tel_url(ContactPoint(value=value, e164=e164)) == url


def test_nothing_in_an_e_mail_address_adds_headers() -> None:
    assert mail_url(" info@albrecht.example ") == "mailto:info@albrecht.example"
    assert "?" not in mail_url("a@b.example?bcc=spy@evil.example&body=x")
    assert "&" not in mail_url("a@b.example?bcc=spy@evil.example&body=x")


def test_the_only_number_is_called_at_once(context: Context, office: Office, opened: list[str]) -> None:
    call(context, office.becker)
    settle(context)
    assert opened == ["tel:+49221998877"]


def test_several_numbers_ask_which(context: Context, office: Office, opened: list[str], qtbot: QtBot) -> None:
    anchor = QWidget()
    qtbot.addWidget(anchor)
    anchor.show()
    call(context, office.albrecht, anchor)
    settle(context)
    assert opened == []
    menu = anchor.findChildren(QMenu)[0]
    texts = [action.text() for action in menu.actions()]
    assert texts[:3] == ["+49 341 123456-0", "0171 5551234", "+49 341 123456-11 · Anna Albrecht"]
    menu.actions()[2].trigger()
    menu.close()
    assert opened == ["tel:+4934112345611"]


def test_a_contact_without_a_mail_says_so(
    context: Context, office: Office, opened: list[str], window: FakeWindow
) -> None:
    write_email(context, office.becker)
    settle(context)
    assert opened == []
    assert [error.sentence for error in window.errors] == ["This contact has no e-mail address."]


def test_the_map_is_asked_for_the_address_in_words(context: Context, office: Office, opened: list[str]) -> None:
    show_on_map(context, office.becker)
    settle(context)
    assert opened == ["https://www.openstreetmap.org/search?query=Domplatz%201%2C%2050667%20K%C3%B6ln"]
