"""An HTTP API on 127.0.0.1 that does what a test says, faults included, and remembers what it was asked."""
import base64
import gzip
import json
import socket
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Callable
from urllib.parse import parse_qsl, urlsplit


@dataclass
class Asked:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    at: float
    count: int  # of requests for this path, from 1


@dataclass
class Answer:
    body: object = None  # JSON, or bytes as they are
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0
    length: int | None = None  # a Content-Length that is not the body's
    send: int | None = None  # only so many bytes, then the connection breaks
    no_length: bool = False  # the end of the connection ends the body
    reset: bool = False  # no answer at all
    gzip: bool = False


class Api:
    """`routes`: path -> function of Asked that returns an Answer or the JSON of one."""

    def __init__(self, routes: dict[str, Callable[[Asked], object]]):
        self.asked: list[Asked] = []
        self.connections = 0
        lock = threading.Lock()
        api = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                with lock:
                    api.connections += 1

            def log_message(self, *_):
                pass

            def answer(self):
                url = urlsplit(self.path)
                size = int(self.headers.get("Content-Length") or 0)
                body = self.rfile.read(size)
                with lock:
                    count = 1 + sum(1 for one in api.asked if one.path == url.path)
                    asked = Asked(self.command, url.path, dict(parse_qsl(url.query, keep_blank_values=True)),
                                  {k.lower(): v for k, v in self.headers.items()}, body, time.monotonic(), count)
                    api.asked.append(asked)
                route = routes.get(url.path) or routes.get("*")
                answer = route(asked) if route else Answer({"error": "no route"}, 404)
                self.give(answer if isinstance(answer, Answer) else Answer(answer))

            do_GET = do_POST = answer

            def give(self, answer: Answer):
                time.sleep(answer.delay)
                if answer.reset:
                    self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
                    self.close_connection = True
                    self.connection.close()
                    return
                body = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
                if answer.gzip:
                    body = gzip.compress(body)
                    answer.headers["Content-Encoding"] = "gzip"
                self.send_response(answer.status)
                for name, value in answer.headers.items():
                    self.send_header(name, value)
                if answer.no_length:
                    self.send_header("Connection", "close")
                else:
                    self.send_header("Content-Length", str(len(body) if answer.length is None else answer.length))
                self.end_headers()
                self.wfile.write(body if answer.send is None else body[:answer.send])
                if answer.send is not None or answer.no_length or answer.length is not None:
                    self.close_connection = True

        class Server(ThreadingHTTPServer):
            daemon_threads = True
            request_queue_size = 128

            def handle_error(self, *_):
                pass

        self.server = Server(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def of(self, path: str) -> list[Asked]:
        return [one for one in self.asked if one.path == path]


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()
