"""Settings: each is declared once, with its default, and read and written everywhere by its key.

To add a setting: one Option in OPTIONS. The page of its group shows it by itself. A setting belongs to the office, or
to each user (`per_user`); where the office is (`company_field`) is told by the own company and kept there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from gcrm.errors import UserError
from gcrm.i18n import N_, _
from gcrm.model.country import country_code
from gcrm.model.rights import PROGRAM_SETTINGS
from gcrm.model.setting import Setting
from gcrm.model.user import Company
from gcrm.services.changed import Changed
from gcrm.services.database import Database
from gcrm.services.home import of_main, read_home
from gcrm.services.unit_of_work import UnitOfWork, unit_of_work
from gcrm.services.versions import INSTALLER

_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_HOST = re.compile(r"[A-Za-z0-9._:\-]{0,253}")
LANGUAGE_CHOICES = (("", N_("As the computer")), ("en", "English"), ("de", "Deutsch"), ("pt", "Português"))
THEME_CHOICES = (("system", N_("As the computer")), ("light", N_("Light")), ("dark", N_("Dark")))
PRINT_CHOICES = (("", N_("As the customer")), ("en", "English"), ("de", "Deutsch"), ("pt", "Português"))

SECURITY_CHOICES = (
    ("starttls", N_("STARTTLS")), ("tls", N_("TLS")), ("plain", N_("None, within this computer only")),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Option:
    """One setting. Kinds: text, choice, yes_no, number (from `lowest` to `highest`), time ("07:30"), country, host,
    map (a JSON object that the program fills by itself; it is not shown and not undone), own_page (a JSON object that
    has a page of its own).
    """

    key: str
    default: Any
    label: str
    kind: str = "text"
    group: str = ""
    per_user: bool = False
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    lowest: int = 0
    highest: int = 0
    company_field: str = ""

    @property
    def is_shown(self) -> bool:
        """Tell whether the settings window shows it."""
        return self.kind not in ("map", "own_page")


OPTIONS: tuple[Option, ...] = (
    Option("ui.language", "", N_("Language"), "choice", "appearance", True, LANGUAGE_CHOICES),
    Option("ui.theme", "system", N_("Colours"), "choice", "appearance", True, THEME_CHOICES),
    Option(
        "ui.scale", 0, N_("Size of text in percent"), "number", "appearance", True,
        lowest=80, highest=200, help=N_("0: as the computer"),
    ),
    Option("ui.confirm_trash", False, N_("Ask before moving to the trash"), "yes_no", "appearance", True),
    Option("ui.confirm_many", True, N_("Ask before changing many contacts at once"), "yes_no", "appearance", True),
    Option("office.country", "DE", N_("Country"), "country", "office", company_field="country"),
    Option(
        "office.area_code", "", N_("Area code"), "text", "office", company_field="area_code",
        help=N_("Own area code for local calls"),
    ),
    Option(
        "office.region", "", N_("Region of the public holidays"), "text", "office", company_field="region",
        help=N_("Such as BY, ZH or 9; empty: holidays of the whole country"),
    ),
    Option(
        INSTALLER, "", N_("Place of the installer"), "text", "office",
        help=N_("Folder or web address; told to everybody whose gCRM is too old for this office"),
    ),
    Option(
        "trash.keep_days", 0, N_("Empty the trash after so many days"), "number", "office",
        lowest=1, highest=3650, help=N_("After that they are deleted for good; 0: never"),
    ),
    Option("phone.box_enabled", False, N_("Listen to the phone box"), "yes_no", "phone"),
    Option("phone.box_host", "fritz.box", N_("Address of the phone box"), "host", "phone"),
    Option("phone.box_port", 1012, N_("Port"), "number", "phone", lowest=1, highest=65535),
    Option(
        "phone.outside_prefix", "", N_("Prefix for outside lines"), "text", "phone",
        help=N_("What the telephone system puts before outside numbers, such as 0"),
    ),
    Option("phone.pop_up", True, N_("Show who is calling"), "yes_no", "phone", True),
    Option(
        "phone.extensions", "", N_("Extensions of my telephone"), "text", "phone", True,
        help=N_("As the phone box counts them, such as 11, 12; calls that they take are mine"),
    ),
    Option("phone.missed_follow_up", True, N_("A missed call becomes a follow-up"), "yes_no", "phone"),
    Option(
        "dav.address", "", N_("Address for phones"), "text", "dav",
        help=N_("Told by the computer that serves them, such as https://office-pc.local:8643"),
    ),
    Option("dav.account", {}, N_("Calendar elsewhere"), "map", "dav", True),
    Option("dav.round", {}, N_("Last round of the calendar elsewhere"), "map", "dav", True),
    Option("dav.groups", {}, N_("Groups made on phones"), "map", "dav", True),
    Option("dav.password", {}, N_("Password for phones"), "map", "dav", True),
    Option("print.language", "", N_("Language of prints"), "choice", "print", choices=PRINT_CHOICES),
    Option("labels.sheet", "L7163", N_("Label sheet"), "text", "print", True),
    Option("labels.next_free", {}, N_("Next free label of each sheet"), "map", "print"),
    Option("labels.offset", {}, N_("Offset of each printer in millimetres"), "map", "print", True),
    Option("backup.is_automatic", True, N_("Back up every day"), "yes_no", "backup"),
    Option(
        "backup.folder", "", N_("Folder for backups"), "text", "backup", True,
        help=N_("On another disk, best; empty: beside the data of gCRM"),
    ),
    Option("backup.is_encrypted", False, N_("Encrypt backups"), "yes_no", "backup"),
    Option("outlook.choice", {}, N_("What is exchanged with Outlook"), "map", "office", True),
    Option("calendar.called_off", {}, N_("Appointments that were called off"), "map", "office", True),
    Option("import.mappings", {}, N_("Saved mappings of imports"), "map", "office", True),
    Option("cut_over.tables", {}, N_("Columns of tables from a former program"), "map", "office", True),
    Option("activities.sets", {}, N_("Sets of activities"), "own_page", "office"),
    Option("backup.last", {}, N_("Last backup"), "map", "backup"),
    Option("team.refused", {}, N_("Refused log-ins are counted by the server"), "map", "office"),
    Option("backup.told", {}, N_("Troubles of backups that were told"), "map", "backup", True),
    Option("focus.enabled", False, N_("Quiet times without reminders"), "yes_no", "focus", True),
    Option("focus.from", "12:00", N_("Quiet from"), "time", "focus", True),
    Option("focus.until", "13:00", N_("Quiet until"), "time", "focus", True),
    Option("reminders.by_mail", False, N_("Remind me by e-mail, too"), "yes_no", "reminders", True),
    Option(
        "reminders.mail_to", "", N_("E-mail address for reminders"), "text", "reminders", True,
        help=N_("Empty: the one that I send with (E-mail)"),
    ),
    Option("reminders.mailed", {}, N_("Reminders that went out by e-mail"), "map", "reminders", True),
    Option(
        "mail.sender", "", N_("Address of the sender"), "text", "mail", True,
        help=N_("Empty: the one that stands for me under Users"),
    ),
    Option(
        "mail.server", "", N_("Mail server for sending"), "host", "mail", True, help=N_("Such as smtp.company.example")
    ),
    Option("mail.security", "starttls", N_("Security"), "choice", "mail", True, SECURITY_CHOICES),
    Option(
        "mail.port", 587, N_("Port"), "number", "mail", True,
        lowest=1, highest=65535, help=N_("587 with STARTTLS, 465 with TLS"),
    ),
    Option(
        "mail.login", "", N_("Login"), "text", "mail", True, help=N_("Often the e-mail address; empty: none is wanted")
    ),
)  # fmt: skip
BY_KEY: Mapping[str, Option] = {option.key: option for option in OPTIONS}
GROUPS = (
    ("appearance", N_("Appearance")),
    ("office", N_("Office")),
    ("phone", N_("Telephone")),
    ("dav", N_("Phones")),
    ("print", N_("Printing")),
    ("backup", N_("Backup")),
    ("focus", N_("Quiet times")),
    ("reminders", N_("By e-mail")),
    ("mail", N_("E-mail")),
)


def option(key: str) -> Option:
    """Return a declared option; KeyError for a key that nobody declared."""
    return BY_KEY[key]


def options(group: str) -> tuple[Option, ...]:
    """Return the options that the page of a group shows, in their order."""
    return tuple(each for each in OPTIONS if each.group == group and each.is_shown)


def get(session: Session, key: str, user: int | None = None) -> Any:
    """Return the value of a setting; `user` is needed for those of a user, without it the default comes."""
    wanted = option(key)
    if wanted.company_field:
        return getattr(session.execute(_main_company()).one(), wanted.company_field)
    if wanted.per_user and user is None:
        return wanted.default
    owner = Setting.user_id == user if wanted.per_user else Setting.user_id.is_(None)
    row = session.execute(select(Setting.value).where(Setting.key == key, owner).order_by(Setting.id)).first()
    return _usable(wanted, row.value) if row else wanted.default


def read_all(session: Session, user: int | None) -> dict[str, Any]:
    """Return every setting with its value, in two statements."""
    mine = or_(Setting.user_id.is_(None), Setting.user_id == user)
    rows = session.execute(select(Setting.key, Setting.user_id, Setting.value).where(mine).order_by(Setting.id.desc()))
    kept = {(row.key, row.user_id): row.value for row in rows}
    found = {}
    company = session.execute(_main_company()).one()
    for each in OPTIONS:
        owner = user if each.per_user else None
        if each.company_field:
            found[each.key] = getattr(company, each.company_field)
        else:
            found[each.key] = _usable(each, kept[each.key, owner]) if (each.key, owner) in kept else each.default
    return found


def _main_company() -> Any:
    """Return the select of what the own company tells about the place."""
    return of_main(Company.country, Company.area_code, Company.region)


def _usable(wanted: Option, value: Any) -> Any:
    """Return a kept value, or the default where it does not fit any more (an older program kept something else)."""
    return value if problem(wanted, value) == "" else wanted.default


def check(key: str, value: Any) -> str:
    """Return what is wrong with a value in one sentence, "" when it can be set."""
    return problem(option(key), value)


def problem(wanted: Option, value: Any) -> str:
    """Return what is wrong with a value of an option, "" for nothing."""
    if value == wanted.default and type(value) is type(wanted.default):
        return ""
    return _CHECKS[wanted.kind](wanted, value)


def _check_text(wanted: Option, value: Any) -> str:
    fits = isinstance(value, str) and len(value) <= 200 and value.isprintable()
    return "" if fits else _("{label} is a short text.").format(label=_(wanted.label))


def _check_choice(wanted: Option, value: Any) -> str:
    if value in [key for key, _label in wanted.choices]:
        return ""
    names = ", ".join(_(label) for _key, label in wanted.choices)
    return _("{label} is one of: {choices}.").format(label=_(wanted.label), choices=names)


def _check_yes_no(wanted: Option, value: Any) -> str:
    return "" if isinstance(value, bool) else _("{label} is yes or no.").format(label=_(wanted.label))


def _check_number(wanted: Option, value: Any) -> str:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if whole and wanted.lowest <= value <= wanted.highest:
        return ""
    sentence = _("{label} is a whole number from {lowest} to {highest}.")
    return sentence.format(label=_(wanted.label), lowest=wanted.lowest, highest=wanted.highest)


def _check_time(wanted: Option, value: Any) -> str:
    fits = isinstance(value, str) and _TIME.fullmatch(value)
    return "" if fits else _("{label} is a time such as 07:30.").format(label=_(wanted.label))


def _check_country(wanted: Option, value: Any) -> str:
    fits = isinstance(value, str) and value and country_code(value) == value
    return "" if fits else _("{label} is a country code such as DE.").format(label=_(wanted.label))


def _check_host(wanted: Option, value: Any) -> str:
    fits = isinstance(value, str) and _HOST.fullmatch(value)
    return "" if fits else _("{label} is a name or number in the network.").format(label=_(wanted.label))


def _check_map(wanted: Option, value: Any) -> str:
    return "" if isinstance(value, dict) else _("{label} cannot be read.").format(label=_(wanted.label))


_CHECKS: Mapping[str, Callable[[Option, Any], str]] = {
    "text": _check_text,
    "choice": _check_choice,
    "yes_no": _check_yes_no,
    "number": _check_number,
    "time": _check_time,
    "country": _check_country,
    "host": _check_host,
    "map": _check_map,
    "own_page": _check_map,
}


def set(database: Database, key: str, value: Any) -> None:
    """Keep a setting for the office, or for the user who works. Raises UserError with a sentence."""
    wanted = option(key)
    sentence = problem(wanted, value)
    if sentence:
        raise UserError(sentence, field=key)
    is_program = key in PROGRAM_SETTINGS or (database.is_sqlite and wanted.kind == "map")
    if not wanted.per_user and not is_program:
        database.rights.require("settings", "settings")
    kind = "system" if wanted.kind == "map" else "edit"
    with unit_of_work(database, N_("Setting “{name}” changed"), kind=kind, params={"name": _(wanted.label)}) as work:
        if wanted.company_field:
            _set_company(work, wanted, value)
        else:
            _set_row(work, wanted, value)
    if wanted.company_field or key == "phone.outside_prefix":
        with database.read() as session:
            database.home = read_home(session)


def put(database: Database, key: str, name: str, value: Any) -> None:
    """Keep one entry of a setting of the kind "map", such as the next free label of one sheet; None removes it."""
    with database.read() as session:
        entries = dict(get(session, key, database.user_id))
    if value is None:
        entries.pop(name, None)
    else:
        entries[name] = value
    set(database, key, entries)


def _set_row(work: UnitOfWork, wanted: Option, value: Any) -> None:
    """Write the row of a setting; a default needs none."""
    owner = work.user_id if wanted.per_user else None
    mine = Setting.user_id == owner if wanted.per_user else Setting.user_id.is_(None)
    found = work.session.scalars(select(Setting).where(Setting.key == wanted.key, mine).with_for_update()).first()
    if value == wanted.default:
        if found is not None:
            work.session.delete(found)
    elif found is None:
        work.session.add(Setting(key=wanted.key, user_id=owner, value=value))
    else:
        found.value = value


def _set_company(work: UnitOfWork, wanted: Option, value: Any) -> None:
    """Write to the main company."""
    found = work.session.scalars(of_main(Company).with_for_update()).one()
    setattr(found, wanted.company_field, value)


@dataclass(slots=True)
class SettingsCache:
    """All settings of the user who works, read once and again after a change; any thread may ask.

    Changes of this program are heard at once. Whoever hears of other programs' changes calls `forget`.
    """

    database: Database
    _values: dict[str, Any] | None = field(default=None)

    def listen(self) -> SettingsCache:
        """Begin to hear of changes."""
        self.database.listeners.append(self._heard)
        return self

    def _heard(self, operation: int, changed: frozenset[Changed]) -> None:
        """Forget what was read when a setting or the company changed."""
        if any(change.table in ("setting", "company", "") for change in changed):
            self.forget()

    def forget(self) -> None:
        """Read anew at the next question."""
        self._values = None

    def get(self, key: str) -> Any:
        """Return the value of a setting; KeyError for a key that nobody declared."""
        values = self._values
        if values is None:
            with self.database.read() as session:
                values = self._values = read_all(session, self.database.user_id)
        return values[key]
