"""E-mail addresses: shape only. Whether a mailbox exists only its own server knows.

Sources: RFC 5321 4.5.3.1 (lengths), RFC 5322 3.4.1 (dot-atom), RFC 5890 (international domain names).
"""

from __future__ import annotations

import re

from gcrm.i18n import _
from gcrm.model.checks.finding import Finding, error, hint

_LONGEST, _LONGEST_LOCAL, _TOO_LONG = 254, 64, 600
_LOCAL = re.compile(r"[\w!#$%&'*+/=?^`{|}~-]+(?:\.[\w!#$%&'*+/=?^`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[\w-]{1,63}(?<!-)")
_NAMED = re.compile(r"\s*\"?([^\"<>]{0,200}?)\"?\s*<([^<>]{1,300})>\s*")
_SLIPS = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "googlemail.de": "googlemail.com",
    "hotmial.com": "hotmail.com",
    "outlok.com": "outlook.com",
    "gmx.ed": "gmx.de",
    "web.ed": "web.de",
    "t-onlin.de": "t-online.de",
}
_SLIPPED_ENDS = {"con": "com", "cmo": "com", "ocm": "com", "ed": "de", "dee": "de"}


def check(text: str) -> Finding:
    """Check an address; "Name <address>" and mailto: are taken apart, proposals may hold "name" or "email"."""
    name, value = _bare(text)
    if len(text) > _TOO_LONG:
        return error(text.strip(), _("This e-mail address is too long to exist."))
    if not value:
        return Finding("")
    local, at, domain = value.rpartition("@")
    if not at or not local:
        return error(value, _("An e-mail address has an @ between name and domain."))
    if re.search(r"\s", value):
        return error(value, _("An e-mail address has no blanks."))
    value = f"{local}@{domain.lower()}"
    if len(value) > _LONGEST or len(local) > _LONGEST_LOCAL:
        return error(value, _("This e-mail address is too long to exist."))
    return _parts(value, local, domain.lower(), {"name": name} if name else {})


def _bare(text: str) -> tuple[str, str]:
    """Return (name, address) of what was pasted."""
    short = text.strip()[:_TOO_LONG]
    named = _NAMED.fullmatch(short)
    if named:
        return named[1].strip(), named[2].strip()
    return "", re.sub(r"^mailto:", "", short, flags=re.IGNORECASE).strip("<>,;")


def _parts(value: str, local: str, domain: str, proposals: dict[str, str]) -> Finding:
    """Check the two halves."""
    if not _LOCAL.fullmatch(local):
        return error(value, _("The part before the @ has a character or a dot where none can be."))
    if not _is_domain(domain):
        return error(value, _("The part after the @ is not a domain such as example.com."))
    likely = _likely(domain)
    if likely != domain:
        better = f"{local}@{likely}"
        return hint(value, _("Is {address} meant?").format(address=better), proposals | {"email": better})
    if not local.isascii():
        return hint(value, _("Many mail servers refuse letters such as ü before the @."), proposals)
    return Finding(value, proposals=proposals)


def _is_domain(domain: str) -> bool:
    """Tell whether this is a name with at least one dot, also an international one."""
    labels = domain.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels) or "_" in domain:
        return False
    if labels[-1].isdigit():
        return False
    try:
        return len(domain.encode("idna")) <= _LONGEST
    except UnicodeError:
        return False


def _likely(domain: str) -> str:
    """Return the domain that was probably meant."""
    if domain in _SLIPS:
        return _SLIPS[domain]
    head, _dot, end = domain.rpartition(".")
    return f"{head}.{_SLIPPED_ENDS.get(end, end)}"


def ascii_domain(value: str) -> str:
    """Return the address as mail servers want it, with an international domain in its ASCII form."""
    local, _at, domain = value.rpartition("@")
    return f"{local}@{domain.encode('idna').decode('ascii')}" if local and _is_domain(domain) else value
