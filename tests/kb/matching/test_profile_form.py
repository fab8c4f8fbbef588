"""The steps of the chat's form as they are declared: what every answer on offer is kept as."""

import pytest

from kb.matching.fields import BadDeclaration, Fields, declared
from kb.matching.values import read_all, to_plain

ITEMS = {item.name: item for item in declared().form}
OFFERED = [(item, option) for item in ITEMS.values() for option in sorted({*item.options, *item.words})]
AGE = "fields: [{name: age, label: 年龄, type: number, question: 几年了？}]\n"


def kept(name, answer):
    told = read_all(declared(), ITEMS[name].kept(answer))
    return {field: to_plain(value) for field, value in told.items()}


@pytest.mark.parametrize(("item", "option"), OFFERED, ids=[f"{item.name}-{option}" for item, option in OFFERED])
def test_every_option_is_kept_as_something_the_fields_take(item, option):
    assert read_all(declared(), item.kept(option)) or option == "其他"


@pytest.mark.parametrize(
    ("name", "answer", "profile"),
    [
        ("type", "分公司", {"enterprise_type": ["分支机构"]}),
        ("type", "外商投资企业", {"foreign_invested": True}),
        ("industry", "建筑业", {"industry": ["47", "48", "49", "50"]}),
        ("industry", "餐饮住宿", {"industry": ["61", "62"]}),
        ("industry", "其他", {}),
        ("qualities", ["规上企业"], {"qualifications": {"yes": ["规模以上企业"], "no": []}}),
        ("code", "91320583MA27K4BX5E", {}),
    ],
)
def test_an_answer_is_kept_under_the_names_of_the_fields(name, answer, profile):
    assert kept(name, answer) == profile


@pytest.mark.parametrize(
    "form",
    [
        "form: [{name: age, title: 年龄, question: 几年？, keeps: years}]",
        "form: [{name: age, title: 年龄, question: 几年？, means: {老: {years: 9}}}]",
        "form: [{name: age, title: 年龄, question: 几年？, colour: red}]",
        "form: [{name: age}]",
    ],
)
def test_a_form_with_a_mistake_is_refused(tmp_path, form):
    path = tmp_path / "fields.yaml"
    path.write_text(AGE + "form: [{name: age, title: 年龄, question: 几年？, keeps: age}]", encoding="utf-8")
    assert Fields.load(path).form[0].title == "年龄"
    path.write_text(AGE + form, encoding="utf-8")
    with pytest.raises(BadDeclaration):
        Fields.load(path)
