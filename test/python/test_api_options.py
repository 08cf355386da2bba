"""Every word of an API's options that changes what is asked or what becomes of an answer."""
import json

import pytest
from api_project import INGOT, Project
from api_server import Answer, Api

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
ROWS = [{"id": i, "name": f"n{i}"} for i in range(1, 26)]


def piece(at: int, size: int) -> list[dict]:
    return ROWS[at:at + size]


def by_names_of_its_own(asked):
    skip, take = int(asked.query["skip"]), int(asked.query["top"])
    return {"items": piece(skip, take), "more": skip + take < len(ROWS)}


def by_numbers_from_zero(asked):
    number, size = int(asked.query["p"]), int(asked.query["per"])
    return {"items": piece(number * size, size)}


def until_it_says_no(asked):
    # Short pages, and an end that only the answer tells.
    number = int(asked.query["page"])
    return {"items": piece((number - 1) * 4, 4), "meta": {"has_next": number * 4 < len(ROWS)}}


def by_the_last_id(asked):
    after = int(asked.query.get("after", "0"))
    return {"items": [row for row in ROWS if row["id"] > after][:7]}


def by_a_number_as_text(asked):
    return {"count": str(len(ROWS)), "items": piece(int(asked.query["offset"]), 10)}


WORDS = {
    "offset": (by_names_of_its_own, {"type": "offset", "limit": 5, "limit_param": "top", "offset_param": "skip", "has_more_path": "more"}, 5),
    "page": (by_numbers_from_zero, {"type": "page", "size": 10, "first": 0, "page_param": "p", "size_param": "per"}, 3),
    "has_more of pages": (until_it_says_no, {"type": "page", "size": 10, "has_more_path": "meta.has_next"}, 7),
    "a cursor by JMESPath": (by_the_last_id, {"type": "cursor", "path": "items[-1].id", "param": "after"}, 5),
    "a total as text": (by_a_number_as_text, {"type": "offset", "limit": 10, "total_path": "count"}, 3),
}


@pytest.mark.parametrize("kind", WORDS)
def test_words_of_pagination(tmp_path, kind):
    route, paginate, requests = WORDS[kind]
    with Api({"/t": route}) as api:
        Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": paginate}]).lands_once(api, ROWS, requests)


BODIES = {
    "offset": ({"type": "offset", "limit": 10, "body_path": "paging.from"}, lambda at: at),
    "page": ({"type": "page", "size": 10, "body_path": "paging.from"}, lambda at: (at - 1) * 10),
    "page of a total": ({"type": "page", "size": 10, "body_path": "paging.from", "total_path": "total"}, lambda at: (at - 1) * 10),
}


@pytest.mark.parametrize("kind", BODIES)
def test_bodies_with_the_page(tmp_path, kind):
    paginate, place = BODIES[kind]
    big = 9007199254740993

    def route(asked):
        body = json.loads(asked.body)
        assert asked.method == "POST" and body["big"] == big and body["share"] == 0.1 and body["all"] is True and body["none"] is None and body["tags"] == ["a", 1], body
        return {"total": len(ROWS), "items": piece(place(body["paging"]["from"]), 10)}

    with Api({"/t": route}) as api:
        body = {"big": big, "share": 0.1, "all": True, "none": None, "tags": ["a", 1], "paging": {"size": 10}}
        table = {"name": "t", "endpoint": "/t", "method": "POST", "body": body, "paginate": paginate}
        project = Project(tmp_path / "a", api.url, [table])
        project.ok(INGOT_HTTP_RECORD="traffic.jsonl")
        assert project.rows(order="id") == ROWS and len(api.asked) == 3
        # A recording tells requests apart by their bodies.
        played = Project(tmp_path / "b", api.url, [table])
        played.ok(INGOT_HTTP_REPLAY="../a/traffic.jsonl")
        assert played.rows(order="id") == ROWS and len(api.asked) == 3


def test_what_a_status_means(tmp_path):
    def slow_to_find(asked):
        return Answer({"error": "not yet"}, 404) if asked.count < 3 else Answer(ROWS)

    with Api({"/retry": slow_to_find, "/fail": lambda asked: Answer({"why": "closed"}, 503), "/skip": lambda asked: Answer(b"<gone>", 410),
              "/accepted": lambda asked: Answer({"job": 1}, 202) if asked.count < 2 else Answer(ROWS),
              "/any": lambda asked: Answer({}, 404 if asked.count == 1 else 418), "/nothing": lambda asked: Answer(b"", 204), "/forbidden": lambda asked: Answer({"error": "no"}, 403)}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "retry", "endpoint": "/retry", "on_status": {"404": "retry"}},
            {"name": "fail", "endpoint": "/fail", "on_status": {"503": "fail"}},
            {"name": "skip", "endpoint": "/skip", "on_status": {"410": "skip"}},
            {"name": "accepted", "endpoint": "/accepted", "on_status": {"202": "retry"}},
            {"name": "any", "endpoint": "/any", "on_status": {"4xx": "ignore", "404": "retry"}},
            {"name": "nothing", "endpoint": "/nothing"},
            {"name": "forbidden", "endpoint": "/forbidden"}])
        status, said = project.run()
        assert status == 2, said
        assert "/fail: status 503" in said and "closed" in said and len(api.of("/fail")) == 1
        assert "AUTH001" in said and "/forbidden: status 403" in said and len(api.of("/forbidden")) == 1
        assert project.rows("bronze.s_retry", "id") == ROWS == project.rows("bronze.s_accepted", "id")
        assert len(api.of("/skip")) == len(api.of("/nothing")) == 1 and len(api.of("/any")) == 2


def test_headers(tmp_path):
    def route(asked):
        named = asked.headers["x-client"] == "ingot" and asked.headers["x-team"] == "canary-9z" and asked.headers["accept"] == "application/vnd.t+json"
        return ROWS if named else Answer({"echo": asked.headers}, 400)

    with Api({"/t": route}) as api:
        table = {"name": "t", "endpoint": "/t", "headers": {"accept": "application/vnd.t+json", "X-Client": "ingot"}}
        project = Project(tmp_path, api.url, [table], headers={"X-Client": "another", "X-Team": "secret://env/TEAM"})
        status, said = project.run()
        assert status == 1 and "AUTH001" in said and "TEAM" in said and not api.asked, said
        project.ok(TEAM="canary-9z")
        assert project.rows(order="id") == ROWS


def test_limits_across_children(tmp_path):
    """max_records counts the rows of all parents, max_pages those of each."""
    def lines(asked):
        return {"items": [{"n": int(asked.query["offset"]) + i} for i in range(2)], "total": 100}

    with Api({"/orders": lambda asked: [{"id": 1}, {"id": 2}, {"id": 3}], "*": lines}) as api:
        child = {"endpoint": "/o/{parent.id}", "parent": {"table": "orders", "include": ["id"]}}
        project = Project(tmp_path, api.url, [
            {"name": "orders", "endpoint": "/orders"},
            child | {"name": "rows", "paginate": {"type": "offset", "limit": 2, "total_path": "total", "max_records": 5}},
            child | {"name": "pages", "paginate": {"type": "offset", "limit": 2, "total_path": "total", "max_pages": 2}}])
        project.ok()
        assert [row["_parent_id"] for row in project.rows("bronze.s_rows")] == [1] * 5
        assert [row["_parent_id"] for row in project.rows("bronze.s_pages", "_parent_id")] == [1] * 4 + [2] * 4 + [3] * 4


def test_an_endless_page_number_is_bounded_by_records(tmp_path):
    with Api({"/t": lambda asked: {"items": [{"n": int(asked.query["page"]) * 2 + i} for i in range(2)]}}) as api:
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": {"type": "page", "size": 2, "max_records": 7}}], concurrency=4)
        project.ok()
        assert len(project.rows()) == 7 and len(api.asked) <= 8


SCHEMA = {
    "$id": "https://shop.example/orders", "type": "object", "required": ["items"],
    "properties": {"items": {"type": "array", "items": {"$ref": "#/$defs/order"}}},
    "$defs": {
        "order": {"type": "object", "required": ["id"], "properties": {
            "id": {"oneOf": [{"type": "integer", "minimum": 1}, {"type": "string", "maxLength": 4}]},
            "state": {"not": {"enum": ["gone"]}, "pattern": "^[a-z]+$"},
            "parts": {"type": "array", "items": {"$ref": "#/$defs/order"}},
            "tags": {"type": "object", "minProperties": 1, "propertyNames": {"pattern": r"^[\w\u00e9-]+$"},
                     "patternProperties": {"^n_": {"type": "number", "multipleOf": 0.1}}, "dependentRequired": {"a": ["b"]}},
            "lines": {"contains": {"const": "total"}, "uniqueItems": True},
            "pair": {"prefixItems": [{"type": "string"}, {"type": "number"}], "items": False},
            "net": {"type": "object", "properties": {
                "at": {"format": "date-time"}, "day": {"format": "date"}, "clock": {"format": "time"}, "mail": {"format": "email"},
                "link": {"format": "uri"}, "name": {"format": "hostname"}, "v4": {"format": "ipv4"}, "v6": {"format": "ipv6"},
                "id": {"format": "uuid"}, "count": {"format": "int64"}}},
            "price": {"if": {"type": "string"}, "then": {"pattern": "EUR$"}, "else": {"minimum": 0}}}}}}
ANSWERS = {
    "good": ({"items": [{"id": 1, "state": "new", "parts": [{"id": "a"}], "tags": {"n_x": 0.3, "é": "x"}, "lines": ["a", "total", 1, 9007199254740993, 9007199254740992, [1], {"a": [1, 2]}, {"a": [2, 1]}, "1", True, None], "pair": ["EUR", 1],
                         "price": "1 EUR", "net": {
        "at": "2024-02-29T23:59:60.5+02:00", "day": "2024-02-29", "clock": "08:00:00Z", "mail": "o'neil+x@example.co", "link": "urn:isbn:1%20",
        "name": "a-b.example", "v4": "127.0.0.1", "v6": "::ffff:1.2.3.4", "id": "A0EEBC99-9c0b-4ef8-bb6d-6bb9bd380a11", "count": 1}}]}, None),
    "none of oneOf": ({"items": [{"id": 0}]}, "items[0].id meets 0 of oneOf, not one"),
    "deep in what refers to itself": ({"items": [{"id": 1, "parts": [{"id": 2, "parts": [{}]}]}]}, "items[0].parts[0].parts[0].id is missing"),
    "what it must not": ({"items": [{"id": 1, "state": "gone"}]}, "items[0].state meets what it must not"),
    "pattern": ({"items": [{"id": 1, "state": "New"}]}, 'items[0].state is "New", against pattern "^[a-z]+$"'),
    "name of a member": ({"items": [{"id": 1, "tags": {"a b": 1}}]}, 'the name items[0].tags.a b is "a b", against pattern'),
    "member of a pattern": ({"items": [{"id": 1, "tags": {"n_x": 0.35}}]}, "items[0].tags.n_x is 0.35, against multipleOf"),
    "what belongs together": ({"items": [{"id": 1, "tags": {"a": 1}}]}, "items[0].tags.b is missing beside a"),
    "element": ({"items": [{"id": 1, "lines": ["a"]}]}, "items[0].lines has no element that contains: describes"),
    "twice": ({"items": [{"id": 1, "lines": ["total", {"a": 1, "b": [2]}, {"b": [2.0], "a": 1.0}]}]}, "items[0].lines[2] is what [1] is, against uniqueItems"),
    "prefix": ({"items": [{"id": 1, "pair": ["EUR", "1"]}]}, 'items[0].pair[1] is string, not "number"'),
    "behind the prefix": ({"items": [{"id": 1, "pair": ["EUR", 1, 2]}]}, "items[0].pair[2] may not be there"),
    "then": ({"items": [{"id": 1, "price": "1 USD"}]}, 'items[0].price is "1 USD", against pattern "EUR$"'),
    "else": ({"items": [{"id": 1, "price": -1}]}, "items[0].price is -1, against minimum"),
    "too few members": ({"items": [{"id": 1, "tags": {}}]}, "items[0].tags has 0 members, against minProperties 1"),
}


for name, value in {"at": "2023-02-29T00:00:00Z", "day": "2024-2-1", "clock": "8:00", "mail": "a@b@c", "link": "/relative", "name": "-a",
                    "v4": "1.2.3.256", "v6": ":::", "id": "a0eebc99"}.items():
    ANSWERS[f"format {name}"] = ({"items": [{"id": 1, "net": {name: value}}]}, f'items[0].net.{name} is "{value}", which is no ')


@pytest.mark.parametrize("kind", ANSWERS)
def test_answers_meet_a_schema(tmp_path, kind):
    answer, wrong = ANSWERS[kind]
    with Api({"/t": lambda asked: answer}) as api:
        status, said = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "response_schema": SCHEMA}]).run()
        assert (status == 0) if wrong is None else (status == 2 and "EXT104" in said and wrong in said), said
