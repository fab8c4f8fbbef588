"""The fixed sentences of the desk, the buttons after an answer, and labels that tell entries apart."""

from __future__ import annotations

from collections.abc import Sequence

from kb.facets import HEADINGS, facets
from kb.models import Entry
from kb.settings import Settings
from retriever.dialogue.values import Choice
from retriever.index.part_words import buttons

NONE_OF_THESE = "都不是"
PERSON = "转人工"
MESSAGE = "登记诉求"
TALK = {
    "greet": "您好，这里是{desk}。办什么事、要什么材料、多久办好、有什么政策，直接问就行。",
    "thank": "不客气，还有要问的随时说。",
    "goodbye": "好的，再见。之后想查这次的内容，可以回到这个页面。",
    "small_talk": "我是企小办，{desk}的自动应答，只按已发布的办事指南和政策回答，并注明出处。"
    "可以问办事、问政策、查进度、提诉求，也可以转人工。",
    "affirm": "好的。您要问哪件事？请说事项名称，比如“公司变更登记要什么材料”。",
    "deny": "好的。您要问的是什么？换个说法，或者说出事项名称，我再找。",
    "choose": "现在没有可选的项目。请说事项名称，比如“食品经营许可”。",
    "cancel": "好的，已取消，没有提交任何内容。还有要问的随时说。",
    "start_over": "好的，前面的内容不再参考。您要问什么？",
    "inform": "收到。您是要办哪件事、查进度，还是提诉求？说一声就行。",
    "repeat": "刚才还没有说过什么。您要问什么？",
    "correct": "明白。您要问的是什么？请说事项名称或换个说法。",
}
DANGERS = {
    "fire": "请先保证人员安全，立即拨打119（火警、救援）；有人受伤同时拨打120，需要警察拨打110。"
    "事后办事可再来问，或拨打{hotline}。",
    "medical": "请立即拨打120急救；有人被困或起火拨打119，需要警察拨打110。之后工伤等手续可再来问，或拨打{hotline}。",
    "wages": "涉及多人的欠薪请立即拨打{hotline}，由人力资源社会保障部门马上处理；有人身危险或冲突拨打110，"
    "有人受伤拨打120，起火拨打119。我也可以帮您登记诉求。",
    "police": "人身安全最要紧，请立即拨打110；有人受伤拨打120，起火拨打119。需要政府部门协调的，可拨打{hotline}。",
}
EXAMPLES = ("开公司要什么材料？", "食品经营许可多久能办好？", "查进度", PERSON)
FORMS = {
    "report_appeal": "appeal",
    "check_progress": "progress",
    "book_agent": "agent",
    "match_policy": "profile",
    "rate": "rating",
    "subscribe": "subscribe",
}


def talk(act: str, settings: Settings) -> str:
    """Return the fixed sentence for an act of conversation."""
    return TALK[act].format(desk=settings.desk_name)


def danger(kind: str, hotline: str) -> str:
    """Return whom to call now for one kind of danger."""
    return DANGERS[kind].format(hotline=hotline)


def human(settings: Settings) -> str:
    """Return whom to turn to, with the numbers that are known."""
    phone = (
        ""
        if "填写" in settings.desk_phone
        else f"，或{settings.desk_name} {settings.desk_phone}（{settings.desk_hours}）"
    )
    return f"可拨打{settings.hotline}{phone}"


def refusal(kind: str, settings: Settings) -> str:
    """Return the calm fixed reply to text that is not answered."""
    return {
        "injection": "这类内容我不处理。我只按已发布的办事指南和政策回答企业办事的问题，请直接说要办的事。",
        "abuse": f"抱歉没有帮上您。请说说是哪件事没办好，我来查；也可以转人工或{human(settings).removeprefix('可')}。",
        "others": "其他企业的信息受法律保护，我不能提供。您可以查询自己企业的进度；"
        f"公开信息可在国家企业信用信息公示系统查询，或{human(settings).removeprefix('可')}咨询。",
        "private": f"这是个人事项，这里只答企业办事的问题；{human(settings)}，会转到对应部门。",
        "out_of_scope": "这件事不归企业服务咨询台管，我答不了。企业开办、许可、税务、社保、政策、诉求这些可以问我。",
        "unreadable": "没看懂这条消息。请用文字说要办的事，比如“注册公司要什么材料”。",
    }[kind]


def not_found(near: Sequence[str], settings: Settings) -> str:
    """Return the honest sentence when nothing answers: the nearest themes, and a person."""
    themes = f"比较接近的主题有：{'、'.join(near)}。" if near else ""
    return (
        f"这个问题指南里没有找到，我不猜着答。{themes}可以换个说法再问，也可以留言登记诉求或转人工；{human(settings)}。"
    )


def none_listed(act: str, settings: Settings) -> str:
    """Return the sentence when there is nothing of a kind to list."""
    what = "活动、会议或停办通知" if act == "ask_notice" else "一件事套餐"
    return f"目前没有正在发布的{what}。可以订阅，有新的会通知您；{human(settings)}询问。"


def offer_person(settings: Settings) -> str:
    """Return the offer of a person after two failures in a row."""
    return (
        f"连着两次没答上来，抱歉。我可以把这段对话一起转给工作人员，请点“{PERSON}”，或点“{MESSAGE}”留言；"
        f"{human(settings)}。"
    )


def lacks(entry: Entry, facet: str, settings: Settings) -> str:
    """Return the honest sentence when the entry says nothing on the part asked for."""
    part = HEADINGS.get(facet, "这一项")
    return f"“{entry.title}”的指南里没有写{part}，我不猜着答。{human(settings)}核实，也可以看这一项的其他内容。"


def follow_ups(entry: Entry, shown: Sequence[str], most: int = 3) -> tuple[str, ...]:
    """Return questions that make sense next: parts the entry has and that were not just shown."""
    there = {part.name for part in facets(entry)}
    return tuple(question for name, question in buttons().items() if name in there and name not in shown)[:most]


def choices(entries: Sequence[Entry]) -> tuple[Choice, ...]:
    """Return the entries with labels that differ for a person: the title, or what is different where titles agree."""
    titles = [entry.title for entry in entries]
    rows = []
    for entry in entries:
        twins = [other for other in entries if other.title == entry.title and other.id != entry.id]
        extra = next(
            (value for value in _marks(entry) if value and all(value not in _marks(twin) for twin in twins)), entry.id
        )
        rows.append(
            Choice(
                entry_id=entry.id,
                title=entry.title,
                label=entry.title if titles.count(entry.title) == 1 else f"{entry.title}（{extra}）",
            )
        )
    return tuple(rows)


def _marks(entry: Entry) -> tuple[str, ...]:
    return (
        entry.department,
        entry.jurisdiction,
        str(getattr(entry.body, "audience", "")),
        str(entry.effective_from or ""),
        entry.code,
    )
