"""Where the calendars of well-known providers are, and which password they want.

To add one: a line here. `address` "" is typed by the person, `refused` is why there is no way in.
"""

from __future__ import annotations

from dataclasses import dataclass

from gcrm.i18n import N_


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider of calendars: its name, address and the marked texts that help with the log-in."""

    key: str
    name: str
    address: str = ""
    example: str = ""
    hint: str = ""
    refused: str = ""


PROVIDERS: tuple[Provider, ...] = (
    Provider(
        "icloud", "iCloud (Apple)", "https://caldav.icloud.com", "anna@icloud.com",
        N_("Password: one for programs, made at account.apple.com under Sign-In and Security. Your own is refused."),
    ),
    Provider(
        "nextcloud", "Nextcloud, ownCloud", "", "anna",
        N_("Address: such as https://cloud.example.org. Password: one made there under Settings, Security."),
    ),
    Provider(
        "mailbox", "mailbox.org", "https://dav.mailbox.org", "anna@mailbox.org",
        N_("Password: your own; with log-in in two steps, one for programs from the settings there."),
    ),
    Provider(
        "google", "Google",
        refused=N_(
            "Google lets programs in by its own log-in page only, not by a password. Use a calendar of another "
            "provider; the app DAVx5 shows it on an Android phone."
        ),
    ),
    Provider(
        "other", N_("Another one"), "", "anna@example.org",
        N_("Address: that of the server is enough, such as https://dav.example.org."),
    ),
)  # fmt: skip
