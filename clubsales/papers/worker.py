"""The process that makes one paper: a job as JSON comes in, the paper goes out."""

import json
import resource
import sys
from pathlib import Path

import typst

HERE = Path(__file__).resolve().parent
MEMORY = 2 << 30  # bytes of address space
SECONDS = 25


def main() -> int:
    """Exit status 1, with what Typst says, when the template cannot be set."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    job = json.load(sys.stdin)
    try:
        made = typst.compile(
            str(HERE / job["template"]),
            root=str(HERE),
            font_paths=[job["fonts"]],
            ignore_system_fonts=True,
            format="pdf",
            sys_inputs={"data": job["data"]},
            timestamp=0,  # the same data, the same bytes
        )
    except (typst.TypstError, RuntimeError) as failure:
        sys.stderr.write(str(failure))
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
