"""Servers on 127.0.0.1: programs that are started here and stopped by their pid, and small ones that answer HTTP in this process."""
import contextlib
import os
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def listens(port: int) -> bool:
    with socket.socket() as s:
        return s.connect_ex(("127.0.0.1", port)) == 0


@contextlib.contextmanager
def running(command: list, answers: Callable[[], bool], log: Path | None = None, **how) -> Iterator[subprocess.Popen]:
    with open(log or os.devnull, "wb") as said:
        server = subprocess.Popen(command, stdout=said, stderr=said, **how)
    try:
        until = time.monotonic() + 60
        while not answers():
            assert server.poll() is None and time.monotonic() < until, log.read_text(errors="replace") if log else command
            time.sleep(0.1)
        yield server
    finally:
        server.terminate()
        try:
            server.wait(30)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


class Served:
    """A server of socketserver that answers while a `with` block runs."""

    def __enter__(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.shutdown()
        self.server_close()


class HttpServer(Served, ThreadingHTTPServer):
    daemon_threads = True
    scheme = "http"

    def __init__(self, handler: type[BaseHTTPRequestHandler]):
        super().__init__(("127.0.0.1", 0), handler)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    @property
    def endpoint(self) -> str:
        return f"{self.scheme}://{self.host}"


class Answer(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_) -> None:
        pass
