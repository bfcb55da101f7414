"""Who works when: the week's plan, swaps, punctuality."""
