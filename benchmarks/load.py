"""The load: a process of its own that sends rounds of requests over kept connections and checks every answer.

It reads rounds as JSON lines and answers each with a JSON line. One thread and one selector: whatever it spends is
taken from the two cores that the server and the database work on. Requests are made before a round's clock starts.
"""

import json
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.work import Answer, Script, WrongAnswer, scripts_of

TIMEOUT = 15.0  # seconds without any answer at all
RECEIVE = 65_536
HEAD_END = b"\r\n\r\n"
NOT_MODIFIED = 304  # has no body


@dataclass(slots=True)
class Client:
    """One kept connection working through scripts, one after the other."""

    connection: socket.socket
    scripts: "deque[Script]"
    latencies: list[float]
    script: Script | None = None
    received: bytes = b""
    sent_at: float = 0.0

    def begin(self) -> bool:
        """Send the first request of the next script; False when there is none left."""
        if not self.scripts:
            return False
        self.script = self.scripts.popleft()
        self._send(next(self.script))
        return True

    def take(self) -> bool:
        """Take what has come; False when this client has nothing more to do."""
        piece = self.connection.recv(RECEIVE)
        if not piece:
            raise WrongAnswer("the server closed a connection")
        self.received += piece
        answer = _whole_answer(self.received)
        if answer is None:
            return True
        self.latencies.append(time.perf_counter() - self.sent_at)
        self.received = b""
        assert self.script is not None
        try:
            self._send(self.script.send(answer))
        except StopIteration:
            return self.begin()
        return True

    def _send(self, request: bytes) -> None:
        self.sent_at = time.perf_counter()
        self.connection.sendall(request)


def run_round(work: Mapping[str, Any]) -> dict[str, Any]:
    """Work through a round; how long it took and each request's latency. Raises WrongAnswer."""
    scripts = deque(scripts_of(work))
    latencies: list[float] = []
    with selectors.DefaultSelector() as selector:
        clients = [
            Client(socket.create_connection(("127.0.0.1", work["port"]), TIMEOUT), scripts, latencies)
            for _ in range(work["clients"])
        ]
        try:
            for client in clients:
                client.connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            started = time.perf_counter()
            for client in clients:
                if client.begin():
                    selector.register(client.connection, selectors.EVENT_READ, client)
            while selector.get_map():
                ready = selector.select(TIMEOUT)
                if not ready:
                    raise WrongAnswer(f"no answer within {TIMEOUT:.0f} seconds")
                for key, _events in ready:
                    if not key.data.take():
                        selector.unregister(key.fileobj)
            seconds = time.perf_counter() - started
        finally:
            for client in clients:
                client.connection.close()
    return {"seconds": seconds, "latencies": latencies}


def _whole_answer(received: bytes) -> Answer | None:
    """The answer, once all of it is here."""
    head_ends = received.find(HEAD_END)
    if head_ends < 0:
        return None
    lines = received[:head_ends].decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines[1:])}
    status = int(lines[0].split(" ", 2)[1])
    length = "0" if status == NOT_MODIFIED else headers.get("content-length")
    if length is None:
        raise WrongAnswer(f"an answer without a length: {lines[0]}")
    body = received[head_ends + len(HEAD_END) :]
    if len(body) < int(length):
        return None
    return Answer(status=status, headers=headers, body=body)


def main() -> None:
    """Answer rounds until the input ends."""
    for line in sys.stdin:
        try:
            result = run_round(json.loads(line))
        except (WrongAnswer, OSError) as failure:
            result = {"failure": f"{type(failure).__name__}: {failure}"}
        sys.stdout.write(json.dumps(result) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
