"""Reads a pasted text: numbers first, then greetings aside, then places, then names."""

from __future__ import annotations

import re

from gcrm.model.paste_address.names import claim_names
from gcrm.model.paste_address.pasted import Pasted, assemble
from gcrm.model.paste_address.piece import Desk, Piece, lay_out
from gcrm.model.paste_address.places import claim_places
from gcrm.model.paste_address.tokens import cut_tokens

_MOST_LINES, _LONGEST_LINE, _MOST_PIECES = 120, 400, 600
_ASIDE = re.compile(
    r"^(?:sehr geehrte|dear |hallo\b|hi\b|lieber? |mit (?:freundlich|best|herzlich)\w*\s|(?:viele|beste|liebe"
    r"|schöne|herzliche|freundliche) (?:grüße"
    r"|grüsse)|mfg\b|vg\b|lg\b"
    r"|(?:kind|best|warm|many) (?:regards|wishes)|regards\b|sincerely|yours |cheers|thanks|thank you|danke"
    r"|obrigad[oa]"
    r"|com os melhores|(?:os )?melhores cumprimentos|cumprimentos|atenciosamente|sent from"
    r"|von meinem .{0,20} gesendet|enviado do"
    r"|amtsgericht|registergericht|handelsregister|hr ?[ab]\b|fn \d|firmenbuch|sitz\b|steuer-?(?:nummer|nr)"
    r"|st\.?-?nr|registered"
    r"|company (?:no|reg)|capital social|matr[íi]cula|crc\b|vertraulich|confidential|this e-?mail"
    r"|diese e-?mail|esta mensagem|bitte "
    r"|please |öffnungszeiten|mo ?[-–]|bankverbindung|konto|sparkasse .{0,30}iban|impressum|angaben gemäß"
    r"|datenschutz|lieferanschrift"
    r"|verantwortlich)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:[^\W\d_]+\s+){9}|[!?]$")


def parse_signature(text: str, home_country: str = "DE") -> Pasted:
    """Take a signature apart; `home_country` (ISO) decides what numbers and postcodes without a sign mean.

    Never raises. Lines beyond the 120th and very long lines go to the rest unread.
    """
    desk = Desk(home_country.upper())
    for number, line in enumerate(re.sub(r"\r\n?", "\n", text).split("\n", _MOST_LINES)):
        if number >= _MOST_LINES or len(line) > _LONGEST_LINE:
            desk.pieces.append(_unread(line, number))
            continue
        placed, left = cut_tokens(line, desk.home_country)
        desk.placed.extend(placed)
        lay_out(desk, left, number)
    for piece in desk.pieces[_MOST_PIECES:]:
        piece.used = "rest"
    for piece in desk.free():
        if _ASIDE.match(piece.text) or _SENTENCE.search(piece.text):
            piece.used = "rest"
    claim_places(desk)
    claim_names(desk)
    return assemble(desk.placed, desk.rest())


def _unread(line: str, number: int) -> Piece:
    """Return a line that is handed back as it is."""
    piece = Piece(line, number)
    piece.used = "rest"
    return piece
