"""What the feature must never be used for, and the law that says so: shown on every page of it."""

from __future__ import annotations

FORBIDDEN = (
    "决定检查的次数或对象",
    "加快、放慢或附加审批、登记、注销、迁移、档案移交的任何一步",
    "决定政策资金的兑付、补贴或额度",
    "扣减信用分，或列入任何对外的名单",
    "劝留，或以优惠、承诺作为不迁出的条件",
    "告诉企业或任何第三方“已被关注”，或影响机器人的任何一句回答",
)
# Clauses read in the text of the law (grade 法 in the knowledge base's sources).
LAWS = (
    "《公平竞争审查条例》第9条：不得阻碍本地经营者迁出",
    "《优化营商环境条例》第19条：企业变更住所的申请应当依法及时办理，不得限制",
    "《中华人民共和国市场主体登记管理条例》第27条：迁出地登记机关无正当理由不得拒绝移交登记档案",
)
