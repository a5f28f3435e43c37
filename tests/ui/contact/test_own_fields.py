"""User-defined fields on the record page: hidden ones are gone, help and the mark of required ones are there."""

from __future__ import annotations

from typing import Any

from gcrm.model.custom_field import CustomField
from gcrm.services import contact, custom_field
from gcrm.ui.history import HistoryLine, groups
from tests.ui.contact.conftest import Hands


def define(hands: Hands, kind: str = "text", **values: Any) -> int:
    given = {"owner": "contact", "label": "Machine", "group_name": "Workshop"} | values
    made = custom_field.create(hands.office.database, CustomField(kind=kind, **given))
    hands.settle()
    return made


def test_a_hidden_field_leaves_the_page_with_its_tab(hands: Hands) -> None:
    made = define(hands)
    assert "group:Workshop" in hands.page._tabs
    custom_field.hide(hands.office.database, made)
    hands.settle()
    assert "group:Workshop" not in hands.page._tabs
    custom_field.hide(hands.office.database, made, hidden=False)
    hands.settle()
    assert "group:Workshop" in hands.page._tabs


def test_help_and_mark_are_shown(hands: Hands) -> None:
    made = define(hands, help="As on the plate", is_required=True)
    hands.page.open_tab("group:Workshop")
    hands.settle()
    row = hands.row(f":custom.f{made}")
    assert row.spec.label == "Machine (required)"
    assert row.view.accessibleDescription() == "As on the plate"
    assert "As on the plate" in row.view.toolTip()
    hands.open(f":custom.f{made}")
    assert row._hint.isVisible()
    assert row._hint.full_text() == "As on the plate"


def test_the_history_names_contacts_and_knows_hidden_fields(hands: Hands) -> None:
    made = define(hands, "contact", label="Bought from")
    loaded = contact.load(hands.office.database, hands.office.albrecht)
    loaded.record.custom = {f"f{made}": hands.office.becker}
    contact.save(hands.office.database, loaded)
    custom_field.hide(hands.office.database, made)
    newest = next(group for group in groups(hands.office.database, hands.office.albrecht) if group.lines)
    assert newest.lines == (HistoryLine("Bought from", "", "Becker & Söhne <b>KG</b>"),)
