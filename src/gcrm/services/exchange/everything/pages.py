"""The pages of an export that people read in a browser: what there is, the contacts, and links to their files.

They load nothing, run nothing, and every text of the office is escaped.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import escape
from urllib.parse import quote

from sqlalchemy import select
from sqlalchemy.orm import Session

from gcrm import __version__
from gcrm.i18n import _, current_language, ngettext
from gcrm.model.address import Address
from gcrm.model.attachment import Attachment
from gcrm.model.contact import Contact
from gcrm.services.exchange.everything.contents import Content
from gcrm.services.exchange.everything.rules import RULES
from gcrm.services.exchange.everything.scope import Scope, left_out_words
from gcrm.services.plain_contacts import plain_contacts
from gcrm.services.privacy import file_visible_to, viewer
from gcrm.services.showing import country_name, show_instant, show_number

ON_A_PAGE = 500
INDEX = "index.html"
NO_CONTACT = "files-without-contact.html"
_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;"
    "padding:0 1rem;overflow-wrap:anywhere}h2{margin:1.6rem 0 .2rem;font-size:1.15rem}p,ul{margin:.2rem 0}"
    "table{border-collapse:collapse}td,th{padding:.15rem 1.2rem .15rem 0;text-align:left;vertical-align:top}"
    "td.number{text-align:right}.quiet{opacity:.75}"
)
_SHUT = "default-src 'none'; style-src 'unsafe-inline'"


@dataclass(frozen=True, slots=True)
class Head:
    """What stands on the first page."""

    office: str
    at: datetime
    tables: Sequence[tuple[str, str, int]]
    contacts: int
    files: int


def page(title: str, parts: Iterable[str]) -> str:
    """Return a page of parts that are HTML already."""
    return (
        f'<!DOCTYPE html>\n<html lang="{current_language()}">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{_SHUT}">\n'
        f'<meta name="viewport" content="width=device-width">\n<title>{escape(title)}</title>\n'
        f"<style>{_STYLE}</style>\n</head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )


def link(path: str, text: str) -> str:
    """Return a link to a file of the export."""
    return f'<a href="{escape(quote(path))}">{escape(text)}</a>'


def index_page(head: Head, scope: Scope, pages: Sequence[tuple[str, str]]) -> str:
    """Return the first page. `pages` are those with contacts: name and what stands on it."""
    made = _("Exported on {day} with gCRM {version}.").format(day=show_instant(head.at), version=__version__)
    people = ngettext("{count} contact", "{count} contacts", head.contacts).format(count=show_number(head.contacts))
    files = ngettext("{count} file", "{count} files", head.files).format(count=show_number(head.files))
    parts = [f"<h1>{escape(head.office)}</h1>", f'<p class="quiet">{escape(f"{made} {people}, {files}.")}</p>']
    if not scope.is_whole:
        sentence = _("This is not all of the office.")
        parts.append(f"<p><strong>{escape(sentence)} {escape(left_out_words(scope.reasons))}</strong></p>")
    contacts, records = _("Contacts and their files"), _("All records")
    parts.append(f"<h2>{escape(contacts)}</h2>")
    parts.append("<ul>" + "".join(f"<li>{link(name, text)}</li>" for name, text in pages) + "</ul>")
    parts.append(f"<h2>{escape(records)}</h2>")
    each = _("Each file holds the records of one kind, one on each line (JSON Lines).")
    back = _("gcrm import makes an office of this folder again, with everything in it.")
    parts.append(f'<p class="quiet">{escape(each)} {escape(back if scope.is_whole else "")}</p>')
    parts.append("<table>" + "".join(_table_row(*told) for told in head.tables) + "</table>")
    return page(head.office, parts)


def _table_row(name: str, path: str, rows: int) -> str:
    return f'<tr><td>{link(path, _(RULES[name].label))}</td><td class="number">{escape(show_number(rows))}</td></tr>'


def contact_pages(session: Session, contents: Mapping[str, Content]) -> Iterator[tuple[str, str, str]]:
    """Yield the pages with contacts: name, what the index calls it, and the page. Archived and deleted ones are there.

    The last one, where there are such, has the files of no contact.
    """
    ids = session.scalars(select(Contact.id).order_by(Contact.name_key, Contact.id)).all()
    for number, start in enumerate(range(0, len(ids), ON_A_PAGE), 1):
        batch = list(ids[start : start + ON_A_PAGE])
        found = plain_contacts(session, batch)
        files = _files_of(session, batch, contents)
        shown = [found[contact] for contact in batch if contact in found]
        title = f"{shown[0].display_name} – {shown[-1].display_name}" if shown else ""
        parts = [_to_index(), f"<h1>{escape(title)}</h1>"]
        for contact in shown:
            parts += _contact(contact, files.get(contact.id, ()))
        yield f"contacts-{number:04d}.html", title, page(title, parts)
        session.expunge_all()
    if loose := _files_of(session, None, contents).get(None):
        title = _("Files without a contact")
        yield NO_CONTACT, title, page(title, [_to_index(), f"<h1>{escape(title)}</h1>", _list(loose)])


def _to_index() -> str:
    text = _("Overview")
    return f"<p>{link(INDEX, text)}</p>"


def _contact(contact: Contact, files: Sequence[str]) -> Iterator[str]:
    """Yield what is shown of one contact."""
    state = _("In the trash") if contact.deleted_at else _("Archived") if contact.archived_at else ""
    yield f"<h2>{escape(contact.display_name)}</h2>"
    lines = [_joined(" · ", contact.number, state), *map(_place, contact.addresses)]
    lines.append(_joined(" · ", *(point.value for point in contact.points)))
    for role in contact.persons:
        lines.append(_joined(" · ", role.person.full_name, *(point.value for point in role.points)))
    yield "".join(f"<p>{escape(line)}</p>" for line in lines if line)
    if files:
        yield _list(files)


def _place(address: Address) -> str:
    street = _joined(" ", address.street, address.house_number)
    town = _joined(" ", address.postcode, address.town)
    return _joined(", ", street, address.supplement, address.po_box, town, country_name(address.country))


def _joined(between: str, *parts: str | None) -> str:
    return between.join(part for part in parts if part)


def _list(items: Iterable[str]) -> str:
    return "<ul>" + "".join(f"<li>{item}</li>" for item in items) + "</ul>"


def _files_of(
    session: Session, contacts: Sequence[int] | None, contents: Mapping[str, Content]
) -> dict[int | None, list[str]]:
    """Return the files of contacts as links, those of no contact without `contacts`; a link elsewhere is a text."""
    chosen = Attachment.contact_id.is_(None) if contacts is None else Attachment.contact_id.in_(contacts)
    columns = (Attachment.contact_id, Attachment.name, Attachment.sha256, Attachment.link)
    files = select(*columns).where(chosen, file_visible_to(viewer(session))).order_by(Attachment.id)
    found: dict[int | None, list[str]] = {}
    for row in session.execute(files):
        content = contents.get(row.sha256 or "")
        text = link(content.path, row.name) if content else escape(f"{row.name} ({row.link})" if row.link else row.name)
        found.setdefault(row.contact_id, []).append(text)
    return found
