"""Who may do what: one table from right to roles. Nothing else in the product decides it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

Role = Literal["visitor", "curator", "reviewer", "operator", "officer", "admin"]

TITLES: dict[Role, str] = {
    "visitor": "访客",
    "curator": "知识维护员",
    "reviewer": "知识审核员",
    "operator": "会话运营员",
    "officer": "诉求办理员",
    "admin": "系统管理员",
}
STAFF: tuple[Role, ...] = ("curator", "reviewer", "operator", "officer", "admin")


@dataclass(frozen=True)
class Right:
    """One thing that may be done: what a person calls it, and the roles that may."""

    title: str
    roles: frozenset[Role]


def _right(title: str, *roles: Role) -> Right:
    return Right(title, frozenset(roles))


RIGHTS: dict[str, Right] = {
    "account.own": _right("管理自己的账号", *STAFF),
    "entries.read": _right("查看条目与版本", "curator", "reviewer"),
    "entries.edit": _right("编写条目、导入导出", "curator", "reviewer"),
    "entries.publish": _right("审核并发布条目", "reviewer"),
    "search.tune": _right("命中测试、调整检索", "curator", "reviewer"),
    "unanswered.work": _right("处理未答问题", "curator", "reviewer"),
    "conversations.read": _right("查看会话（已遮盖个人信息）", "operator"),
    "conversations.unmask": _right("查看会话中的个人信息", "operator"),
    "conversations.review": _right("评定会话质量", "operator"),
    "conversations.join": _right("接管会话", "operator", "officer"),
    "dashboard.read": _right("查看运营统计", "operator", "admin"),
    "tickets.read": _right("查看诉求", "officer", "operator"),
    "tickets.move": _right("登记、派单、回访诉求，按岗位办理", "officer", "operator"),
    "tickets.work": _right("办理诉求", "officer"),
    "signals.read": _right("查看并审核服务关注提示", "officer"),
    "signals.manage": _right("启用、停用、调整服务关注提示", "admin"),
    "policies.reach": _right("试算政策能触达哪些企业", "curator", "reviewer", "operator"),
    "notices.manage": _right("管理通知报名和签到", "curator", "reviewer", "operator"),
    "profiles.import": _right("导入企业信息、换发进入码", "operator"),
    "pushes.read": _right("查看推送记录", "operator"),
    "users.manage": _right("管理账号与邀请", "admin"),
    "sessions.manage": _right("查看并结束登录", "admin"),
    "audit.read": _right("查看操作记录", "admin"),
    "sites.manage": _right("管理嵌入咨询台的网站", "admin"),
    "settings.read": _right("查看系统设置", "admin"),
}


def allowed(right: str, roles: Collection[str]) -> bool:
    """Say whether somebody with these roles has the right (KeyError for a right that is not in the table)."""
    return not RIGHTS[right].roles.isdisjoint(roles)


def titles(roles: Collection[str]) -> str:
    """Return the roles as a person reads them, in the order of the table."""
    return "、".join(title for role, title in TITLES.items() if role in roles)
