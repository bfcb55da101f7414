"""Leave: asked in writing, decided by whoever has the authority."""
