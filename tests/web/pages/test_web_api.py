"""The API beside the chat: search, entries, votes, health, metrics, and a document that cannot drift from the code."""

import datetime as dt

import pytest
import sqlalchemy as sa
from fake_site import open_site, some_entries
from fake_staff import make_person
from flask.testing import FlaskClient

from kb.settings import Settings
from retriever.errors import EncoderMismatch, IndexMissing
from web.chat.tables import feedback
from web.knowledge.search import Search

CHANNELS = "/api/v1/channels/"  # they speak the vendors' forms, checked with the vendors' samples
IMPORT = "/api/v1/profiles/import"


def test_search_gives_hits_best_first(site):
    body = site.client.post("/api/v1/search", json={"query": "开公司需要什么材料", "top_k": 3}).get_json()
    scores = [hit["score"] for hit in body["hits"]]
    assert len(scores) == 3
    assert scores == sorted(scores, reverse=True)
    assert body["hits"][0]["entry_id"] == "A1-company-setup"
    assert (body["answerable"], body["index_version"]) == (True, "fake-1")


def test_search_takes_kinds_and_day(site):
    query = {"query": "开餐饮店", "kinds": ["package"], "on": "2026-01-01"}
    hits = site.client.post("/api/v1/search", json=query).get_json()["hits"]
    assert {hit["kind"] for hit in hits} == {"package"}


@pytest.mark.parametrize("more", [{"top_k": 0}, {"top_k": 51}, {"kinds": ["x"]}, {"on": "昨天"}, {"k": 1}])
def test_search_refuses_what_it_cannot_use(site, more):
    assert site.client.post("/api/v1/search", json={"query": "开公司", **more}).status_code == 422


def test_search_without_an_index_names_the_cure(settings):
    def missing():
        raise IndexMissing("还没有索引，请运行 `python -m retriever index`")

    search = Search(missing)
    with open_site(settings) as site:
        object.__setattr__(site.desk, "search", search)
        reply = site.client.post("/api/v1/search", json={"query": "开公司"})
    assert (reply.status_code, reply.get_json()["error"]) == (503, "search_down")
    assert "python -m retriever index" in reply.get_json()["detail"]


def test_entries_are_paged_and_filtered(site):
    page = site.client.get("/api/v1/entries?page_size=2&page=2").get_json()
    assert (page["total"], page["page"], page["page_size"], len(page["items"])) == (6, 2, 2, 2)
    packages = site.client.get("/api/v1/entries?kind=package").get_json()
    assert [item["id"] for item in packages["items"]] == ["O1-open-restaurant"]
    assert site.client.get("/api/v1/entries?q=章程没有这个").get_json()["total"] == 0
    assert site.client.get("/api/v1/entries?q=开公司").get_json()["total"] >= 1


def test_entry_has_all_its_fields(site):
    body = site.client.get("/api/v1/entries/A1-company-setup").get_json()
    assert {"id", "kind", "topic", "title", "version", "status", "sources", "body", "faq", "state", "url"} <= set(body)
    assert body["body"]["materials"][2]["name"] == "公司章程"
    assert body["effective_from"] == "2024-07-01"


def test_draft_is_nobodys_business(site):
    draft = some_entries()[0].copy(update={"id": "draft-1", "status": "draft"})
    site.desk.entries._store.save(draft, author="测试")
    assert site.client.get("/api/v1/entries/draft-1").status_code == 404
    assert site.client.get("/entries/draft-1").status_code == 404
    assert site.client.get("/api/v1/entries").get_json()["total"] == 6


def votes(site):
    with site.desk.engine.connect() as connection:
        return [tuple(row)[:4] for row in connection.execute(sa.select(feedback))]


def test_vote_is_kept_changed_and_taken_back(site):
    reply = site.ask("开公司需要什么材料").get_json()
    turn = reply["turn_id"]

    def vote(value, **more):
        return site.client.post("/api/v1/feedback", json={"turn_id": turn, "value": value, **more}).get_json()

    assert vote("up") == {"ok": True}
    assert votes(site) == [(turn, "up", [], "")]
    vote("down", reasons=["答案不完整"], comment="缺少例外，电话13812345678")
    assert votes(site)[0][:3] == (turn, "down", ["答案不完整"])
    assert "13812345678" not in votes(site)[0][3]
    assert site.turns(reply["conversation_id"])[0]["feedback"] == "down"
    vote("none")
    assert votes(site) == []
    assert site.turns(reply["conversation_id"])[0]["feedback"] == ""


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"turn_id": "no-such-turn-0000000000", "value": "up"}, 404),
        ({"turn_id": "x", "value": "maybe"}, 422),
        ({"value": "up"}, 422),
        ({"turn_id": "x", "value": "down", "reasons": ["a"] * 11}, 422),
        ({"turn_id": "x", "value": "down", "comment": "a" * 501}, 422),
    ],
)
def test_vote_that_cannot_be_kept_is_refused(site, body, status):
    assert site.client.post("/api/v1/feedback", json=body).status_code == status


def test_alive_says_so(site):
    assert site.client.get("/healthz").get_json() == {"ok": True}


def test_ready_names_every_component(site):
    site.desk.search.find("开公司")
    reply = site.client.get("/readyz")
    assert reply.status_code == 200
    assert set(reply.get_json()["components"]) == {"database", "index", "encoder", "rasa", "actions"}


def test_not_ready_while_the_dialogue_is_down(site):
    site.desk.rasa._base = "http://127.0.0.1:9"
    reply = site.client.get("/readyz")
    assert reply.status_code == 503
    assert reply.get_json()["components"]["rasa"]["ok"] is False


def test_not_ready_with_an_index_of_another_encoder():
    def other():
        raise EncoderMismatch("索引是用别的编码器建的，请运行 `python -m retriever index`")

    search = Search(other)
    search.warm()
    search._warming.join()
    state = search.state()
    assert (state.usable, state.encoder_fits) == (False, False)
    assert "python -m retriever index" in state.detail


def test_empty_knowledge_base_is_not_ready(tmp_path):
    with open_site(Settings(data_dir=tmp_path, rate_limit="off"), entries=()) as site:
        assert site.client.get("/readyz").get_json()["components"]["database"]["ok"] is False


def test_metrics_count_turns_by_outcome(site):
    site.ask("开公司需要什么材料")
    site.ask("你好")
    text = site.client.get("/metrics").text
    assert 'qxb_turns_total{outcome="answered"} 1.0' in text
    assert 'qxb_turns_total{outcome="smalltalk"} 1.0' in text
    assert "qxb_turn_seconds_bucket" in text
    assert 'qxb_http_requests_total{endpoint="api.chat",status="200"} 2.0' in text


def spec(site):
    return site.client.get("/api/v1/openapi.json").get_json()


def test_document_lists_every_call_of_the_api(site):
    rules = {
        rule.rule.replace("<", "{").replace(">", "}")
        for rule in site.app.url_map.iter_rules()
        if rule.endpoint.startswith("api.")
    }
    assert rules - set(spec(site)["paths"]) == {"/api/v1/openapi.json", "/metrics"}


TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "number": (int, float), "integer": int}


def conforms(value, schema, definitions):
    """Whether a JSON value has the shape of a schema: types, required keys, choices."""
    if "$ref" in schema:
        return conforms(value, definitions[schema["$ref"].rsplit("/", 1)[1]], definitions)
    if "anyOf" in schema:
        return any(conforms(value, option, definitions) for option in schema["anyOf"])
    if value is None:
        return True
    inner = True
    if isinstance(value, dict):
        known = schema.get("properties", {})
        inner = set(schema.get("required", ())) <= set(value) and all(
            conforms(value[name], known[name], definitions) for name in value if name in known
        )
    elif isinstance(value, list):
        inner = all(conforms(item, schema.get("items", {}), definitions) for item in value)
    fits = "type" not in schema or isinstance(value, TYPES[schema["type"]])
    return inner and fits and ("enum" not in schema or value in schema["enum"])


def test_answers_have_the_documented_shape(site):
    document = spec(site)
    definitions = document["components"]["schemas"]
    site.desk.search.find("开公司")
    chat = site.ask("开公司需要什么材料").get_json()
    records = {"records": [{"code": "123", "name": "甲公司"}], "dry": True}
    token = site.desk.accounts.tokens.make(make_person(site, "yun", "operator"), "招商系统", "profiles.import", 30)
    imported = site.client.post(IMPORT, json=records, headers={"Authorization": f"Bearer {token}"}).get_json()
    answers = {
        ("post", IMPORT): imported,
        ("post", "/api/v1/chat"): chat,
        ("post", "/api/v1/search"): site.client.post("/api/v1/search", json={"query": "开公司"}).get_json(),
        ("post", "/api/v1/feedback"): {"ok": True},
        ("get", "/api/v1/entries"): site.client.get("/api/v1/entries").get_json(),
        ("get", "/api/v1/entries/{entry_id}"): site.client.get("/api/v1/entries/A1-company-setup").get_json(),
        ("get", "/api/v1/conversations/{conversation_id}"): site.client.get(
            f"/api/v1/conversations/{chat['conversation_id']}"
        ).get_json(),
        ("get", "/api/v1/conversations/{conversation_id}/events"): site.client.get(
            f"/api/v1/conversations/{chat['conversation_id']}/events"
        ).get_json(),
        ("get", "/healthz"): site.client.get("/healthz").get_json(),
        ("get", "/readyz"): site.client.get("/readyz").get_json(),
    }
    documented = {(method, path) for path, methods in document["paths"].items() for method in methods}
    assert set(answers) == {one for one in documented if not one[1].startswith(CHANNELS)}
    for (method, path), answer in answers.items():
        content = document["paths"][path][method]["responses"]["200"]["content"]
        assert conforms(answer, content["application/json"]["schema"], definitions), path


def test_errors_have_the_documented_shape(site):
    definitions = spec(site)["components"]["schemas"]
    assert conforms(site.ask(" ").get_json(), definitions["Error"], definitions)
    assert not conforms({"ok": False}, definitions["Error"], definitions)


def limited(tmp_path, rate="3 per minute"):
    return open_site(Settings(data_dir=tmp_path, rate_limit=rate))


def test_one_visitor_may_ask_so_often_and_no_more(tmp_path):
    with limited(tmp_path) as site:
        statuses = [site.ask("你好").status_code for _ in range(4)]
        assert statuses == [200, 200, 200, 429]
        reply = site.ask("你好")
        assert reply.get_json()["error"] == "rate_limited"
        assert int(reply.headers["Retry-After"]) <= 60
        assert site.client.get("/api/v1/entries").status_code == 200
        other = FlaskClient(site.app)
        other.environ_base = {"REMOTE_ADDR": "192.0.2.7"}
        assert other.post("/api/v1/chat", json={"message": "你好"}).status_code == 200


def test_limit_switched_off_is_no_limit(site):
    assert {site.ask("你好").status_code for _ in range(30)} == {200}


def test_day_is_chinas_day():
    from web import clock

    assert abs((clock.today() - dt.datetime.now(dt.timezone.utc).date()).days) <= 1
    assert clock.local(dt.datetime(2026, 11, 22, 16, 30)) == "2026-11-23 00:30"
    assert clock.iso(dt.datetime(2026, 11, 22, 6, 30)) == "2026-11-22T06:30:00Z"
