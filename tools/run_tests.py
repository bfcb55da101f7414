"""./test: make the clone ready with the test tools and run pytest on all cores; arguments go on to pytest."""

import os
import sys

from preparation import PYTHON, ROOT, command, prepare


def main() -> int:
    """Prepare, then become pytest."""
    prepare(development=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.chdir(ROOT)
    pytest = [str(PYTHON), "-m", "pytest", "-n", str(cores + 1), "--dist", "worksteal", *sys.argv[1:]]
    os.execve(PYTHON, pytest, os.environ)  # noqa: S606  signals go straight to pytest


if __name__ == "__main__":
    command(main)
