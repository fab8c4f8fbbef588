"""The form decorator: what arrives, read into a model; what cannot be used comes back as it was typed."""

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict

from web.errors import InvalidField, WebError
from web.pages.form import Form, chosen, each, form, read, ticked, whole, written


class BadOrder(WebError):
    """An order that the kitchen cannot read."""

    name, status = "bad_order", 422


class OrderForm(Form):
    """A small order."""

    dish: str = written("菜名", 5)
    secret: str = written("口令", 10, trim=False)
    count: int = whole("份数", 1, 9, usual=1)
    table: int | None = whole("桌号", 1, 99)
    spices: list[str] = chosen("调料", 4, items=3)
    hot: bool = ticked("要辣")
    bill: bool | None = ticked("要发票", usual=None)
    sides: dict[str, str] = each("配菜", 3)


def given(**typed):
    return read(OrderForm, MultiDict(typed), BadOrder)


def said(**typed):
    return given(**typed)[1].detail


def test_an_empty_form_has_the_usual_values_and_no_problems():
    order, problems = given()
    assert problems is None and order == OrderForm()
    assert (order.dish, order.count, order.table, order.spices, order.hot, order.bill) == ("", 1, None, [], False, None)


def test_texts_are_trimmed_and_lines_end_alike_except_where_every_blank_counts():
    order, _ = given(dish=" a\r\nb\r ", secret=" a\r\n")
    assert (order.dish, order.secret) == ("a\nb", " a\r\n")


def test_an_end_of_line_counts_once_as_in_the_browser():
    assert given(dish="一\r\n二\r\n三")[1] is None


def test_numbers_left_empty_are_the_usual_ones():
    assert given(count=" ", table="")[0] == OrderForm()
    assert given(count=" 3 ")[0].count == 3


def test_a_list_holds_every_value_that_is_not_empty():
    assert given(spices=["盐", "", " 醋 "])[0].spices == ["盐", "醋"]


@pytest.mark.parametrize(("typed", "hot"), [("on", True), ("yes", True), ("1", True), ("no", False), ("off", False)])
def test_a_box_is_ticked_by_what_browsers_send_and_a_choice_says_no(typed, hot):
    assert given(hot=typed)[0].hot is hot


def test_names_with_a_colon_are_one_field():
    assert given(**{"sides:rice": "yes", "sides:soup": "no", "side": "x"})[0].sides == {"rice": "yes", "soup": "no"}


def test_fields_that_are_not_declared_are_left_out():
    order, problems = given(csrf_token="x", colour="red")
    assert problems is None and not hasattr(order, "colour")


def test_what_was_filled_in_is_given_without_the_rest():
    order, _ = given(dish="面", spices=["盐"])
    assert order.filled() == {"dish": "面", "spices": ["盐"], "count": 1, "hot": False}
    assert order.filled("dish", "secret", "table") == {"dish": "面"}


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"dish": "一二三四五六"}, "“菜名”最多 5 个字，现在 6 个"),
        ({"count": "三"}, "“份数”要是整数"),
        ({"count": "1.5"}, "“份数”要是整数"),
        ({"count": "0"}, "“份数”不能小于 1"),
        ({"count": "10"}, "“份数”不能大于 9"),
        ({"spices": ["一", "二", "三", "四"]}, "“调料”最多 3 项"),
        ({"spices": ["盐", "一二三四五"]}, "“调料”最多 4 个字，现在 5 个"),
        ({"sides:rice": "一二三四"}, "“配菜”最多 3 个字，现在 4 个"),
        ({"hot": "maybe"}, "“要辣”要写成是或否"),
        ({"dish": "一二三四五六", "count": "三"}, "“菜名”最多 5 个字，现在 6 个；“份数”要是整数"),
    ],
)
def test_a_field_that_cannot_be_used_is_named_in_a_sentence(typed, sentence):
    assert said(**typed) == sentence


def test_nothing_that_was_typed_is_lost_with_a_problem():
    order, problems = given(dish="一二三四五六", count="三", table="7", spices=["盐"])
    assert (order.dish, order.count, order.table, order.spices) == ("一二三四五六", "三", 7, ["盐"])
    assert isinstance(problems, BadOrder) and problems.extra == {"field": "dish"} and problems.status == 422


@pytest.fixture
def kitchen():
    """A site of two views: one shows its page again, one does not."""
    app = Flask("kitchen")
    app.register_error_handler(WebError, lambda error: (f"{error.name}: {error.detail}", error.status))

    @app.post("/orders/<room>")
    @form(OrderForm, BadOrder)
    def order(room, problems, given):
        return (f"{room}: {given.dish} {problems.detail}", problems.status) if problems else f"{room}: {given.dish}"

    @app.post("/plain")
    @form(lambda: OrderForm)
    def plain(given):
        return given.dish

    return app.test_client()


def test_a_view_with_problems_shows_its_page_again_with_what_was_typed(kitchen):
    assert kitchen.post("/orders/hall", data={"dish": " 面 "}).text == "hall: 面"
    reply = kitchen.post("/orders/hall", data={"dish": "一二三四五六"})
    assert reply.status_code == 422 and reply.text == "hall: 一二三四五六 “菜名”最多 5 个字，现在 6 个"


def test_a_view_without_problems_is_not_called_with_any(kitchen):
    assert kitchen.post("/plain", data={"dish": "面"}).text == "面"
    reply = kitchen.post("/plain", data={"dish": "一二三四五六"})
    assert (reply.status_code, reply.text) == (422, "invalid_field: “菜名”最多 5 个字，现在 6 个")


def test_the_usual_error_is_an_invalid_field():
    assert read(OrderForm, MultiDict({"count": "x"}), InvalidField)[1].name == "invalid_field"
