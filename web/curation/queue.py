"""The queue of unanswered questions: gathered, grouped by meaning, closed only by an answer to the same question."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from kb.database import reading, writing
from kb.settings import Settings
from retriever.dialogue.payload import Payload
from retriever.index.index import mean_cosine
from retriever.search import tuning
from retriever.search.searcher import Searcher
from retriever.text.normalize import clean
from web import clock
from web.accounts import audit
from web.accounts.people import Person
from web.chat.rehearsal import Rehearsal
from web.curation.errors import InvalidEntry, UnknownQuestion
from web.curation.queue_rows import Asked, Question, change, read, with_asked
from web.curation.tables import asked, questions
from web.curation.weak_turns import Gathered, gather
from web.database import new_id
from web.knowledge import clusters

ITSELF = "系统"
SURER = 0.1  # an answer is unsure below the threshold and this
QUESTIONS_A_PAGE = 30
FEWEST_FOR_FLOOR, MOST_FOR_FLOOR = 8, 60


class Queue:
    """The rows of the queue. `searcher` opens the search that the chat uses."""

    def __init__(
        self, engine: Engine, settings: Settings, searcher: Callable[[], Searcher], rehearsal: Rehearsal
    ) -> None:
        """Keep rows through `engine`; `rehearsal` asks as a visitor would."""
        self._engine, self._settings, self._searcher, self._rehearsal = engine, settings, searcher, rehearsal
        self._turn = threading.Lock()
        self._floor: float | None = None

    def refresh(self) -> int:
        """Take in turns that are new, put them to rows of their meaning, and return how many there were."""
        with self._turn:
            searcher = self._searcher()
            with writing(self._engine) as connection:
                unsure = min(1.0, tuning.in_force(self._settings).answer + SURER)
                new = gather(connection, unsure)
                if new:
                    self._place(connection, new, searcher)
        return len(new)

    def recheck(self, question_id: str = "") -> list[str]:
        """Ask the open rows' questions again as a visitor would; returns the ids of rows that are answered now."""
        with self._turn:
            searcher, closed = self._searcher(), []
            for row in self._open(question_id):
                done = [one.turn_id for one in row.asked if not one.answered and self._answers(one, searcher)]
                if done and self._note(row, done):
                    closed.append(row.id)
        return closed

    def ask_again(self, one: Asked, searcher: Searcher) -> Payload:
        """Return what the chat would say to the question today; the act is the one of then while nobody classifies."""
        acts = self._rehearsal.classify(one.text) or {one.act: 0.0}
        return self._rehearsal.say(one.text, searcher, entry_id=one.after_entry, acts=acts).payload

    def page(self, state: str = "open", department: str = "", number: int = 1) -> tuple[list[Question], int]:
        """Return page `number` (from 1) of the rows, largest first, and how many there are."""
        wanted = [questions.c.state == state] + ([questions.c.department == department] if department else [])
        order = (questions.c.size.desc(), questions.c.opened_at, questions.c.id)
        if state != "open":
            order = (questions.c.closed_at.desc(), questions.c.id, questions.c.size)
        query = (
            sa.select(questions)
            .where(*wanted)
            .order_by(*order)
            .limit(QUESTIONS_A_PAGE)
            .offset((number - 1) * QUESTIONS_A_PAGE)
        )
        with reading(self._engine) as connection:
            total = connection.execute(sa.select(sa.func.count()).select_from(questions).where(*wanted)).scalar_one()
            rows = [with_asked(connection, row) for row in connection.execute(query).all()]
        return rows, int(total)

    def departments(self) -> list[str]:
        """Return the departments that have open rows."""
        query = sa.select(questions.c.department).where(questions.c.state == "open", questions.c.department != "")
        with reading(self._engine) as connection:
            return sorted({row.department for row in connection.execute(query.distinct())})

    def get(self, question_id: str) -> Question:
        """Return one row with its turns (UnknownQuestion)."""
        with reading(self._engine) as connection:
            return read(connection, question_id)

    def link(self, actor: Person, question_id: str, entry_id: str, action: str) -> None:
        """Note which entry is written or extended for a row (UnknownQuestion)."""
        with writing(self._engine) as connection:
            row = read(connection, question_id)
            change(connection, row.id, entry_id=entry_id)
            said = {"问题": row.title, "条目": entry_id}
            audit.record(connection, actor.name, action, f"question:{row.id}", None, said)

    def set_aside(self, actor: Person, question_id: str, note: str) -> None:
        """Mark a row as none of the desk's business, saying why (UnknownQuestion, InvalidEntry)."""
        why = note.strip()[:500]
        if not why:
            raise InvalidEntry({"note": "写明为什么不属于业务范围"})
        self._move(actor, question_id, "open", "out_of_scope", why, "queue.out_of_scope")

    def reopen(self, actor: Person, question_id: str) -> None:
        """Put a row that was set aside back into the queue (UnknownQuestion)."""
        self._move(actor, question_id, "out_of_scope", "open", "", "queue.reopen")

    def _move(self, actor: Person, question_id: str, come: str, go: str, note: str, action: str) -> None:
        with writing(self._engine) as connection:
            row = read(connection, question_id)
            if row.state != come:
                raise UnknownQuestion("这一行已经处理过了，请刷新页面")
            closed = {"closed_at": clock.now(), "closed_by": actor.name} if go != "open" else {"closed_at": None}
            change(connection, row.id, state=go, note=note, **closed)
            said = {"问题": row.title, "说明": note}
            audit.record(connection, actor.name, action, f"question:{row.id}", {"状态": come}, {"状态": go, **said})

    def _place(self, connection: Connection, new: Sequence[Gathered], searcher: Searcher) -> None:
        """Group the new turns; a group joins the open row it is most like, or becomes a row of its own."""
        query = sa.select(questions.c.id, questions.c.title).where(questions.c.state == "open")
        rows = connection.execute(query.order_by(questions.c.size.desc()).limit(1000)).all()
        texts = [one.text for one in new] + [row.title for row in rows]
        alike = clusters.likeness(texts, searcher.encoder, self._zero(searcher))
        for group in clusters.cluster(alike[: len(new), : len(new)]):
            near = alike[group, len(new) :].mean(axis=0) if rows else None
            best = int(near.argmax()) if near is not None and near.max() >= clusters.ONE_GROUP else None
            members = [new[place] for place in group]
            if best is None:
                key = self._new_row(connection, new[clusters.middle(alike, group)].text, members, searcher)
            else:
                key = rows[best].id
            connection.execute(
                sa.insert(asked), [{**vars(one), "question_id": key, "answered": False} for one in members]
            )
            self._count(connection, key)

    def _new_row(self, connection: Connection, title: str, members: Sequence[Gathered], searcher: Searcher) -> str:
        found = searcher.search(title, on=clock.today())
        near = found.candidates[0].entry_id if found.candidates else ""
        row = {
            "id": new_id()[:20].strip("-_"),
            "title": title,
            "department": searcher.entry(near).department if near else "",
            "near_id": near,
            "entry_id": "",
            "size": 0,
            "opened_at": min(one.asked_at for one in members),
            "last_at": max(one.asked_at for one in members),
            "state": "open",
            "closed_by": "",
            "note": "",
        }
        connection.execute(sa.insert(questions), row)
        return str(row["id"])

    def _count(self, connection: Connection, key: str) -> None:
        of_row = sa.select(sa.func.count(), sa.func.max(asked.c.asked_at)).where(asked.c.question_id == key)
        size, last = connection.execute(of_row).one()
        change(connection, key, size=size, last_at=last)

    def _answers(self, one: Asked, searcher: Searcher) -> bool:
        """Say whether the chat answers now: what was voted down must have changed, what was unsure must be surer."""
        said = self.ask_again(one, searcher)
        if said.outcome != "answered":
            return False
        changed = (said.entry, said.key) != (one.entry_id, one.facet_key) or said.version != one.entry_version
        if one.reason == "down":
            return changed
        return one.reason != "unsure" or said.confidence >= min(1.0, tuning.in_force(self._settings).answer + SURER)

    def _note(self, row: Question, done: Sequence[str]) -> bool:
        """Mark turns as answered; close the row when all are. Returns whether it was closed."""
        with writing(self._engine) as connection:
            connection.execute(sa.update(asked).where(asked.c.turn_id.in_(done)).values(answered=True))
            if read(connection, row.id).state != "open" or not all(
                one.answered for one in read(connection, row.id).asked
            ):
                return False
            change(connection, row.id, state="closed", closed_at=clock.now(), closed_by=ITSELF)
            said = {"状态": "closed", "问题": row.title, "条目": row.entry_id, "次数": row.size}
            audit.record(connection, ITSELF, "queue.close", f"question:{row.id}", {"状态": "open"}, said)
        return True

    def _open(self, question_id: str) -> list[Question]:
        query = sa.select(questions).where(questions.c.state == "open").order_by(questions.c.size.desc()).limit(500)
        if question_id:
            query = query.where(questions.c.id == question_id)
        with reading(self._engine) as connection:
            return [with_asked(connection, row) for row in connection.execute(query).all()]

    def _zero(self, searcher: Searcher) -> float:
        """Return the encoder's mean cosine, measured once on titles of the knowledge base."""
        if self._floor is None:
            titles = [clean(title) for title in searcher.titles()[:MOST_FOR_FLOOR]]
            few = len(titles) < FEWEST_FOR_FLOOR
            self._floor = 0.0 if few else mean_cosine(searcher.encoder.encode_queries(titles))
        return self._floor
