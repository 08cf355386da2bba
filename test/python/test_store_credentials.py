"""Who asks a store, and how: every way to credentials that docs/kinds/store names is taken once, against a server that checks
them or one that keeps what it was sent."""
import os
import re
import subprocess
from pathlib import Path

import identity_servers as identity
import pytest
import store_servers
from fault_proxy import FaultProxy
from session_tokens import without_token
from store_servers import AZURE_ACCOUNT, AZURE_KEY, KEY, SECRET

INGOT = os.environ.get("INGOT")
pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
TOKEN = "session-token-canary-5521"


class Lake:
    """A project of one table whose warehouse lies in a store."""

    def __init__(self, folder: Path, url: str, storage: str = "{}", rows: str = "id,name\n1,Ann\n"):
        self.folder = folder
        for path, text in {
            "ingot.yml": f"name: lake\ntargets:\n  dev: {{engine: duckdb, warehouse: {url!r}, storage: {storage}}}\n",
            "sources/crm.yml": "system: crm\nconnection: {type: file, path: .}\ntables: [{name: customers, path: customers.csv}]\n",
            "customers.csv": rows,
        }.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)

    def try_to(self, *words: str, **env: str) -> tuple[int, str]:
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "AZURE_", "GOOGLE_", "GCE_"))}
        clean |= {"HOME": str(self.folder), "AWS_EC2_METADATA_DISABLED": "", "NO_PROXY": "127.0.0.1"} | env
        done = subprocess.run([INGOT, *words, "--project-dir", self.folder], env={k: v for k, v in clean.items() if v}, capture_output=True,
                              text=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def lands(self, **env: str) -> None:
        status, said = self.try_to("run", "--date", "2026-01-01", **env)
        assert status == 0, said
        status, said = self.try_to("query", "SELECT count(*) AS n FROM bronze.crm_customers", "--format", "csv", **env)
        assert status == 0 and said.endswith("n\n1\n"), said


def location(server: store_servers.Server) -> dict[str, str]:
    return {"AWS_ENDPOINT_URL": server.endpoint, "AWS_REGION": "us-east-1"}


@pytest.fixture
def s3(tmp_path: Path):
    with store_servers.s3(tmp_path / "server") as server:
        yield server


@pytest.fixture
def watched(s3):
    """The same, with what it is sent."""
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        s3.endpoint = proxy.endpoint
        yield s3, proxy.heads


@pytest.fixture
def temporary(s3):
    """The same, for temporary credentials only."""
    with FaultProxy(s3.endpoint, 0, 0) as proxy:
        proxy.rewrite = lambda head: without_token(head, SECRET, TOKEN)
        s3.endpoint = proxy.endpoint
        yield s3, proxy.heads


def test_a_certificate_of_ones_own(tmp_path: Path) -> None:
    certificates = identity.Certificates.make(tmp_path / "certificates")
    keys = {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    with store_servers.s3(tmp_path, certificates) as server:
        assert server.endpoint.startswith("https://")
        Lake(tmp_path / "trusts", server.url, f"{{s3: {{ca_file: {str(certificates.authority)!r}}}}}").lands(**location(server), **keys)
        stranger = Lake(tmp_path / "does_not", server.url, "{retry: {attempts: 1, seconds: 2}}")
        status, said = stranger.try_to("run", "--date", "2026-01-01", **location(server), **keys)
        assert status == 3 and "STG001" in said and "certificate" in said.lower(), said


def test_a_session_token_of_options(temporary, tmp_path: Path) -> None:
    server, heads = temporary
    storage = f"{{s3: {{access_key: {KEY}, secret_key: 'secret://env/LAKE', session_token: 'secret://env/TOKEN'}}}}"
    lake = Lake(tmp_path / "lake", server.url, storage)
    lake.lands(**location(server), LAKE=SECRET, TOKEN=TOKEN)
    assert heads and all(f"x-amz-security-token: {TOKEN}" in head for head in heads)
    status, said = lake.try_to("run", "--date", "2026-01-02", **location(server), LAKE=SECRET, TOKEN="expired-canary-1")
    assert status == 3 and re.search("STG001|STG104", said) and "expired-canary-1" not in said, said


def test_keys_of_options_take_no_token_of_the_environment(watched, tmp_path: Path) -> None:
    server, heads = watched
    lake = Lake(tmp_path / "lake", server.url, f"{{s3: {{access_key: {KEY}, secret_key: 'secret://env/LAKE'}}}}")
    lake.lands(**location(server), LAKE=SECRET, AWS_SESSION_TOKEN="of-another", AWS_ACCESS_KEY_ID="another", AWS_SECRET_ACCESS_KEY="another")
    assert heads and not any("x-amz-security-token" in head for head in heads)


def test_a_profile(temporary, tmp_path: Path) -> None:
    server, heads = temporary
    lake = Lake(tmp_path / "lake", server.url, "{s3: {profile: lake}}")
    (lake.folder / ".aws").mkdir()
    (lake.folder / ".aws/credentials").write_text(
        f"[default]\naws_access_key_id = no\naws_secret_access_key = no\n[lake]\naws_access_key_id = {KEY}\n"
        f"aws_secret_access_key = {SECRET}\naws_session_token = {TOKEN}\n")
    lake.lands(**location(server))
    assert all(f"x-amz-security-token: {TOKEN}" in head for head in heads)


def test_the_role_of_an_instance(temporary, tmp_path: Path) -> None:
    server, heads = temporary
    with identity.instance_metadata(KEY, SECRET, TOKEN) as machine:
        Lake(tmp_path / "lake", server.url).lands(**location(server), AWS_METADATA_ENDPOINT=machine.endpoint)
        assert any(path.endswith("/lake-role") for _, path, _, _ in machine.asked)
    assert all(f"x-amz-security-token: {TOKEN}" in head for head in heads)


def test_the_role_of_a_pod_by_its_token(temporary, tmp_path: Path) -> None:
    server, heads = temporary
    certificates = identity.Certificates.make(tmp_path / "certificates")
    (tmp_path / "token").write_text("pod-token")
    with identity.security_token_service(KEY, SECRET, TOKEN, certificates) as service:
        lake = Lake(tmp_path / "lake", server.url, f"{{s3: {{ca_file: {str(certificates.authority)!r}}}}}")
        lake.lands(**location(server), AWS_WEB_IDENTITY_TOKEN_FILE=str(tmp_path / "token"), AWS_ROLE_ARN="arn:aws:iam::1:role/lake",
                   AWS_ENDPOINT_URL_STS=service.endpoint)
        assert "arn%3Aaws%3Aiam%3A%3A1%3Arole%2Flake" in str(service.asked)
    assert all(f"x-amz-security-token: {TOKEN}" in head for head in heads)


def test_the_role_of_a_container(temporary, tmp_path: Path) -> None:
    server, heads = temporary
    with identity.container_role(KEY, SECRET, TOKEN) as agent:
        Lake(tmp_path / "lake", server.url).lands(**location(server), HTTP_PROXY=agent.endpoint, http_proxy=agent.endpoint,
                                                  AWS_CONTAINER_CREDENTIALS_RELATIVE_URI="/v2/credentials/lake")
        assert agent.asked
    assert all(f"x-amz-security-token: {TOKEN}" in head for head in heads)


def test_the_identity_of_a_pod(temporary, tmp_path: Path) -> None:
    server, heads = temporary
    (tmp_path / "token").write_text("pod-authorization")
    with identity.pod_identity(KEY, SECRET, TOKEN, "pod-authorization") as agent:
        Lake(tmp_path / "lake", server.url).lands(
            **location(server), AWS_CONTAINER_CREDENTIALS_FULL_URI=agent.endpoint + "/v1/credentials",
            AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE=str(tmp_path / "token"))
        assert agent.asked
    assert all(f"x-amz-security-token: {TOKEN}" in head for head in heads)


def test_nobody_who_gives_credentials(watched, tmp_path: Path) -> None:
    server, heads = watched
    with identity.Answers(lambda *_: None) as machine:
        lake = Lake(tmp_path / "lake", server.url, "{retry: {attempts: 1, seconds: 2}}")
        status, said = lake.try_to("run", "--date", "2026-01-01", **location(server), AWS_METADATA_ENDPOINT=machine.endpoint)
    assert status == 3 and re.search("STG001|STG104", said), said
    assert not heads


# What a store says that refuses a request, and what is to be read about it.
REFUSALS = {
    "another region, from its own gateway": (301, "<Error><Code>PermanentRedirect</Code></Error>", "STG105", "the bucket is in another region"),
    "another region": (400, "<Error><Code>AuthorizationHeaderMalformed</Code><Message>the region 'us-east-1' is wrong; expecting 'eu-central-1'"
                            "</Message><Region>eu-central-1</Region></Error>", "STG105", "write eu-central-1 as region:"),
    "an old token": (400, "<Error><Code>ExpiredToken</Code><Message>The provided token has expired.</Message></Error>", "STG104", "ask for new ones"),
    "a wrong clock": (403, "<Error><Code>RequestTimeTooSkewed</Code><Message>The difference is too large.</Message></Error>", "STG104", "clock"),
    "no store": (200, "<html>Welcome</html>", "STG105", "no store of this kind"),
}


@pytest.mark.parametrize("kind", REFUSALS)
def test_what_a_store_refuses_is_told_with_what_to_do(kind: str, tmp_path: Path) -> None:
    status, text, code, advice = REFUSALS[kind]
    with identity.Answers(lambda *_: text) as store:
        store.status = status
        lake = Lake(tmp_path / "lake", "s3://lake/retail")
        result, said = lake.try_to("run", "--date", "2026-01-01", AWS_ENDPOINT_URL=store.endpoint, AWS_REGION="us-east-1", AWS_ACCESS_KEY_ID=KEY,
                                   AWS_SECRET_ACCESS_KEY=SECRET, AWS_SESSION_TOKEN=TOKEN)
    assert result == 3 and code in said and advice in said, said
    assert SECRET not in said and TOKEN not in said


LARGE = 420_000  # rows that make a part above 16 MB, which goes up in pieces


@pytest.mark.parametrize("said, sent", [
    ("encryption: AES256", ["x-amz-server-side-encryption: aes256"]),
    ("encryption: 'aws:kms', kms_key: alias/lake", ["x-amz-server-side-encryption: aws:kms", "x-amz-server-side-encryption-aws-kms-key-id: alias/lake"]),
])
def test_encryption_is_asked_for_with_every_object(said: str, sent: list[str], watched, tmp_path: Path) -> None:
    server, heads = watched
    rows = "id,text\n" + "".join(f"{i},{os.urandom(24).hex()}\n" for i in range(LARGE))
    lake = Lake(tmp_path / "lake", server.url, f"{{s3: {{{said}}}}}", rows)
    status, told = lake.try_to("run", "--date", "2026-01-01", **location(server), AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET)
    assert status == 0, told
    whole = [head for head in heads if head.startswith("put ") and "partnumber=" not in head]
    begun = [head for head in heads if head.startswith("post ") and "uploads" in head.split("\r")[0]]
    assert whole and begun
    assert all(header in head for head in whole + begun for header in sent)


def test_a_customers_key_goes_with_writes_and_reads(watched, tmp_path: Path) -> None:
    server, heads = watched
    key = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE="
    lake = Lake(tmp_path / "lake", server.url, "{s3: {customer_key: 'secret://env/CUSTOMER'}, retry: {attempts: 1, seconds: 2}}")
    _, said = lake.try_to("run", "--date", "2026-01-01", **location(server), AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, CUSTOMER=key)
    moving = [head for head in heads if head.startswith(("put ", "head "))]
    assert moving and all(f"x-amz-server-side-encryption-customer-key: {key.lower()}" in head for head in moving)
    assert key not in said


def test_a_bucket_in_the_name_of_the_host(tmp_path: Path) -> None:
    with store_servers.s3(tmp_path, domain="s3.lake.test") as server, FaultProxy(server.endpoint, 0, 0) as proxy:
        lake = Lake(tmp_path / "lake", server.url, "{s3: {endpoint: 'http://s3.lake.test', path_style: false}}")
        lake.lands(AWS_ACCESS_KEY_ID=KEY, AWS_SECRET_ACCESS_KEY=SECRET, AWS_REGION="us-east-1", HTTP_PROXY=proxy.endpoint, http_proxy=proxy.endpoint)
        assert proxy.heads and all("host: lake.s3.lake.test" in head for head in proxy.heads)
        assert not any(head.split(" ")[1].startswith("/lake/") for head in proxy.heads)


@pytest.fixture
def azure(tmp_path: Path):
    with store_servers.azure(tmp_path / "server") as server:
        yield server


def test_azure_by_the_accounts_key(azure, tmp_path: Path) -> None:
    storage = f"{{azure: {{account: {AZURE_ACCOUNT}, endpoint: {azure.endpoint!r}, key: 'secret://env/LAKE_KEY'}}}}"
    lake = Lake(tmp_path / "lake", azure.url, storage)
    lake.lands(LAKE_KEY=AZURE_KEY)
    status, said = lake.try_to("run", "--date", "2026-01-02", LAKE_KEY="d3Jvbmc=")
    assert status == 3 and "STG104" in said and "d3Jvbmc=" not in said, said


def test_azure_by_a_connection_string_of_options(azure, tmp_path: Path) -> None:
    lake = Lake(tmp_path / "lake", azure.url, "{azure: {connection_string: 'secret://env/LAKE'}}")
    lake.lands(LAKE=azure.env["AZURE_STORAGE_CONNECTION_STRING"])


def test_azure_by_a_shared_access_signature(azure, tmp_path: Path) -> None:
    signature = store_servers.shared_access_signature()
    storage = f"{{azure: {{account: {AZURE_ACCOUNT}, endpoint: {azure.endpoint!r}, sas: 'secret://env/LAKE_SAS'}}}}"
    lake = Lake(tmp_path / "lake", azure.url, storage)
    # The environment's key would be wrong; options that say who asks leave it out.
    lake.lands(LAKE_SAS=signature, AZURE_STORAGE_KEY="d3Jvbmc=", AZURE_STORAGE_ACCOUNT=AZURE_ACCOUNT)
    broken = re.sub("sig=.{8}", "sig=AAAAAAAA", signature)
    status, said = lake.try_to("run", "--date", "2026-01-02", LAKE_SAS=broken)
    assert status == 3 and "STG104" in said and "sig=" not in said, said


def test_azure_by_a_managed_identity(tmp_path: Path) -> None:
    certificates = identity.Certificates.make(tmp_path / "certificates")
    with store_servers.azure(tmp_path / "server", certificates) as server, identity.managed_identity("lake-header") as machine:
        storage = f"{{azure: {{account: {AZURE_ACCOUNT}, endpoint: {server.endpoint!r}, ca_file: {str(certificates.authority)!r}}}}}"
        lake = Lake(tmp_path / "lake", server.url, storage)
        lake.lands(IDENTITY_ENDPOINT=machine.endpoint + "/token", IDENTITY_HEADER="lake-header")
        assert machine.asked


def test_azure_by_a_service_principal(tmp_path: Path) -> None:
    certificates = identity.Certificates.make(tmp_path / "certificates")
    with store_servers.azure(tmp_path / "server", certificates) as server, \
            identity.azure_authority("lake-tenant", "lake-client", {"client_secret": "lake-word"}, certificates) as authority:
        storage = (f"{{azure: {{account: {AZURE_ACCOUNT}, endpoint: {server.endpoint!r}, ca_file: {str(certificates.authority)!r}, "
                   "tenant_id: lake-tenant, client_id: lake-client, client_secret: 'secret://env/WORD'}}")
        Lake(tmp_path / "lake", server.url, storage).lands(WORD="lake-word", AZURE_AUTHORITY_HOST=authority.endpoint)
        assert authority.asked


def test_azure_by_the_identity_of_a_workload(tmp_path: Path) -> None:
    certificates = identity.Certificates.make(tmp_path / "certificates")
    (tmp_path / "token").write_text("pod-assertion-canary")
    proof = {"client_assertion": "pod-assertion-canary", "client_assertion_type": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"}
    with store_servers.azure(tmp_path / "server", certificates) as server, \
            identity.azure_authority("lake-tenant", "lake-client", proof, certificates) as authority:
        storage = f"{{azure: {{account: {AZURE_ACCOUNT}, endpoint: {server.endpoint!r}, ca_file: {str(certificates.authority)!r}}}}}"
        pod = {"AZURE_FEDERATED_TOKEN_FILE": str(tmp_path / "token"), "AZURE_TENANT_ID": "lake-tenant", "AZURE_CLIENT_ID": "lake-client",
               "AZURE_AUTHORITY_HOST": authority.endpoint}
        lake = Lake(tmp_path / "lake", server.url, storage)
        lake.lands(**pod)
        assert authority.asked
        (tmp_path / "token").write_text("another-assertion-canary")
        status, said = lake.try_to("run", "--date", "2026-01-02", **pod)
    assert status == 3 and "assertion-canary" not in said, said


@pytest.fixture
def gcs(tmp_path: Path):
    with store_servers.gcs(tmp_path / "server") as server:
        yield server


def authorizations(server: store_servers.Server) -> set[str]:
    return {headers.get("authorization", "") for _, _, headers in server.gateway.asked}


def test_gcs_by_the_machines_service_account(gcs, tmp_path: Path) -> None:
    with identity.google_metadata("machine-token-canary") as machine:
        lake = Lake(tmp_path / "lake", gcs.url, f"{{gcs: {{endpoint: {gcs.endpoint!r}}}}}")
        lake.lands(GCE_METADATA_HOST=machine.host, GCE_METADATA_ROOT=machine.host, GCE_METADATA_IP=machine.host)
        assert machine.asked
    assert authorizations(gcs) == {"Bearer machine-token-canary"}


def test_gcs_by_a_key_of_a_service_account(gcs, tmp_path: Path) -> None:
    with identity.service_account(tmp_path / "account") as (key, public):
        lake = Lake(tmp_path / "lake", gcs.url, f"{{gcs: {{endpoint: {gcs.endpoint!r}, service_account: 'secret://file/{key}'}}}}")
        lake.lands()
        tokens = [said.removeprefix("Bearer ") for said in authorizations(gcs)]
        assert tokens and all(identity.is_signed_by(token, public, tmp_path) for token in tokens), tokens
        gcs.gateway.asked.clear()
        Lake(tmp_path / "variable", gcs.url, f"{{gcs: {{endpoint: {gcs.endpoint!r}}}}}").lands(GOOGLE_APPLICATION_CREDENTIALS=str(key))
        tokens = [said.removeprefix("Bearer ") for said in authorizations(gcs)]
        assert tokens and all(identity.is_signed_by(token, public, tmp_path) for token in tokens), tokens


def test_a_bucket_that_is_not_there_is_to_be_made(s3, tmp_path: Path) -> None:
    keys = location(s3) | {"AWS_ACCESS_KEY_ID": KEY, "AWS_SECRET_ACCESS_KEY": SECRET}
    status, said = Lake(tmp_path / "lake", "s3://laek/retail").try_to("run", "--date", "2026-01-01", **keys)
    assert status == 3 and "NoSuchBucket" in said and "ingot makes none: create it, or correct the name" in said, said


def test_a_container_that_is_not_there_is_to_be_made(azure, tmp_path: Path) -> None:
    status, said = Lake(tmp_path / "lake", "az://laek/retail").try_to("run", "--date", "2026-01-01", **azure.env)
    assert status == 3 and "ContainerNotFound: The specified container does not exist. ingot makes none" in said and "RequestId" not in said, said
