"""What a served process keeps of the memory that passwords take."""

import subprocess
import sys

import pytest

HASHING = """
import threading
from argon2.low_level import Type, hash_secret
from clubsales.server import give_memory_back

give_memory_back()

def megabytes():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * 4096 / 1e6

def work():
    for _ in range(2):
        hash_secret(b"x" * 12, b"s" * 16, 2, 19_456, 1, 32, Type.ID)

before = megabytes()
threads = [threading.Thread(target=work) for _ in range(6)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(megabytes() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc, and is about glibc")
def test_threads_that_hashed_a_password_keep_none_of_its_memory() -> None:
    done = subprocess.run([sys.executable, "-c", HASHING], capture_output=True, text=True, check=True)
    assert float(done.stdout) < 15
