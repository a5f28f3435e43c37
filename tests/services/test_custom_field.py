"""User-defined fields: seen at once, checked, hidden, deleted with their values and brought back."""

from __future__ import annotations

from typing import Any

import pytest

from gcrm.errors import UserError
from gcrm.model.custom_field import CustomField
from gcrm.services import changes, contact, contact_list, custom_field, undo
from gcrm.services.contact_list import ContactQuery
from gcrm.services.database import Database


def field(database: Database, label: str = "Machine", kind: str = "text", **values: Any) -> int:
    return custom_field.create(database, CustomField(owner="contact", label=label, kind=kind, **values))


def with_value(database: Database, field_id: int, value: Any, name: str = "Albrecht") -> int:
    return contact.create(database, contact.empty(name=name) if value is None else _filled(name, field_id, value))


def _filled(name: str, field_id: int, value: Any) -> Any:
    record = contact.empty(name=name)
    record.custom = {f"f{field_id}": value}
    return record


def test_a_new_field_joins_the_registry_at_once(database: Database) -> None:
    made = field(database, help="Serial number", group_name="Workshop")
    with database.read() as session:
        told = {each.name: each for each in custom_field.registry(session, "contact")}
    assert told[f"custom.f{made}"].label == "Machine"
    assert told[f"custom.f{made}"].group == "Workshop"
    assert "vat_number" in told


def test_fields_keep_the_order_they_are_given(database: Database) -> None:
    first, second, third = (field(database, label) for label in ("One", "Two", "Three"))
    custom_field.arrange(database, [third, first, second])
    with database.read() as session:
        assert [found.id for found in custom_field.fields(session, "contact")] == [third, first, second]


def test_a_hidden_field_keeps_its_values(database: Database) -> None:
    made = field(database)
    record = with_value(database, made, "Fräse 7")
    custom_field.hide(database, made)
    with database.read() as session:
        assert custom_field.fields(session, "contact") == []
        assert len(custom_field.fields(session, hidden=True)) == 1
        assert contact.read(session, record).custom == {f"f{made}": "Fräse 7"}
    custom_field.hide(database, made, hidden=False)
    with database.read() as session:
        assert len(custom_field.fields(session, "contact")) == 1


def test_a_deleted_field_takes_its_values_along_and_undo_brings_them_back(database: Database) -> None:
    made, other = field(database), field(database, "Other")
    record = with_value(database, made, "Fräse 7")
    empty = with_value(database, made, None, "Becker")
    loaded = contact.load(database, record)
    loaded.record.custom = {**loaded.record.custom, f"f{other}": "stays"}
    contact.save(database, loaded)
    with database.read() as session:
        assert custom_field.uses(session, made) == 1
        assert list(contact_list.ids(session, ContactQuery(words="fraese"))) == [record]
    assert custom_field.remove(database, made) == 1
    with database.read() as session:
        assert contact.read(session, record).custom == {f"f{other}": "stays"}
        assert contact.read(session, empty).version == 1
        assert list(contact_list.ids(session, ContactQuery(words="fraese"))) == []
        newest = changes.contact_history(session, record)[0]
        assert newest.old == {f"f{made}": "Fräse 7", f"f{other}": "stays"}
    undo.undo_last(database)
    with database.read() as session:
        assert contact.read(session, record).custom == {f"f{made}": "Fräse 7", f"f{other}": "stays"}
        assert [found.id for found in custom_field.fields(session, "contact")] == [made, other]
        assert list(contact_list.ids(session, ContactQuery(words="fraese"))) == [record]


@pytest.mark.parametrize("owner", ["contact", "contact_person", "activity", "address"])
def test_every_owner_can_have_fields(database: Database, owner: str) -> None:
    made = custom_field.create(database, CustomField(owner=owner, label="Extra", kind="yes_no"))
    with database.read() as session:
        assert custom_field.registry(session, owner)[-1].custom_id == made
        assert custom_field.uses(session, made) == 0
    assert custom_field.remove(database, made) == 0


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"label": "  "}, "name"),
        ({"label": "machine"}, "already"),
        ({"label": "VAT number"}, "already"),
        ({"label": "New", "kind": "colour"}, "does not exist"),
        ({"label": "New", "kind": "choice", "choices": [" "]}, "at least one choice"),
        ({"label": "New", "owner": "user"}, "does not exist"),
    ],
)
def test_a_field_that_could_not_be_used_is_refused(database: Database, values: dict[str, Any], words: str) -> None:
    field(database)
    with pytest.raises(UserError, match=words):
        custom_field.create(database, CustomField(**{"owner": "contact", "kind": "text", **values}))


def test_a_field_with_values_keeps_its_kind(database: Database) -> None:
    made = field(database)
    custom_field.change(database, made, kind="number", label="Hours")
    custom_field.change(database, made, kind="text")
    with_value(database, made, "12 old ones")
    with pytest.raises(UserError, match="another kind"):
        custom_field.change(database, made, kind="number")
    custom_field.change(database, made, kind="long_text")
    with pytest.raises(UserError, match="stays"):
        custom_field.change(database, made, owner="activity")
    with pytest.raises(UserError, match="any more"):
        custom_field.change(database, 4711, label="x")


def test_values_are_read_and_shown_by_their_kind(database: Database) -> None:
    made = field(database, "Halls", "number", options={"places": 1}, is_required=True)
    choice = field(database, "Size", "choice", choices=["Small", "Large", "Small"])
    with database.read() as session:
        number, size = (session.get_one(CustomField, key) for key in (made, choice))
    assert custom_field.read_value(number, "2.5") == 2.5
    assert custom_field.show_value(number, 2.5) == "2.5"
    with pytest.raises(UserError, match="required"):
        custom_field.read_value(number, " ")
    assert custom_field.read_value(size, "large") == "Large"
    with pytest.raises(UserError, match="not one of: Small, Large"):
        custom_field.read_value(size, "huge")
