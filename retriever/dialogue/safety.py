"""What must be said before anything else: danger to people, text that tries to steer the bot, other people's data."""

from __future__ import annotations

import re
from dataclasses import dataclass

FIRE = re.compile(
    r"着火|起火|失火|火灾|爆炸了?|爆燃|浓烟|燃气泄漏|煤气泄漏|天然气泄漏|毒气|有毒气体|危化品泄漏|化学品泄漏|被困(在|住)?(电梯|里面|车间|井)|电梯困人|坍塌|塌方|塌了压"
)
POLICE = re.compile(
    r"(有人|正在|被人).{0,6}(打架|斗殴|持刀|行凶|抢劫|砸店|砸厂|围堵|非法拘禁)|被(绑架|抢劫|非法拘禁|威胁人身|人堵在|人打了|打伤)|人身安全|生命危险|要跳楼|想跳楼|跳楼讨薪|要自杀|想自杀|不想活了|扬言"
)
MEDICAL = re.compile(
    r"(工人|员工|同事|有人|他|她|人员).{0,6}(晕倒|昏迷|触电|中毒|大出血|心脏骤停|没有呼吸|机器(卷|绞|压)|被砸|摔下|坠落)|(触电|坠落|昏迷|大出血|心梗)了|急救|救护车|食物中毒"
)
WAGES = re.compile(
    r"(欠薪|讨薪|拖欠工资|没发工资|不发工资|要工资|工资没发).{0,12}(堵|围|聚集|闹事|拉横幅|上访|群体|集体)"
    r"|(聚集|围堵|堵门|堵路|堵了|拉横幅|群体|集体|几十|上百|一群).{0,10}(欠薪|讨薪|拖欠工资|没发工资|不发工资|要工资)"
)
ABOUT = re.compile(r"(怎么|如何|哪些|什么|吗|条件|许可|验收|预案|保险|标准|规定|处罚|备案|制度|证书|培训|演练|责任)")
HAPPENING = re.compile(
    r"(着火|起火|失火|爆炸|泄漏|坍塌|触电|中毒|晕倒|昏迷|打伤|围堵)了(?!.{0,6}(以后|之后|的话|怎么赔|怎么认定|算工伤))|快来人|救命|正在(着火|燃烧|打|围)"
)
STEERING = re.compile(
    r"密码|管理员|权限|root|admin|后台|数据库|导出|token|api ?key|调试|指令|规则|限制|提示|prompt|扮演|绕过"
    r"|系统(设置|消息|内部)|改成(通过|办结|A级)"
    r"|select|script|instructions?|command|内部文件|终端|执行",
    re.IGNORECASE,
)
INJECTION = re.compile(
    r"忽略.{0,8}(指令|设定|规则|提示|要求|内容)|无视.{0,6}(规则|指令|限制)"
    r"|(忘记|忘掉|覆盖|解除).{0,6}(规则|设定|限制|指令)|系统提示词|提示词.{0,4}(发|给|输出|显示)"
    r"|(输出|显示|打印|泄露|告诉我|翻译|复述|写出).{0,10}(系统提示|提示词|prompt|初始指令|隐藏(指令|规则)|环境变量|后台配置)"
    r"|开发者模式|越狱模式|dan ?模式|没有(任何)?限制的(ai|人工智能|模型)"
    r"|ignore (all |any )?(the )?(previous|prior|above)|system prompt|you are now|developer mode"
    r"|jailbreak|pretend (you|to)|act as (an?|the) "
    r"|<\s*script|<\s*img[^>]*onerror|javascript:|\bunion\s+(all\s+)?select\b"
    r"|\bdrop\s+table\b|\bselect\s+.{1,30}\s+from\b|'\s*or\s+'?1'?\s*=\s*'?1|/etc/passwd|rm\s+-rf|\$\{jndi:|\{\{.{0,20}\}\}",
    re.IGNORECASE,
)
ABUSE = re.compile(
    r"傻[逼比叉屄xX]|煞笔|沙比|草泥马|操你|日你|干你娘|你妈的|(?<![我她咱您俺])妈的|他妈的|尼玛|去死|智障|脑残|弱智|蠢货|蠢驴|白痴|王八蛋|混蛋|狗东西|人渣|贱人|饭桶"
    r"|你们?[这那]?[帮群些个]?[都全真就]?是?废物|(一群|这帮|那帮|真是个?)废物|^废物(?=$|[\s,，!！。])"  # not 危险废物
    r"|滚(蛋|开|一边|吧|$)|神经病|放屁|狗屁|狗屎|不要脸|\bsb\b|\bnmsl\b|\bcnm\b|\bfuck\b|\bshit\b",
    re.IGNORECASE,
)
SCOLDED = re.compile(r"你们?(这|那)?(帮|群|些)|一群|这帮|那帮|你个|你们?全是")
OTHERS = re.compile(
    r"(查|看|告诉我|给我|导出|列出|提供|发我).{0,12}((别的?|其他|别家|另一家|隔壁|对手|竞争对手|某|所有|哪些|那家)(的)?(公司|企业|厂|单位|用户|客户|人家?))"
    r".{0,12}(信息|数据|电话|手机|税|营收|工资|诉求|投诉|工单|申请|记录|补贴|名单|合同|财务|订单)"
    r"|(隔壁|对手|竞争对手|别的公司|别家|其他企业|其他公司|别的企业|那家公司).{0,10}(交了?多少税|拿了?多少|营收|提了?什么诉求|投诉了?(什么|谁|几次)|申请了?什么|联系方式|法人电话|老板电话|负责人电话|欠税|社保人数)"
    r"|(别的?|其他|别家|隔壁|对手)(的)?(企业|公司|厂|单位).{0,12}(记录|数据|资料|名单|电话|工单).{0,6}(发我|给我|导出|看看|列出)"
    r"|谁(投诉|举报)(了)?(我|我们)|(投诉|举报)(我|我们).{0,6}(是谁|的人)"
)


@dataclass(frozen=True)
class Danger:
    """What is happening, and the sentence that names whom to call now."""

    kind: str
    text: str


def danger(text: str, hotline: str = "12345") -> Danger | None:
    """Return whom to call when `text` reports danger now; a question about rules (火灾怎么投保) is none."""
    if FIRE.search(text) and not _asks_about(text, FIRE):
        return Danger(
            "fire",
            f"请先保证人员安全，立即拨打119（火警、救援）；有人受伤同时拨打120，需要警察拨打110。事后办事可再来问，或拨打{hotline}。",
        )
    if MEDICAL.search(text) and not _asks_about(text, MEDICAL):
        return Danger(
            "medical",
            f"请立即拨打120急救；有人被困或起火拨打119，需要警察拨打110。之后工伤等手续可再来问，或拨打{hotline}。",
        )
    if WAGES.search(text):
        return Danger(
            "wages",
            f"涉及多人的欠薪请立即拨打{hotline}，由人力资源社会保障部门马上处理；有人身危险或冲突拨打110，有人受伤拨打120，起火拨打119。我也可以帮您登记诉求。",
        )
    if POLICE.search(text) and not _asks_about(text, POLICE):
        return Danger(
            "police",
            f"人身安全最要紧，请立即拨打110；有人受伤拨打120，起火拨打119。需要政府部门协调的，可拨打{hotline}。",
        )
    return None


def injected(text: str) -> bool:
    """Say whether the text tries to steer the machine instead of asking something."""
    return bool(INJECTION.search(text))


def steering(text: str) -> bool:
    """Say whether the text has words of steering; these alone prove nothing, a classifier's verdict goes with them."""
    return bool(STEERING.search(text))


def abusive(text: str) -> bool:
    """Say whether the text swears at the desk."""
    return bool(ABUSE.search(text))


def without_abuse(text: str) -> str:
    """Return the text with the swear words taken out; what is left may still be a question."""
    return SCOLDED.sub("", ABUSE.sub("", text))


def asks_about_others(text: str) -> bool:
    """Say whether the text asks for another enterprise's data."""
    return bool(OTHERS.search(text))


def _asks_about(text: str, pattern: re.Pattern[str]) -> bool:
    """Say whether the words of danger stand in a question on rules; 着火了怎么办 is no such question."""
    return not HAPPENING.search(text) and bool(ABOUT.search(pattern.sub("", text)))
