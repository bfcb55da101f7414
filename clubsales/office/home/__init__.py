"""Where everybody starts: the way home by role, the rail, health."""
