"""./bench: make the clone ready with the test tools, then become the benchmarks. Standard library only."""

import os
import sys
from contextlib import redirect_stdout
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tools"))

from preparation import PYTHON, ROOT, command, prepare


def main() -> int:
    """Prepare, saying so on standard error: standard output is the result's."""
    with redirect_stdout(sys.stderr):
        prepare(development=True)
    os.chdir(ROOT)
    benchmarks = [str(PYTHON), "-m", "benchmarks", *sys.argv[1:]]
    os.execve(PYTHON, benchmarks, os.environ)  # noqa: S606  signals go straight to it


if __name__ == "__main__":
    command(main)
