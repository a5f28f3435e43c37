"""One office for many desks: the server on this machine, how desks connect to it, and which offices are known."""
