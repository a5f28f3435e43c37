"""Mail files (.eml, Outlook .msg): read without trust, and kept in the chronicle as e-mails with their attachments."""
