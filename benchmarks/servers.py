"""gunicorn, once around clubsales and once around the floor, with the same settings."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 30.0  # seconds until a server must answer


@dataclass(frozen=True, slots=True)
class Strength:
    """How many workers, and how many threads in each."""

    workers: int
    threads: int


class ServerFailed(RuntimeError):
    """A server did not start."""


@dataclass(frozen=True, slots=True)
class Server:
    """A server that listens on loopback."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def memory(self) -> list[int]:
        """Resident megabytes of each worker; empty where the system does not say."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        if not children.exists():
            return []
        pages = (Path(f"/proc/{pid}/statm").read_text().split()[1] for pid in children.read_text().split())
        return [int(count) * os.sysconf("SC_PAGE_SIZE") // 1_000_000 for count in pages]


@contextmanager
def serving(
    application: str, path: str, environment: Mapping[str, str], strength: Strength
) -> Iterator[Server]:
    """Serve an application until the block ends; `path` must answer before it begins. Raises ServerFailed.

    The socket is ours and handed over, so that no port can be taken in between; it is loopback's only.
    """
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(256)
        command = [
            *(sys.executable, "-m", "gunicorn", application),
            *("--bind", f"fd://{listener.fileno()}", "--no-control-socket", "--log-level", "warning"),
            *("--worker-class", "gthread", "--workers", str(strength.workers)),
            *("--threads", str(strength.threads)),
        ]
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env={**os.environ, **environment},
            pass_fds=[listener.fileno()],
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            start_new_session=True,  # Ctrl-C is ours to pass on
        )
        server = Server(listener.getsockname()[1], process)
    try:
        _wait_for(server, path)
        yield server
    finally:
        _stop(process)


def _wait_for(server: Server, path: str) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        if server.process.poll() is not None:
            raise ServerFailed(f"gunicorn ended with status {server.process.returncode}")
        try:
            urllib.request.urlopen(server.address + path, timeout=PATIENCE).close()  # noqa: S310
        except urllib.error.HTTPError as answered:
            if answered.code < 500:
                return
            raise ServerFailed(f"{path} answered {answered.code}") from answered
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise ServerFailed(f"{path} did not answer within {PATIENCE:.0f} seconds")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(timeout=10)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
