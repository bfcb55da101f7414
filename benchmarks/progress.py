"""Telling what is going on, on standard error: standard output is the result's."""

import sys
import time


def tell(what: str) -> None:
    """One line with the time."""
    sys.stderr.write(f"{time.strftime('%H:%M:%S')} {what}\n")
    sys.stderr.flush()
