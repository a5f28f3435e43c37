"""Settings: declared once, kept for the office or a user, checked in words, read from a cache."""

from __future__ import annotations

from typing import Any

import pytest

from gcrm.errors import ConflictError, UserError
from gcrm.model.setting import Setting
from gcrm.model.user import Company
from gcrm.services import settings, undo
from gcrm.services.database import Database
from gcrm.services.opening import open_office
from gcrm.services.unit_of_work import unit_of_work


def read(database: Database, key: str) -> Any:
    with database.read() as session:
        return settings.get(session, key, database.user_id)


@pytest.mark.parametrize("option", settings.OPTIONS, ids=lambda option: option.key)
def test_every_option_is_whole(option: settings.Option) -> None:
    assert option.label
    assert option.group in dict(settings.GROUPS)
    assert settings.check(option.key, option.default) == ""
    assert settings.check(option.key, object()).endswith(".")
    assert not option.choices or option.default in dict(option.choices)


def test_keys_are_declared_once() -> None:
    assert len(settings.BY_KEY) == len(settings.OPTIONS)


def test_the_default_comes_until_something_is_kept(database: Database) -> None:
    assert read(database, "phone.box_port") == 1012
    settings.set(database, "phone.box_port", 2012)
    assert read(database, "phone.box_port") == 2012
    settings.set(database, "phone.box_port", 1012)
    with database.read() as session:
        assert session.query(Setting).filter(Setting.key == "phone.box_port").count() == 0


def test_each_user_has_own_settings(database: Database, database_url: str) -> None:
    settings.set(database, "ui.theme", "dark")
    other = open_office(database_url, user="somebody.else")
    assert read(other, "ui.theme") == "system"
    settings.set(other, "phone.box_enabled", True)
    assert read(database, "phone.box_enabled") is True
    other.close()


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("phone.box_port", 0, "from 1 to 65535"),
        ("phone.box_port", True, "whole number"),
        ("phone.box_host", "fritz box; rm", "network"),
        ("ui.theme", "pink", "one of"),
        ("ui.theme", ["dark"], "one of"),
        ("focus.from", "25:00", "07:30"),
        ("office.country", "germany", "DE"),
        ("office.area_code", "1\x002", "short text"),
        ("phone.pop_up", 1, "yes or no"),
    ],
)
def test_what_does_not_fit_is_refused_in_words(database: Database, key: str, value: Any, words: str) -> None:
    with pytest.raises(UserError, match=words) as refused:
        settings.set(database, key, value)
    assert refused.value.field == key


def test_a_kept_value_that_fits_no_more_gives_the_default(database: Database) -> None:
    with unit_of_work(database, "An older program") as work:
        work.session.add(Setting(key="ui.theme", user_id=database.user_id, value="sepia"))
    assert read(database, "ui.theme") == "system"
    with database.read() as session:
        assert settings.read_all(session, database.user_id)["ui.theme"] == "system"


def test_where_the_office_is_is_told_by_the_company(database: Database) -> None:
    settings.set(database, "office.country", "PT")
    settings.set(database, "office.area_code", "21")
    settings.set(database, "phone.outside_prefix", "0")
    with database.read() as session:
        company = session.query(Company).one()
    assert (company.country, company.area_code) == ("PT", "21")
    assert (database.home.country, database.home.area_code, database.home.outside_prefix) == ("PT", "21", "0")
    assert read(database, "office.country") == "PT"


def test_maps_keep_their_entries_apart_and_out_of_undo(database: Database) -> None:
    settings.set(database, "ui.theme", "dark")
    settings.put(database, "labels.next_free", "L7163", 5)
    settings.put(database, "labels.next_free", "L7160", 2)
    settings.put(database, "labels.next_free", "L7163", None)
    assert read(database, "labels.next_free") == {"L7160": 2}
    undo.undo_last(database)
    assert read(database, "ui.theme") == "system"
    assert read(database, "labels.next_free") == {"L7160": 2}


def test_read_all_says_the_same_as_get(database: Database) -> None:
    settings.set(database, "ui.scale", 125)
    settings.set(database, "office.region", "BY")
    with database.read() as session:
        everything = settings.read_all(session, database.user_id)
        assert everything == {o.key: settings.get(session, o.key, database.user_id) for o in settings.OPTIONS}


def test_the_cache_hears_of_changes(database: Database) -> None:
    cache = settings.SettingsCache(database).listen()
    assert cache.get("ui.theme") == "system"
    settings.set(database, "ui.theme", "light")
    assert cache.get("ui.theme") == "light"


def test_the_office_has_a_setting_once(database: Database) -> None:
    twice = [Setting(key="phone.box_port", user_id=None, value=port) for port in (1, 2)]
    with pytest.raises(ConflictError, match="contradicts"), unit_of_work(database, "Twice") as work:
        work.session.add_all(twice)


@pytest.mark.parametrize("value", ["fritz.box", "12:00", "1012", "null", '"', "Öl"])
def test_texts_come_back_by_undo_as_they_were(database: Database, value: str) -> None:
    with unit_of_work(database, "First") as work:
        work.session.add(Setting(key="any", user_id=None, value=value))
    with unit_of_work(database, "Second") as work:
        work.session.query(Setting).one().value = {"other": None}
    undo.undo_last(database)
    with database.read() as session:
        assert session.query(Setting).one().value == value
    undo.redo_last(database)
    with database.read() as session:
        assert session.query(Setting).one().value == {"other": None}
    undo.undo_last(database)
    undo.undo_last(database)
    with database.read() as session:
        assert session.query(Setting).count() == 0
