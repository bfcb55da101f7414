"""Papers: a PDF out of a Typst template (`*.typ` here) and plain data."""
