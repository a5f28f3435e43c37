"""The windows: the only place where Qt is used."""

from gcrm.ui import source_scan

source_scan.stop()
