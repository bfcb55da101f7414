"""History files through the same operations."""
