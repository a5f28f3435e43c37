"""Shows somebody else's HTML (a mail, a note) without loading anything from disk or network."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QUrl, Signal
from PySide6.QtGui import QImage, QImageReader, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

# SVG is left out: Qt's reader follows links to other files from within a drawing.
_PICTURES = frozenset({b"png", b"jpeg", b"gif", b"bmp", b"webp"})


class SafeBrowser(QTextBrowser):
    """A text browser whose only pictures are those that came inside the message (cid: and data:).

    A link is never followed; `link_clicked` carries it to the window, which asks.
    """

    link_clicked = Signal(str)

    def __init__(self, accessible_name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._parts: dict[str, bytes] = {}
        self.setAccessibleName(accessible_name)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.anchorClicked.connect(self._tell_link)

    def show_html(self, text: str, parts: Mapping[str, bytes] | None = None) -> None:
        """Show a message; `parts` are its inline pictures by Content-ID without brackets."""
        self._parts = dict(parts or {})
        self.setHtml(text)

    def show_plain(self, text: str) -> None:
        """Show text exactly as it is."""
        self._parts = {}
        self.setPlainText(text)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        """Return the picture for cid: and data:, and nothing for any other address."""
        url = name if isinstance(name, QUrl) else QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return QByteArray()
        if url.scheme() == "cid":
            return read_picture(self._parts.get(url.path(QUrl.ComponentFormattingOption.FullyDecoded), b""))
        if url.scheme() == "data":
            return read_picture(decode_data_url(url.toString()))
        return QImage()

    def _tell_link(self, url: QUrl) -> None:
        self.link_clicked.emit(url.toString())


def decode_data_url(url: str) -> bytes:
    """Return the content of a data: address (RFC 2397), nothing when it is broken."""
    head, comma, body = url.removeprefix("data:").partition(",")
    if not comma:
        return b""
    content = QByteArray.fromPercentEncoding(QByteArray(body.encode()))
    if head.endswith(";base64"):
        content = QByteArray.fromBase64(content)
    return bytes(content.data())


def read_picture(content: bytes) -> QImage:
    """Return a picture of a harmless kind, an empty one when it is anything else."""
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    if reader.format().data() not in _PICTURES:
        return QImage()
    return reader.read()
