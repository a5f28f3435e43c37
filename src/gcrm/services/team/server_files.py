"""What stands in the files of a server that gCRM keeps: postgresql.conf, pg_hba.conf and pg_ident.conf.

Nobody comes in without TLS and a password (SCRAM-SHA-256); the account that owns the data may work on it through the
socket in its own folder. What people keep in the office never reaches the server's log: no statements, no values, and
no details of errors, which quote rows.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

ADMINISTRATOR = "postgres"
"""The role of the server itself, which no desk uses."""
OWNERS = "gcrm"
"""The name of the map from accounts of the system to that role."""
SETTINGS = {
    # who comes in
    "password_encryption": "scram-sha-256",
    "authentication_timeout": "20s",
    "ssl": "on",
    "ssl_min_protocol_version": "TLSv1.2",
    "ssl_prefer_server_ciphers": "on",
    # limits
    "max_connections": "400",
    "superuser_reserved_connections": "5",
    "idle_in_transaction_session_timeout": "10min",
    "tcp_keepalives_idle": "60",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "6",
    "temp_file_limit": "10GB",
    # what an office needs: every answered save is on the disk, and rows are read from memory
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "lc_messages": "C",
    # the log: a file for each day of the week, without what people keep here
    "logging_collector": "on",
    "log_filename": "server-%a.log",
    "log_file_mode": "0600",
    "log_rotation_age": "1d",
    "log_rotation_size": "0",
    "log_truncate_on_rotation": "on",
    "log_timezone": "UTC",
    "log_line_prefix": "%m [%p] %h ",  # nothing that whoever connects can choose: refused_log.py believes it
    "log_min_messages": "error",
    "log_statement": "none",
    "log_min_duration_statement": "-1",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_connections": "off",
    "log_disconnections": "off",
    "log_lock_waits": "off",
}


def quoted(value: str) -> str:
    """Return a value as postgresql.conf takes it."""
    escaped = value.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def configuration(folder: Path, port: int, listen: Iterable[str]) -> str:
    """Return postgresql.conf for a server in a folder."""
    told = {
        "listen_addresses": ", ".join(listen),
        "port": str(port),
        "ssl_cert_file": str(folder / "tls" / "server.crt"),
        "ssl_key_file": str(folder / "tls" / "server.key"),
        "log_directory": str(folder / "log"),
        "unix_socket_directories": "",
    }
    if os.name != "nt":
        told |= {
            "unix_socket_directories": f'"{folder / "socket"}"',
            "unix_socket_permissions": "0700",
            "client_connection_check_interval": "10s",
        }
    lines = [f"{name} = {quoted(value)}" for name, value in (SETTINGS | told).items()]
    return "\n".join(("# Written by gCRM at each start; use ALTER SYSTEM for changes.", *lines, ""))


def doors(*, has_socket: bool) -> str:
    """Return pg_hba.conf: who may come in, and how they prove who they are."""
    lines = ["# Written by gCRM at each start."]
    if has_socket:
        lines += [f"local all {ADMINISTRATOR} peer map={OWNERS}", "local all all scram-sha-256"]
        lines += [f"host all {ADMINISTRATOR} all reject"]
    lines += [f"hostssl all all {net} scram-sha-256" for net in ("0.0.0.0/0", "::/0")]
    return "\n".join((*lines, ""))


def accounts(names: Iterable[str]) -> str:
    """Return pg_ident.conf: the accounts of the system that are the administrator's role."""
    return "".join(f'{OWNERS} "{name}" {ADMINISTRATOR}\n' for name in names)
