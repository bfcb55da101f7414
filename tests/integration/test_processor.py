"""A worker keeps to one processor; a process that does not serve keeps all it has."""

import os
import subprocess
import sys

import pytest

from clubsales.settings import Settings

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or len(os.sched_getaffinity(0)) < 2, reason="needs Linux and two processors"
)
KEEP = """
import os, threading
from clubsales.server import keep_to_one_processor
allowed = sorted(os.sched_getaffinity(0))
keep_to_one_processor()
found = []
thread = threading.Thread(target=lambda: found.append(os.sched_getaffinity(0)))
thread.start(); thread.join()
assert found == [{allowed[os.getpid() % len(allowed)]}] == [os.sched_getaffinity(0)]
"""


def test_threads_started_afterwards_keep_to_the_workers_processor() -> None:
    subprocess.run([sys.executable, "-c", KEEP], check=True)


def test_a_single_processor_is_kept() -> None:
    one = {min(os.sched_getaffinity(0))}
    subprocess.run([sys.executable, "-c", KEEP], check=True, preexec_fn=lambda: os.sched_setaffinity(0, one))


@pytest.mark.parametrize(("written", "kept"), [(None, True), ("1", True), ("0", False)])
def test_the_environment_says_whether_a_worker_keeps_to_one(written: str | None, kept: bool) -> None:
    environ = {} if written is None else {"CLUBSALES_ONE_PROCESSOR": written}
    assert Settings.from_env(environ).one_processor is kept
    assert not Settings(database_url="", secret_key="").one_processor
