"""Rankings, awards and streaks."""
