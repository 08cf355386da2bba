"""What AWS does with temporary credentials and versitygw does not: a signature that covers the session token is checked, and the
request goes on without the token, signed again."""
import hashlib
import hmac


def without_token(head: bytes, secret: str, token: str) -> bytes:
    """The head for the store; unchanged, so that the store refuses it, where the token or the signature is wrong."""
    line, *rest = head.decode("latin-1").rstrip("\r\n").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
    said = dict(part.strip().split("=", 1) for part in headers.get("authorization", "x=").partition(" ")[2].split(",") if "=" in part)
    signed = said.get("SignedHeaders", "").split(";")
    if headers.get("x-amz-security-token") != token or "x-amz-security-token" not in signed:
        return head
    if signature(line, headers, signed, said["Credential"], secret) != said["Signature"]:
        return head
    signed.remove("x-amz-security-token")
    del headers["x-amz-security-token"]
    made = signature(line, headers, signed, said["Credential"], secret)
    headers["authorization"] = f'AWS4-HMAC-SHA256 Credential={said["Credential"]}, SignedHeaders={";".join(signed)}, Signature={made}'
    return "\r\n".join([line, *(f"{name}: {value}" for name, value in headers.items()), "", ""]).encode("latin-1")


def signature(line: str, headers: dict[str, str], signed: list[str], credential: str, secret: str) -> str:
    method, target, _ = line.split(" ")
    path, _, query = target.partition("?")
    pairs = sorted(tuple(pair.partition("=")[::2]) for pair in query.split("&") if pair)
    canonical = "\n".join([method, path, "&".join(f"{k}={v}" for k, v in pairs), *(f"{name}:{headers[name]}" for name in signed), "",
                           ";".join(signed), headers["x-amz-content-sha256"]])
    _, day, region, service, _ = credential.rsplit("/", 4)
    text = "\n".join(["AWS4-HMAC-SHA256", headers["x-amz-date"], f"{day}/{region}/{service}/aws4_request", hashed(canonical.encode())])
    key = b"AWS4" + secret.encode()
    for part in (day, region, service, "aws4_request"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()


def hashed(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
