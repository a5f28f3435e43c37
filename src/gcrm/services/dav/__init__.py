"""CalDAV and CardDAV for phones and other programs in the office's network (docs/decisions/0017).

Radicale speaks the protocol; here is what it asks: who comes in (people.py), what each may see and write (books), and
the sockets (server.py). Only storage.py, gate.py and server.py know Radicale, which is an optional package.
"""
