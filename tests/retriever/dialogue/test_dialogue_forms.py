"""Forms filled in as people do: one thing at a time, with questions in between, corrections, and ways out."""

import datetime as dt
import json

import pytest
from dialogue_world import TODAY, Talk

from retriever.dialogue.forms import engine, readers
from retriever.dialogue.forms.catalogue import forms
from retriever.dialogue.forms.model import Asked, BadValue, State
from retriever.dialogue.message import Message
from retriever.dialogue.payload import payload

NOW = Asked(TODAY, {})
WHAT = "园区门口的路坏了三个月，货车进不来"


def filled_appeal(talk):
    """Fill an appeal up to the summary and return that reply."""
    talk.say("我要投诉", "report_appeal")
    for message, act in [
        (WHAT, "report_appeal"),
        ("水电气网", "inform"),
        ("东门长江路", "inform"),
        ("上个月10号开始", "inform"),
        ("张伟 13812345678", "inform"),
        ("同意", "affirm"),
    ]:
        said = talk.say(message, act)
    return said


def test_appeal_asks_one_thing_at_a_time_and_ends_with_a_summary_and_a_command():
    talk = Talk()
    summary = filled_appeal(talk)
    steps = [reply.text for reply in talk.replies]
    assert [f"第{number}/6步" in text for number, text in enumerate(steps[:6], start=1)] == [True] * 6
    assert summary.text.startswith("请核对：") and "13812345678" in summary.text and summary.command is None
    done = talk.say("确认提交", "affirm")
    assert done.command.name == "ticket.create"
    assert done.command.args["values"]["what"] == WHAT and done.command.args["values"]["consent"] is True
    assert not talk.memory.form.open


def test_opening_sentence_that_tells_the_matter_is_taken():
    talk = Talk()
    said = talk.say("我要投诉园区物业乱收电费，每度多收三毛钱", "report_appeal")
    assert "已记下诉求内容：园区物业乱收电费" in said.text and "第2/6步" in said.text


@pytest.mark.parametrize(
    ("message", "act", "entry"),
    [
        ("注册公司要什么材料？", "ask_facet", "A1-company-setup"),
        ("食品经营许可有效期几年", "ask_facet", "I1-food-business-license"),
    ],
)
def test_question_in_between_is_answered_and_the_form_goes_on(message, act, entry):
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    talk.say(WHAT, "report_appeal")
    said = talk.say(message, act)
    assert (said.outcome, said.entry) == ("answered", entry)
    assert "接着填企业诉求，第2/6步" in said.text
    assert "第3/6步" in talk.say("审批服务", "inform").text


def test_person_asked_for_in_between_is_offered_and_the_form_waits():
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    said = talk.say("太麻烦了，转人工客服", "contact_person")
    assert said.outcome == "handoff" and "第1/6步" in said.text and talk.memory.form.asking == "what"


@pytest.mark.parametrize("message", ["要多久", "要身份证原件吗", "确认提交"])
def test_what_is_no_answer_to_the_consent_is_not_taken_for_one(message):
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    for answer in (WHAT, "其他", "跳过", "昨天", "13812345678"):
        talk.say(answer, "inform")
    talk.say(message, "inform")
    assert talk.memory.form.asking == "consent" and "consent" not in talk.memory.form.values


def test_danger_in_the_middle_of_a_form_comes_first():
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    said = talk.say("车间着火了", "inform")
    assert "119" in said.text and talk.memory.form.open


@pytest.mark.parametrize(
    ("message", "act", "help_words"),
    [("13812345", "inform", "8位"), ("张三", "inform", "11位手机号"), ("12345678901", "inform", "11位")],
)
def test_phone_that_cannot_be_is_refused_with_help(message, act, help_words):
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    for answer in (WHAT, "其他", "跳过", "昨天"):
        talk.say(answer, "inform")
    said = talk.say(message, act)
    assert help_words in said.text and talk.memory.form.asking == "contact"


def test_day_to_come_is_refused_for_something_that_happened():
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    for answer in (WHAT, "其他", "跳过"):
        talk.say(answer, "inform")
    assert "还没有到" in talk.say("明天", "inform").text


def test_phone_put_right_with_the_number_in_one_message():
    talk = Talk()
    filled_appeal(talk)
    said = talk.say("电话写错了，改成13912345678", "correct")
    assert said.text.startswith("请核对") and "13912345678" in said.text and "13812345678" not in said.text


def test_phone_put_right_in_two_messages():
    talk = Talk()
    filled_appeal(talk)
    assert "重新填联系方式" in talk.say("电话写错了", "correct").text
    assert "13912345678" in talk.say("13912345678", "inform").text


@pytest.mark.parametrize("named", ["地点", "第三项"])
def test_no_at_the_summary_asks_which_field_and_takes_its_name_or_place(named):
    talk = Talk()
    filled_appeal(talk)
    assert talk.say("不对", "deny").suggestions[0] == "诉求内容"
    assert "第3/6步" in talk.say(named, "inform").text
    assert "西门" in talk.say("西门江南路", "inform").text


def test_new_phone_alone_says_what_it_changes():
    talk = Talk()
    filled_appeal(talk)
    talk.say("改一下", "correct")
    assert "13912345678" in talk.say("13912345678", "inform").text


def test_step_back():
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    talk.say(WHAT, "report_appeal")
    assert "第1/6步" in talk.say("上一步", "correct").text
    assert "已经是第一步" in talk.say("上一步", "correct").text


@pytest.mark.parametrize("message", ["取消", "算了不填了", "我不投诉了"])
@pytest.mark.parametrize("answers", [0, 1, 3, 6])
def test_form_can_be_given_up_at_any_point(message, answers):
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    for answer in (WHAT, "其他", "跳过", "昨天", "13812345678", "同意")[:answers]:
        talk.say(answer, "inform")
    said = talk.say(message, "cancel")
    assert "没有提交" in said.text and said.command is None and not talk.memory.form.open


def test_starting_over_empties_the_form():
    talk = Talk()
    filled_appeal(talk)
    assert "第1/6步" in talk.say("重新填", "start_over").text
    assert talk.memory.form.values == {}


def test_word_mistaken_for_a_wish_to_start_over_loses_nothing():
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    talk.say(WHAT, "report_appeal")
    talk.say("其他", "start_over")
    assert talk.memory.form.values["category"] == "其他"


def test_another_form_in_the_middle_waits_for_this_one():
    talk = Talk()
    talk.say("约个代办员", "book_agent")
    said = talk.say("等等，我要登记诉求", "report_appeal")
    assert "正在填预约代办员" in said.text and talk.memory.form.form == "agent"


def test_progress_by_number_in_the_middle_is_queried_at_once():
    talk = Talk()
    talk.say("我要投诉", "report_appeal")
    talk.say(WHAT, "report_appeal")
    said = talk.say("先查进度QX20261122001", "check_progress")
    assert said.command.name == "progress.query" and talk.memory.form.form == "appeal"


def test_progress_asks_for_the_number_only_when_it_is_missing():
    assert Talk().say("查进度QX20261122001", "check_progress").command.args["values"] == {"number": "QX20261122001"}
    talk = Talk()
    assert "编号" in talk.say("查进度", "check_progress").text
    assert "没看到编号" in talk.say("我忘了", "inform").text
    assert talk.say("QX20261122001", "inform").command.name == "progress.query"


def test_agent_is_booked_for_a_working_day_to_come():
    talk = Talk()
    said = talk.say("我要预约下周三下午的代办员", "book_agent")
    assert "2026-11-25 下午" in said.text
    talk.say("办营业执照", "ask_guide")
    talk.say("政务服务大厅", "ask_place")
    assert "不是工作日" in talk.say("预约时间改成下周六", "correct").text
    assert "60天" in talk.say("2027年6月1日", "inform").text
    assert "来不及" in talk.say("昨天", "inform").text
    talk.say("下周四上午", "inform")
    talk.say("李雷 13700001111", "inform")
    done = talk.say("确认", "affirm")
    assert done.command.name == "agent.book" and done.command.args["values"]["day"] == "2026-11-26 上午"


def test_profile_keeps_bands_instead_of_exact_figures_and_may_be_skipped_through():
    talk = Talk()
    talk.say("帮我匹配政策", "match_policy")
    for answer in ("跳过", "有限公司", "做软件的", "高新区", "成立三年", "三十来人", "去年两千三百万", "1、4"):
        said = talk.say(answer, "inform")
    assert "21-50人" in said.text and "1500万元以上、不足5000万元" in said.text and "两千三百" not in said.text
    values = talk.say("确认", "affirm").command.args["values"]
    assert values["code"] is None and values["founded"] == 2023
    assert values["qualities"] == ["高新技术企业", "专精特新中小企业"]


def test_wrong_credit_code_is_refused_with_help():
    talk = Talk()
    talk.say("帮我匹配政策", "match_policy")
    assert "校验位" in talk.say("911100006000373410", "inform").text
    assert "第2/8步" in talk.say("91110000600037341L", "inform").text


def test_bad_mark_asks_for_reasons_and_a_good_one_does_not():
    bad, good = Talk(), Talk()
    for talk in (bad, good):
        talk.say("我要评价", "rate")
        talk.say("3号窗口", "inform")
    assert "哪方面" in bad.say("不满意", "rate").text
    assert "补充" in good.say("五星", "rate").text
    bad.say("态度不好、排队久", "inform")
    bad.say("跳过", "inform")
    args = bad.say("确认", "affirm").command.args
    assert args["values"]["stars"] == 2 and args["values"]["reasons"] == ["态度不好", "排队久"]


@pytest.mark.parametrize("message", ["100分", "0星", "说不清"])
def test_mark_outside_the_scale_is_refused_with_help(message):
    talk = Talk()
    talk.say("我要评价", "rate")
    talk.say("3号窗口", "inform")
    assert "1到5星" in talk.say(message, "inform").text


def test_half_a_form_outlives_the_session_and_goes_on_when_asked():
    talk = Talk(session_minutes=60)
    talk.say("我要投诉", "report_appeal")
    talk.say(WHAT, "report_appeal")
    said = talk.say("注册公司", "ask_guide", silent=61)
    assert said.outcome == "answered" and "还没填完" in said.text
    assert "还没填完" not in talk.say("要多久", "ask_facet").text
    assert "第2/6步" in talk.say("继续填写", "affirm").text
    assert talk.memory.form.values["what"] == WHAT


def test_half_a_form_can_be_given_up_after_the_session():
    talk = Talk(session_minutes=60)
    talk.say("我要投诉", "report_appeal")
    talk.say("取消", "cancel", silent=61)
    assert not talk.memory.form.open


def test_same_form_wanted_after_the_session_goes_on_where_it_stopped():
    talk = Talk(session_minutes=60)
    talk.say("我要投诉", "report_appeal")
    talk.say(WHAT, "report_appeal")
    talk.say("你好", "greet", silent=61)
    assert "第2/6步" in talk.say("我要投诉", "report_appeal").text


def test_two_forms_of_a_conversation_have_different_keys_and_one_keeps_its_key():
    talk = Talk()
    filled_appeal(talk)
    first = talk.say("确认提交", "affirm").command.args["key"]
    filled_appeal(talk)
    second = talk.say("确认提交", "affirm").command.args["key"]
    assert first != second


@pytest.mark.parametrize("name", forms())
def test_state_of_every_form_survives_being_stored(name):
    form = forms()[name]
    state = State(name, {form.fields[0].name: "值"}, form.fields[0].name, 3, True)
    assert State.of(json.loads(json.dumps(state.slot()))) == state
    assert State.of(None) == State()


def test_payload_says_which_step_the_form_waits_for():
    talk = Talk()
    said = talk.say("我要投诉", "report_appeal")
    data = payload(said, talk.memory.form).as_json()
    assert data["form"] == {
        "name": "appeal",
        "title": "企业诉求",
        "asking": "what",
        "step": 1,
        "of": 6,
        "resting": False,
    }
    assert json.loads(json.dumps(data)) == data


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("我们是个体户", "个体工商户"),
        ("股份公司", "股份有限公司"),
        ("外商独资", "外商投资企业"),
        ("一人有限公司", "有限责任公司"),
        ("是分公司", "分公司"),
        ("合伙", "合伙企业"),
    ],
)
def test_enterprise_type_is_read(text, kind):
    assert forms()["profile"].field("type").read(text, NOW) == kind


def test_what_names_no_enterprise_type_is_refused_with_examples():
    with pytest.raises(BadValue, match="请说企业类型，比如有限责任公司"):
        forms()["profile"].field("type").read("不好说", NOW)


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2026-10-01", "2026-10-01不是工作日，可以改约2026-10-08"),
        ("2026-10-10", "2026-10-10 上午"),
        ("2026-10-11", "2026-10-11不是工作日，可以改约2026-10-12"),
    ],
)
def test_visit_is_booked_for_days_that_are_worked_as_published(day, said):
    try:
        read = readers.work_day(day, Asked(dt.date(2026, 9, 20), {}))
    except BadValue as error:
        read = str(error)
    assert read.startswith(said)


@pytest.mark.parametrize("day", ["2099-01-01", "2099-01-05", "2099-01-04"])
def test_no_visit_is_booked_in_a_year_that_is_not_published_yet(day):
    with pytest.raises(BadValue, match="2099年的放假安排还没有公布"):
        readers.work_day(day, Asked(dt.date(2098, 12, 20), {}))


def test_no_working_day_is_offered_in_a_year_that_is_not_published_yet():
    with pytest.raises(BadValue, match="已经来不及约了，请换一个工作日"):
        readers.work_day("2098-12-30", Asked(dt.date(2098, 12, 31), {}))


def test_visit_is_booked_in_a_year_that_the_desk_has_entered_itself(tmp_path):
    (tmp_path / "tickets").mkdir()
    years = "2027:\n  holidays: [2027-01-01]\n  workdays: [2027-01-03]\n"
    (tmp_path / "tickets" / "holidays.yaml").write_text(years, encoding="utf-8")
    entered, not_entered = Talk(data_dir=tmp_path), Talk(data_dir=tmp_path / "empty")
    for talk in (entered, not_entered):
        talk.say("我要预约代办员", "book_agent")
        talk.say("办营业执照", "ask_guide")
    assert "2027-01-01不是工作日，可以改约2027-01-03" in entered.say("2027年1月1日", "inform").text
    assert "第3/4步" in entered.say("2027年1月3日", "inform").text
    assert "还没有公布" in not_entered.say("2027年1月3日", "inform").text


OPENINGS = [
    ("我要评价 SQ20261122-7F3K9Q", "rate", {"subject": "SQ20261122-7F3K9Q"}, "stars"),
    ("我要评价 sq20261122-7f3k9q，非常满意", "rate", {"subject": "SQ20261122-7F3K9Q", "stars": 5}, "comment"),
    ("给 DB20261122-7F3K9Q 打两星", "rate", {"subject": "DB20261122-7F3K9Q", "stars": 2}, "reasons"),
    ("给个好评", "rate", {"stars": 5}, "subject"),
    ("我要评价3号窗口", "rate", {}, "subject"),
    ("做个满意度评价", "rate", {}, "subject"),
    ("好差评在哪", "rate", {}, "subject"),
    ("夸一夸窗口的同志", "rate", {}, "subject"),
    ("我身份证110105199003070017，要评价", "rate", {}, "subject"),
    ("我要投诉 13812345678", "report_appeal", {"contact": "13812345678"}, "what"),
    (
        "我要投诉园区物业乱收电费，电话13812345678",
        "report_appeal",
        {"what": "园区物业乱收电费，电话138******78", "contact": "13812345678"},
        "category",
    ),
    ("预约代办 13812345678", "book_agent", {"contact": "13812345678"}, "item"),
    (
        "下周三下午要个代办员，电话0512-65123456",
        "book_agent",
        {"day": "2026-11-25 下午", "contact": "0512-65123456"},
        "item",
    ),
    ("订阅招聘活动，发到 a@example.com", "subscribe", {"topic": "招聘活动", "contact": "a@example.com"}, "confirm"),
    ("按91110000600037341L给我们匹配政策", "match_policy", {"code": "91110000600037341L"}, "type"),
]


@pytest.mark.parametrize(("message", "act", "values", "asking"), OPENINGS)
def test_opening_message_fills_what_it_tells_for_sure_and_nothing_else(message, act, values, asking):
    talk = Talk()
    said = talk.say(message, act)
    assert (talk.memory.form.values, talk.memory.form.asking) == (values, asking)
    assert all(str(value)[:4] in said.text for name, value in values.items() if name != "stars")


@pytest.mark.parametrize(
    ("form", "asking", "message", "owner"),
    [
        (form.name, item.name, option, other.name)
        for form in forms().values()
        for place, item in enumerate(form.fields)
        if item.free
        for other in form.fields[place + 1 :]
        for option in other.options
        if option not in item.options
    ],
)
def test_option_of_a_later_field_is_kept_for_that_field(form, asking, message, owner):
    step = engine.handle(State(form, {}, asking, 1), Message(message), "inform", NOW)
    assert step.state.asking == asking and asking not in step.state.values and owner in step.state.values
    assert step.text.startswith(f"已记下{forms()[form].field(owner).title}：") and "步：" in step.text


@pytest.mark.parametrize("message", ["5分", "三星吧", "很满意", "五星好评", "给差评"])
def test_grade_in_other_words_is_no_name_of_what_is_rated(message):
    talk = Talk()
    talk.say("我要评价", "rate")
    said = talk.say(message, "rate")
    assert "要评价哪件事" in said.text and set(talk.memory.form.values) == {"stars"}
    assert "补充" in talk.say("3号窗口", "inform").text or "哪方面" in talk.replies[-1].text


@pytest.mark.parametrize("message", ["13812345678", "张伟 13812345678", "a@example.com"])
@pytest.mark.parametrize(("form", "asking"), [("appeal", "what"), ("appeal", "where"), ("agent", "item")])
def test_contact_alone_is_no_matter_and_no_place(form, asking, message):
    step = engine.handle(State(form, {}, asking, 1), Message(message), "inform", NOW)
    assert (step.state.values, step.state.asking) == ({"contact": message}, asking)


@pytest.mark.parametrize("message", ["非常满意的那次咨询服务", "东门，找保安13812345678"])
def test_sentence_that_says_more_than_a_later_answer_stays_a_sentence(message):
    form, asking = ("rating", "subject") if "满意" in message else ("appeal", "where")
    step = engine.handle(State(form, {}, asking, 1), Message(message), "inform", NOW)
    assert set(step.state.values) == {asking}
