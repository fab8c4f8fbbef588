"""What kind of enterprise, and which district."""

from __future__ import annotations

import re

from retriever.text.normalize import clean

TYPES: tuple[tuple[str, str], ...] = (
    ("个体工商户", r"个体工?商?户?"),
    ("个人独资企业", r"个人独资|个独"),
    ("合伙企业", r"合伙"),
    ("外商投资企业", r"外资|外商|外企|中外合|港资|台资|独资企业|WFOE"),
    ("股份有限公司", r"股份(有限)?(公司)?|股份制"),
    ("农民专业合作社", r"合作社"),
    ("分公司", r"分公司|分支机构"),
    ("有限责任公司", r"有限责任|有限公司|一人公司|普通公司|公司"),
)
DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:开发区|高新区|新区|保税区|园区|工业园|街道|镇|乡|县|区|市)")
CARDINAL = re.compile(r"(城|市|区)(东|南|西|北|中)")
LEADING = re.compile(r"^(?:我们|公司|企业|注册|地址|住所|位于|就在|在|是|于|的)+")


def enterprise_type(text: str) -> str | None:
    """Return the official name of the enterprise type that the text says; None when it says none."""
    said = clean(text)
    return next((name for name, pattern in TYPES if re.search(pattern, said, re.IGNORECASE)), None)


def district_in(text: str) -> str | None:
    """Return the first district, street or park named in the text; None when there is none."""
    said = clean(text)
    for match in DISTRICT.finditer(said):
        name = LEADING.sub("", match.group())
        if len(name) >= 2:
            return name
    side = CARDINAL.search(said)
    return side.group() if side else None
