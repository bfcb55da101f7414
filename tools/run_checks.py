"""./check: lint, format, types and the import contract; all of them run, and one failure fails."""

import os
import subprocess

from preparation import PYTHON, ROOT, VENV, command, prepare, say

CHECKS = {
    "ruff check": ["ruff", "check", "."],
    "ruff format": ["ruff", "format", "--check", "."],
    "mypy": ["mypy"],
    "mypy (commands)": ["mypy", "tools", "frontend/build.py", "hatch_build.py"],
    "import contract": ["lint-imports", "--no-logo"],
}


def main() -> int:
    """Run every check; the status is 1 when one of them failed."""
    prepare(development=True)
    path = os.pathsep.join([str(PYTHON.parent), os.environ.get("PATH", os.defpath)])
    failed = []
    for name, (program, *arguments) in CHECKS.items():
        say(f"== {name}")
        checked = [str(VENV / "bin" / program), *arguments]
        if subprocess.run(checked, cwd=ROOT, env={**os.environ, "PATH": path}, check=False).returncode:
            failed.append(name)
    say(f"Failed: {', '.join(failed)}." if failed else "All checks passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    command(main)
