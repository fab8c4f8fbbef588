"""What is put right in Rasa's habits: connections stay, replies are looked at once, a vector is not made twice."""

import asyncio
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace

import numpy as np
import pytest
from fakes import FakeEncoder
from running import finished

from rasa_project.server import _connections, _plain
from retriever.search.question_vectors import QuestionVectors, packed

SLOT = {"event": "slot", "timestamp": None, "name": "current_entry", "value": "A1"}


@pytest.fixture
def server():
    """A server on this machine that counts how often somebody connects; `close` ends every connection."""
    seen = SimpleNamespace(connections=0, calls=0, close=False)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self):
            seen.connections += 1
            super().setup()

        def do_POST(self):
            self.rfile.read(int(self.headers["Content-Length"]))
            seen.calls += 1
            self.close_connection = seen.close
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            """Say nothing."""

    listening = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=listening.serve_forever, daemon=True).start()
    seen.url = f"http://127.0.0.1:{listening.server_port}/webhook"
    yield seen
    listening.shutdown()
    listening.server_close()


def calls(server, count):
    """Call as Rasa does, one call after the other."""
    endpoint = SimpleNamespace(headers={})

    async def talk():
        for _ in range(count):
            async with _connections(endpoint) as session, session.post(server.url, json={"next_action": "x"}) as reply:
                assert await reply.json(content_type=None) == {}
            await asyncio.sleep(0.05)
        await session.close()

    finished(talk())


def test_calls_one_after_the_other_use_one_connection(server):
    calls(server, 4)
    assert (server.calls, server.connections) == (4, 1)


def test_a_connection_that_the_other_side_closed_is_made_anew(server):
    server.close = True
    calls(server, 3)
    assert (server.calls, server.connections) == (3, 3)


@pytest.mark.parametrize(
    ("result", "plain"),
    [
        ({"events": [SLOT], "responses": [{"text": "好"}]}, True),
        ({"events": [], "responses": []}, True),
        ({"events": [{"event": "slot"}], "responses": []}, False),
        ({"events": [{"event": "restart"}], "responses": []}, False),
        ({"events": "slot", "responses": []}, False),
        ({"events": [SLOT], "responses": ["text"]}, False),
        ({"events": [SLOT]}, False),
        ({}, False),
    ],
)
def test_only_messages_and_slots_are_taken_without_the_schema(result, plain):
    assert _plain(result) is plain


class Counting(FakeEncoder):
    """An encoder that says how many questions it was given."""

    asked = 0

    def encode_queries(self, texts):
        """Count and encode."""
        self.asked += len(texts)
        return super().encode_queries(texts)


def test_a_vector_from_the_other_process_is_not_made_again():
    here, there = Counting(), FakeEncoder()
    vectors = QuestionVectors(here)
    vectors.learn(packed("公司注销要什么材料", there.encode_queries(["公司注销要什么材料"])[0], there.name))
    assert np.allclose(vectors.vector("公司注销要什么材料"), there.encode_queries(["公司注销要什么材料"])[0])
    assert here.asked == 0


def test_a_vector_of_another_encoder_is_left_alone():
    here = Counting()
    vectors = QuestionVectors(here)
    vectors.learn(packed("公司注销", np.zeros(here.dimension), "another"))
    assert np.allclose(vectors.vector("公司注销"), FakeEncoder().encode_queries(["公司注销"])[0])
    assert here.asked == 1
