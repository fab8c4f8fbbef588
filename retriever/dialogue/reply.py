"""The decision of what to say: safety first, then the act, then the question. Same input, same reply."""

from __future__ import annotations

import re
from dataclasses import replace

from kb.settings import Settings
from retriever.dialogue import responses, safety
from retriever.dialogue.answer import answer, nothing, offer, plain, unanswered
from retriever.dialogue.commands import EMERGENCY, OPEN_FORM, REQUEST_PERSON, command
from retriever.dialogue.message import Message
from retriever.dialogue.navigation import steered
from retriever.dialogue.question import ASKS, asked, questions
from retriever.dialogue.quick_replies import pressed
from retriever.dialogue.scope import CERTAIN, Desk, named
from retriever.dialogue.values import Context, Outcome, Reply

QUESTIONS = {"ask_guide", "ask_facet", "ask_policy", "ask_package", "ask_place", "ask_notice"}
KINDS = {"ask_package": ("package",), "ask_notice": ("notice",)}
LISTING = re.compile(
    r"最近|近期|近来|现在|目前|今天|明天|(这|本|下|上)个?(周|星期|月)|年底|有没有|有|都|哪些|什么|啥|几个?|多少|新的?|最新|吗|呢|的|活动|会议|培训|通知|公告|讲座|一件事|套餐|清单|目录|可以|能|参加|看看|看|给我|我|办|[\s\W]"
)
LIST = re.compile(r"^(?![这那它]).*(一件事|套餐).*(哪些|什么|清单|目录)|(哪些|什么|有).*(一件事|套餐)")
LISTED = {"ask_package": "一件事", "ask_notice": "活动 会议 通知"}
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
PRIVATE = re.compile(r"结婚|离婚|生孩子|准生|驾驶证|驾照|户口|彩礼|上户|身份证(丢|补|换|到期)|相亲|孩子上学|老婆|老公")
ASKED_FIRST = {*responses.FORMS, "contact_person"}  # these are answered from the guides only when put as a question


def reply(message: Message, act: str, context: Context, desk: Desk) -> Reply:
    """Decide what to say to a message that is no danger, which the classifier took for `act` (empty: a question)."""
    text = message.searched
    said = (
        pressed(message, context, desk)
        or _unfit(text, act, context, desk)
        or _acted(text, act or "ask_guide", context, desk)
    )
    return replace(said, act=act)


def guarded(message: Message, context: Context, settings: Settings) -> Reply | None:
    """Return what must be said before anything else, even while a form is open: danger, steering, others' data."""
    text = message.searched
    if danger := safety.danger(text, settings.hotline):
        wish = command(EMERGENCY, kind=danger.kind)
        return plain("handoff", danger.text, context, (responses.MESSAGE, responses.PERSON), wish)
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
    if act in LISTED and not LISTING.sub("", text) and (act == "ask_notice" or LIST.search(text)):
        found = desk.search(LISTED[act], kinds=KINDS[act])
        ids = [item.entry_id for item in found.candidates if item.hit.state == "current"][:3]
        if ids:
            return offer(ids, "目前有这几项，您想看哪一项？", "", context, desk, found)
        return plain("no_answer", responses.none_listed(act, desk.settings), context, ("订阅通知", responses.PERSON))
    said = answer(text, context, desk, kinds=KINDS.get(act, ()))
    if said.outcome in ("clarify", "answered") and said.confidence < CERTAIN and PRIVATE.search(text):
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
        return plain("form", "好的，我来登记。", context, (), command(OPEN_FORM, form=responses.FORMS[act]))
    if act == "contact_person":
        said = f"好的，为您转人工（{settings.desk_hours}）。{responses.human(settings)}。"
        return plain("handoff", said, context, (responses.MESSAGE,), command(REQUEST_PERSON, reason="asked"))
    if act == "out_of_scope" and context.failures:
        return nothing(None, text, context, desk)
    if act in ("injection", "out_of_scope"):
        outcome: Outcome = "refused" if act == "injection" else "no_answer"
        return plain(outcome, responses.refusal(act, settings), context, responses.EXAMPLES)
    if act not in responses.TALK:
        return unanswered(desk.search(text), text, context, desk)
    buttons = responses.EXAMPLES if act in ("greet", "small_talk", "start_over") else ()
    return plain("smalltalk", responses.talk(act, settings), Context() if act == "start_over" else context, buttons)
