"""An HTTPS server on 127.0.0.1 that speaks HTTP/2 or 1.1, as was agreed, with a certificate of an authority of the test's own."""
import gzip
import json
import socket
import ssl
import subprocess
import threading
from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import h2.config
import h2.connection
import h2.events


def authority(folder: Path) -> tuple[Path, Path, Path]:
    """The authority's certificate, and a certificate for 127.0.0.1 that it signed, with its key."""
    def openssl(*words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, cwd=folder)

    folder.mkdir(exist_ok=True)
    key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-days", "2", "-subj", "/CN=test authority")
    openssl("req", *key, "-keyout", "server.key", "-out", "server.csr", "-subj", "/CN=127.0.0.1")
    (folder / "names").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl("x509", "-req", "-in", "server.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.pem")
    return folder / "ca.pem", folder / "server.pem", folder / "server.key"


class TlsApi:
    """`route`: function of the query that returns JSON. `protocols` are offered in order; `encode` packs a body, and its name is told."""

    def __init__(self, folder: Path, route, protocols=("h2", "http/1.1"), encode=("gzip", gzip.compress), client_ca: Path | None = None):
        self.ca, certificate, key = authority(folder)
        self.route, self.encode = route, encode
        self.spoken: list[str] = []  # a word for each connection
        self.accepted: list[str] = []  # what each request takes as encodings
        self.at_once = 0  # the most streams of a connection that were open together
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        context.set_alpn_protocols(list(protocols))
        if client_ca:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(client_ca)
        self.context = context
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.url = f"https://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.listen, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.listener.close()

    def listen(self):
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            threading.Thread(target=self.serve, args=(connection,), daemon=True).start()

    def serve(self, raw):
        try:
            with self.context.wrap_socket(raw, server_side=True) as connection:
                spoken = connection.selected_alpn_protocol() or "http/1.1"
                self.spoken.append(spoken)
                self.speak_2(connection) if spoken == "h2" else self.speak_1(connection)
        except OSError:  # the client went away, or would not trust us
            pass

    def answer(self, path: str, takes: str) -> tuple[bytes, list[tuple[str, str]]]:
        self.accepted.append(takes)
        body = json.dumps(self.route(dict(parse_qsl(urlsplit(path).query)))).encode()
        name, packed = self.encode
        body = packed(body)
        return body, [("content-type", "application/json"), ("content-encoding", name), ("content-length", str(len(body)))]

    def speak_1(self, connection):
        lines = connection.makefile("rb")
        while first := lines.readline():
            headers = dict(line.decode().strip().split(": ", 1) for line in iter(lines.readline, b"\r\n"))
            body, said = self.answer(first.decode().split()[1], headers.get("Accept-Encoding", ""))
            connection.sendall(("HTTP/1.1 200 OK\r\n" + "".join(f"{k}: {v}\r\n" for k, v in said) + "\r\n").encode() + body)

    def speak_2(self, connection):
        state = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        state.initiate_connection()
        connection.sendall(state.data_to_send())
        left: dict[int, bytes] = {}
        while data := connection.recv(65536):
            for event in state.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    headers = dict(event.headers)
                    body, said = self.answer(headers[":path"], headers.get("accept-encoding", ""))
                    state.send_headers(event.stream_id, [(":status", "200"), *said])
                    left[event.stream_id] = body
            self.at_once = max(self.at_once, len(left))
            for stream in list(left):
                while left[stream] and (room := min(state.local_flow_control_window(stream), state.max_outbound_frame_size)) > 0:
                    state.send_data(stream, left[stream][:room])
                    left[stream] = left[stream][room:]
                if not left[stream]:
                    state.end_stream(stream)
                    del left[stream]
            connection.sendall(state.data_to_send())
