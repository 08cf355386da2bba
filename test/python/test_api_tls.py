"""API sources over TLS: whom to trust, HTTP/2 where the server has it, and packed answers."""
import gzip
import zlib

import pyarrow
import pytest
from api_project import INGOT, Project
from api_tls import TlsApi, authority

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS = [{"id": i, "text": "many words " * 20} for i in range(400)]
TABLE = {"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 20, "total_path": "total"}}


def page(query):
    at = int(query.get("offset", "0"))
    return {"total": len(ROWS), "items": ROWS[at:at + 20]}


PACKED = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "zstd": lambda body: pyarrow.compress(body, codec="zstd", asbytes=True),
    "br": lambda body: pyarrow.compress(body, codec="brotli", asbytes=True),
}


@pytest.mark.parametrize("protocols", [("h2", "http/1.1"), ("http/1.1",)])
def test_the_newest_protocol_over_few_connections(tmp_path, protocols):
    with TlsApi(tmp_path / "ca", page, protocols) as api:
        project = Project(tmp_path / "p", api.url, [dict(TABLE)], tls={"ca": str(api.ca)}, concurrency=4)
        project.ok()
        assert project.rows(order="id") == ROWS
        assert len(api.accepted) == 20
        assert set(api.spoken) == {protocols[0]}
        # HTTP/2 takes all requests over one connection; 1.1 keeps one for each that is under way.
        assert len(api.spoken) == 1 if protocols[0] == "h2" else len(api.spoken) <= 4


@pytest.mark.parametrize("name", PACKED)
def test_packed_answers(tmp_path, name):
    with TlsApi(tmp_path / "ca", page, encode=(name, PACKED[name])) as api:
        project = Project(tmp_path / "p", api.url, [dict(TABLE)], tls={"ca": str(api.ca)})
        project.ok()
        assert project.rows(order="id") == ROWS
        assert name in api.accepted[0].replace(" ", "").split(",")


def test_a_certificate_that_nobody_vouches_for_is_refused(tmp_path):
    other, _, _ = authority(tmp_path / "other")
    with TlsApi(tmp_path / "ca", page) as api:
        for n, tls in enumerate([{}, {"tls": {"ca": str(other)}}]):
            project = Project(tmp_path / f"p{n}", api.url, [dict(TABLE)], **tls)
            status, said = project.run()
            assert status == 2 and "EXT001" in said and "certificate" in said, said
            assert not api.accepted and project.parts() == []


def test_an_authority_that_is_not_there_is_said(tmp_path):
    with TlsApi(tmp_path / "ca", page) as api:
        status, said = Project(tmp_path / "p", api.url, [dict(TABLE)], tls={"ca": "nowhere.pem"}).run()
        assert status == 2 and "EXT001" in said and not api.accepted, said


def test_a_certificate_of_the_clients_own(tmp_path):
    ca, certificate, key = authority(tmp_path / "client")
    with TlsApi(tmp_path / "ca", page, ("http/1.1",), client_ca=ca) as api:
        status, said = Project(tmp_path / "a", api.url, [dict(TABLE)], tls={"ca": str(api.ca)}).run()
        assert status == 2 and not api.accepted, said
        project = Project(tmp_path / "b", api.url, [dict(TABLE)], tls={"ca": str(api.ca), "certificate": str(certificate), "key": str(key)})
        project.ok()
        assert len(project.rows()) == len(ROWS)
