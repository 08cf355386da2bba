"""Tokens of OAuth2: asked for in the form that the server takes, renewed before they end and when they ended early, for all that is under way."""
import threading
import time
from urllib.parse import parse_qsl

import pytest
from api_project import INGOT, Project
from api_server import Answer, Api, basic

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS = [{"id": i} for i in range(60)]


class Tokens:
    """A token server and an API behind it; `lasts` seconds, `good` requests at most."""

    def __init__(self, lasts: float = 3600, good: int = 10**9, expires_in=None, by_basic=False):
        self.lasts, self.good, self.by_basic = lasts, good, by_basic
        self.expires_in = expires_in
        self.given: list[float] = []
        self.used = 0
        self.refused = 0
        self.lock = threading.Lock()

    def token(self, asked):
        form = dict(parse_qsl(asked.body.decode()))
        assert form["grant_type"] == "client_credentials"
        named = asked.headers.get("authorization") == basic("me", "canary%209z") if self.by_basic else form.get("client_secret") == "canary 9z"
        if not named:
            return Answer({"error": "invalid_client"}, 401)
        with self.lock:
            self.given.append(time.monotonic())
            self.used = 0
            # 201, as some servers answer.
            return Answer({"access_token": f"token-{len(self.given)}", "token_type": "Bearer"} | ({"expires_in": self.expires_in} if self.expires_in else {}), 201)

    def accepts(self, asked) -> bool:
        with self.lock:
            self.used += 1
            good = (self.given and asked.headers.get("authorization") == f"Bearer token-{len(self.given)}"
                    and time.monotonic() < self.given[-1] + self.lasts and self.used <= self.good)
            self.refused += not good
            return bool(good)

    def guarded(self, route):
        return lambda asked: route(asked) if self.accepts(asked) else Answer({"error": "invalid_token"}, 401)


def auth(api):
    return {"type": "oauth2_client_credentials", "token_url": api.url + "/token", "client_id": "me", "client_secret": "secret://env/S"}


def paged(delay=0.0):
    def route(asked):
        at = int(asked.query["offset"])
        return Answer({"total": len(ROWS), "items": ROWS[at:at + 5]}, delay=delay)
    return route


PAGINATE = {"type": "offset", "limit": 5, "total_path": "total"}


@pytest.mark.parametrize("expires_in", [1, "1"])
def test_a_token_is_renewed_before_it_ends(tmp_path, expires_in):
    tokens = Tokens(lasts=1, expires_in=expires_in)
    with Api({"/token": tokens.token, "/t": tokens.guarded(paged(delay=0.15))}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": PAGINATE}], auth=auth(api), concurrency=1)
        project.ok(S="canary 9z")
        assert project.rows(order="id") == ROWS
        assert 2 <= len(tokens.given) <= 5 and tokens.refused == 0


def test_tokens_that_end_early_again_and_again(tmp_path):
    """Each is refused in the middle of the pages, with others under way that were started with it."""
    tokens = Tokens(good=7)
    with Api({"/token": tokens.token, "/t": tokens.guarded(paged())}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": PAGINATE}], auth=auth(api), concurrency=3)
        project.ok(S="canary 9z")
        assert project.rows(order="id") == ROWS and len(tokens.given) >= 2


def test_a_token_that_ends_while_children_are_asked_for(tmp_path):
    tokens = Tokens(good=7)
    with Api({"/token": tokens.token, "/orders": tokens.guarded(lambda asked: ROWS[:20]),
              "*": tokens.guarded(lambda asked: [{"of": int(asked.path.split("/")[2])}])}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "orders", "endpoint": "/orders"},
            {"name": "lines", "endpoint": "/orders/{parent.id}/lines", "parent": {"table": "orders", "include": ["id"]}}], auth=auth(api), concurrency=4)
        project.ok(S="canary 9z")
        assert project.rows("bronze.s_lines", "of") == [{"_parent_id": i, "of": i} for i in range(20)]
        assert len(tokens.given) >= 3


def test_a_new_token_that_is_refused_is_the_end(tmp_path):
    tokens = Tokens(good=0)
    with Api({"/token": tokens.token, "/t": tokens.guarded(paged())}) as api:
        status, said = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": PAGINATE}], auth=auth(api)).run(S="canary 9z")
        assert status == 2 and "AUTH001" in said and len(tokens.given) == 2, said


def test_a_token_server_that_takes_the_client_by_basic_only(tmp_path):
    tokens = Tokens(by_basic=True)
    with Api({"/token": tokens.token, "/t": tokens.guarded(paged())}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": PAGINATE}], auth=auth(api))
        project.ok(S="canary 9z")
        assert project.rows(order="id") == ROWS and len(tokens.given) == 1
        texts = [path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file()]
        assert not [text for text in texts if "canary" in text or "token-1" in text or basic("me", "canary%209z")[6:] in text]


def test_a_token_server_that_refuses_is_said(tmp_path):
    with Api({"/token": lambda asked: Answer({"error": "invalid_client"}, 401), "/t": lambda asked: ROWS}) as api:
        status, said = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t"}], auth=auth(api)).run(S="canary 9z")
        assert status == 2 and "AUTH001" in said and "client_secret" in said and not api.of("/t"), said
