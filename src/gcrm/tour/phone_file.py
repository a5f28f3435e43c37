"""The address file that the tour imports: as a mobile phone writes it (vCard 2.1, quoted-printable, a picture)."""

from __future__ import annotations

import base64
import quopri
from io import BytesIO
from pathlib import Path

NAME, TOWN, NUMBER, MAIL = "Jürgen Grünwald", "Köln", "+49 221 4711 815", "j.gruenwald@example.org"
CONTACTS = 4


def write_phone_file(path: Path) -> None:
    """Write four contacts: a person with a picture, a company with a contact person, two more people."""
    cards = [
        _card(
            ("N", "Grünwald;Jürgen;;;"),
            ("FN", NAME),
            ("TEL;WORK;VOICE", NUMBER),
            ("TEL;CELL", "0171 5550815"),
            ("EMAIL;INTERNET;HOME", MAIL),
            ("ADR;HOME", f";;Domstraße 4;{TOWN};;50668;Deutschland"),
            ("BDAY", "1979-05-17"),
            ("NOTE", "Ruft gern früh an;\nmag keine E-Mails"),
            picture=True,
        ),
        _card(
            ("N", "Santos;Inês;;Sra.;"),
            ("FN", "Inês Santos"),
            ("ORG", "Cerâmica São João, Lda.;Vendas"),
            ("TITLE", "Chefe de vendas"),
            ("TEL;WORK;VOICE", "+351 21 355 0123"),
            ("EMAIL;INTERNET;WORK", "ines@ceramica.example"),
            ("ADR;WORK", ";;Rua das Flores 12;Lisboa;;1200-195;Portugal"),
        ),
        _card(("N", "Łukasiewicz;Żaneta;;;"), ("FN", "Żaneta Łukasiewicz"), ("TEL;CELL", "+48 600 555 012")),
        _card(("N", ";Werkstatt;;;"), ("FN", "Werkstatt"), ("TEL;VOICE", "0221 4711 816"), ("X-RINGTONE", "bell.ogg")),
    ]
    path.write_bytes("".join(cards).encode("ascii"))


def _card(*lines: tuple[str, str], picture: bool = False) -> str:
    """Return one card; what is not ASCII is written as quoted-printable, as phones do."""
    out = ["BEGIN:VCARD", "VERSION:2.1"]
    for head, text in lines:
        if text.isascii() and "\n" not in text:
            out.append(f"{head}:{text}")
        else:
            coded = quopri.encodestring(text.replace("\n", "\r\n").encode(), quotetabs=False).decode("ascii")
            coded = coded.replace("\r\n", "=0D=0A").replace("=\n", "=\r\n")
            out.append(f"{head};CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:{coded}")
    if picture:
        content = base64.b64encode(_picture()).decode("ascii")
        folded = "\r\n ".join(content[at : at + 72] for at in range(0, len(content), 72))
        out.append(f"PHOTO;ENCODING=BASE64;JPEG:{folded}\r\n")
    return "\r\n".join([*out, "END:VCARD", ""])


def _picture() -> bytes:
    """Return a small JPEG."""
    from PIL import Image

    data = BytesIO()
    Image.linear_gradient("L").resize((96, 96)).convert("RGB").save(data, "JPEG", quality=80)
    return data.getvalue()
