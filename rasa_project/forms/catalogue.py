"""The forms of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rasa_project.forms import readers
from rasa_project.forms.model import Field, Form

CATEGORIES = ("审批服务", "政策兑现", "款项拖欠", "用工", "水电气网", "执法检查", "用地环保", "其他")
CATEGORY_HINTS = {
    r"审批|办证|窗口|材料|推诿|超时": "审批服务",
    r"补贴|奖励|奖补|兑现|承诺": "政策兑现",
    r"欠款|货款|工程款|拖欠": "款项拖欠",
    r"招工|工资|社保|劳动|员工": "用工",
    r"水|电|气|网|路|管道": "水电气网",
    r"检查|罚款|处罚|执法": "执法检查",
    r"土地|用地|环保|噪音|噪声|污染": "用地环保",
}
REASONS = (
    "一次性告知不到位",
    "超过时限",
    "重复要材料",
    "态度不好",
    "系统卡顿",
    "指南不准",
    "排队久",
    "违规收费",
    "推诿",
    "结果不符",
)
QUALITIES = (
    "高新技术企业",
    "科技型中小企业",
    "创新型中小企业",
    "专精特新中小企业",
    "专精特新小巨人",
    "规上企业",
    "绿色工厂",
    "AEO企业",
)
INDUSTRIES = (
    "制造业",
    "软件和信息技术",
    "批发零售",
    "餐饮住宿",
    "建筑业",
    "交通物流",
    "科研和技术服务",
    "农业",
    "其他",
)
INDUSTRY_HINTS = {
    r"机械|加工|工厂|生产|电子|化工|医药|汽车|纺织|装备": "制造业",
    r"软件|互联网|电商平台|信息|人工智能|AI|数据": "软件和信息技术",
    r"贸易|零售|批发|超市|便利店|电商|商店": "批发零售",
    r"餐|饭店|酒店|宾馆|民宿|咖啡|奶茶": "餐饮住宿",
    r"建筑|施工|装修|工程": "建筑业",
    r"物流|运输|快递|仓储": "交通物流",
    r"研发|检测|技术服务|设计|咨询": "科研和技术服务",
    r"农|养殖|种植": "农业",
}
TOPICS = ("惠企政策", "申报通知", "会议培训", "招聘活动", "税务社保", "停办公告", "取消订阅")


def _low(values: Mapping[str, Any]) -> bool:
    return int(values.get("stars", 5)) <= 2


def _consent(value: bool) -> str:
    return "同意" if value else "不同意"


def _list(value: list[str]) -> str:
    return "、".join(value) if value else "无"


CONTACT = Field(
    "contact",
    "联系方式",
    "怎么联系您？请留姓名和电话，只用于办理这件事。",
    readers.contact,
    ("电话", "手机", "号码", "联系", "邮箱", "姓名", "名字"),
    telling=True,
)
APPEAL = Form(
    "appeal",
    "企业诉求",
    "ticket.create",
    (
        Field(
            "what",
            "诉求内容",
            "请说说是什么事，影响了什么。",
            readers.sentence(6),
            ("内容", "事情", "诉求", "描述"),
            free=True,
        ),
        Field(
            "category",
            "类别",
            "属于哪一类？",
            readers.one_of(CATEGORIES, CATEGORY_HINTS),
            ("类别", "分类", "类型"),
            CATEGORIES,
        ),
        Field(
            "where",
            "地点",
            "发生在哪里？写到街道、园区或单位；不涉及地点可以说“跳过”。",
            readers.sentence(2, 100),
            ("地点", "地址", "位置", "哪里"),
            optional=True,
            free=True,
        ),
        Field(
            "when", "时间", "什么时候发生的？比如“昨天下午”“从上个月开始”。", readers.past_day, ("时间", "日期", "哪天")
        ),
        CONTACT,
        Field(
            "consent",
            "是否同意转给承办部门",
            "联系方式和内容可以转给承办部门吗？不同意也受理，只是由本窗口转达。",
            readers.yes_or_no,
            ("同意", "共享", "转给"),
            ("同意", "不同意"),
            show=_consent,
        ),
    ),
    "已提交，编号会显示在下面，可凭编号查进度。",
)
PROGRESS = Form(
    "progress",
    "查询进度",
    "progress.query",
    (
        Field(
            "number",
            "编号",
            "请告诉我编号，就是提交后给您的那一串字母和数字。",
            readers.ticket,
            ("编号", "单号", "号码"),
        ),
    ),
    "正在查编号{number}的进度，结果见下方。",
    confirmed=False,
)
AGENT = Form(
    "agent",
    "预约代办员",
    "agent.book",
    (
        Field(
            "item",
            "要办的事项",
            "要请代办员帮您办什么事？",
            readers.sentence(2, 100),
            ("事项", "业务", "办什么"),
            free=True,
        ),
        Field(
            "day", "预约时间", "想约哪天？上午还是下午？", readers.work_day, ("时间", "日期", "哪天", "上午", "下午")
        ),
        Field(
            "where",
            "见面地点",
            "在哪里见面？可以是政务服务大厅，也可以是您的公司地址。",
            readers.sentence(2, 100),
            ("地点", "地址", "位置", "哪里"),
            ("政务服务大厅",),
            free=True,
        ),
        CONTACT,
    ),
    "预约已提交，代办员会按您留的方式联系确认。",
)
PROFILE = Form(
    "profile",
    "企业画像与政策匹配",
    "profile.save",
    (
        Field(
            "code",
            "统一社会信用代码",
            "请写统一社会信用代码，用来区分企业；不想填可以说“跳过”。",
            readers.enterprise_code,
            ("信用代码", "代码", "税号"),
            optional=True,
            telling=True,
        ),
        Field(
            "type",
            "企业类型",
            "是什么类型的企业？",
            readers.kind,
            ("类型", "性质"),
            ("有限责任公司", "股份有限公司", "个体工商户", "合伙企业", "外商投资企业"),
        ),
        Field("industry", "行业", "主要做哪一行？", readers.one_of(INDUSTRIES, INDUSTRY_HINTS), ("行业",), INDUSTRIES),
        Field(
            "district",
            "所在区域",
            "在哪个区、街道或园区？",
            readers.district,
            ("区域", "地址", "地点", "街道", "园区"),
            optional=True,
        ),
        Field(
            "founded",
            "成立年份",
            "哪一年成立的？",
            readers.founded,
            ("成立", "年份", "时间"),
            optional=True,
            show=lambda value: f"{value}年",
        ),
        Field("staff", "人数", "大概有多少人？只记档位。", readers.staff, ("人数", "员工", "规模"), optional=True),
        Field(
            "revenue",
            "上年营收",
            "上一年营收大概多少？只记档位，可以跳过。",
            readers.revenue,
            ("营收", "收入", "金额"),
            optional=True,
        ),
        Field(
            "qualities",
            "已有资质",
            "有下面哪些资质？可多选，没有就说“都没有”。",
            readers.many_of(QUALITIES),
            ("资质", "资格", "称号"),
            QUALITIES,
            optional=True,
            show=_list,
        ),
    ),
    "已按您填的情况匹配，结果见下方；能否享受以主管部门审核为准。",
)
RATING = Form(
    "rating",
    "服务评价",
    "rating.save",
    (
        Field(
            "subject",
            "评价对象",
            "要评价哪件事？可以写编号、窗口或事项名称。",
            readers.sentence(2, 100),
            ("对象", "编号", "窗口", "事项"),
            ("刚才的咨询",),
            free=True,
        ),
        Field(
            "stars",
            "满意度",
            "满意吗？5非常满意、4满意、3基本满意、2不满意、1非常不满意。",
            readers.stars,
            ("分", "星", "满意", "评分"),
            ("非常满意", "满意", "基本满意", "不满意", "非常不满意"),
            show=lambda value: f"{value}星",
        ),
        Field(
            "reasons",
            "原因",
            "是哪方面不好？可多选。",
            readers.many_of(REASONS),
            ("原因",),
            REASONS,
            needed=_low,
            show=_list,
        ),
        Field(
            "comment",
            "补充说明",
            "还有什么要补充的？没有可以说“跳过”。",
            readers.sentence(2),
            ("说明", "补充", "意见"),
            optional=True,
            free=True,
        ),
    ),
    "评价已提交，谢谢；差评会有人核实并回复。",
)
SUBSCRIBE = Form(
    "subscribe",
    "订阅",
    "subscription.save",
    (
        Field(
            "topic",
            "主题",
            "想订阅哪一类？要退订请选“取消订阅”。",
            readers.one_of(
                TOPICS,
                {
                    r"取消|退订|不(要|想)|别": "取消订阅",
                    r"补贴|优惠|政策": "惠企政策",
                    r"申报": "申报通知",
                    r"会|培训|讲座": "会议培训",
                    r"招聘": "招聘活动",
                    r"税|社保": "税务社保",
                },
            ),
            ("主题", "类别"),
            TOPICS,
        ),
        CONTACT,
    ),
    "已登记，有变化会按您留的方式通知。",
)
FORMS: Mapping[str, Form] = {form.name: form for form in (APPEAL, PROGRESS, AGENT, PROFILE, RATING, SUBSCRIBE)}
