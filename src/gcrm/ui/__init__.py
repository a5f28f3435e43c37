"""The windows: the only place where Qt is used."""
