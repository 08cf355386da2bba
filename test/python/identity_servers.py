"""What machines, containers and pods are asked for credentials: metadata services and token services, each on 127.0.0.1.
Every one hands out what the store's server takes, and keeps what it was asked."""
import base64
import contextlib
import json
import ssl
import subprocess
import time
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from loopback import Answer, HttpServer


@dataclass
class Certificates:
    authority: Path
    certificate: Path
    key: Path

    @classmethod
    def make(cls, folder: Path) -> "Certificates":
        """An authority of our own, and what it signed for 127.0.0.1."""
        folder.mkdir(parents=True, exist_ok=True)

        def openssl(*words) -> None:
            done = subprocess.run(["openssl", *map(str, words)], capture_output=True, text=True)
            assert done.returncode == 0, done.stderr

        made = cls(folder / "ca.pem", folder / "server.pem", folder / "server.key")
        openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", 2, "-subj", "/CN=lake authority", "-keyout", folder / "ca.key",
                "-out", made.authority, "-addext", "basicConstraints=critical,CA:TRUE", "-addext", "keyUsage=critical,keyCertSign")
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=127.0.0.1", "-keyout", made.key, "-out", folder / "server.csr")
        (folder / "names").write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nbasicConstraints=CA:FALSE\n")
        openssl("x509", "-req", "-in", folder / "server.csr", "-CA", made.authority, "-CAkey", folder / "ca.key", "-days", 2,
                "-extfile", folder / "names", "-out", made.certificate)
        return made


class Answers(HttpServer):
    """answer(method, path, headers, body) gives the text, or None for 404."""
    def __init__(self, answer, certificates: Certificates | None = None):
        self.answer, self.asked, self.scheme = answer, [], "https" if certificates else "http"
        self.status = 200
        super().__init__(Asked)
        if certificates:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificates.certificate, certificates.key)
            self.socket = context.wrap_socket(self.socket, server_side=True)


class Asked(Answer):
    def do_any(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0)).decode()
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.asked.append((self.command, self.path, headers, body))
        text = self.server.answer(self.command, self.path, headers, body)
        content = (text or "").encode()
        self.send_response(404 if text is None else self.server.status)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("Content-Type", "application/json" if content[:1] == b"{" else "text/plain")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    do_HEAD = do_GET = do_PUT = do_POST = do_any


def later() -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))


def aws_keys(key: str, secret: str, token: str) -> str:
    return json.dumps({"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": key, "SecretAccessKey": secret, "Token": token,
                       "Expiration": later(), "LastUpdated": "2026-01-01T00:00:00Z"})


def instance_metadata(key: str, secret: str, token: str) -> Answers:
    """Of EC2, version 2: a token by PUT, the role's name, its keys."""
    def answer(method: str, path: str, headers: dict, _: str) -> str | None:
        if method == "PUT" and path == "/latest/api/token":
            return "imds-token"
        if headers.get("x-aws-ec2-metadata-token") != "imds-token":
            return None
        if path.rstrip("/") == "/latest/meta-data/iam/security-credentials":
            return "lake-role"
        return aws_keys(key, secret, token) if path.endswith("/lake-role") else None
    return Answers(answer)


def container_role(key: str, secret: str, token: str) -> Answers:
    """Of ECS, whose address is fixed: this stands in its place as the proxy that the program is told to ask."""
    return Answers(lambda method, path, *_: aws_keys(key, secret, token) if path == "http://169.254.170.2/v2/credentials/lake" else None)


def pod_identity(key: str, secret: str, token: str, authorization: str) -> Answers:
    return Answers(lambda method, path, headers, _: aws_keys(key, secret, token) if headers.get("authorization") == authorization else None)


def security_token_service(key: str, secret: str, token: str, certificates: Certificates) -> Answers:
    def answer(method: str, path: str, _: dict, body: str) -> str | None:
        said = dict(urllib.parse.parse_qsl(path.partition("?")[2] or body))
        if said.get("Action") != "AssumeRoleWithWebIdentity" or said.get("WebIdentityToken") != "pod-token":
            return None
        return ("<AssumeRoleWithWebIdentityResponse><AssumeRoleWithWebIdentityResult><Credentials>"
                f"<AccessKeyId>{key}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>"
                f"<Expiration>{later()}</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>")
    return Answers(answer, certificates)


def encoded(part: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def azure_token() -> str:
    """What Azurite takes: it reads the claims and does not check who signed them."""
    now = int(time.time())
    claims = {"aud": "https://storage.azure.com", "iss": "https://sts.windows.net/ab1f708d-50f6-404c-a006-d71b2ac7a606/",
              "iat": now - 60, "nbf": now - 60, "exp": now + 3600, "sub": "lake", "oid": "lake", "tid": "ab1f708d-50f6-404c-a006-d71b2ac7a606"}
    return f'{encoded({"typ": "JWT", "alg": "RS256"})}.{encoded(claims)}.{encoded({"signed": "by nobody"})}'


def managed_identity(header: str) -> Answers:
    """Of App Service; that of a machine differs in its address only."""
    def answer(method: str, path: str, headers: dict, _: str) -> str | None:
        if headers.get("x-identity-header") != header or "resource=https" not in path:
            return None
        return json.dumps({"access_token": azure_token(), "expires_on": str(int(time.time()) + 3600), "token_type": "Bearer",
                           "resource": "https://storage.azure.com"})
    return Answers(answer)


def azure_authority(tenant: str, client: str, proof: dict[str, str], certificates: Certificates) -> Answers:
    """Gives a token to the client that proves itself, by a secret or by another's assertion."""
    def answer(method: str, path: str, _: dict, body: str) -> str | None:
        said = dict(urllib.parse.parse_qsl(body))
        if path != f"/{tenant}/oauth2/v2.0/token" or not ({"client_id": client} | proof).items() <= said.items():
            return None
        return json.dumps({"access_token": azure_token(), "expires_in": 3600, "token_type": "Bearer"})
    return Answers(answer, certificates)


def google_metadata(token: str) -> Answers:
    def answer(method: str, path: str, headers: dict, _: str) -> str | None:
        if headers.get("metadata-flavor") != "Google" or not path.startswith("/computeMetadata/v1/instance/service-accounts/default/token"):
            return None
        return json.dumps({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})
    return Answers(answer)


@contextlib.contextmanager
def service_account(folder: Path):
    """A key file of a service account, and its public half for whoever checks the signature."""
    folder.mkdir(parents=True, exist_ok=True)
    for words in (["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", folder / "account.key"],
                  ["pkey", "-in", folder / "account.key", "-pubout", "-out", folder / "account.pub"]):
        subprocess.run(["openssl", *words], check=True, capture_output=True)
    key = {"type": "service_account", "client_email": "lake@project.example", "private_key_id": "1",
           "private_key": (folder / "account.key").read_text(), "token_uri": "https://oauth2.example/token"}
    (folder / "account.json").write_text(json.dumps(key))
    yield folder / "account.json", folder / "account.pub"


def is_signed_by(token: str, public_key: Path, folder: Path) -> bool:
    head, claims, signature = token.split(".")
    (folder / "signed").write_text(f"{head}.{claims}")
    (folder / "signature").write_bytes(base64.urlsafe_b64decode(signature + "=="))
    done = subprocess.run(["openssl", "dgst", "-sha256", "-verify", public_key, "-signature", folder / "signature", folder / "signed"],
                          capture_output=True)
    return done.returncode == 0
