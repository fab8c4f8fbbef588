"""The API for programs and for the widget: JSON in, JSON out, one shape for errors."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, current_app, jsonify

from web import clock
from web.chat.conversations import Answer, Turn
from web.knowledge.entries import as_json, as_row
from web.pages.api import schemas
from web.pages.api.openapi import document
from web.pages.api.operation import no_store, operation
from web.push import widget
from web.rate_limit import limited
from web.services import desk
from web.text import clean
from web.tickets.news import steps

bp = Blueprint("api", __name__)
bp.after_request(no_store)


@bp.post("/api/v1/chat")
@limited
@operation("提问", schemas.ChatAnswer, body=schemas.ChatRequest, errors=(400, 404, 413, 422, 429, 503))
def chat(body: schemas.ChatRequest) -> dict[str, Any]:
    """Answer one message."""
    reply = desk().chat.ask(body.message, body.conversation_id, body.message_id)
    return {"conversation_id": reply.conversation_id, "turn_id": reply.turn_id, **_answer(reply.answer)}


@bp.get("/api/v1/conversations/<conversation_id>")
@operation("会话记录", schemas.History, errors=(404,))
def history(conversation_id: str) -> dict[str, Any]:
    """Return the latest turns of a conversation, oldest first."""
    turns = desk().conversations.history(conversation_id)
    return {"conversation_id": conversation_id, "turns": [_turn(turn) for turn in turns]}


@bp.get("/api/v1/conversations/<conversation_id>/events")
@operation("人工坐席的消息与诉求进度", schemas.Events, query=schemas.EventsQuery, errors=(404, 422))
def events(query: schemas.EventsQuery, conversation_id: str) -> dict[str, Any]:
    """Return what people of the staff said, how appeals and bookings went on, and when to ask again."""
    told = desk().live.news(conversation_id, query.after)
    found, seen = steps(desk().tickets, conversation_id, query.seen)
    pushes, pushed = widget.fetched(desk().engine, desk().serving.ways.of(conversation_id), query.pushed)
    return {
        **told,
        "steps": [{**vars(one), "at": clock.iso(one.at)} for one in found],
        "seen": seen,
        "pushes": [_push(one) for one in pushes],
        "pushed": pushed,
    }


@bp.post("/api/v1/search")
@limited
@operation("检索", schemas.SearchAnswer, body=schemas.SearchRequest, errors=(400, 413, 422, 429, 503))
def search(body: schemas.SearchRequest) -> dict[str, Any]:
    """Return the passages found for a query, best first."""
    query = clean(body.query, desk().settings.message_limit)
    with desk().metrics.search_seconds.time():
        found = desk().search.find(query, top_k=body.top_k, kinds=tuple(body.kinds), on=body.on)
    hits = [
        {
            "entry_id": hit.entry_id,
            "title": hit.title,
            "section": hit.section,
            "text": hit.text,
            "score": hit.score,
            "found_by": list(hit.found_by),
            "kind": hit.kind,
            "facet": hit.facet,
            "version": hit.version,
            "state": hit.state,
            "url": f"/entries/{hit.entry_id}",
        }
        for hit in found.hits[: body.top_k]
    ]
    standing = {"answerable": found.answerable, "confidence": found.confidence, "band": found.band}
    return {"hits": hits, **standing, "index_version": found.index_version}


@bp.post("/api/v1/feedback")
@limited
@operation("评价", schemas.Done, body=schemas.FeedbackRequest, errors=(400, 404, 413, 422, 429))
def feedback(body: schemas.FeedbackRequest) -> dict[str, Any]:
    """Keep a vote on a turn, or take it back."""
    desk().feedback.vote(body.turn_id, body.value, body.reasons, body.comment)
    desk().metrics.votes.labels(body.value).inc()
    return {"ok": True}


@bp.get("/api/v1/entries")
@operation("条目列表", schemas.EntriesAnswer, query=schemas.EntriesQuery, errors=(422,))
def entries(query: schemas.EntriesQuery) -> dict[str, Any]:
    """Return one page of the entries that match."""
    page = desk().entries.page(kind=query.kind, theme=query.theme, q=query.q, number=query.page, size=query.page_size)
    items = [as_row(entry) for entry in page.items]
    return {"total": page.total, "page": page.number, "page_size": page.size, "items": items}


@bp.get("/api/v1/entries/<entry_id>")
@operation("一个条目", schemas.EntryAnswer, errors=(404,))
def entry(entry_id: str) -> dict[str, Any]:
    """Return all fields of one entry."""
    return as_json(desk().entries.get(entry_id))


@bp.get("/api/v1/openapi.json")
def openapi() -> Response:
    """Return the OpenAPI document."""
    return jsonify(document(current_app._get_current_object(), desk().settings.desk_name))  # type: ignore[attr-defined]


@bp.get("/healthz")
@operation("进程是否在运行", schemas.Alive)
def healthz() -> dict[str, Any]:
    """Say that the process answers."""
    return {"ok": True}


@bp.get("/readyz")
@operation("能否回答问题，逐个部件", schemas.Ready, errors=(503,))
def readyz() -> tuple[dict[str, Any], int]:
    """Return the state of each component; 503 while one of them is missing."""
    components = desk().health.components()
    ok = all(component["ok"] for component in components.values())
    return {"ok": ok, "components": components}, 200 if ok else 503


@bp.get("/metrics")
def metrics() -> Response:
    """Return the counters in Prometheus' text form."""
    return Response(desk().metrics.text(), mimetype="text/plain; version=0.0.4")


def _push(one: widget.Shown) -> dict[str, Any]:
    shown = {"title": one.title, "text": one.text, "at": clock.iso(one.at)}
    return {**shown, "url": one.link, "unsubscribe": one.unsubscribe}


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "outcome": answer.outcome,
        "messages": list(answer.messages),
        "sources": list(answer.sources),
        "confidence": answer.confidence,
        "intent": {"name": answer.act, "confidence": answer.act_confidence},
    }


def _turn(turn: Turn) -> dict[str, Any]:
    answer = desk().chat.shown(turn.answer) if turn.answer else Answer("error" if turn.error else "", ())
    return {
        "turn_id": turn.id,
        "asked_at": clock.iso(turn.asked_at),
        "question": turn.question,
        **_answer(answer),
        "feedback": turn.vote,
        "error": turn.error,
    }
