"""How much of other programs' files arrives, and goes back: `dev.py bench fidelity`, `dev.py bench fuzz`."""
