"""The registry of fields."""

from __future__ import annotations

import pytest

from gcrm.model.contact import Contact
from gcrm.model.custom_field import CustomField
from gcrm.model.fields import Field, field, field_of_column, fields_of
from gcrm.model.registry import RECORDS, class_of, table_of, tracked_columns


def test_fields_come_in_the_order_they_are_declared() -> None:
    names = list(fields_of(Contact))
    assert names[:3] == ["kind", "number", "name"]
    assert names.index("vat_number") < names.index("notes")
    assert fields_of(Contact)["name"] == Field("name", "Company", group="name", search=True)


def test_a_kind_nobody_knows_is_refused() -> None:
    with pytest.raises(ValueError, match="colour"):
        field("Colour", kind="colour")


def test_bookkeeping_is_no_field() -> None:
    assert field_of_column(table_of(Contact), "version") is None
    assert field_of_column(table_of(Contact), "nothing") is None
    told = field_of_column(table_of(Contact), "priority")
    assert told is not None
    assert told.choice_label("A") == "A"
    assert told.choice_label("Z") == "Z"


def test_a_user_defined_field_joins_under_its_id() -> None:
    made = CustomField(id=7, owner="contact", label="Size", kind="choice", choices=["S", "L"], group_name="", help="")
    made.is_required = False
    told = made.as_field()
    assert (told.name, told.group, told.custom_id) == ("custom.f7", "custom", 7)
    assert told.choices == (("S", "S"), ("L", "L"))


def test_what_is_tracked_leaves_out_what_the_program_fills_by_itself() -> None:
    for cls in RECORDS:
        assert not {"id", "version", "changed_at"} & set(tracked_columns(table_of(cls)))
    assert "next_value" not in tracked_columns(table_of(class_of("number_range")))
    with pytest.raises(KeyError):
        class_of("operation")
