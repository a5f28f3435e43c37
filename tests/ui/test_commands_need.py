"""Each command says which rights it asks for, or stands here among those that ask for none."""

from __future__ import annotations

from gcrm.model.rights import EVERY_FIELD, EVERY_RIGHT, OWNER, PROGRAM_ONLY
from gcrm.ui.commands import COMMANDS
from gcrm.ui.follow_up_actions import KEYS, NEEDS
from tests.source import program

NEED_NOTHING = frozenset({
    "open_office", "join_team", "settings", "quit", "shortcuts", "guide", "about", "minimise",  # no data of the office
    "undo", "redo",  # one's own doing; the services refuse what is not allowed any more
    "find", "palette", "select_all", "today", "contacts", "calendar", "table", "back", "forward", "filter", "trash",
    "archive_list", "history", "duplicates",  # looking: whoever sees nothing finds nothing
    "calendar_day", "calendar_week", "calendar_month", "calendar_agenda", "calendar_list", "calendar_now", "go_to_day",
    "calendar_earlier", "calendar_later", "export_days", "export_calendar", "save_invitation", "open_in_calendar",
    "send_invitation", "export_appointment", "open_entry", "entry_contact", "show_entry_day",
    "save_list", "manage_lists", "unfinished", "backup",  # one's own; what is on the page of backups asks for itself
    "sidebar", "list_wider", "list_narrower", "chronicle_wider", "chronicle_narrower", "dark", "focus_mode",
    "call", "write_email", "show_on_map", "open_caller", "simulate_call",  # other programs, the telephone
})  # fmt: skip


def test_every_command_says_what_it_needs() -> None:
    silent = {command.id for command in COMMANDS if not command.needs}
    assert silent == NEED_NOTHING, "say in `needs` which rights the new command asks for"
    named = {right for command in COMMANDS for right in command.needs}
    assert named <= EVERY_RIGHT | {EVERY_FIELD, OWNER}


def test_what_is_done_with_follow_ups_names_rights_that_there_are() -> None:
    assert set(KEYS) - set(NEEDS) == {"open"}
    assert set(NEEDS.values()) <= EVERY_RIGHT


def test_the_program_asks_for_the_rights_that_no_server_can_enforce() -> None:
    asked = "\n".join(module.text for module in program() if module.is_in("gcrm.services"))
    for right in PROGRAM_ONLY:
        name, _dot, action = right.partition(".")
        assert f'require("{name}", "{action}")' in asked, f"nobody asks for {right}"
