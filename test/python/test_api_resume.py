"""An API run that is killed, or fails, in the middle of its pages: the next one goes on at that page, whatever leads from one to the next."""
import time

import pytest
from api_project import INGOT, Project
from api_server import Answer, Api

pytestmark = pytest.mark.skipif(not INGOT, reason="INGOT names no program")
PAGES, AT = 30, 17
ROWS = [{"id": i} for i in range(2 * PAGES)]


def piece(number: int) -> list[dict]:
    return ROWS[2 * number:2 * number + 2]


def by_cursor(asked, _):
    at = int(asked.query.get("cursor", "c0")[1:])
    return at, {"items": piece(at), "next_cursor": f"c{at + 1}" if at + 1 < PAGES else None}


def by_link(asked, api):
    at = int(asked.query.get("at", "0"))
    return at, Answer(piece(at), headers={"Link": f'<{api.url}/t?at={at + 1}>; rel="next"'} if at + 1 < PAGES else {})


def by_url(asked, _):
    at = int(asked.query.get("at", "0"))
    return at, {"items": piece(at), "next": f"/t?at={at + 1}" if at + 1 < PAGES else None}


def by_offset(asked, _):
    at = int(asked.query["offset"]) // 2
    return at, {"items": piece(at), "total": len(ROWS)}


KINDS = {
    "cursor": (by_cursor, {"type": "cursor"}),
    "link_header": (by_link, {"type": "link_header"}),
    "next_url": (by_url, {"type": "next_url"}),
    "offset": (by_offset, {"type": "offset", "limit": 2, "total_path": "total"}),
}


class Halting:
    """Answers until the page that `halt` holds; then it waits, or says that it is out of order."""

    def __init__(self, route, halt):
        self.route, self.halt, self.is_halting, self.reached, self.at = route, halt, True, False, []
        self.api = None

    def __call__(self, asked):
        at, answer = self.route(asked, self.api)
        self.at.append(at)
        if at >= AT and self.is_halting:
            self.reached = True
            return Answer({}, 500) if self.halt == "fails" else Answer({}, delay=20)
        return answer

    def kill_at_it(self, process):
        until = time.monotonic() + 60
        while not self.reached and time.monotonic() < until:
            time.sleep(0.01)
        process.kill()
        process.communicate()


@pytest.mark.parametrize("halt", ["fails", "is killed"])
@pytest.mark.parametrize("kind", KINDS)
def test_goes_on_at_the_page(tmp_path, kind, halt):
    route, paginate = KINDS[kind]
    server = Halting(route, halt)
    with Api({"/t": server}) as api:
        server.api = api
        project = Project(tmp_path, api.url, [{"name": "t", "endpoint": "/t", "paginate": paginate}], concurrency=1, timeout="30s")
        if halt == "fails":
            status, said = project.run()
            assert status == 2 and "RETRY001" in said, said
        else:
            server.kill_at_it(project.start("run", "--date", "2026-01-01"))
        assert project.parts() == []
        server.is_halting, before = False, len(server.at)
        project.ok()
        assert server.at[before:] == list(range(AT, PAGES))
        assert project.rows(order="id") == ROWS


@pytest.mark.parametrize("halt", ["fails", "is killed"])
def test_goes_on_at_the_child(tmp_path, halt):
    def lines(asked, _):
        at = int(asked.path.split("/")[2])
        return at, [{"of": at, "line": i} for i in range(2)]

    server = Halting(lines, halt)
    with Api({"/orders": lambda asked: ROWS[:PAGES], "*": server}) as api:
        project = Project(tmp_path, api.url, [
            {"name": "orders", "endpoint": "/orders"},
            {"name": "lines", "endpoint": "/orders/{parent.id}/lines", "parent": {"table": "orders", "include": ["id"]}}], concurrency=1, timeout="30s")
        if halt == "fails":
            assert project.run()[0] == 2
        else:
            server.kill_at_it(project.start("run", "--date", "2026-01-01"))
        server.is_halting, before = False, len(server.at)
        project.ok()
        assert server.at[before:] == list(range(AT, PAGES))
        assert project.rows("bronze.s_lines", "of, line") == [{"_parent_id": of, "of": of, "line": line} for of in range(PAGES) for line in range(2)]


def test_other_options_begin_anew(tmp_path):
    server = Halting(by_cursor, "fails")
    with Api({"/t": server}) as api:
        table = {"name": "t", "endpoint": "/t", "paginate": {"type": "cursor"}}
        assert Project(tmp_path, api.url, [dict(table)]).run()[0] == 2
        server.is_halting, before = False, len(server.at)
        project = Project(tmp_path, api.url, [table | {"params": {"state": "all"}}])
        project.ok()
        assert server.at[before:] == list(range(PAGES)) and project.rows(order="id") == ROWS
