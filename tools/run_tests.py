"""./test: make the clone ready with the test tools and run pytest on all cores; arguments go on to pytest.

./test                every test, each on one of the databases and each page in one of the languages, always the same
./test --whole        every test on both databases, every page in both languages, as CI runs them
./test tests/unit     what is named, on both databases and in both languages
"""

import os
import sys

from preparation import PYTHON, ROOT, command, prepare

WHOLE = "--whole"


def main() -> int:
    """Prepare, then become pytest."""
    prepare(development=True)
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    os.chdir(ROOT)
    arguments = [argument for argument in sys.argv[1:] if argument != WHOLE]
    is_named = any(not argument.startswith("-") for argument in arguments)
    if WHOLE not in sys.argv and not is_named:
        arguments.append("--dealt")
    pytest = [str(PYTHON), "-m", "pytest", "-n", str(cores + 1), "--dist", "worksteal", *arguments]
    # Every worker reads every test: what one has compiled the others need not compile again.
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    os.execve(PYTHON, pytest, environment)  # noqa: S606  signals go straight to pytest


if __name__ == "__main__":
    command(main)
