"""Performance assessment: sheets, marks, approval, and what to train."""
