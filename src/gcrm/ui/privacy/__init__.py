"""Privacy of a contact: what is kept about it, its permissions, and erasing it for good."""

from __future__ import annotations

from gcrm.ui.privacy.dialog import PrivacyDialog, open_privacy

__all__ = ["PrivacyDialog", "open_privacy"]
