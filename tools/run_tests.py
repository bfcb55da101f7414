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
    # Every worker reads every test: what one has compiled the others need not compile again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    os.execve(PYTHON, pytest, environment)  # noqa: S606  signals go straight to pytest


if __name__ == "__main__":
    command(main)
