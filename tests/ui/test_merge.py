"""Merging: side by side, chosen per field, children once, undone whole; duplicates with their reasons."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QRadioButton

from gcrm.errors import UserError
from gcrm.services import contact
from gcrm.services.undo import undo_last
from gcrm.ui.context import Context
from gcrm.ui.merge import DuplicatesDialog, MergeDialog, open_duplicates, open_merge
from gcrm.ui.merge.facts import count_text, read_facts
from gcrm.ui.merge.partner import joined, likelihood
from tests.ui.fake_window import FakeWindow
from tests.ui.office import Office, albrecht, point


@pytest.fixture
def twin(office: Office) -> int:
    """Give a second Albrecht: another name and a note, one number of its own, no payment terms."""
    made = albrecht()
    made.name, made.payment_terms, made.priority, made.notes = "Albrecht Metall GmbH", "", "B", "Pays on time."
    made.points = [*made.points[2:], point("phone", "0341 999")]
    made.addresses = made.addresses[:1]
    return contact.create(office.database, made, categories=["Metal"])


def settle(context: Context) -> None:
    for _ in range(3):
        context.tasks.wait_idle()


def compared(context: Context, ids: list[int]) -> MergeDialog:
    dialog = MergeDialog(context, ids)
    dialog.show()
    settle(context)
    assert dialog.comparison is not None
    return dialog


def loaded(context: Context, contact_id: int) -> Any:
    return contact.load(context.database, contact_id).record


def test_both_contacts_stand_side_by_side_with_the_proposal_chosen(context: Context, office: Office, twin: int) -> None:
    dialog = compared(context, [office.albrecht, twin])
    cells = dialog.comparison.cells  # type: ignore[union-attr]  # compared() has looked
    assert cells["name", office.albrecht].button.isChecked()
    assert cells["payment_terms", office.albrecht].button.isChecked()
    assert cells["notes", twin].button.isChecked(), "the note is proposed from the one that has it"
    assert cells["notes", office.albrecht].label.full_text() == "empty"
    assert ("vat_number", twin) not in cells, "equal fields are folded away"
    assert dialog.facts is not None
    assert dialog.facts.rows[0].name == "number"
    dialog.reject()


def test_children_are_shown_once(context: Context, office: Office, twin: int) -> None:
    facts = read_facts(context.database, [office.albrecht, twin])
    united = {kind.title: dict(kind.lines) for kind in facts.united}
    assert united["Addresses"]["Postal: Hauptstraße 7, 04103 Leipzig"] == 2
    assert united["Addresses"]["Delivery: Torgauer Straße 12 b, 04318 Leipzig"] == 1
    assert united["Phone, e-mail, web"]["E-mail: info@albrecht.example"] == 2
    assert united["Phone, e-mail, web"]["Phone: 0341 999"] == 1
    assert united["Contact persons"]["Anna Albrecht, Managing director"] == 2
    assert united["Categories"] == {"Leipzig": 1, "Metal": 2}
    other = contact.empty(name="Albrecht")
    other.points.append(point("phone", "+49 (341) 1234560"))
    facts = read_facts(context.database, [office.albrecht, contact.create(context.database, other)])
    united = {kind.title: dict(kind.lines) for kind in facts.united}
    assert united["Phone, e-mail, web"]["Phone: +49 341 123456-0"] == 2, "another spelling is no other number"


def test_what_moves_is_counted_in_words(context: Context, office: Office, twin: int) -> None:
    facts = read_facts(context.database, [office.albrecht, twin], twin)
    assert facts.keep == twin
    assert "2 activities" in facts.moving
    assert count_text("attachment", 1) == "1 file"
    assert not read_facts(context.database, [office.albrecht, twin]).moving


def test_merging_takes_the_chosen_values_and_undo_brings_the_other_back(
    context: Context, office: Office, twin: int, window: FakeWindow
) -> None:
    number = loaded(context, twin).number
    dialog = compared(context, [office.albrecht, twin])
    dialog.comparison.cells["number", twin].button.setChecked(True)  # type: ignore[union-attr]  # compared() has looked
    dialog.comparison.cells["priority", twin].button.setChecked(True)  # type: ignore[union-attr]  # as above
    dialog.merge_button.click()
    settle(context)
    merged = loaded(context, office.albrecht)
    assert (merged.number, merged.priority, merged.notes) == (number, "B", "Pays on time.")
    assert merged.name == "Albrecht Metallbau GmbH"
    assert "0341 999" in [each.value for each in merged.points]
    assert len([each for each in merged.points if each.kind == "email"]) == 1
    with pytest.raises(UserError):
        loaded(context, twin)
    assert window.calls[-1] == ("open_contact", office.albrecht, "", False)
    assert window.said[-1] == "Contacts merged into “Albrecht Metallbau GmbH”"
    undo_last(context.database)
    assert loaded(context, twin).number == number
    assert loaded(context, office.albrecht).priority == "A"


def test_swap_lets_the_other_one_stay_and_remembers_choices(context: Context, office: Office, twin: int) -> None:
    dialog = compared(context, [office.albrecht, twin])
    dialog.comparison.cells["priority", twin].button.setChecked(True)  # type: ignore[union-attr]  # compared() has looked
    dialog.swap_button.click()
    settle(context)
    assert dialog.facts is not None
    assert dialog.facts.keep == twin
    cells = dialog.comparison.cells  # type: ignore[union-attr]  # as above
    assert cells["name", twin].button.isChecked()
    assert cells["priority", twin].button.isChecked()
    assert cells["payment_terms", office.albrecht].button.isChecked()
    dialog.reject()


def test_several_contacts_are_merged_at_once(context: Context, office: Office, twin: int) -> None:
    dialog = compared(context, [office.albrecht, twin, office.becker])
    assert dialog.swap_button.isHidden()
    assert dialog.facts is not None
    assert len(dialog.facts.sides) == 3
    dialog.merge_button.click()
    settle(context)
    for gone in (twin, office.becker):
        with pytest.raises(UserError):
            loaded(context, gone)


def test_from_one_contact_the_other_is_found_by_likeness_or_by_letters(
    context: Context, office: Office, twin: int
) -> None:
    dialog = open_merge(context, [office.albrecht])
    settle(context)
    assert dialog.partner.list.keys() == [twin]
    assert "same e-mail address" in dialog.partner.list.item(0).text()
    QTest.keyClicks(dialog.partner.search, "becker")
    settle(context)
    assert dialog.partner.list.keys() == [office.becker]
    QTest.keyClick(dialog.partner.search, Qt.Key.Key_Return)
    settle(context)
    assert dialog.facts is not None
    assert {side.id for side in dialog.facts.sides} == {office.albrecht, office.becker}
    dialog.reject()


def test_a_failed_merge_says_why_and_keeps_the_window(context: Context, office: Office, twin: int) -> None:
    dialog = compared(context, [office.albrecht, twin])
    contact.trash(context.database, [twin])
    dialog.merge_button.click()
    settle(context)
    assert dialog.isVisible()
    assert "deleted meanwhile" in dialog.banner.message()
    assert dialog.merge_button.isEnabled()
    dialog.reject()


def test_names_with_markup_are_shown_as_they_are(context: Context, office: Office) -> None:
    dialog = compared(context, [office.albrecht, office.becker])
    cell = dialog.comparison.cells["name", office.becker]  # type: ignore[union-attr]  # compared() has looked
    assert cell.label.full_text() == "Becker & Söhne <b>KG</b>"
    assert cell.label.textFormat() == Qt.TextFormat.PlainText
    dialog.reject()


def test_every_choice_tells_field_value_and_contact(context: Context, office: Office, twin: int) -> None:
    dialog = compared(context, [office.albrecht, twin])
    names = [button.accessibleName() for button in dialog.findChildren(QRadioButton)]
    assert "Priority: B (Albrecht Metall GmbH)" in names
    assert len(names) == len(set(names))
    dialog.reject()


# --- duplicates ---------------------------------------------------------------------------------------------------
def test_duplicates_like_the_shown_contact_come_with_reasons(context: Context, office: Office, twin: int) -> None:
    dialog = DuplicatesDialog(context, office.albrecht)
    dialog.show()
    settle(context)
    assert dialog.list.keys() == [(office.albrecht, twin)]
    assert "Same VAT number" in dialog.list.item(0).text()
    assert dialog.summary.full_text() == "1 contact looks like “Albrecht Metallbau GmbH”."
    dialog.close()


def test_the_whole_office_is_looked_through_and_a_pair_is_opened(
    context: Context, office: Office, twin: int, window: FakeWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(window, "current_contact", lambda: office.cardoso)  # nobody asked for what is like this one
    dialog = open_duplicates(context)
    settle(context)
    assert [dialog.tabs.tabText(place) for place in (0, 1)] == ["In the whole office", "Like the shown contact"]
    assert dialog.list.keys() == [(office.albrecht, twin)]
    dialog.open_button.click()
    assert window.calls[-1][:2] == ("open_contact", office.albrecht)
    dialog.merge_button.click()
    settle(context)
    merge = dialog.findChild(MergeDialog)
    assert merge is not None
    merge.merge_button.click()
    settle(context)
    assert not dialog.list.keys()
    assert dialog.summary.full_text() == "No two contacts of this office look alike."
    assert not dialog.merge_button.isEnabled()
    dialog.close()


def office_of_twins(context: Context) -> tuple[DuplicatesDialog, list[tuple[int, ...]]]:
    """Give two groups of the whole office, both chosen: three called Adler, two called Falke."""
    made = [contact.create(context.database, contact.empty(name=name)) for name in ("Adler", "Adler", "Adler")]
    pair = [contact.create(context.database, contact.empty(name=name)) for name in ("Falke", "Falke")]
    dialog = DuplicatesDialog(context, None)
    dialog.show()
    settle(context)
    dialog.list.setFocus()
    dialog.list.selectAll()
    return dialog, [tuple(made), tuple(pair)]


def test_several_groups_are_merged_at_once_and_undo_lists_them_again(context: Context, window: FakeWindow) -> None:
    dialog, groups = office_of_twins(context)
    assert dialog.list.keys() == groups
    assert dialog.list.item(0).text().startswith("Adler  ×3, Same name · ")
    assert dialog.merge_button.text() == "Merge 2 groups"
    dialog.merge_button.click()
    settle(context)
    assert window.said[-1] == "Contacts of 2 groups merged"
    assert dialog.list.keys() == []
    undo_last(context.database)
    settle(context)
    assert dialog.list.keys() == groups
    dialog.close()


def test_delete_tells_a_group_apart_and_its_tab_takes_that_back(context: Context, window: FakeWindow) -> None:
    dialog, (adlers, falkes) = office_of_twins(context)
    dialog.list.setCurrentRow(1)
    QTest.keyClick(dialog.list, Qt.Key.Key_Delete)
    settle(context)
    assert dialog.list.keys() == [adlers]
    dialog.tabs.setCurrentIndex(1)
    settle(context)
    assert dialog.list.keys() == [falkes]
    assert dialog.summary.full_text() == "1 pair was told apart."
    dialog.apart_button.click()
    settle(context)
    assert dialog.list.keys() == []
    assert window.said[-2:] == ["Remembered as no duplicates", "They may be the same again"]
    dialog.close()


def test_another_contact_of_a_group_can_stay_and_the_list_is_filtered(context: Context, office: Office) -> None:
    dialog, (adlers, falkes) = office_of_twins(context)
    dialog.list.setCurrentRow(0)
    assert dialog.members.list.keys() == list(adlers)
    assert not dialog.members.keep_button.isEnabled()
    dialog.members.list.setCurrentRow(2)
    dialog.members.keep_button.click()
    assert dialog.chosen()[0].contacts[0] == adlers[2]
    dialog.merge()
    settle(context)
    (side_by_side,) = dialog.findChildren(MergeDialog)
    assert side_by_side.facts is not None
    assert side_by_side.facts.keep == adlers[2]
    side_by_side.reject()
    dialog.search.setText("FALKE")
    assert dialog.list.keys() == [falkes]
    dialog.search.clear()
    dialog.least.setCurrentIndex(2)
    assert dialog.list.keys() == []
    dialog.close()


def test_a_contact_without_twin_says_so(context: Context, office: Office) -> None:
    dialog = DuplicatesDialog(context, office.cardoso)
    dialog.show()
    settle(context)
    assert dialog.summary.full_text() == "No contact looks like “Joana Cardoso”."
    assert not dialog.merge_button.isEnabled()
    dialog.close()


@pytest.mark.parametrize(("score", "word"), [(0.95, "Very likely"), (0.8, "Likely"), (0.6, "Possible")])
def test_likelihood_is_told_in_words(score: float, word: str) -> None:
    assert likelihood(score)[0] == word


def test_reasons_make_one_phrase() -> None:
    assert joined(["Same name", "Same town"]) == "Same name, same town"
    assert joined([]) == ""
