"""How quick the busy doors are, measured beside a bare floor in the same run."""
