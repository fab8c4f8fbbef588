"""How the fields of an enterprise's profile are read; sizes are kept as bands, never as exact figures."""

from __future__ import annotations

import re

from rasa_project.entities.codes import BadCode, code_in
from rasa_project.entities.kinds import district_in, enterprise_type
from rasa_project.entities.numbers import amount_in, count_in
from rasa_project.forms.model import Asked, BadValue
from retriever.normalize import clean


def enterprise_code(text: str, asked: Asked) -> str:
    """Read a unified social credit code; its check digit must be right."""
    try:
        code = code_in(text)
    except BadCode as error:
        raise BadValue(f"{error}；不想填可以说“跳过”。") from error
    if code is None:
        raise BadValue("统一社会信用代码是营业执照上的18位代码。请再写一遍；不想填可以说“跳过”。")
    return code


def kind(text: str, asked: Asked) -> str:
    """Read the type of enterprise."""
    found = enterprise_type(text)
    if found is None:
        raise BadValue("请说企业类型，比如有限责任公司、股份有限公司、个体工商户、合伙企业、外商投资企业。")
    return found


def staff(text: str, asked: Asked) -> str:
    """Read the number of staff as a band; exact numbers are not kept."""
    count = count_in(text)
    if count is None:
        raise BadValue("请说大概有多少人，比如“三十人左右”。")
    return _band(
        count,
        ((10, "10人以下"), (50, "10至49人"), (100, "50至99人"), (300, "100至299人"), (1000, "300至999人")),
        "1000人及以上",
    )


def revenue(text: str, asked: Asked) -> str:
    """Read last year's revenue as a band; exact amounts are not kept."""
    if re.search(r"没有|还没|无|零", clean(text)):
        return "暂无营收"
    amount = amount_in(text)
    if amount is None:
        raise BadValue("请说大概的数，比如“五百万”“两千万左右”；还没有营收就说“没有”。")
    bands = (
        (1e6, "100万元以下"),
        (5e6, "100万至500万元"),
        (2e7, "500万至2000万元"),
        (1e8, "2000万至1亿元"),
        (4e8, "1亿至4亿元"),
    )
    return _band(amount, bands, "4亿元及以上")


def founded(text: str, asked: Asked) -> int:
    """Read the year of founding, also from 成立三年了."""
    said = clean(text)
    match = re.search(r"(19|20)\d{2}", said)
    if match:
        year = int(match.group())
    else:
        count = count_in(re.sub(r"成立|开了|注册|有", "", said))
        if count is None or count > 150:
            raise BadValue("请说成立的年份，比如“2021年”或“成立三年”。")
        year = asked.today.year - count
    if not 1949 <= year <= asked.today.year:
        raise BadValue(f"成立年份应在1949到{asked.today.year}之间，请再说一遍。")
    return year


def district(text: str, asked: Asked) -> str:
    """Read the district; a short place name is taken as it is."""
    said = clean(text)
    found = district_in(said) or (said if 2 <= len(said) <= 12 and re.fullmatch(r"[\u4e00-\u9fff]+", said) else None)
    if found is None:
        raise BadValue("请说企业在哪个区、街道或园区，比如“高新区”。")
    return found


def _band(value: float, bands: tuple[tuple[float, str], ...], last: str) -> str:
    return next((name for limit, name in bands if value < limit), last)
