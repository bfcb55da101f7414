"""Who might become a member, and whose lead it is."""
