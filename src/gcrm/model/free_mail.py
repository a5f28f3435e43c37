"""Domains where anybody can have an e-mail address: they say nothing about the organisation."""

from __future__ import annotations

_DOMAINS = (
    "gmail.com googlemail.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de freenet.de outlook.com outlook.de "
    "hotmail.com hotmail.de hotmail.co.uk live.com yahoo.com yahoo.de yahoo.co.uk icloud.com me.com aol.com sapo.pt "
    "bluewin.ch aon.at posteo.de mailbox.org proton.me protonmail.com uol.com.br bol.com.br btinternet.com"
)
FREE_MAIL = frozenset(_DOMAINS.split())
