"""An HTTP proxy in front of a store that breaks some answers: it hangs up, says 503 SlowDown, or cuts a body short. It keeps the
heads of what was asked, and serves as HTTP_PROXY too, whatever host is asked for."""
import contextlib
import random
import re
import socket
import socketserver
import threading
import time
from urllib.parse import urlsplit

from loopback import Served

SLOW = b"<?xml version='1.0'?><Error><Code>SlowDown</Code><Message>Please reduce your request rate.</Message></Error>"
FAULTS = ("reset", "slow_down", "truncate", "late_reset")


class FaultProxy(Served, socketserver.ThreadingTCPServer):
    allow_reuse_address = daemon_threads = True

    def __init__(self, endpoint: str, rate: float, seed: int, faults=FAULTS):
        self.upstream = (urlsplit(endpoint).hostname, urlsplit(endpoint).port)
        self.rate, self.chance, self.faults = rate, random.Random(seed), faults
        self.broken = dict.fromkeys(FAULTS, 0)
        self.lock = threading.Lock()
        self.heads: list[str] = []
        self.rewrite = lambda head: head  # what the store gets of a head
        self.delay = 0.0  # before every answer
        self.under_way = self.most_at_once = 0
        super().__init__(("127.0.0.1", 0), Connection)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def fault(self) -> str:
        with self.lock:
            if self.chance.random() >= self.rate:
                return ""
            fault = self.chance.choice(self.faults)
            self.broken[fault] += 1
            return fault

    @contextlib.contextmanager
    def counted(self):
        with self.lock:
            self.under_way += 1
            self.most_at_once = max(self.most_at_once, self.under_way)
        try:
            time.sleep(self.delay)
            yield
        finally:
            with self.lock:
                self.under_way -= 1


class Connection(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        while (head := read_head(self.rfile)) and self.answer(head):
            pass

    def answer(self, head: bytes) -> bool:
        """False ends the connection."""
        body = self.rfile.read(length_of(head))
        head = re.sub(rb"^(\w+) http://[^/]+", rb"\1 ", head)
        self.server.heads.append(head.decode("latin-1").lower())
        head = self.server.rewrite(head)
        with self.server.counted():
            return self.pass_on(head, body)

    def pass_on(self, head: bytes, body: bytes) -> bool:
        fault = self.server.fault()
        if fault == "reset":
            return False
        if fault == "slow_down":
            self.wfile.write(b"HTTP/1.1 503 Slow Down\r\nContent-Type: application/xml\r\nContent-Length: %d\r\n\r\n%s" % (len(SLOW), SLOW))
            return True
        with socket.create_connection(self.server.upstream) as upstream, upstream.makefile("rb") as answer:
            upstream.sendall(head + body)
            got = read_head(answer)
            method = head.split(b" ", 1)[0]
            content = b"" if method == b"HEAD" or b" 304 " in got[:20] or b" 204 " in got[:20] else body_of(got, answer)
        if fault == "late_reset":  # the store has done it, and nobody hears
            return False
        if fault == "truncate" and len(content) > 1:
            self.wfile.write(got + content[: len(content) // 2])
            return False
        self.wfile.write(got + content)
        return True


def read_head(stream) -> bytes:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        try:
            line = stream.readline()
        except OSError:
            return b""
        if not line:
            return b""
        head += line
    return head


def body_of(head: bytes, stream) -> bytes:
    """As it is on the wire."""
    if b"transfer-encoding: chunked" not in head.lower():
        return stream.read(length_of(head))
    body = b""
    while True:
        line = stream.readline()
        size = int(line, 16)
        body += line + stream.read(size + 2)
        if size == 0:
            return body


def length_of(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
