"""The decision of what to say: safety first, then the act, then the question. Same input, same reply."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace

from kb.privacy import personal
from kb.settings import Settings
from retriever.dialogue import responses, safety
from retriever.dialogue.answer import answer, nothing, offer, plain, unanswered
from retriever.dialogue.navigation import steered
from retriever.dialogue.profile import list_requests
from retriever.dialogue.question import ASKS, asked, questions
from retriever.dialogue.quick_replies import pressed
from retriever.dialogue.scope import CERTAIN, Desk, named
from retriever.dialogue.values import Context, Outcome, Reply
from retriever.search.searcher import Searcher
from retriever.text.normalize import clean

QUESTIONS = {"ask_guide", "ask_facet", "ask_policy", "ask_package", "ask_place", "ask_notice"}
KINDS = {"ask_package": ("package",), "ask_notice": ("notice",)}
WORD = re.compile(r"\w")
SHORTEST_RESCUE = 4
RESCUED = 0.65
UNSURE = 0.4
BEYOND_DOUBT = 0.7  # an act so certain is not overruled by what a search finds
# words without which a sentence is no clear wish for a form or a person
MEANT = re.compile(
    r"投诉|反映|举报|诉求|留言|建议|意见|求助|协调|领导|人工|客服|真人|电话|联系|预约|约|代办|帮办|陪办|进度|编号|单号|工单"
    r"|办到|批了|审了|评价|打分|好评|差评|满意|星|匹配|符合|适合|享受|画像|体检|推荐|订阅|提醒|推送|通知|关注"
)
PURE = re.compile(
    r"取消|算了|不|停|放弃|退出|撤销|作废|[中终]止|关掉|别|先放|以后|回头|下次|改天|等会|错|改|换|上一|返回|更正|是|对|好|行|可以|嗯|同意|确|要"
    r"|提交|没|第.{1,2}[个项条种]|选|再|重复|听|看|懂|明白|说|发|^.{0,1}$",
)
STEERING = {"cancel", "correct", "affirm", "deny", "choose", "repeat", "inform", "start_over"}
SWAPS = {"correct", "inform", "choose", "start_over"}
ASKED_FIRST = {*responses.FORMS, "contact_person"}  # these are answered from the guides only when put as a question


def reply(
    question: str,
    act: str,
    context: Context,
    searcher: Searcher,
    settings: Settings,
    today: dt.date,
    sure: float = 0.0,
) -> Reply:
    """Decide what to say to `question`, which the classifier took for `act` (empty: a question) being `sure`, 0-1."""
    desk = Desk(searcher, settings, today, sure)
    text = without_numbers(clean(question))
    said = (
        guarded(text, context, settings)
        or pressed(text, context, desk)
        or _unfit(text, act, context, desk)
        or _acted(text, act or "ask_guide", context, desk)
    )
    return replace(said, act=act)


def without_numbers(text: str) -> str:
    """Return the text without personal numbers: they name no item, and a search should not see them."""
    for one in reversed(personal(text)):
        text = f"{text[: one.begin]} {text[one.end :]}"
    return text


def guarded(text: str, context: Context, settings: Settings) -> Reply | None:
    """Return what must be said before anything else, even while a form is open: danger, steering, others' data."""
    if danger := safety.danger(text, settings.hotline):
        command = {"name": "emergency.shown", "args": {"kind": danger.kind}}
        return plain("handoff", danger.text, context, (responses.MESSAGE, responses.PERSON), command)
    if safety.injected(text):
        return plain("refused", responses.refusal("injection", settings), context, responses.EXAMPLES)
    if safety.asks_about_others(text):
        return plain("refused", responses.refusal("others", settings), context, ("查进度", responses.PERSON))
    return None


def _unfit(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return the fixed reply to text without words, to swearing, and to what was taken for steering."""
    settings = desk.settings
    if not WORD.search(text):
        return plain("no_answer", responses.refusal("unreadable", settings), context, responses.EXAMPLES)
    if safety.abusive(text) or act == "abuse":
        rest = safety.without_abuse(text)
        asks = bool(asked(rest).facets or ASKS.search(rest))
        if asks and len(asked(rest).rest) >= SHORTEST_RESCUE and desk.search(rest).answerable:
            return answer(rest, context, desk)
        return plain("refused", responses.refusal("abuse", settings), context, (responses.PERSON, responses.MESSAGE))
    return None


def _acted(text: str, act: str, context: Context, desk: Desk) -> Reply:
    """Return the reply to an act of an ordinary message."""
    if said := steered(text, act, context, desk):
        return said
    swap = act in SWAPS and bool(context.entry) and asked(text).variant  # 换成西区的 corrects nothing
    if act in QUESTIONS or act == "nlu_fallback" or swap:
        return _question(text, act, context, desk)
    if len(text) >= SHORTEST_RESCUE and named(desk.search(text)):
        return answer(text, context, desk)
    return _rescued(text, act, context, desk) or _talk(act, text, context, desk)


def _question(text: str, act: str, context: Context, desk: Desk) -> Reply:
    if listing := list_requests.to_offer(text, act):
        found = desk.search(listing, kinds=KINDS[act])
        ids = [item.entry_id for item in found.candidates if item.hit.state == "current"][:3]
        if ids:
            return offer(ids, "目前有这几项，您想看哪一项？", "", context, desk, found)
        return plain("no_answer", responses.none_listed(act, desk.settings), context, ("订阅通知", responses.PERSON))
    said = answer(text, context, desk, kinds=KINDS.get(act, ()))
    if said.outcome in ("clarify", "answered") and said.confidence < CERTAIN and safety.private(text):
        return plain("no_answer", responses.refusal("private", desk.settings), context, responses.EXAMPLES)
    return said


def _rescued(text: str, act: str, context: Context, desk: Desk) -> Reply | None:
    """Return an answer when an act that is no question carries a question that the guides can answer."""
    meant = act in ASKED_FIRST and not ASKS.search(text) and MEANT.search(text)
    if meant or (act == "start_over" and not 0 < desk.sure < UNSURE):
        return None
    one = questions(text)[-1]
    if context.entry and one.bare and one.facets and act not in ("choose", "repeat"):
        return answer(text, context, desk)
    if act == "injection" and not safety.steering(text):
        return answer(text, context, desk)
    if desk.sure >= BEYOND_DOUBT and not (act in ASKED_FIRST - {"match_policy"} and ASKS.search(text)):
        return None
    word = act in STEERING and not PURE.search(text) and len(one.rest) >= 2
    if not word and len(one.rest) < (2 if one.facets else SHORTEST_RESCUE):
        return None
    found = desk.search(one.text)
    doubtful = word or (act == "report_appeal" and not MEANT.search(text))
    sure = found.answerable and found.confidence >= (RESCUED if ASKS.search(text) or act != "out_of_scope" else 1.0)
    return answer(text, context, desk) if sure or (doubtful and found.band != "refuse") else None


def _talk(act: str, text: str, context: Context, desk: Desk) -> Reply:
    """Return the fixed reply to an act of conversation."""
    settings = desk.settings
    if act in responses.FORMS:
        return plain(
            "form", "好的，我来登记。", context, (), {"name": "form.start", "args": {"form": responses.FORMS[act]}}
        )
    if act == "contact_person":
        said = f"好的，为您转人工（{settings.desk_hours}）。{responses.human(settings)}。"
        command = {"name": "handoff.request", "args": {"reason": "asked"}}
        return plain("handoff", said, context, (responses.MESSAGE,), command)
    if act == "out_of_scope" and context.failures:
        return nothing(None, text, context, desk)
    if act in ("injection", "out_of_scope"):
        outcome: Outcome = "refused" if act == "injection" else "no_answer"
        return plain(outcome, responses.refusal(act, settings), context, responses.EXAMPLES)
    if act not in responses.TALK:
        return unanswered(desk.search(text), text, context, desk)
    buttons = responses.EXAMPLES if act in ("greet", "small_talk", "start_over") else ()
    return plain("smalltalk", responses.talk(act, settings), Context() if act == "start_over" else context, buttons)
