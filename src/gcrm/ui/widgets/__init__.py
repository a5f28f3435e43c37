"""The parts all windows are made of. No domain, no database: they show what they are given."""
