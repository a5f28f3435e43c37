"""What can be chosen about permissions and erasures; the command line reads it without a database."""

from __future__ import annotations

from gcrm.i18n import N_

CHANNELS = (
    ("mail", N_("Letters")),
    ("email", N_("E-mail")),
    ("phone", N_("Phone")),
    ("messenger", N_("Messenger")),
    ("fax", N_("Fax")),
)
"""Ways to reach somebody for which a permission is asked."""
REASONS = (
    ("request", N_("The person asked for it (GDPR Art. 17 (1))")),
    ("withdrawn", N_("The permission was withdrawn (GDPR Art. 17 (1) b)")),
    ("objection", N_("The person objected (GDPR Art. 17 (1) c)")),
    ("purpose", N_("The data is no longer needed (GDPR Art. 17 (1) a)")),
    ("period", N_("The period for keeping it has ended")),
)
"""Why somebody is erased."""
