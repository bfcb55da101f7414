"""Opening and closing a shift, with all it asks; my floor."""
