"""Rows of contact persons: one line each on the overview, all of a person on the tab People."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from gcrm.i18n import _
from gcrm.model.contact_person import ContactPerson, Person
from gcrm.services.known_person import KnownPerson, role
from gcrm.services.related import Related
from gcrm.ui.contact.changes_of import add_to, make_default, remove, set_values
from gcrm.ui.contact.fields import Sheet, custom_rows, field_rows, row_key
from gcrm.ui.contact.reach_rows import point_rows, sorted_points
from gcrm.ui.contact.rows import RowCommand, RowSpec, Values
from gcrm.ui.contact.saving import Change, key_of
from gcrm.ui.forms import Input, field_of, input_for

Commit = Callable[[Change], None]
_NAME = (("salutation", 2), ("title", 2), ("first_name", 3), ("last_name", 3))


def sorted_persons(persons: list[ContactPerson]) -> list[ContactPerson]:
    """Return the persons, the default one first."""
    return sorted(persons, key=lambda link: (not link.is_default, link.id or 0))


def person_commands(link: ContactPerson, commit: Commit) -> tuple[RowCommand, ...]:
    """Return what can be done with a person."""
    key = key_of(link)
    commands = [RowCommand(_("Remove person"), "trash-2", lambda: commit(remove(key)))]
    if not link.is_default:
        commands.insert(0, RowCommand(_("Make default"), "star", lambda: commit(make_default(key))))
    return tuple(commands)


def overview_rows(sheet: Sheet, opens: Callable[[int], object], commit: Commit) -> list[RowSpec]:
    """Return one row per person: name, function and number."""
    rows = []
    for link in sorted_persons(sheet.view.contact.persons):
        points = sorted_points(link.points)
        number = next((point.value for point in points if point.kind in ("phone", "mobile")), "")
        mail = next((point.value for point in points if point.kind == "email"), "")
        text = " · ".join(part for part in (link.function, number or mail) if part)
        rows.append(
            RowSpec(
                row_key(key_of(link), "all"),
                link.person.full_name,
                text,
                blank=_("Add details"),
                commands=person_commands(link, commit),
                opens=partial(opens, link.id),
                is_link=True,
            )
        )
    return rows


def person_rows(
    sheet: Sheet, link: ContactPerson, commit: Commit, roles: Iterable[Related] = (),
    opens: Callable[[int], object] | None = None,
) -> list[RowSpec]:  # fmt: skip
    """Return the rows of one person: name, function, `roles` at other organisations, numbers, own fields."""
    rows = [_name_row(sheet, link.person)]
    rows += field_rows(sheet, link, ("function", "department"), always=("function",))
    for place, other in enumerate(one for one in roles if one.person == link.id):
        text = " · ".join(part for part in (other.name, other.how) if part)
        go = partial(opens, other.contact) if opens is not None else None
        rows.append(RowSpec(row_key(key_of(link), f"role:{place}"), _("Also at"), text, opens=go, is_link=True))
    rows += point_rows(sheet, link.points, commit)
    rows += field_rows(sheet, link.person, ("birthday",))
    rows += field_rows(sheet, link, ("notes",))
    return rows + custom_rows(sheet, link, "contact_person")


def _name_row(sheet: Sheet, person: Person) -> RowSpec:
    key = key_of(person)
    inputs = tuple(input_for(person, name, sheet.view.surroundings, stretch=wide) for name, wide in _NAME)

    def change(values: Values) -> Change | None:
        return set_values(key, dict(zip((name for name, _wide in _NAME), values, strict=True)))

    called = dict(field_of(Person, "salutation").choices).get(person.salutation, "") if person.salutation else ""
    text = " ".join(part for part in (_(called), person.full_name) if part)
    return RowSpec(row_key(key, "name"), _("Name"), text, inputs, change, blank=_("Add"), focus_input=2)


def new_person_row(sheet: Sheet) -> RowSpec:
    """Return the row in which a new person is typed: names, function, number."""
    inputs = (
        Input(field_of(Person, "first_name"), "", stretch=3),
        Input(field_of(Person, "last_name"), "", stretch=3),
        Input(field_of(ContactPerson, "function"), "", stretch=3),
    )

    def change(values: Values) -> Change | None:
        first, last, function = values
        return add_person(first, last, function) if first or last else None

    return RowSpec("new:person", _("New"), "", inputs, change, blank=_("Add"))


def add_person(first_name: str, last_name: str, function: str = "") -> Change:
    """Return the change that adds a person; the salutation is proposed by the first name."""
    from gcrm.model.salutation import proposed

    def make(contact: object) -> ContactPerson:
        person = Person(first_name=first_name, last_name=last_name, salutation=proposed(first_name))
        return ContactPerson(
            contact_id=getattr(contact, "id", None), function=function, person=person, points=[], custom={}
        )

    return add_to("persons", make)


def add_known(known: KnownPerson, function: str = "") -> Change:
    """Return the change that gives a person who is known a role at the contact."""
    return add_to("persons", lambda contact: role(known, contact, function))
