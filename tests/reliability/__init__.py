"""What must survive: a killed program, a power cut, a full disk."""
