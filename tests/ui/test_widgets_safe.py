"""Nothing that somebody typed or sent is read as markup, and nothing is loaded from disk or network."""

from __future__ import annotations

import base64
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QMessageBox, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from gcrm.ui.widgets.banner import Banner
from gcrm.ui.widgets.chip import Chip
from gcrm.ui.widgets.message import message_box, question_box
from gcrm.ui.widgets.safe import PlainLabel, literal, set_tip
from gcrm.ui.widgets.safe_browser import SafeBrowser, decode_data_url, read_picture

NASTY = "<b>Müller</b> & <img src='file:///etc/passwd'> Söhne"


def png() -> bytes:
    content = io.BytesIO()
    Image.new("RGB", (3, 2), "red").save(content, "PNG")
    return content.getvalue()


def test_labels_show_what_they_are_given(qtbot: QtBot) -> None:
    for label in (PlainLabel(NASTY), Chip(NASTY)):
        qtbot.addWidget(label)
        assert label.full_text() == NASTY
        assert label.text()[:20] == NASTY[:20]
        assert label.textFormat() == Qt.TextFormat.PlainText


def test_a_shortened_label_keeps_the_whole_text_for_ears_and_tip(qtbot: QtBot) -> None:
    label = PlainLabel(NASTY * 3, elide=True)
    qtbot.addWidget(label)
    label.resize(80, 20)
    label.show()
    assert label.text().endswith("…")
    assert label.accessibleName() == label.full_text() == NASTY * 3
    assert "&lt;b&gt;" in label.toolTip()
    label.resize(4000, 20)
    assert label.text() == NASTY * 3
    assert label.toolTip() == ""
    assert label.minimumSizeHint().width() < 40 < label.sizeHint().width()


@given(st.text(max_size=60))
def test_a_tool_tip_shows_any_text_as_it_is(text: str) -> None:
    clean = "".join(letter for letter in text if letter.isprintable())
    widget = _tipped(clean)
    document = QTextDocument()
    document.setHtml(widget.toolTip())
    assert document.toPlainText().split() == clean.split()


def _tipped(text: str) -> QWidget:
    widget = QWidget()
    set_tip(widget, text)
    return widget


@pytest.fixture(autouse=True)
def application(qapp: object) -> None:
    QToolTip.hideText()


def test_an_ampersand_makes_no_shortcut() -> None:
    assert literal("Müller & Söhne") == "Müller && Söhne"


def test_a_question_has_a_verb_and_a_safe_way_out(qtbot: QtBot) -> None:
    for danger in (False, True):
        box, yes = question_box(None, "Delete", NASTY, "Delete contact", danger=danger)
        qtbot.addWidget(box)
        assert box.textFormat() == Qt.TextFormat.PlainText
        assert box.text() == NASTY
        assert yes.text() == "Delete contact"
        assert len(box.buttons()) == 2
        for way_out in (box.defaultButton(), box.escapeButton()):
            assert way_out is not yes
            assert box.buttonRole(way_out) == QMessageBox.ButtonRole.RejectRole


def test_details_are_folded_and_complete(qtbot: QtBot) -> None:
    box = message_box(None, "Fault", "Something went wrong.", "line 1\nline 2")
    qtbot.addWidget(box)
    assert box.detailedText() == "line 1\nline 2"
    assert "line 1" not in box.text()


def test_a_banner_says_it_to_eyes_and_ears(qtbot: QtBot) -> None:
    banner = Banner()
    qtbot.addWidget(banner)
    assert banner.isHidden()
    banner.show_message(NASTY, "bad")
    assert not banner.isHidden()
    assert banner.message() == banner.accessibleName() == NASTY
    assert banner.property("role") == "banner-bad"
    retried: list[bool] = []
    banner.add_button("Retry", lambda: retried.append(True)).click()
    assert retried == [True]
    banner.clear_buttons()


@pytest.mark.parametrize(
    "address",
    ["file:///etc/passwd", "/etc/passwd", "http://tracker.example/x.png", "https://tracker.example/x.png",
     "qrc:/x.png", "ftp://x.example/a.png", "//tracker.example/x.png", ":/qt-project.org/x.png"],
)  # fmt: skip
def test_a_mail_loads_nothing_from_outside(qtbot: QtBot, address: str) -> None:
    browser = SafeBrowser("Mail")
    qtbot.addWidget(browser)
    image = browser.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(address))
    assert image.isNull()
    for kind in (QTextDocument.ResourceType.HtmlResource, QTextDocument.ResourceType.StyleSheetResource):
        assert browser.loadResource(kind.value, QUrl(address)).isEmpty()


def test_a_local_picture_in_a_mail_stays_unread(qtbot: QtBot, tmp_path: Path) -> None:
    file = tmp_path / "private.png"
    file.write_bytes(png())
    browser = SafeBrowser("Mail")
    qtbot.addWidget(browser)
    browser.show_html(f"<p>Hi</p><img src='{file.as_uri()}'><link rel='stylesheet' href='{file.as_uri()}'>")
    browser.grab()
    found = browser.document().resource(QTextDocument.ResourceType.ImageResource.value, QUrl(file.as_uri()))
    assert found is None or found.isNull()


def test_pictures_that_came_with_the_mail_are_shown(qtbot: QtBot) -> None:
    browser = SafeBrowser("Mail")
    qtbot.addWidget(browser)
    inline = base64.b64encode(png()).decode()
    browser.show_html("<img src='cid:logo@x'>", {"logo@x": png()})
    kind = QTextDocument.ResourceType.ImageResource.value
    assert browser.loadResource(kind, QUrl("cid:logo@x")).width() == 3
    assert browser.loadResource(kind, QUrl(f"data:image/png;base64,{inline}")).height() == 2
    assert browser.loadResource(kind, QUrl("cid:other")).isNull()


def test_a_drawing_that_could_link_to_files_is_no_picture() -> None:
    drawing = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="/etc/passwd"/></svg>'
    assert read_picture(drawing).isNull()


@given(st.binary(max_size=80))
def test_broken_pictures_are_no_obstacle(content: bytes) -> None:
    assert read_picture(content).isNull()
    assert decode_data_url("data:image/png;base64," + base64.b64encode(content).decode()) == content


def test_a_link_is_told_and_not_followed(qtbot: QtBot) -> None:
    browser = SafeBrowser("Mail")
    qtbot.addWidget(browser)
    browser.show_html("<a href='https://x.example/'>x</a>")
    told: list[str] = []
    browser.link_clicked.connect(told.append)
    browser.anchorClicked.emit(QUrl("https://x.example/"))
    assert told == ["https://x.example/"]
    assert browser.source().isEmpty()
    browser.show_plain(NASTY)
    assert browser.toPlainText() == NASTY
