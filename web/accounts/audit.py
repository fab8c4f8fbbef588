"""What was changed, by whom, when, from what to what. Rows only ever come: the database itself refuses the rest."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine, Row

from kb.database import reading
from kb.exchange.cells import guard
from kb.privacy import mask
from web import clock
from web.accounts.tables import audit

EVENTS_A_PAGE = 50
EVENTS_EXPORTED_AT_ONCE = 1000
COLUMNS = ("编号", "时间", "谁", "做了什么", "对象", "之前", "之后")
ACTIONS = {
    "account.first_link": "生成首个管理员链接",
    "account.sign_in": "登录",
    "account.blocked": "登录被暂停",
    "account.join": "开户",
    "account.password": "修改密码",
    "account.sign_out_everywhere": "退出全部登录",
    "account.bind": "关联统一身份",
    "user.invite": "邀请",
    "user.invite_revoke": "撤销邀请",
    "user.reset": "生成重设密码链接",
    "user.roles": "修改角色",
    "user.disable": "停用账号",
    "user.enable": "启用账号",
    "user.unlock": "解除登录暂停",
    "session.end": "结束他人登录",
    "token.make": "生成接口令牌",
    "token.revoke": "撤销接口令牌",
    "audit.export": "导出操作记录",
    "entry.draft": "保存条目草稿",
    "entry.submit": "提交条目审核",
    "entry.return": "退回条目",
    "entry.publish": "发布条目",
    "entry.schedule": "定时发布条目",
    "entry.unschedule": "取消定时发布",
    "entry.roll_back": "恢复条目旧版本",
    "entry.file": "上传附件",
    "entries.bulk": "批量修改条目",
    "entries.import": "导入条目",
    "entries.import_undo": "撤销导入",
    "entries.export": "导出条目",
    "queue.attach": "把未答问题加为问法",
    "queue.write": "由未答问题写条目",
    "queue.out_of_scope": "标为业务之外",
    "queue.reopen": "重新打开未答问题",
    "queue.close": "未答问题已能回答",
    "search.tune": "调整检索",
    "search.words": "改同义词和专用词",
    "profile.create": "登记企业信息",
    "profile.change": "更正企业信息",
    "profile.contact": "添加企业联系方式",
    "profile.contact_delete": "删除企业联系方式",
    "profile.delete": "删除企业信息",
    "profile.new_key": "换发企业进入码",
    "profile.import": "导入企业信息",
    "push.subscribe": "订阅推送",
    "push.unsubscribe": "退订推送",
    "push.again": "重新推送",
    "notice.attended": "登记签到",
    "notice.sheet": "导出签到表",
    "conversation.unmask": "查看会话中的联系方式",
    "conversation.tag": "加会话标签",
    "conversation.untag": "去会话标签",
    "review.judge": "评定答复",
    "review.export": "导出评定结果",
    "figures.export": "导出运营统计",
    "live.take": "接管会话",
    "live.hand_back": "交还会话",
    "signals.on": "启用服务关注提示",
    "signals.off": "停用服务关注提示",
    "signals.rule": "调整服务关注信号",
    "signals.list": "查看服务关注名单",
    "signals.open": "查看一条服务关注提示",
    "signals.review": "审核服务关注提示",
    "signals.spare": "登记企业不接受联系",
    "site.save": "登记或修改网站",
    "site.key": "更换网站的 key",
    "site.on": "启用网站",
    "site.off": "停用网站",
    "tickets.post": "调整诉求岗位",
    "tickets.export": "导出诉求数据",
    "tickets.propose": "把咨询建议为条目",
}
FIELDS = {
    "shown_name": "姓名",
    "roles": "角色",
    "active": "启用",
    "invited_by": "邀请人",
    "way": "方式",
    "address": "地址",
    "sessions": "登录处数",
    "subject": "统一身份",
    "failures": "失败次数",
    "purpose": "用途",
    "by": "谁生成的链接",
    "tag": "标签",
    "verdict": "评定",
    "act": "意图",
    "entry_id": "条目",
    "note": "说明",
    "file": "文件",
    "name": "名称",
    "origins": "网址",
    "entries": "入口",
    "layout": "摆放",
    "colour": "颜色",
    "document": "文件编号",
    "assessed_by": "评估负责人",
    "assessed_on": "评估日期",
    "scope": "使用范围",
    "expires_on": "有效期至",
    "officers": "指定的办理员",
    "weight": "权重",
    "days": "天数",
    "enabled": "使用",
}


@dataclass(frozen=True)
class Event:
    """One row of the log. `before` and `after` are plain JSON values, None where there was nothing."""

    id: int
    at: dt.datetime
    actor: str
    action: str
    object: str
    before: Any
    after: Any

    @property
    def title(self) -> str:
        """What a person calls the action."""
        return ACTIONS.get(self.action, self.action)


@dataclass(frozen=True)
class Filter:
    """Which rows are wanted; an empty field wants all. Days are days in China, both included."""

    actor: str = ""
    action: str = ""
    object: str = ""
    begin: dt.date | None = None
    end: dt.date | None = None


def record(connection: Connection, actor: str, action: str, object: str, before: Any = None, after: Any = None) -> None:
    """Write one row in the caller's transaction, so that no change is without its row and no row without its change.

    `actor` is the name of an account; `object` such as "entry:A1-company-setup"; personal numbers are masked.
    """
    row = {
        "at": clock.now(),
        "actor": actor[:64],
        "action": action[:64],
        "object": mask(object).text[:200],
        "before": _masked(before),
        "after": _masked(after),
    }
    connection.execute(sa.insert(audit), row)


def page(
    engine: Engine, wanted: Filter, before: int | None = None, size: int = EVENTS_A_PAGE
) -> tuple[list[Event], bool]:
    """Return the newest rows older than row `before`, and whether there are still older ones."""
    query = _query(wanted).order_by(audit.c.id.desc()).limit(size + 1)
    if before is not None:
        query = query.where(audit.c.id < before)
    with reading(engine) as connection:
        rows = connection.execute(query).all()
    return [_event(row) for row in rows[:size]], len(rows) > size


def as_csv(engine: Engine, wanted: Filter) -> Iterator[str]:
    """Yield the wanted rows, newest first, as CSV that no spreadsheet takes for formulas."""
    yield "\ufeff" + _line(COLUMNS)
    before: int | None = None
    while True:
        events, more = page(engine, wanted, before, EVENTS_EXPORTED_AT_ONCE)
        for event in events:
            cells = (str(event.id), clock.local(event.at), event.actor, event.title, event.object)
            yield _line((*cells, _text(event.before), _text(event.after)))
        if not more:
            return
        before = events[-1].id


def _query(wanted: Filter) -> Any:
    query = sa.select(audit)
    for column in ("actor", "action", "object"):
        value = getattr(wanted, column)
        if value:
            query = query.where(audit.c[column] == value)
    if wanted.begin:
        query = query.where(audit.c.at >= _midnight(wanted.begin))
    if wanted.end:
        query = query.where(audit.c.at < _midnight(wanted.end + dt.timedelta(days=1)))
    return query


def _midnight(day: dt.date) -> dt.datetime:
    local = dt.datetime.combine(day, dt.time(), clock.CHINA)
    return local.astimezone(dt.timezone.utc).replace(tzinfo=None)


def _event(row: Row) -> Event:
    return Event(row.id, row.at, row.actor, row.action, row.object, row.before, row.after)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value).text
    if isinstance(value, Mapping):
        return {str(name): _masked(item) for name, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [_masked(item) for item in (sorted(value) if isinstance(value, (set, frozenset)) else value)]
    return value.isoformat() if isinstance(value, (dt.date, dt.datetime)) else value


def _text(value: Any) -> str:
    return "" if value is None else json.dumps(value, ensure_ascii=False)


def _line(cells: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out).writerow([guard(cell) for cell in cells])
    return out.getvalue()
