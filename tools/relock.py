"""Write the lock files anew: three for Python (with uv) and the front end's package-lock.json (with npm).

Run after a change of dependencies in pyproject.toml or frontend/package.json:
    python tools/relock.py [--upgrade]
The files hold names, versions and hashes, and no address of any kind.
"""

import argparse
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EXPORTS = {
    "requirements.lock": ["--no-default-groups", "--group", "build"],
    "requirements-dev.lock": ["--no-default-groups", "--group", "build", "--group", "dev"],
    "requirements-node.lock": ["--only-group", "node"],
}
EXPORT = ["export", "--frozen", "--quiet", "--format", "requirements.txt", "--no-emit-project", "--no-header"]
NPM = ["install", "--package-lock-only", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]


def relock_python(*, upgrade: bool) -> None:
    """One resolution for every supported Python, exported three times. Needs uv."""
    uv = shutil.which("uv") or str(ROOT / ".venv" / "bin" / "uv")
    subprocess.run([uv, "lock", "--quiet", *(["--upgrade"] if upgrade else [])], cwd=ROOT, check=True)
    for name, groups in EXPORTS.items():
        done = subprocess.run([uv, *EXPORT, *groups], cwd=ROOT, check=True, capture_output=True, text=True)
        _refuse_addresses(name, done.stdout)
        (ROOT / name).write_text(done.stdout)


def relock_front_end() -> None:
    """package-lock.json as npm resolves it, without the packages' funding addresses. Needs npm."""
    subprocess.run(["npm", *NPM], cwd=ROOT / "frontend", check=True)
    path = ROOT / "frontend" / "package-lock.json"
    lock = json.loads(path.read_text())
    for package in lock["packages"].values():
        package.pop("funding", None)
    text = json.dumps(lock, indent=2, ensure_ascii=False) + "\n"
    _refuse_addresses(path.name, text)
    path.write_text(text)


def _refuse_addresses(name: str, text: str) -> None:
    for line in text.splitlines():
        if "://" in line or " @ " in line or str(ROOT) in line:
            raise SystemExit(f"{name} would name an address: {line.strip()}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the lock files anew.")
    parser.add_argument(
        "--upgrade", action="store_true", help="take the newest versions, not the ones locked"
    )
    arguments = parser.parse_args()
    relock_python(upgrade=arguments.upgrade)
    relock_front_end()
    sys.exit(0)
