"""Windows of backups: save one to a file, look into one and take over a contact, restore the whole."""

from __future__ import annotations

from gcrm.ui.backup.look_dialog import LookDialog, open_look
from gcrm.ui.backup.restore_dialog import RestoreDialog, open_restore
from gcrm.ui.backup.save_dialog import SaveDialog, open_save

__all__ = ["LookDialog", "RestoreDialog", "SaveDialog", "open_look", "open_restore", "open_save"]
