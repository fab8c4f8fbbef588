"""The product's own dialogue without its models: the act is told by a word, everything after it is real."""

import datetime as dt

from dialogue_world import PairSearcher
from fake_rasa import FakeRasa

from kb.settings import Settings
from retriever.dialogue.message import Message
from retriever.dialogue.payload import payload
from retriever.dialogue.scope import Desk
from retriever.dialogue.turn import Memory, turn

ACTS = (("匹配", "match_policy"), ("适合我", "match_policy"), ("订阅", "subscribe"), ("确认", "affirm"))


class TurnsRasa(FakeRasa):
    """Answers with the turns of `rasa_project` over a small search."""

    def __init__(self, searcher):
        super().__init__(searcher)
        self.memories, self.small = {}, PairSearcher()
        self.small.search("公司设立登记")  # the guides are read before anybody waits for an answer

    def answer(self, sender, text, metadata):
        """The items of one turn."""
        act = next((act for word, act in ACTS if word in text), "inform")
        desk = Desk(self.small, Settings(), dt.date.fromisoformat(metadata["today"]))
        done = turn(Message(text), self.memories.get(sender, Memory()), {act: 0.0}, desk)
        self.memories[sender] = done.memory
        return [{"recipient_id": sender, "custom": payload(done.reply, done.memory.form).as_json()}]
