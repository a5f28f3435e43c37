"""Mail files: read, and kept in the chronicle."""
