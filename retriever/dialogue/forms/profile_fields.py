"""How the fields of an enterprise's profile are read; sizes are kept as bands, never as exact figures."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from kb.matching.fields import declared
from kb.matching.values import banded, read, read_all, to_plain, words
from retriever.dialogue.entities.codes import BadCode, code_in
from retriever.dialogue.entities.enterprise_types import district_in, enterprise_type
from retriever.dialogue.entities.numbers import amount_in, count_in
from retriever.dialogue.forms.model import Asked, BadValue
from retriever.text.normalize import clean

FOREIGN = "外商投资企业"
SECTIONS: Mapping[str, str] = {
    "制造业": "制造业",
    "软件和信息技术": "信息传输、软件和信息技术服务业",
    "批发零售": "批发和零售业",
    "餐饮住宿": "住宿和餐饮业",
    "建筑业": "建筑业",
    "交通物流": "交通运输、仓储和邮政业",
    "科研和技术服务": "科学研究和技术服务业",
    "农业": "农、林、牧、渔业",
}


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
    return _band("headcount", count)


def revenue(text: str, asked: Asked) -> str:
    """Read last year's revenue as a band; exact amounts are not kept."""
    amount = 0.0 if re.search(r"没有|还没|无|零", clean(text)) else amount_in(text)
    if amount is None:
        raise BadValue("请说大概的数，比如“五百万”“两千万左右”；还没有营收就说“没有”。")
    return _band("revenue_wan", amount / 10_000)


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


def profile_of(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the form was told as fields of a profile, in the plain form that profiles are kept in."""
    kind_, qualities = values.get("type"), values.get("qualities")
    told: dict[str, Any] = {
        "registered_district": values.get("district"),
        "founded_year": values.get("founded"),
        "headcount": values.get("staff"),
        "revenue_wan": values.get("revenue"),
        "industry": SECTIONS.get(str(values.get("industry"))),
        "qualifications": "都没有" if qualities == [] else qualities,
    }
    if kind_ == FOREIGN:
        told["foreign_invested"] = True
    elif kind_:
        told["enterprise_type"] = kind_
    return plain({name: value for name, value in told.items() if value is not None})


def plain(told: Mapping[str, Any]) -> dict[str, Any]:
    """Return raw values by field as profiles keep them: numbers as bands (kb's BadValue)."""
    fields = declared()
    return {name: to_plain(banded(fields.by_name[name], value)) for name, value in read_all(fields, told).items()}


def _band(field: str, number: float) -> str:
    one = declared().by_name[field]
    return words(one, banded(one, read(one, number)))
