"""Mail files in the windows: dropped or chosen, they become e-mails in the chronicle of their contacts."""

from __future__ import annotations

from gcrm.ui.mail.keep import keep_mails, mails_in, take_files

__all__ = ["keep_mails", "mails_in", "take_files"]
