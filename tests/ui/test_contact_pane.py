"""The list pane: what it lists, where its cursor stands, and what each row says."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItemModel
from pytestqt.qtbot import QtBot

from gcrm.services import contact
from gcrm.services.contact_list import ContactQuery, ContactRow
from gcrm.ui.contact_pane import FIRST, ContactPane
from gcrm.ui.contact_rows import IdRole, spoken, subtitle
from gcrm.ui.context import Context
from gcrm.ui.tables.rows import KEPT, Rows
from tests.stories.sitting import customers
from tests.ui.office import Office
from tests.ui.turning import settle

LONG = FIRST + 60


@pytest.fixture
def pane(context: Context, qtbot: QtBot) -> ContactPane:
    made = ContactPane(context)
    qtbot.addWidget(made)
    made.resize(328, 700)
    made.show()
    return made


@pytest.fixture
def chosen(pane: ContactPane) -> list[int]:
    found: list[int] = []
    pane.chosen.connect(found.append)
    return found


def names(pane: ContactPane) -> list[str]:
    return [str(pane.model.index(row).data()).split(",")[0] for row in range(pane.model.rowCount())]


def test_it_lists_by_name_and_shows_the_first(
    pane: ContactPane, context: Context, office: Office, chosen: list[int]
) -> None:
    pane.start(None)
    settle(context)
    assert names(pane) == ["Albrecht Metallbau GmbH", "Becker & Söhne <b>KG</b>", "Joana Cardoso"]
    assert chosen == [office.albrecht]
    assert pane.selected() == [office.albrecht]
    assert pane.footer.full_text() == "3 of 3 contacts · sorted by name"


def test_it_shows_the_contact_of_last_time(
    pane: ContactPane, context: Context, office: Office, chosen: list[int]
) -> None:
    pane.start(office.cardoso)
    settle(context)
    assert chosen == [office.cardoso]
    assert pane.selected() == [office.cardoso]


def test_a_contact_of_last_time_that_is_gone_gives_way_to_the_first(
    pane: ContactPane, context: Context, office: Office, chosen: list[int]
) -> None:
    pane.start(999_999)
    settle(context)
    assert chosen == [office.albrecht]


def test_the_last_row_of_a_long_list_is_found_again(pane: ContactPane, context: Context, chosen: list[int]) -> None:
    last = customers(context.database, LONG, with_address=False)[-1]
    pane.start(last)
    settle(context)
    assert chosen == [last]
    assert pane.model.rowCount() == LONG + 3
    assert pane.view.currentIndex().row() == pane.model.place(last)
    place = pane.view.visualRect(pane.view.currentIndex())
    assert pane.view.viewport().rect().contains(place.center()), "the row must be in sight"


def test_typing_finds_and_the_footer_counts(pane: ContactPane, context: Context, chosen: list[int]) -> None:
    pane.start(None)
    settle(context)
    chosen.clear()
    pane.search.setText("köln")
    settle(context)
    assert names(pane) == ["Becker & Söhne <b>KG</b>"]
    assert pane.footer.full_text() == "1 of 3 contacts · best match first"
    assert pane.query().words == "köln"
    assert chosen == []


def test_only_the_last_of_quick_letters_counts(pane: ContactPane, context: Context) -> None:
    pane.start(None)
    for words in ("a", "al", "alb", "albr", "joana"):
        pane.search.setText(words)
    settle(context)
    assert names(pane) == ["Joana Cardoso"]


def test_a_saved_list_keeps_its_title_and_the_words(pane: ContactPane, context: Context, office: Office) -> None:
    pane.start(None)
    pane.search.setText("albrecht")
    pane.show_list(ContactQuery(conditions={"all": [{"field": "priority", "op": "is", "value": "A"}]}), "Our best")
    settle(context)
    assert pane.title.full_text() == "Our best"
    assert pane.query().words == "albrecht"
    assert names(pane) == ["Albrecht Metallbau GmbH"]


def test_a_renamed_contact_is_read_anew(pane: ContactPane, context: Context, office: Office) -> None:
    pane.start(None)
    settle(context)
    loaded = contact.load(context.database, office.becker)
    loaded.record.name = "Zander OHG"
    contact.save(context.database, loaded)
    settle(context)
    assert names(pane) == ["Albrecht Metallbau GmbH", "Joana Cardoso", "Zander OHG"]


def test_the_first_contact_of_an_empty_office_is_shown(
    pane: ContactPane, context: Context, office: Office, chosen: list[int]
) -> None:
    contact.trash(context.database, [office.albrecht, office.becker, office.cardoso])
    pane.start(None)
    settle(context)
    assert pane.empty.isVisible()
    assert chosen == []
    made = contact.create(context.database, contact.empty(name="First AG"))
    settle(context)
    assert chosen == [made]
    assert pane.view.isVisible()


def test_everything_can_be_chosen_in_the_order_of_the_list(pane: ContactPane, context: Context) -> None:
    pane.start(None)
    settle(context)
    pane.select_all()
    assert pane.selected() == list(pane.model.ids())


def test_a_row_says_all_that_it_shows(pane: ContactPane, context: Context, office: Office) -> None:
    pane.start(None)
    settle(context)
    first = pane.model.index(0)
    assert first.data(int(Qt.ItemDataRole.AccessibleTextRole)) == (
        "Albrecht Metallbau GmbH, Leipzig · Anna Albrecht, Priority A"
    )
    assert first.data(IdRole) == office.albrecht


def test_the_second_line_falls_back_to_the_number() -> None:
    row = ContactRow(1, {"display_name": "Nobody", "number": "10001"})
    assert subtitle(row) == "10001"
    assert spoken(row) == "Nobody, 10001"


def test_a_row_that_is_still_being_read_says_so(context: Context) -> None:
    from array import array

    from gcrm.ui.contact_rows import ContactListModel

    model = ContactListModel(context.database, context.tasks)
    model.set_ids(array("q", [1, 2]), {})
    assert model.index(0).data() == "Reading…"
    settle(context)
    assert str(model.index(0).data()).startswith("Albrecht")


def test_painting_a_foreign_model_paints_nothing(pane: ContactPane, qtbot: QtBot) -> None:
    """The delegate is asked by Qt while models are exchanged."""
    model = QStandardItemModel(2, 1)
    pane.view.setModel(model)
    pane.view.grab()


def test_rows_are_read_together_and_not_kept_without_end(context: Context, qtbot: QtBot) -> None:
    from array import array

    made = customers(context.database, 130, with_address=False)
    rows = Rows(context.database, context.tasks, ("display_name",))
    rows.set_ids(array("q", made))
    arrived: list[tuple[int, int]] = []
    rows.arrived.connect(lambda low, high: arrived.append((low, high)))
    assert rows.row(0) is None
    assert rows.row(100) is None
    settle(context)
    assert len(arrived) == 1, "two rows asked for in one turn are one statement"
    found = rows.row(100)
    assert found is not None
    assert found["display_name"] == "Customer 101"
    rows.forget({made[100]})
    assert rows.row(100) is None
    assert rows.place(made[100]) == 100
    assert rows.place(-1) is None
    assert KEPT >= 1000
