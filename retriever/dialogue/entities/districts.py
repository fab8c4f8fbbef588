"""Districts, streets and parks as people write them."""

from __future__ import annotations

import re

from retriever.text.normalize import clean

DISTRICT = re.compile(r"[\u4e00-\u9fff]{2,6}?(?:开发区|高新区|新区|保税区|园区|工业园|街道|镇|乡|县|区|市)")
CARDINAL = re.compile(r"(城|市|区)(东|南|西|北|中)")
LEADING = re.compile(r"^(?:我们|公司|企业|注册|地址|住所|位于|就在|在|是|于|的)+")


def district_in(text: str) -> str | None:
    """Return the first district, street or park named in the text; None when there is none."""
    said = clean(text)
    for match in DISTRICT.finditer(said):
        name = LEADING.sub("", match.group())
        if len(name) >= 2:
            return name
    side = CARDINAL.search(said)
    return side.group() if side else None
