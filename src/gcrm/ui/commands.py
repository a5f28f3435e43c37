"""All commands of the program: menu, keys, icon and the method of the main window that carries them out.

To add a command: a line here and a method of the same name in ui/command_handlers.py. Menu bar, palette and
Help > Keyboard shortcuts follow from the list.
"""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence

from gcrm.i18n import N_
from gcrm.ui.actions import Command

Key = QKeySequence.StandardKey
Role = QAction.MenuRole

COMMANDS: tuple[Command, ...] = (
    Command("new_contact", N_("&New contact…"), "file", "new_contact", (Key.New,), "user-plus", "has_office"),
    Command("import_files", N_("&Import…"), "file", "import_files", ("Ctrl+I",), "file-input", "has_office"),
    Command("export_contacts", N_("&Export…"), "file", "export_contacts", ("Ctrl+E",), "file-output", "has_office"),
    Command(
        "print_sheet", N_("&Print contact sheet…"), "file", "print_sheet", (Key.Print,), "printer", "has_contact",
        separated=True,
    ),
    Command("print_list", N_("Print &list…"), "file", "print_list", ("Ctrl+Shift+P",), "list", "has_office"),
    Command("print_labels", N_("Print l&abels…"), "file", "print_labels", ("Ctrl+Alt+P",), "tag", "has_office"),
    Command("open_office", N_("&Open another office…"), "file", "open_office", (), "folder-open", separated=True),
    Command("share_team", N_("Share with my &team…"), "file", "share_team", (), "server", "has_office"),
    Command("invite", N_("In&vite a colleague…"), "file", "invite", (), "user-plus", "has_office"),
    Command("join_team", N_("&Join a team…"), "file", "join_team", (), "log-in"),
    Command("backup", N_("&Backups…"), "file", "show_backups", (), "archive", "has_office"),
    Command("save_backup", N_("Save a backup to a &file…"), "file", "save_backup", (), "hard-drive-download",
            "has_office"),
    Command("look_into_backup", N_("&Get a contact back from a backup…"), "file", "look_into_backup", (),
            "archive-restore", "has_office"),
    Command("check_office", N_("&Check the office…"), "file", "check_office", (), "shield-check", "has_office"),
    Command("settings", N_("&Settings…"), "file", "settings", ("Ctrl+,",), "settings", "has_office", separated=True,
            role=Role.PreferencesRole),
    Command("quit", N_("&Quit"), "file", "close", ("Ctrl+Q",), "", separated=True, role=Role.QuitRole),
    Command("undo", N_("&Undo"), "edit", "undo", (Key.Undo,), "undo-2", "has_office"),
    Command("redo", N_("&Redo"), "edit", "redo", ("Ctrl+Shift+Z",), "redo-2", "has_office"),
    Command("copy_contact", N_("&Copy address and vCard"), "edit", "copy_contact", ("Ctrl+Shift+C",), "copy",
            "has_contact", separated=True),
    Command("find", N_("&Find in the list"), "edit", "find_in_list", (Key.Find,), "search", "has_office",
            separated=True),
    Command("palette", N_("&Go to or do anything…"), "edit", "open_palette", ("Ctrl+K",), "command", "has_office"),
    Command("select_all", N_("Select &all in the list"), "edit", "select_all", ("Ctrl+Shift+A",), "", "has_office"),
    Command("today", N_("&Today"), "view", "show_today", ("Ctrl+1",), "sun", "has_office"),
    Command("contacts", N_("&Contacts"), "view", "show_contacts", ("Ctrl+2",), "users", "has_office"),
    Command("table", N_("Contacts as &table"), "view", "show_table", ("Ctrl+3",), "table-2", "has_office"),
    Command("back", N_("&Back"), "view", "back", ("Alt+Left",), "arrow-left", "can_go_back", separated=True),
    Command("forward", N_("&Forward"), "view", "forward", ("Alt+Right",), "arrow-right", "can_go_forward"),
    Command("save_list", N_("&Save this list…"), "view", "save_list", ("Ctrl+Shift+S",), "star", "has_office",
            separated=True),
    Command("manage_lists", N_("Sa&ved lists…"), "view", "manage_lists", (), "list-ordered", "has_office"),
    Command("filter", N_("F&ilter…"), "view", "edit_filter", ("Ctrl+Shift+F",), "list-filter", "has_office"),
    Command("trash", N_("T&rash"), "view", "show_trash", (), "trash", "has_office", separated=True),
    Command("archive_list", N_("Arc&hive"), "view", "show_archive", (), "archive", "has_office"),
    Command("sidebar", N_("&Wide sidebar"), "view", "toggle_sidebar", ("F9",), "", checked_when="is_sidebar_wide",
            separated=True),
    Command("list_wider", N_("&List wider"), "view", "list_wider", ("F7",), "", "has_office"),
    Command("list_narrower", N_("List &narrower"), "view", "list_narrower", ("Shift+F7",), "", "has_office"),
    Command("chronicle_wider", N_("C&hronicle wider"), "view", "chronicle_wider", ("F8",), "", "has_office"),
    Command("chronicle_narrower", N_("Chr&onicle narrower"), "view", "chronicle_narrower", ("Shift+F8",), "",
            "has_office"),
    Command("dark", N_("&Dark appearance"), "view", "toggle_dark", ("Ctrl+Shift+D",), "moon", checked_when="is_dark"),
    Command("focus_mode", N_("Focus &mode (reminders stay silent)"), "view", "toggle_focus_mode", (), "bell-off",
            "has_office", checked_when="is_focus_mode"),
    Command("log", N_("&Log an activity"), "contact", "log_activity", ("Ctrl+L",), "message-square-plus",
            "has_contact"),
    Command("call", N_("&Call"), "contact", "call_contact", ("Ctrl+Shift+L",), "phone", "has_contact"),
    Command("write_email", N_("Write &e-mail"), "contact", "write_email", ("Ctrl+Shift+M",), "mail", "has_contact"),
    Command("show_on_map", N_("&Show on the map"), "contact", "show_on_map", (), "navigation", "has_contact"),
    Command("attach", N_("&Attach a file…"), "contact", "attach_file", ("Ctrl+Shift+U",), "paperclip", "has_contact",
            separated=True),
    Command("link_file", N_("Link to a &file on a share…"), "contact", "link_file", (), "link", "has_contact"),
    Command("attach_to_activity", N_("Attach files to the activit&y…"), "contact", "attach_to_activity", (),
            "paperclip", "has_activity"),
    Command("picture", N_("&Photo or logo…"), "contact", "choose_picture", (), "image", "has_contact"),
    Command("remove_picture", N_("Remove photo or l&ogo"), "contact", "remove_picture", (), "image-off",
            "has_picture"),
    Command("history", N_("&History of changes…"), "contact", "show_history", ("Ctrl+H",), "history", "has_contact"),
    Command("merge", N_("&Merge with a duplicate…"), "contact", "merge", (), "merge", "has_contact"),
    Command("archive", N_("A&rchive"), "contact", "archive_contact", (), "archive", "has_contact", separated=True),
    Command("delete", N_("&Delete"), "contact", "delete_contact", ("Ctrl+Backspace", "Ctrl+Del"), "trash",
            "has_contact"),
    Command("duplicates", N_("Find &duplicates…"), "tools", "find_duplicates", (), "copy-check", "has_office"),
    Command("custom_fields", N_("&User-defined fields…"), "tools", "custom_fields", (), "list-plus", "has_office"),
    Command("unfinished", N_("U&nfinished texts…"), "tools", "show_unfinished", (), "file-pen", "has_office"),
    Command("open_caller", N_("Open who is &calling"), "tools", "open_caller", ("Ctrl+Shift+O",), "phone-call",
            "has_office"),
    Command("simulate_call", N_("&Try the call pop-up"), "tools", "try_popup", (), "phone-incoming", "has_contact"),
    Command("minimise", N_("&Minimise"), "window", "showMinimized", (), ""),
    Command("shortcuts", N_("&Keyboard shortcuts"), "help", "show_shortcuts", (Key.HelpContents,), "keyboard"),
    Command("guide", N_("User &guide"), "help", "show_guide", (), "book-open"),
    Command("about", N_("&About gCRM"), "help", "about", (), "info", role=Role.AboutRole, separated=True),
)  # fmt: skip
