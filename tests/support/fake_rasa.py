"""A dialogue server that computes: it finds answers by shared characters and speaks Rasa's REST form."""

import datetime as dt
import itertools
import json
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kb.facets import facets
from retriever.search.results import Candidate, Found, Hit

FACETS = {"材料": "materials", "条件": "conditions", "流程": "steps", "多久": "time", "钱": "fee", "哪里": "place"}
GREETINGS = ("你好", "您好")
SHARED = 0.62


def pairs(text):
    """The pairs of neighbouring characters of a text."""
    letters = [char for char in text if char.isalnum()]
    return {left + right for left, right in itertools.pairwise(letters)}


def likeness(question, text):
    """How much two wordings share (0-1), both lengths counted."""
    asked, said = pairs(question), pairs(text)
    return 2 * len(asked & said) / max(1, len(asked) + len(said))


def mention(question, name):
    """The share (0-1) of a name that stands in the question."""
    said = pairs(name)
    return len(pairs(question) & said) / max(2, len(said))


class CharacterSearcher:
    """Finds parts of entries whose names, questions or aliases share characters with the question."""

    version = "fake-1"

    def __init__(self, entries):
        self.entries = {entry.id: entry for entry in entries}

    def search(self, question, *, top_k=5, kinds=(), on=None, within=""):
        """The parts that are most like the question, best first."""
        found = []
        for entry in self.entries.values():
            if (kinds and entry.kind not in kinds) or (within and entry.id != within):
                continue
            named = [mention(question, name) for name in (entry.title, *entry.aliases)]
            about = max([*named, *(likeness(question, text) for text in entry.questions)])
            for part in facets(entry):
                asked = max([likeness(question, text) for text in part.questions], default=0.0)
                score = max(asked, about * (1.0 if facet_named(question) == part.name else 0.9))
                found.append(self._hit(entry, part, score))
        found.sort(key=lambda hit: (-hit.score, hit.entry_id, hit.key))
        best = found[0].score if found else 0.0
        return Found(
            question=question,
            confidence=best,
            band="answer" if best >= SHARED else "clarify" if best >= 0.4 else "refuse",
            hits=tuple(found[:top_k]),
            candidates=tuple(self._candidates(found)),
            on=on or dt.date.today(),
            index_version=self.version,
        )

    def _hit(self, entry, part, score):
        names = (entry.id, entry.version, entry.kind, entry.title, part.name, part.key, part.heading, part.text)
        return Hit(*names, score, ("words",))

    def _candidates(self, hits):
        best = {}
        for hit in hits:
            best.setdefault(hit.entry_id, Candidate(hit.entry_id, hit.title, hit.score, hit))
        return list(best.values())[:3]


def facet_named(question):
    """The facet that a word of the question names."""
    return next((facet for word, facet in FACETS.items() if word in question), "")


class FakeRasa:
    """What the dialogue server and the action server say. `mood` makes them fail in one way or another."""

    def __init__(self, searcher):
        self.searcher = searcher
        self.mood = "well"  # well, silent (no action server), garbled, odd, broken, slow
        self.open = threading.Event()  # cleared, no turn is answered
        self.open.set()
        self.heard = []
        self.busy = {}
        self.overlaps = 0
        self.current = {}

    def answer(self, sender, text, metadata):
        """The items of one turn."""
        self.heard.append((sender, text, metadata))
        self.busy[sender] = self.busy.get(sender, 0) + 1
        self.overlaps += self.busy[sender] > 1
        self.open.wait(60)
        self.busy[sender] -= 1
        if self.mood == "silent":
            return []
        if self.mood == "odd":
            return [{"recipient_id": sender, "custom": {"outcome": "no such outcome"}}]
        if any(word in text for word in GREETINGS):
            return [{"recipient_id": sender, "text": "您好，"}, {"recipient_id": sender, "text": "请问要办什么事？"}]
        return [{"recipient_id": sender, "custom": self._payload(sender, text)}]

    def parsed(self, text):
        """What the classifier holds a message for: every one is a question, a little surer where a part is named."""
        act, sure = ("ask_facet", 0.6) if facet_named(text) else ("ask_guide", 0.5)
        return {"intent": {"name": act, "confidence": sure}, "intent_ranking": []}

    def _payload(self, sender, text):
        if text.startswith("我要反映"):
            return self._appeal(text)
        if text.startswith("我要订阅"):
            return {
                "outcome": "form",
                "text": "已登记。",
                "act": "subscribe",
                "confidence": 1,
                "command": {"name": "subscription.save", "args": {"topic": text, "phone": "13812345678"}},
            }
        if text.startswith("命令 "):  # a test says itself what the dialogue decided
            return {
                "outcome": "form",
                "text": "好的。",
                "act": "form",
                "confidence": 1,
                "command": json.loads(text[3:]),
            }
        if text == "转人工":
            said = "人工坐席工作日 9:00-17:00 在线，您也可以直接拨打 12345。"
            return {"outcome": "handoff", "text": said, "act": "contact_person", "confidence": 0.99}
        wanted = facet_named(text)
        found = self.searcher.search(text)
        if found.band != "answer" and wanted and sender in self.current:
            found = self.searcher.search(self.current[sender][1] + text, within=self.current[sender][0])
        if found.band == "refuse":
            return {
                "outcome": "no_answer",
                "text": "这个问题我还没有可靠的答案。您可以换个说法，或留言由工作人员答复。",
                "act": "out_of_scope",
                "confidence": round(found.confidence, 3),
                "suggestions": ["开公司要什么材料", "社保怎么缴费", "我要留言"],
            }
        if found.band == "clarify":
            near = [{"entry_id": item.entry_id, "title": item.title, "label": item.title} for item in found.candidates]
            said = "您问的可能是下面几项中的一项，请选一项。"
            return {"outcome": "clarify", "text": said, "candidates": near, "act": "ask_guide", "confidence": 0.4}
        return self._answered(sender, found, wanted)

    def _answered(self, sender, found, wanted):
        hit = found.hits[0]
        entry = self.searcher.entries[hit.entry_id]
        self.current[sender] = (entry.id, entry.title)
        parts = {part.key: part for part in facets(entry)}
        part = parts[hit.key] if hit.facet == "faq" else parts.get(wanted, parts[hit.key])
        source = {"entry_id": entry.id, "title": entry.title, "section": part.heading, "version": entry.version}
        dates = {"effective_from": entry.effective_from, "effective_to": entry.effective_to}
        shown = {name: day and day.isoformat() for name, day in dates.items()}
        return {
            "outcome": "answered",
            "text": part.text,
            "entry": entry.id,
            "version": entry.version,
            "facet": part.name,
            "key": part.key,
            "confidence": hit.score,
            "act": "ask_facet" if wanted else "ask_guide",
            "act_confidence": 0.93,
            "sources": [{**source, **shown, "score": hit.score}],
            "suggestions": ["要多久？", "要花钱吗？", "去哪里办？"],
            "why": [{"entry_id": entry.id, "key": part.key, "score": hit.score, "found_by": ["words"], "matched": []}],
        }

    def _appeal(self, text):
        args = {"what": text, "phone": "13812345678"}
        command = {"name": "ticket.create", "args": args}
        return {"outcome": "form", "text": "已为您登记。", "act": "report_appeal", "confidence": 1, "command": command}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet: two would wait 40 ms for each other
    fake = None

    def do_GET(self):
        self._send({"status": "ok"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        if self.path == "/model/parse":
            self._send(self.fake.parsed(body["text"]))
            return
        items = self.fake.answer(body["sender"], body["message"], body["metadata"])
        if self.fake.mood == "broken":
            self.send_error(500)
        elif self.fake.mood == "garbled":
            self._send(None, b"<html>")
        else:
            self._send(items)

    def _send(self, data, raw=None):
        raw = json.dumps(data).encode() if raw is None else raw
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_):
        """Say nothing on the terminal."""


@contextmanager
def serving(fake):
    """Serve the fake on a free port of this machine; yields the port."""
    handler = type("Handler", (_Handler,), {"fake": fake})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
