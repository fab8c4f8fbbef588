"""What people say to steer a form: to leave it, to skip, to correct, to go back; and the acts that interrupt it."""

from __future__ import annotations

import re

QUESTION_ACTS = {"ask_guide", "ask_facet", "ask_policy", "ask_package", "ask_place", "ask_notice"}
OTHER_ACTS = {"greet", "thank", "goodbye", "small_talk", "contact_person", "abuse", "injection", "repeat"}
FORM_ACTS = {"report_appeal", "check_progress", "book_agent", "match_policy", "rate", "subscribe"}
ASKS = re.compile(
    r"[?？]|吗|什么|怎么|怎样|多久|多少|哪|(?<!好)几天|(?<!好)几个|如何|能不能|可不可以|要不要|是不是|谁|为什么|啥|咋"
)
QUIT = re.compile(
    r"^(我要|请|那|还是|先)?(取消|算了|不(填|办|提|约|评|查|弄|搞|登记|预约|投诉|想填)了?|退出|停止|放弃|作废|撤销)"
)
GIVES_UP = re.compile(r"取消|算了|不.{0,3}了|放弃|退出|停|作废|[中终]止|别|下次|改天|回头")
SKIP = re.compile(
    r"^(这项|这个|那|那就|先|可以)?(跳过|略过|下一(步|项|个)|不填|不想填|不写|没有|没|无|暂无|不知道|不清楚|不记得|记不清|不方便|不想说|不涉及|不用)(了|吧|这项|这个|这步|地点|的)*$"
)
PERSON = re.compile(r"人工|真人|客服")
PLEASANTRY = re.compile(r"^(你好|您好|谢谢|多谢|再见|拜拜|在吗|好的谢谢)[呀啊啦了您你]*[。!！]?$")
OTHER_FORM = re.compile(
    r"(我要|我想|帮我|先|改成)(登记|提|提交|查|约|预约|做|给)?(个|一下|一个)?(诉求|投诉|进度|代办|评价|打分|匹配|订阅)"
)
BACK = re.compile(r"上一(步|项|个)|返回|退回")
WRONG = re.compile(r"错了?|不对|有误|改|换|更正|重新?(填|写|输)|少了|多了")
AGAIN = re.compile(r"重新(填|来|开始)|从头|重填|重来|全部重")
AWAY = re.compile(r"会话|对话|话题|别的|另外|首页|菜单|换个")
REPEAT = re.compile(r"再|重复|重说|没(听|看|明白|懂)|不(明白|懂)|听不|看不|什么|啥|哪|刚才|刚刚|上一句|问题|[?？]")
PLACE = re.compile(r"第([1-9])(?:项|步|个)")
SENDS = re.compile(r"^(确认|确定|提交)")
NEW_VALUE = re.compile(r"^.{0,12}?(改成|改为|换成|应该是|应为|是|[:：])")
