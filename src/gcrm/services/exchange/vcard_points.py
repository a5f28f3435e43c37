"""Numbers, e-mail, web and messenger addresses of a vCard."""

from __future__ import annotations

from urllib.parse import unquote

from gcrm.services.exchange.card import CardPoint
from gcrm.services.exchange.content_line import Head

# Messenger services by the property other programs put them in. To add one: a line here, its URI scheme in SCHEMES.
MESSENGERS = {
    "X-AIM": "AIM",
    "X-FACEBOOK": "Facebook",
    "X-GADUGADU": "Gadu-Gadu",
    "X-GOOGLE-TALK": "GTalk",
    "X-GROUPWISE": "GroupWise",
    "X-GTALK": "GTalk",
    "X-ICQ": "ICQ",
    "X-JABBER": "Jabber",
    "X-MATRIX": "Matrix",
    "X-MS-IMADDRESS": "",
    "X-MSN": "MSN",
    "X-QQ": "QQ",
    "X-SIGNAL": "Signal",
    "X-SKYPE": "Skype",
    "X-SKYPE-USERNAME": "Skype",
    "X-TELEGRAM": "Telegram",
    "X-THREEMA": "Threema",
    "X-WHATSAPP": "WhatsApp",
    "X-YAHOO": "Yahoo",
}
SCHEMES = {
    "aim": "aim",
    "facebook": "xmpp",
    "gadu-gadu": "gg",
    "googletalk": "xmpp",
    "gtalk": "xmpp",
    "icq": "icq",
    "jabber": "xmpp",
    "matrix": "matrix",
    "msn": "msnim",
    "qq": "x-apple",
    "signal": "sgnl",
    "skype": "skype",
    "telegram": "tg",
    "threema": "threema",
    "whatsapp": "whatsapp",
    "yahoo": "ymsgr",
}
_SERVICE_OF_SCHEME = {"xmpp": "Jabber", **{scheme: name for name, scheme in SCHEMES.items() if scheme != "xmpp"}}
_PURPOSES = ("work", "home", "other")
_APPLE_WORDS = frozenset(
    {
        *("Assistant", "AssistantPhone", "Car", "Home", "HomeFAX", "HomePage", "Main", "Mobile", "Other", "OtherFAX"),
        *("Pager", "Radio", "School", "Work", "WorkFAX", "iPhone"),
    }
)
_APPLE = ("_$!<", ">!$_")


def plain_label(text: str) -> str:
    """Return an Apple label without its frame: _$!<HomePage>!$_ is HomePage."""
    start, end = _APPLE
    return text[len(start) : -len(end)] if text.startswith(start) and text.endswith(end) else text


def framed_label(text: str) -> str:
    """Return a label in Apple's frame where it is one of Apple's own words, which phones translate."""
    return text.join(_APPLE) if text in _APPLE_WORDS else text


def purpose_of(types: tuple[str, ...], words: tuple[str, ...] = _PURPOSES) -> str:
    """Return the first type that names a purpose, "" without one."""
    return next((word for word in types if word in words), "") if types else ""


def phone_point(value: str, head: Head, label: str) -> CardPoint:
    """Return a telephone number; a `tel:` address (RFC 3966) as a number with its extension."""
    name = plain_label(label)
    kind = _phone_kind(head.types, name)
    told = {"fax": ("fax",), "mobile": ("cell", "voice"), "phone": ("voice",)}[kind]
    if value[:4].lower() == "tel:":
        value = _from_tel(value[4:])
    return _point(kind, value, head, name, without=told)


def _phone_kind(types: tuple[str, ...], name: str) -> str:
    if "fax" in types or "fax" in name.lower():
        return "fax"
    return "mobile" if "cell" in types else "phone"


def _from_tel(text: str) -> str:
    number, *parameters = text.split(";")
    if len(parameters) == 1 and parameters[0].lower().startswith("ext="):
        return f"{unquote(number)} ext. {unquote(parameters[0][4:])}"
    return unquote(text)


def email_point(value: str, head: Head, label: str) -> CardPoint:
    """Return an e-mail address."""
    address = unquote(value[7:]) if value[:7].lower() == "mailto:" else value
    return _point("email", address, head, plain_label(label), without=("internet",))


def web_point(value: str, head: Head, label: str) -> CardPoint:
    """Return a web address as written; nothing ever opens it by itself."""
    return _point("web", value, head, plain_label(label))


def messenger_point(value: str, head: Head, label: str) -> CardPoint:
    """Return a messenger address: service apart, URI scheme only where it is not the service's own."""
    service = next((text for name, text in head.extra if name == "X-SERVICE-TYPE"), "")
    service = service or MESSENGERS.get(head.name, "")
    scheme, colon, handle = value.partition(":")
    if not service and colon and head.name == "IMPP":
        service = _SERVICE_OF_SCHEME.get(scheme.lower(), "")
    if colon and scheme.lower() == SCHEMES.get(service.lower()):
        value = handle
    return _point("messenger", value, head, plain_label(label), service=service)


def _point(
    kind: str, value: str, head: Head, name: str, *, without: tuple[str, ...] = (), service: str = ""
) -> CardPoint:
    purpose = purpose_of(head.types)
    types = tuple(word for word in head.types if word != purpose and word not in without) if head.types else ()
    parameters = tuple(pair for pair in head.extra if pair[0] != "X-SERVICE-TYPE") if head.extra else ()
    return CardPoint(kind, value, purpose, head.preference, name, service, types, parameters, head.group)
