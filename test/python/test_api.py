"""API sources against a server on 127.0.0.1: what is asked, what lands, and what becomes of every fault."""
import json
import re
import time
from email.utils import formatdate

import pytest
from api_project import INGOT, Project
from api_server import Answer, Api, basic

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS = [{"id": i, "name": f"n{i}"} for i in range(1, 26)]


def paged_by_offset(asked):
    offset, limit = int(asked.query["offset"]), int(asked.query["limit"])
    return {"total": len(ROWS), "items": ROWS[offset:offset + limit]}


def paged_by_page(asked):
    page, size = int(asked.query["page"]), int(asked.query["page_size"])
    return {"pages": -(-len(ROWS) // size), "data": ROWS[(page - 1) * size:page * size]}


def paged_by_cursor(asked):
    at = int(asked.query.get("cursor", "0"))
    return {"meta": {"next": str(at + 10) if at + 10 < len(ROWS) else None}, "results": ROWS[at:at + 10]}


PAGED = {
    "offset": (paged_by_offset, {"type": "offset", "limit": 10}, 3),
    "offset with total": (paged_by_offset, {"type": "offset", "limit": 5, "total_path": "total"}, 5),
    "page": (paged_by_page, {"type": "page", "size": 10}, 3),
    "page with total": (paged_by_page, {"type": "page", "size": 5, "total_pages_path": "pages"}, 5),
    "cursor": (paged_by_cursor, {"type": "cursor", "path": "meta.next"}, 3),
}


@pytest.mark.parametrize("kind", PAGED)
def test_pages_land_once(tmp_path, kind):
    route, paginate, requests = PAGED[kind]
    with Api({"/t": route}) as api:
        Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": paginate}]).lands_once(api, ROWS, requests)


def test_links_lead_on(tmp_path):
    def by_header(asked):
        at = int(asked.query.get("at", "0"))
        link = f'</h?at={at + 10}&x=1>; title="a, b"; rel="last next", <http://127.0.0.1:1/>; rel="prev"'
        return Answer(ROWS[at:at + 10], headers={"Link": link} if at + 10 < len(ROWS) else {})

    def by_url(asked):
        at = int(asked.query.get("at", "0"))
        return {"items": ROWS[at:at + 10], "links": {"next": f"{api.url}/u?at={at + 10}" if at + 10 < len(ROWS) else ""}}

    with Api({"/h": by_header, "/u": by_url}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "h", "endpoint": "/h", "paginate": {"type": "link_header"}},
            {"name": "u", "endpoint": "/u", "paginate": {"type": "next_url", "path": "links.next"}}])
        project.ok()
        assert project.rows("bronze.s_h", "id") == ROWS == project.rows("bronze.s_u", "id")


def test_post_bodies_carry_the_page(tmp_path):
    def route(asked):
        body = json.loads(asked.body)
        at = int(body["page"].get("after", 0))
        assert body["query"] == "day 2026-01-01" and asked.headers["content-type"] == "application/json"
        return {"items": ROWS[at:at + 10], "next_cursor": at + 10 if at + 10 < len(ROWS) else None}

    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "method": "POST", "body": {"query": "day {date}", "page": {"size": 10}},
                                               "paginate": {"type": "cursor", "body_path": "page.after"}}])
        project.ok()
        assert project.rows(order="id") == ROWS


SHAPES = {
    "list": ([{"a": 1}, {"a": 2}], None, [{"a": 1}, {"a": 2}]),
    "the one list": ({"x": 1, "results": [{"a": 1}]}, None, [{"a": 1}]),
    "one object": ({"a": 1}, None, [{"a": 1}]),
    "scalars": ([1, 2], None, [{"value": 1}, {"value": 2}]),
    "path": ({"a": {"b": [{"c": 1}]}}, "a.b", [{"c": 1}]),
    "expression": ({"a": [{"b": 1, "ok": True}, {"b": 2, "ok": False}]}, "a[?ok].{n: b}", [{"n": 1}]),
    "an object by path": ({"a": {"b": 1}}, "a", [{"b": 1}]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_records_are_found(tmp_path, shape):
    body, records, rows = SHAPES[shape]
    with Api({"/t": lambda asked: body}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t"} | ({"records": records} if records else {})])
        project.ok()
        assert project.rows() == rows


def test_nothing_selected_is_no_rows(tmp_path):
    with Api({"/t": lambda asked: {"data": {"items": None}}}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "records": "data.items", "types": {"id": "BIGINT"}}])
        project.ok()
        assert project.rows() == []


def test_values_land_as_they_came(tmp_path):
    text = b'[{"big": 12345678901234567890123, "price": 1.10, "text": "\\u00fc\\n\xc3\xa4", "nested": {"a": [1, 2]}, "none": null}\n, {"big": 1, "price": 2.5,\n "nested": {"a": []}}]'
    with Api({"/t": lambda asked: Answer(text, gzip=True)}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t"}])
        project.ok()
        first = [row for row in project.rows() if row["text"]][0]
        assert str(first["big"]).strip('"') == "12345678901234567890123" and first["text"] == "ü\nä"
        nested = first["nested"] if isinstance(first["nested"], dict) else json.loads(first["nested"])
        assert nested == {"a": [1, 2]}


def test_children_are_asked_for_by_parent(tmp_path):
    def lines(asked):
        order = int(asked.path.split("/")[2])
        if order == 3:
            return Answer({"error": "gone"}, 404)
        at = int(asked.query["offset"])
        return [{"line": i} for i in range(order * 10, order * 10 + 5)][at:at + 2]

    with Api({"/orders": lambda asked: [{"id": i, "x": 0} for i in range(1, 5)], "*": lines}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "lines", "endpoint": "/orders/{parent.id}/lines", "parent": {"table": "orders", "include": ["id"]},
             "paginate": {"type": "offset", "limit": 2}, "on_status": {"404": "ignore"}},
            {"name": "orders", "endpoint": "/orders"}])
        project.ok()
        assert project.rows("bronze.s_lines", "line") == [{"_parent_id": o, "line": o * 10 + i} for o in (1, 2, 4) for i in range(5)]


def test_cursor_asks_for_what_is_new(tmp_path):
    data = [{"id": 1, "at": "2026-01-01T10:00:00Z"}, {"id": 2, "at": "2026-01-01T11:00:00Z"}]

    def route(asked):
        return [row for row in data if row["at"] >= asked.query.get("since", "")]

    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "load": "cdc", "cursor": {"column": "at", "param": "since", "initial": "2026-01-01"}}])
        project.ok()
        data.append({"id": 3, "at": "2026-01-01T11:00:00Z"})
        project.run("--date", "2026-01-02")
        assert [one.query["since"] for one in api.asked] == ["2026-01-01", "2026-01-01T11:00:00Z"]
        assert sorted(row["id"] for row in project.rows()) == [1, 2, 3]


AUTHS = {
    "bearer": ({"type": "bearer", "token": "secret://env/S"}, lambda asked: asked.headers.get("authorization") == "Bearer canary-9z"),
    "api_key": ({"type": "api_key", "value": "secret://env/S"}, lambda asked: asked.headers.get("x-api-key") == "canary-9z"),
    "query": ({"type": "api_key", "name": "key", "in": "query", "value": "secret://env/S"}, lambda asked: asked.query.get("key") == "canary-9z"),
    "basic": ({"type": "basic", "username": "ann", "password": "secret://env/S"}, lambda asked: asked.headers.get("authorization") == basic("ann", "canary-9z")),
}


@pytest.mark.parametrize("kind", AUTHS)
def test_credentials(tmp_path, kind):
    auth, is_right = AUTHS[kind]
    with Api({"/t": lambda asked: Answer([{"a": 1}]) if is_right(asked) else Answer({"echo": [asked.headers, asked.query]}, 401)}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "page", "size": 1, "max_pages": 1}}], auth=auth)
        status, said = project.run()
        assert status == 1 and "AUTH001" in said and "S is not set" in said and not api.asked
        status, said = project.run(S="wrong-canary-9z")
        assert status == 2 and "AUTH001" in said and len(api.asked) == 1
        project.ok(S="canary-9z", INGOT_HTTP_RECORD="traffic.jsonl")
        assert project.rows() == [{"a": 1}]
        # The server echoed them, but no file and no line of the run holds them.
        hidden = ["canary-9z", "wrong-canary-9z", basic("ann", "canary-9z")[6:]]
        texts = [said, *(path.read_bytes().decode(errors="replace") for path in tmp_path.rglob("*") if path.is_file())]
        assert not [text[:300] for text in texts if any(secret in text for secret in hidden)]


def test_oauth2_tokens_are_shared_and_renewed(tmp_path):
    given = []

    def token(asked):
        assert asked.body == b"grant_type=client_credentials&client_id=me&client_secret=canary%209z&scope=read"
        given.append(f"token-{len(given)}-canary")
        return {"access_token": given[-1], "expires_in": 3600}

    def route(asked):
        # The first token ends early.
        good = asked.headers.get("authorization") == f"Bearer {given[-1]}" and (len(given) > 1 or asked.count <= 1)
        return Answer(ROWS[int(asked.query["offset"]):][:10] if good else {"error": "token has ended"}, 200 if good else 401)

    with Api({"/token": token, "/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 10}}],
                          auth={"type": "oauth2_client_credentials", "token_url": api.url + "/token", "client_id": "me", "client_secret": "secret://env/S", "scope": "read"})
        project.ok(S="canary 9z")
        assert len(project.rows()) == 25 and len(given) == 2
        status, said = project.run(S="")
        assert status == 1 and "AUTH001" in said


def test_credentials_stay_with_their_server(tmp_path):
    with Api({"*": lambda asked: [{"a": 1}]}) as other, Api({
            "/there": lambda asked: Answer(b"", 302, {"Location": other.url + "/x"}),
            "/next": lambda asked: {"items": [{"a": 1}], "next": other.url + "/x"}}) as api:
        auth = {"type": "api_key", "value": "canary-9z"}
        Project(tmp_path / "a", api.url, [{"name": "t", "endpoint": "/there"}], auth=auth).ok()
        assert len(other.asked) == 1 and "x-api-key" not in other.asked[0].headers
        status, said = Project(tmp_path / "b", api.url, [{"name": "t", "endpoint": "/next", "paginate": {"type": "next_url"}}], auth=auth).run()
        assert status == 2 and "PAGE001" in said and len(other.asked) == 1
        Project(tmp_path / "c", api.url, [{"name": "t", "endpoint": "/there", "headers": {"authorization": "Bearer canary-9z"}}]).ok()
        assert len(other.asked) == 2 and "authorization" not in other.asked[1].headers and "authorization" in api.asked[-1].headers


def test_a_body_with_a_secret_stays_with_its_server(tmp_path):
    with Api({"*": lambda asked: [{"a": 1}]}) as other, Api({"/there": lambda asked: Answer(b"", 307, {"Location": other.url + "/x"})}) as api:
        table = {"name": "t", "endpoint": "/there", "method": "POST", "body": {"key": "secret://env/S"}}
        project = Project(tmp_path, api.url, [table])
        status, said = project.run(S="canary-9z")
        assert status == 2 and "EXT001" in said and "are not sent there" in said and "canary" not in said
        assert not other.asked and json.loads(api.asked[0].body) == {"key": "canary-9z"}


def once(first: Answer):
    """The fault, and then the rows."""
    return lambda asked: first if asked.count == 1 else Answer(ROWS)


GOOD = json.dumps(ROWS).encode()
MENDED = {
    "latency": Answer(ROWS, delay=0.3),
    "reset": Answer(reset=True),
    "truncated": Answer(ROWS, send=100),
    "truncated without a length": Answer(GOOD[:200], no_length=True),
    "longer than it is": Answer(GOOD, length=len(GOOD) + 50),
    "500": Answer({}, 500),
    "503 with Retry-After": Answer({}, 503, {"Retry-After": "0"}),
    "429": Answer({}, 429),
    "timeout": Answer(ROWS, delay=1.5),
}


@pytest.mark.parametrize("fault", MENDED)
def test_faults_that_pass(tmp_path, fault):
    with Api({"/t": once(MENDED[fault])}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t"}], timeout="1s")
        project.ok()
        assert project.rows(order="id") == ROWS


LASTING = {
    "refused": (None, "RETRY001", 0),
    "reset": (Answer(reset=True), "RETRY001", 3),
    "truncated": (Answer(ROWS, send=100), "RETRY001", 3),
    "truncated without a length": (Answer(GOOD[:200], no_length=True), "EXT104|RETRY001", 3),
    "500": (Answer({}, 500), "RETRY001", 3),
    "429 storm": (Answer({}, 429, {"Retry-After": "0"}), "RETRY001", 3),
    "404": (Answer({"error": "nobody knows"}, 404), "EXT001", 1),
    "not JSON": (Answer(b"<html>Sorry</html>"), "EXT104", 1),
    "shorter than it is": (Answer(GOOD, length=150), "EXT104", 1),
    "empty": (Answer(b""), "EXT104", 1),
    "not UTF-8": (Answer(b'["\xff"]'), "EXT104", 1),
    "redirects without end": (Answer(b"", 302, {"Location": "/t"}), "EXT001", 6),
    "too large": (Answer(b'["' + b"x" * 3_000_000 + b'"]'), "EXT001", 1),
    "a bomb": (Answer(b'["' + b"x" * 3_000_000 + b'"]', gzip=True), "EXT001", 1),
    "silence": (Answer(ROWS, delay=3), "RETRY001", 3),
}


@pytest.mark.parametrize("fault", LASTING)
def test_faults_that_stay(tmp_path, fault):
    answer, code, requests = LASTING[fault]
    with Api({"/t": lambda asked: answer, "/good": lambda asked: ROWS}) as api:
        url = api.url if answer else "http://127.0.0.1:9"
        project = Project(tmp_path, url, [{"name": "t", "endpoint": "/t"}], timeout="500ms", max_response_mb=2)
        status, said = project.run()
        assert status == 2 and re.search(code, said), said
        assert len(api.asked) == requests
        assert project.parts() == []


def test_a_failing_page_leaves_nothing_and_others_land(tmp_path):
    def route(asked):
        at = int(asked.query["offset"])
        return Answer({}, 500) if at == 10 else Answer(ROWS[at:at + 10])

    with Api({"/bad": route, "/good": lambda asked: ROWS}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "bad", "endpoint": "/bad", "paginate": {"type": "offset", "limit": 10}}, {"name": "t", "endpoint": "/good"}])
        status, said = project.run()
        assert status == 2 and "RETRY001" in said
        assert len(project.parts()) == 1 and project.rows(order="id") == ROWS


ENDLESS = {
    "the same cursor": ({"type": "cursor"}, lambda asked: {"items": ROWS, "next_cursor": "again"}),
    "cursors in a circle": ({"type": "cursor"}, lambda asked: {"items": ROWS, "next_cursor": "b" if asked.query.get("cursor") == "a" else "a"}),
    "a link to itself": ({"type": "next_url"}, lambda asked: {"items": ROWS, "next": "/t"}),
    "pages that are all the first": ({"type": "page", "size": 25}, lambda asked: ROWS),
    "offsets that are not heeded": ({"type": "offset", "limit": 25}, lambda asked: ROWS),
    "a total that is no number": ({"type": "offset", "limit": 25, "total_path": "total"}, lambda asked: {"items": ROWS, "total": "many"}),
    "a total that is never reached": ({"type": "offset", "limit": 25, "total_path": "total"}, lambda asked: {"items": ROWS if asked.count == 1 else [], "total": 99}),
    "a cursor that is a list": ({"type": "cursor"}, lambda asked: {"items": ROWS, "next_cursor": [1]}),
    "empty pages for ever": ({"type": "cursor"}, lambda asked: {"items": [], "next_cursor": str(asked.count)}),
}


@pytest.mark.parametrize("how", ENDLESS)
def test_pages_that_do_not_end(tmp_path, how):
    paginate, route = ENDLESS[how]
    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": paginate}])
        status, said = project.run()
        assert status == 2 and "PAGE001" in said, said
        assert project.parts() == []


def test_an_empty_page_with_a_cursor_goes_on(tmp_path):
    pages = {None: ([], "a"), "a": (ROWS[:3], "b"), "b": ([], "c"), "c": (ROWS[3:], None)}

    def route(asked):
        items, after = pages[asked.query.get("cursor")]
        return Answer({"items": items}, headers={"X-Next": after} if after else {})

    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "cursor", "header": "X-Next"}}])
        project.ok()
        assert project.rows(order="id") == ROWS


def test_limits_end_quietly(tmp_path):
    with Api({"/t": paged_by_offset, "/p": paged_by_page}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 3, "max_records": 4}},
            {"name": "p", "endpoint": "/p", "paginate": {"type": "page", "size": 3, "max_pages": 2}}])
        project.ok()
        assert len(project.rows()) == 4 and len(project.rows("bronze.s_p")) == 6
        assert len(api.of("/t")) == len(api.of("/p")) == 2


def test_a_server_with_smaller_pages_loses_nothing(tmp_path):
    def route(asked):
        return {"total": 25, "items": ROWS[int(asked.query["offset"]):][:7]}

    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 100, "total_path": "total"}}])
        project.ok()
        assert project.rows(order="id") == ROWS


def test_what_answers_say(tmp_path):
    def pending(asked):
        return {"status": "pending"} if asked.count < 3 else {"status": "done", "items": ROWS}

    with Api({"/pending": pending, "/none": lambda asked: {"status": "empty", "items": ROWS},
              "/failed": lambda asked: {"status": "failed", "why": "no licence"},
              "/schema": lambda asked: {"items": [{"id": 1}, {"id": "2"}]}}) as api:
        rules = [{"when": "status == 'pending'", "then": "retry"}, {"when": "status == 'empty'", "then": "skip"},
                 {"when": "status == 'failed'", "then": "fail", "message": "why"}]
        schema = {"type": "object", "required": ["items"], "properties": {"items": {"type": "array", "items": {"type": "object", "properties": {"id": {"type": "integer"}}}}}}
        project = Project(tmp_path, api.url, [{"name": name, "endpoint": "/" + name, "on_body": rules} for name in ("pending", "none", "failed")]
                          + [{"name": "schema", "endpoint": "/schema", "response_schema": schema}])
        status, said = project.run()
        assert status == 2 and "no licence" in said and "items[1].id is string, not" in said
        assert project.rows("bronze.s_pending", "id") == ROWS
        assert len(api.of("/failed")) == 1


def test_the_rate_is_kept(tmp_path):
    with Api({"/t": paged_by_offset}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 5, "total_path": "total"}}],
                          rate_limit={"rps": 20, "burst": 1}, concurrency=5)
        project.ok()
        # Four times 50 ms, less what the first one took to arrive.
        assert api.asked[-1].at - api.asked[0].at >= 0.15


def test_retry_after_is_honoured(tmp_path):
    with Api({"/t": once(Answer({}, 429, {"Retry-After": "1"}))}) as api:
        Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t"}]).ok()
        assert 0.95 <= api.asked[1].at - api.asked[0].at < 5
    with Api({"/t": once(Answer({}, 429, {"Retry-After": "3600"}))}) as api:
        Project(tmp_path / "b", api.url, [{"name": "t", "endpoint": "/t"}], retry={"longest_wait": "100ms"}).ok()
        assert api.asked[1].at - api.asked[0].at < 5


def test_a_window_of_requests_slides(tmp_path):
    with Api({"/t": paged_by_offset}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 3, "total_path": "total"}}],
                          rate_limit={"requests": 3, "per": "300ms"}, concurrency=9)
        project.ok()
        at = [one.at for one in api.asked]
        assert len(at) == 9
        # Any three are within the window, the fourth is past it (a little less: clocks of two processes).
        assert all(at[i + 3] - at[i] > 0.27 for i in range(6))


def test_retry_after_may_be_a_date(tmp_path):
    def route(asked):
        when = formatdate(time.time() + 2, usegmt=True)
        return Answer({}, 503, {"Retry-After": when}) if asked.count == 1 else Answer(ROWS)

    with Api({"/t": route}) as api:
        Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t"}]).ok()
        assert 0.9 <= api.asked[1].at - api.asked[0].at < 5


def test_a_server_that_is_down_is_left_alone(tmp_path):
    """After so many requests that failed each time, the others of the source are not sent."""
    with Api({"*": lambda asked: Answer({}, 500)}) as api:
        tables = [{"name": f"t{i}", "endpoint": f"/{i}"} for i in range(6)]
        status, said = Project(tmp_path, api.url, tables, breaker={"failures": 2, "pause": "1m"}).run("--threads", "1")
        assert status == 2 and "not asked, because the last 2 requests" in said and all(f"bronze.s_t{i} " in said for i in range(6))
        assert len(api.asked) == 2 * 3


def test_a_cursor_asks_again_within_its_lag(tmp_path):
    data = [{"id": 1, "at": "2026-01-01T10:00:00Z"}, {"id": 2, "at": "2026-01-01T12:00:00Z"}]
    with Api({"/t": lambda asked: [row for row in data if row["at"] >= asked.query["since"][:19]]}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "load": "cdc", "types": {"at": "TIMESTAMP"},
                                               "cursor": {"column": "at", "param": "since", "initial": "2026-01-01T00:00:00", "lag": "90m"}}])
        project.ok()
        data.append({"id": 3, "at": "2026-01-01T11:00:00Z"})  # late
        project.ok()
        assert api.asked[1].query["since"].startswith("2026-01-01T10:30:00")
        assert sorted(row["id"] for row in project.rows()) == [1, 2, 3]


def test_no_more_pages_are_under_way_than_asked_for(tmp_path):
    """Pages that were fetched ahead wait for the one before them, and no more are asked for meanwhile."""
    rows = [{"id": i} for i in range(200)]

    def route(asked):
        at = int(asked.query["offset"])
        return Answer({"total": len(rows), "items": rows[at:at + 10]}, delay=0.6 if at == 50 else 0)

    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 10, "total_path": "total"}}], concurrency=3)
        project.ok()
        slow = next(one.at for one in api.asked if one.query["offset"] == "50")
        # The page before the slow one may come over another connection and a moment later than it.
        meanwhile = [one for one in api.asked if slow < one.at < slow + 0.5 and int(one.query["offset"]) > 50]
        assert len(meanwhile) <= 3 and project.rows(order="id") == rows


def test_connections_are_kept_and_pages_fetched_ahead(tmp_path):
    rows = [{"id": i} for i in range(400)]

    def route(asked):
        at = int(asked.query["offset"])
        return Answer({"total": len(rows), "items": rows[at:at + 10]}, delay=0.05)

    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "offset", "limit": 10, "total_path": "total"}}], concurrency=8)
        project.ok()
        assert project.rows(order="id") == rows and len(api.asked) == 40
        assert api.connections <= 12
        assert api.asked[-1].at - api.asked[0].at < 40 * 0.05


def test_a_killed_run_goes_on_where_it_was(tmp_path):
    """Killed at page 700 of 1,000, the next run asks for page 700."""
    pages = 1000

    def route(asked):
        page = int(asked.query["page"])
        if page == 700 and asked.query.get("page") and not held:
            held.append(page)
            return Answer([], delay=30)
        return [{"id": page * 2 + i} for i in range(2)] if page <= pages else []

    held: list[int] = []
    with Api({"/t": route}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "page", "size": 2}}], timeout="60s")
        process = project.start("run", "--date", "2026-01-01")
        until = time.monotonic() + 100
        while not held and time.monotonic() < until:
            time.sleep(0.01)
        process.kill()
        process.communicate()
        assert project.parts() == []
        before = len(api.asked)
        project.ok()
        assert api.asked[before].query["page"] == "700"
        assert len(api.asked) - before == pages - 700 + 2
        assert [row["id"] for row in project.rows(order="id")] == list(range(2, 2 * pages + 2))
        # What was kept to go on is gone with the slice that it became.
        assert not list((tmp_path / "warehouse/_ingot").rglob("_rows.jsonl"))


def test_recorded_traffic_needs_no_server_and_no_credentials(tmp_path):
    tables = [{"name": "t", "endpoint": "/t", "paginate": {"type": "cursor", "path": "meta.next"}}]
    auth = {"type": "bearer", "token": "secret://env/S"}
    with Api({"/t": paged_by_cursor}) as api:
        url = api.url
        Project(tmp_path / "a", url, tables, auth=auth).ok(S="canary-9z", INGOT_HTTP_RECORD="traffic.jsonl")
    project = Project(tmp_path / "b", url, tables, auth=auth, replay="../a/traffic.jsonl")
    project.ok()
    assert project.rows(order="id") == ROWS
    other = Project(tmp_path / "c", url, [{"name": "t", "endpoint": "/unknown"}], replay="../a/traffic.jsonl")
    status, said = other.run()
    assert status == 2 and "no answer to this request" in said
