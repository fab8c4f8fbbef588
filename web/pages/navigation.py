"""The rooms of the staff and their pages, in the order of the navigation."""

from __future__ import annotations

from collections.abc import Container
from dataclasses import dataclass

from web.accounts.people import Person


@dataclass(frozen=True)
class Page:
    """One line of the navigation: where it leads and the right it takes. `part` is what its endpoints begin with."""

    title: str
    endpoint: str
    right: str
    part: str | tuple[str, ...] = ""

    def holds(self, endpoint: str) -> bool:
        """Say whether somebody at `endpoint` is on this page or one below it."""
        return endpoint == self.endpoint or bool(self.part and endpoint.startswith(self.part))


@dataclass(frozen=True)
class Room:
    """A room: its name and its pages."""

    title: str
    pages: tuple[Page, ...]


ROOMS: tuple[Room, ...] = (
    Room(
        "知识维护",
        (
            Page("待办", "curator.home", "entries.read"),
            Page("未答问题", "curator_queue.rows", "unanswered.work", "curator_queue."),
            Page("条目", "curator_entries.shelf", "entries.read", ("curator_entries.", "curator_versions.")),
            Page("同义词与专用词", "curator_words.words", "search.tune", "curator_words.words"),
            Page("命中测试", "curator_search.hits", "search.tune", "curator_search."),
            Page("发布后的变化", "curator_words.effects", "entries.read", "curator_words.effect"),
            Page("导入导出", "curator_import.page", "entries.edit", "curator_import."),
            Page("质量与复核", "curator.quality", "entries.read"),
        ),
    ),
    Room(
        "会话运营",
        (
            Page("今日与统计", "operator.figures", "dashboard.read"),
            Page("会话", "operator.conversations", "conversations.read", "operator.conversation"),
            Page("评定", "review.queue", "conversations.review"),
            Page("评定结果", "review.results", "conversations.review"),
            Page("正在进行", "live.current", "conversations.join", "live."),
        ),
    ),
    Room(
        "诉求办理",
        (
            Page("诉求", "officer_tickets.worklist", "tickets.read", "officer_tickets."),
            Page("差评整改", "officer.rectifications", "tickets.read"),
            Page("督办单", "officer.slips", "tickets.read"),
            Page("帮代办", "officer_bookings.bookings", "tickets.read", "officer_bookings."),
            Page("诉求统计", "officer_report.statistics", "tickets.read", "officer_report."),
            Page("服务关注", "signals.mine", "signals.read", "signals."),
            Page("岗位", "officer.posts", "users.manage"),
        ),
    ),
    Room(
        "主动服务",
        (
            Page("触达试算", "serving_staff.simulation", "policies.reach"),
            Page("通知报名", "serving_staff.notices", "notices.manage", "serving_staff.notice"),
            Page("推送记录", "serving_staff.pushes", "pushes.read"),
            Page("企业信息导入", "serving_staff.importing", "profiles.import"),
        ),
    ),
    Room(
        "系统管理",
        (
            Page("账号", "admin.users", "users.manage", "admin.user"),
            Page("邀请", "admin.invitations", "users.manage", "admin.invit"),
            Page("登录", "admin.sessions", "sessions.manage"),
            Page("操作记录", "admin.audit", "audit.read"),
            Page("嵌入的网站", "sites.page", "sites.manage", "sites."),
            Page("服务关注提示", "signals_admin.page", "signals.manage", "signals_admin."),
            Page("角色与权限", "admin.roles", "users.manage"),
            Page("系统设置", "admin.settings", "settings.read"),
        ),
    ),
    Room("我的", (Page("我的账号", "accounts.own", "account.own"),)),
)


def open_to(person: Person, endpoints: Container[str]) -> list[Room]:
    """Return the rooms and pages that the person may enter and that the site has."""
    rooms = []
    for room in ROOMS:
        pages = tuple(page for page in room.pages if page.endpoint in endpoints and person.may(page.right))
        if pages:
            rooms.append(Room(room.title, pages))
    return rooms


def first_page(person: Person, endpoints: Container[str]) -> str:
    """Return the endpoint where the person's work begins."""
    return open_to(person, endpoints)[0].pages[0].endpoint
