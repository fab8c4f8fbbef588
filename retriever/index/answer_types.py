"""The kind of thing a question asks for (a time, a sum, papers, a place …) and what kinds a text gives.

An answer to 何时 holds a date or a duration, one to 多少钱 a sum: texts of the wanted kind are preferred among texts
about the same matter (answer-type matching, as in question answering since Voorhees' TREC-8 track).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

ENOUGH = 3  # so many things of a kind in a text count as full
REMEMBERED = 1 << 17
Counts = NDArray[np.uint8]

ASKED = {
    "time": "多久|几[天日年点]|几个月|多长时间|何[时日]|什么时候|时间|哪天|[期时]限|期间|截止|(多少|好多)[天日年]|好久"
    "|日期",
    "money": "(多少|好多)[钱元]|费用|收费|金额|几块|价格|票价|[费利]率|额度|[补罚奖]多少|罚款|标准为何|最高|利息|上限",
    "papers": "文件|材料|资料|证件|检附|应备|证明|带(什么|啥|哪些)|准备",
    "place": "哪里|何处|哪儿|地点|在哪|去哪|地址|到哪|那里|场地|场馆|那儿",
    "contact": "电话|联络|联系|洽询|询问|找谁|[哪何什么][一个]?单位|谁负责|主管机关|咨询|洽",
    "who": "资格|条件|对象|哪些人|限制|可以吗|能否|是否|可否|谁可以|身分",
    "how": "如何|怎么|怎样|流程|程序|步骤|手续|方式",
    "why": "为何(会|不|要|需)|为什么|原因|目的",
}
GIVEN = {
    "time": r"\d+个?(?:工作)?(?:[日天月年周]|小时|分钟)|\d[:：]\d\d|星期|每[日周月年]"
    r"|[一二三四五六七八九十]+个?(?:[日天月年]|小时)",
    "money": r"\d+[万千百]?元|[%％]|免费|[一二三四五六七八九十百千万]+元",
    "papers": "影本|正本|复印件|原件|申请书|申请表|身[分份]证|证明|切结|护照|存折|照片|印章|文件",
    "place": "路|号|楼|http|网站|公所|窗口|大厅|捷运|站",
    "contact": r"电话|\d{4}-?\d{4}|分机|转\d+|联络|热线",
    "who": "以上|以下|未满|年满|设籍|资格|符合|限|应具|不得|须",
    "how": r"1[.、]|一、|\(一\)|先|再|后|填|至|向|网",
    "why": "因|为了|避免|鉴于|由于|考量",
}
KINDS = tuple(ASKED)
_ASKED = {kind: re.compile(pattern) for kind, pattern in ASKED.items()}
_GIVEN = tuple(re.compile(pattern) for pattern in GIVEN.values())


def asked(question: str) -> NDArray[np.float32]:
    """Return 1 for each kind that the question asks for, else 0; shape (kinds,)."""
    return np.array([bool(pattern.search(question)) for pattern in _ASKED.values()], dtype=np.float32)


def counted(texts: Iterable[str]) -> Counts:
    """Return how many things of each kind every text gives, at most ENOUGH; shape (texts, kinds)."""
    return np.array([_given(text) for text in texts], dtype=np.uint8).reshape(-1, len(KINDS))


@lru_cache(maxsize=REMEMBERED)
def _given(text: str) -> tuple[int, ...]:
    return tuple(min(ENOUGH, len(pattern.findall(text))) for pattern in _GIVEN)


def share(counts: NDArray[Any]) -> NDArray[np.float32]:
    """Return counts as shares, 0-1."""
    return np.minimum(counts, ENOUGH).astype(np.float32) / np.float32(ENOUGH)
