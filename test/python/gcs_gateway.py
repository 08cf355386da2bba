"""Between us and fake-gcs-server: that server reads, lists and deletes by the XML interface, which we speak, but writes by the
JSON one only. Puts, copies and uploads in parts are translated here; conditions on generations are the server's own."""
import http.client
import json
import threading
import urllib.parse

from loopback import Answer, HttpServer

KEPT = ("etag", "last-modified", "x-goog-generation", "content-type", "content-range", "content-length")


class Gateway(HttpServer):
    def __init__(self, upstream_port: int):
        self.upstream_port = upstream_port
        self.uploads: dict[str, dict[int, bytes]] = {}
        self.asked: list[tuple[str, str, dict[str, str]]] = []  # method, path, headers
        self.lock = threading.Lock()
        super().__init__(Translation)


class Translation(Answer):
    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        with self.server.lock:
            self.server.asked.append((self.command, self.path, {k.lower(): v for k, v in self.headers.items()}))
        path, _, query = self.path.partition("?")
        said = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        bucket, _, key = urllib.parse.unquote(path[1:]).partition("/")
        if self.command == "PUT" and "uploadId" in said:
            return self.part(said, body)
        if self.command == "POST" and "uploads" in said:
            return self.begin(bucket, key)
        if self.command == "POST" and "uploadId" in said:
            return self.complete(bucket, key, said["uploadId"])
        if self.command == "DELETE" and "uploadId" in said:
            self.server.uploads.pop(said["uploadId"], None)
            return self.answer(204)
        if self.command == "PUT" and "x-goog-copy-source" in self.headers:
            source, _, name = urllib.parse.unquote(self.headers["x-goog-copy-source"]).partition("/")
            return self.written(*self.ask("POST", f"/storage/v1/b/{source}/o/{quoted(name)}/copyTo/b/{bucket}/o/{quoted(key)}"))
        if self.command == "PUT":
            return self.put(bucket, key, body)
        self.answer(*self.ask(self.command, self.path, body, self.headers.get("Range")))

    do_GET = do_HEAD = do_PUT = do_POST = do_DELETE = do_any

    def put(self, bucket: str, key: str, body: bytes) -> None:
        condition = self.headers.get("x-goog-if-generation-match")
        more = f"&ifGenerationMatch={condition}" if condition is not None else ""
        self.written(*self.ask("POST", f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={quoted(key)}{more}", body))

    def begin(self, bucket: str, key: str) -> None:
        with self.server.lock:
            upload = f"upload-{len(self.server.uploads)}-{len(self.server.asked)}"
            self.server.uploads[upload] = {}
        self.answer(200, f"<InitiateMultipartUploadResult><Bucket>{bucket}</Bucket><UploadId>{upload}</UploadId></InitiateMultipartUploadResult>".encode())

    def part(self, said: dict, body: bytes) -> None:
        self.server.uploads[said["uploadId"]][int(said["partNumber"])] = body
        self.answer(200, b"", {"etag": f'"{said["partNumber"]}"'})

    def complete(self, bucket: str, key: str, upload: str) -> None:
        parts = self.server.uploads.pop(upload)
        whole = b"".join(parts[number] for number in sorted(parts))
        status, _, headers = self.ask("POST", f"/upload/storage/v1/b/{bucket}/o?uploadType=media&name={quoted(key)}", whole)
        self.answer(status, b"<CompleteMultipartUploadResult><ETag>whole</ETag></CompleteMultipartUploadResult>", headers)

    def written(self, status: int, content: bytes, headers: dict) -> None:
        if status == 200:
            made = json.loads(content)
            made = made.get("resource", made)
            headers, content = {"etag": '"%s"' % made["etag"], "x-goog-generation": made["generation"]}, b""
        self.answer(status, content, headers)

    def ask(self, method: str, path: str, body: bytes = b"", range: str | None = None) -> tuple[int, bytes, dict]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.server.upstream_port, timeout=60)
        upstream.request(method, path, body, {"Range": range} if range else {})
        got = upstream.getresponse()
        content = got.read()
        upstream.close()
        return got.status, content, {k.lower(): v for k, v in got.getheaders() if k.lower() in KEPT}

    def answer(self, status: int, content: bytes = b"", headers: dict | None = None) -> None:
        headers = dict(headers or {})
        if self.command != "HEAD":
            headers["content-length"] = str(len(content))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


def quoted(name: str) -> str:
    return urllib.parse.quote(name, safe="")
