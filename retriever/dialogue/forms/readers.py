"""How a field reads a message: a value, or a sentence that helps the person to give one."""

from __future__ import annotations

import datetime as dt
import re

from rapidfuzz import fuzz

from kb.errors import UnknownYear
from kb.privacy import mask
from kb.terms import yes_no
from kb.terms.words import Words, first_said
from retriever.dialogue.choice import chosen
from retriever.dialogue.entities.codes import email_in, phone_in, ticket_in
from retriever.dialogue.entities.dates import day_in, half_day_in
from retriever.dialogue.entities.numbers import count_in
from retriever.dialogue.forms.model import Asked, BadValue, Reader
from retriever.text.normalize import clean

SPACES = re.compile(r"[\s\x00-\x1f\x7f\u200b-\u200f\u2028-\u202e]+")
VAGUE_DAY = re.compile(r"(月|年|周|星期|天|日|最近|一直|经常|长期|每|开始|左右|前|底|初|中旬|上旬|下旬|节)")
NAME = re.compile(
    r"(?:我叫|我是|姓名[:：是]?|联系人[:：是]?|找)?([\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,2}(?:先生|女士|经理|总|老师|工|主任|会计))"
)
OPENING = re.compile(
    r"^(我要|我想|想|请|帮我|给我)?(投诉|反映|举报|提个?诉求|提交诉求|登记(一下|一个)?诉求|留言|预约代办员?|约个?代办员?|预约|评价)(一下|一个|下)?(问题|情况)?[，,：:\s]*"
)


def sentence(least: int, most: int = 300) -> Reader:
    """Return a reader of free text of `least` to `most` characters."""

    def read(text: str, asked: Asked) -> str:
        said = OPENING.sub("", SPACES.sub(" ", text).strip()).strip(" ，,。")
        if len(said) < least:
            raise BadValue(f"请再说具体一点，至少{least}个字，比如是什么事、影响了什么。")
        if len(said) > most:
            raise BadValue(f"最多{most}个字，请说得短一些，细节可以在联系时补充。")
        return mask(said).text  # numbers of people have a field of their own, or none

    return read


def one_of(options: tuple[str, ...], words: Words) -> Reader:
    """Return a reader that picks one option by number, by name, or by a word that says it."""

    def read(text: str, asked: Asked) -> str:
        said = clean(text)
        number = re.fullmatch(r"(?:选|第)?\s*(\d{1,2})\s*(?:个|项|号)?", said)
        if number and 1 <= int(number.group(1)) <= len(options):
            return options[int(number.group(1)) - 1]
        named = [option for option in options if option in said or (len(said) >= 2 and said in option)]
        if len(named) == 1:
            return named[0]
        if meant := first_said(said, words):
            return meant
        place = chosen(said, options) if len(said) <= 12 else None
        if place is None:
            raise BadValue(f"请从这几项里选一个：{numbered(options)}。")
        return options[place]

    return read


def many_of(options: tuple[str, ...]) -> Reader:
    """Return a reader of any number of options; 都没有 gives none of them."""

    def read(text: str, asked: Asked) -> list[str]:
        said = clean(text)
        if re.search(r"都?没有|^无$|都不是|没$", said):
            return []
        picked = [
            option
            for number, option in enumerate(options, start=1)
            if option in said or re.search(rf"(?<!\d){number}(?!\d)", said)
        ]
        if not picked:
            picked = [option for option in options if fuzz.partial_ratio(option, said) >= 75]
        if not picked:
            raise BadValue(f"可以选多项，说编号或名称：{numbered(options)}；没有就说“都没有”。")
        return picked

    return read


def numbered(options: tuple[str, ...]) -> str:
    """Return the options in one line with their numbers."""
    return "、".join(
        f"{number}{option}" if not option[0].isdigit() else f"{number}.{option}"
        for number, option in enumerate(options, 1)
    )


def listed(chosen: list[str]) -> str:
    """Return what was chosen of several in one line."""
    return "、".join(chosen) if chosen else "无"


def contact(text: str, asked: Asked) -> str:
    """Read a phone number or e-mail address, with the name beside it when one is given."""
    said = clean(text)
    address = phone_in(said) or email_in(said)
    if address is None:
        digits = re.sub(r"\D", "", said)
        if 7 <= len(digits) <= 12:
            raise BadValue(
                f"这个号码有{len(digits)}位，不像能打通的号码。请写11位手机号，或带区号的固定电话，如0512-12345678。"
            )
        raise BadValue("请留一个能联系到您的电话，11位手机号或带区号的固定电话；也可以写邮箱。")
    rest = re.sub(r"[\d+\-\s]{7,}|[\w.+-]+@[\w.-]+", " ", said)
    rest = re.sub(r"我的|电话|手机号?码?|号码|联系方式|邮箱|微信同号|打这个|是|改成|改为|[:：，,。]", " ", rest).strip()
    name = NAME.fullmatch(rest)
    return f"{name.group(1)} {address}" if name else address


def past_day(text: str, asked: Asked) -> str:
    """Read when something happened: a day up to today, or words like 从十月开始."""
    said = clean(text)
    day = day_in(said, asked.today)
    if day is not None and day > asked.today:
        raise BadValue(f"{day}还没有到。请说事情是什么时候发生的，比如“昨天下午”“11月3日”“从上个月开始”。")
    if day is not None:
        exact = re.fullmatch(r"[\d年月日号./\-\s]+|今天|昨天|前天", said)
        return str(day) if exact else f"{day}（{said}）" if len(said) <= 30 else str(day)
    if VAGUE_DAY.search(said) and len(said) <= 40:
        return said
    raise BadValue("没看出时间。请说事情是什么时候发生的，比如“昨天下午”“11月3日”“从上个月开始”。")


def work_day(text: str, asked: Asked) -> str:
    """Read a day for a visit with its half: a working day from tomorrow up to 60 days ahead."""
    said = clean(text)
    day = day_in(said, asked.today)
    if day is None:
        raise BadValue("没看出日期。请说想约哪天，比如“明天上午”“下周三下午”。")
    if day <= asked.today:
        raise BadValue(f"{day}已经来不及约了，{_next_work_day(asked.today, asked, '最早可以约')}。")
    if day > asked.today + dt.timedelta(days=60):
        raise BadValue(f"最多提前60天预约，请选{asked.today + dt.timedelta(days=60)}以前的日子。")
    try:
        works = asked.calendar.is_working_day(day)
    except UnknownYear as error:
        raise BadValue(f"{day.year}年的放假安排还没有公布，那一年的日子暂时不能预约，请换一天。") from error
    if not works:
        raise BadValue(f"{day}不是工作日，{_next_work_day(day, asked, '可以改约')}。")
    return f"{day} {half_day_in(said) or '上午'}"


def _next_work_day(day: dt.date, asked: Asked, lead: str) -> str:
    """Return the first working day after `day` behind `lead`; without one where the next year is not published yet."""
    try:
        return f"{lead}{asked.calendar.add_working_days(day, 1)}"
    except UnknownYear:
        return "请换一个工作日"


def yes_or_no(text: str, asked: Asked) -> bool:
    """Read consent."""
    said = yes_no.answer(clean(text), "request")
    if said is None:
        raise BadValue("请回答“同意”或“不同意”。")
    return said


def ticket(text: str, asked: Asked) -> str:
    """Read a ticket number."""
    number = ticket_in(text)
    if number is None:
        raise BadValue("没看到编号。编号是提交后给您的那一串字母和数字；忘了可以转人工，凭登记的电话查。")
    return number


STARS = {
    "非常满意": 5,
    "很满意": 5,
    "特别满意": 5,
    "满分": 5,
    "基本满意": 3,
    "一般": 3,
    "还行": 3,
    "非常不满": 1,
    "很不满意": 1,
    "极不满意": 1,
    "不太满意": 2,
    "不满意": 2,
    "不满": 2,
    "满意": 4,
    "好评": 5,
    "差评": 1,
}


def stars(text: str, asked: Asked) -> int:
    """Read a mark from 1 to 5: 五星, 4分, 基本满意."""
    said = clean(text)
    for words in sorted(STARS, key=len, reverse=True):
        if words in said:
            return STARS[words]
    count = count_in(re.sub(r"一[点下次些]|[给打评个颗]", "", said))  # 差一点 gives no star
    if count is None or not 1 <= count <= 5:
        raise BadValue("请打1到5星：5非常满意、4满意、3基本满意、2不满意、1非常不满意。")
    return count
