"""What everybody must know before going on post."""
