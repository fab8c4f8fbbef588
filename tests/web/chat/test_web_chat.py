"""A turn through the API: kept before it is answered, answered with card and source, kept with its answer."""

import threading
import time

import pytest
import sqlalchemy as sa

from web import database
from web.chat.tables import requests, turns

MATERIALS = "开公司需要什么材料"


def row(site, turn_id):
    with site.desk.engine.connect() as connection:
        return connection.execute(sa.select(turns).where(turns.c.id == turn_id)).one()


def test_answer_is_text_first_then_the_card_of_the_part_asked_about(site):
    reply = site.ask(MATERIALS).get_json()
    assert reply["outcome"] == "answered"
    assert [item["type"] for item in reply["messages"]] == ["text", "guide", "choices"]
    assert "公司章程" in reply["messages"][0]["text"]
    card = reply["messages"][1]
    assert (card["entry_id"], card["facet"], card["url"]) == (
        "A1-company-setup",
        "materials",
        "/entries/A1-company-setup",
    )
    materials = next(part for part in card["fields"] if part["name"] == "materials")
    assert materials["columns"][0] == "材料"
    assert [line[0] for line in materials["rows"]][2] == "公司章程"


def test_sources_carry_page_version_days_and_score(site):
    source = site.ask(MATERIALS).get_json()["sources"][0]
    assert source["url"] == "/entries/A1-company-setup"
    assert (source["version"], source["effective_from"], source["effective_to"]) == (1, "2024-07-01", None)
    assert 0 < source["score"] <= 1


def test_intent_is_what_the_dialogue_understood(site):
    assert site.ask(MATERIALS).get_json()["intent"] == {"name": "ask_facet", "confidence": 0.93}


def test_follow_up_stays_in_its_conversation(site):
    first = site.ask(MATERIALS).get_json()
    second = site.ask("那要多久", first["conversation_id"]).get_json()
    assert second["conversation_id"] == first["conversation_id"]
    assert second["messages"][1]["entry_id"] == "A1-company-setup"
    assert second["messages"][1]["facet"] == "time"


def test_conversations_do_not_see_each_other(site):
    site.ask(MATERIALS)
    alone = site.ask("那要多久").get_json()
    assert alone["outcome"] != "answered"
    assert len({sender for sender, _, _ in site.rasa.heard}) == 2


def test_dialogue_hears_the_conversation_the_turn_and_the_day(site):
    reply = site.ask("你好").get_json()
    sender, text, metadata = site.rasa.heard[0]
    assert (sender, text) == (reply["conversation_id"], "你好")
    assert metadata["turn_id"] == reply["turn_id"]
    assert len(metadata["today"]) == 10


def test_turn_is_a_row_before_it_is_answered(site):
    site.rasa.open.clear()
    asking = threading.Thread(target=site.ask, args=(MATERIALS,))
    asking.start()
    while not site.rasa.heard:
        assert asking.is_alive()
        time.sleep(0.01)
    kept = row(site, site.rasa.heard[0][2]["turn_id"])
    assert (kept.question, kept.outcome, kept.answered_at) == (MATERIALS, "", None)
    site.rasa.open.set()
    asking.join()
    assert row(site, kept.id).outcome == "answered"


def test_row_keeps_what_review_needs(site):
    reply = site.ask(MATERIALS).get_json()
    kept = row(site, reply["turn_id"])
    assert (kept.act, kept.act_confidence, kept.entry_id, kept.entry_version) == (
        "ask_facet",
        0.93,
        "A1-company-setup",
        1,
    )
    assert (kept.facet, kept.facet_key, kept.error) == ("materials", "materials", "")
    assert kept.answer == reply["messages"][0]["text"]
    assert kept.sources == reply["sources"]
    assert kept.why[0]["entry_id"] == "A1-company-setup"
    assert kept.milliseconds > 0
    assert kept.answered_at >= kept.asked_at


def test_row_keeps_a_card_by_reference_only(site):
    kept = row(site, site.ask(MATERIALS).get_json()["turn_id"])
    card = kept.messages[1]
    assert set(card) == {"type", "entry_id", "version", "facet", "key"}


def test_history_gives_back_what_was_shown(site):
    first = site.ask(MATERIALS).get_json()
    second = site.ask("那要多久", first["conversation_id"]).get_json()
    history = site.turns(first["conversation_id"])
    assert [turn["question"] for turn in history] == [MATERIALS, "那要多久"]
    assert [turn["messages"] for turn in history] == [first["messages"], second["messages"]]
    assert [turn["sources"] for turn in history] == [first["sources"], second["sources"]]


def test_history_is_the_latest_turns_of_a_long_conversation(site):
    conversation = site.desk.conversations.start()
    for number in range(60):
        site.desk.conversations.open_turn(conversation, f"第{number}问")
    history = site.turns(conversation)
    assert len(history) == 50
    assert history[-1]["question"] == "第59问"


def test_card_of_an_old_answer_stays_with_its_version(site):
    first = site.ask(MATERIALS).get_json()
    entry = site.desk.entries.get("A1-company-setup")
    site.desk.entries._store.save(entry.copy(update={"title": "新的标题"}), author="测试")
    assert site.turns(first["conversation_id"])[0]["messages"][1]["title"] == "公司设立登记"
    assert site.desk.entries.get("A1-company-setup").title == "新的标题"


def test_answer_whose_entry_is_gone_is_still_text(site):
    entry = next(entry for entry in site.entries if entry.id == "A1-company-setup")
    site.rasa.searcher.entries["ghost"] = entry.copy(
        update={"id": "ghost", "aliases": ("捉鬼服务费",), "questions": ()}
    )
    reply = site.ask("捉鬼服务费").get_json()
    assert reply["outcome"] == "answered"
    assert [item["type"] for item in reply["messages"]] == ["text", "choices"]


def test_unsure_answer_offers_three_names_and_none_of_these(site):
    reply = site.ask("名称登记").get_json()
    assert reply["outcome"] == "clarify"
    choices = reply["messages"][-1]
    assert choices["purpose"] == "clarify"
    assert 2 <= len(choices["choices"]) <= 4
    assert choices["choices"][-1] == {"title": "都不是", "payload": "都不是"}


def test_no_answer_names_the_hotline_and_shows_no_card(site):
    reply = site.ask("帮我定个闹钟").get_json()
    assert reply["outcome"] == "no_answer"
    assert "guide" not in [item["type"] for item in reply["messages"]]
    assert {"type": "link", "title": "拨打政务服务热线 12345", "url": "tel:12345"} in reply["messages"]
    assert reply["sources"] == []


def test_several_texts_of_a_turn_are_one_message(site):
    reply = site.ask("你好").get_json()
    assert [item["text"] for item in reply["messages"]] == ["您好，\n请问要办什么事？"]


@pytest.mark.parametrize("message", ["😀😀😀", "？？？", "👍"])
def test_message_without_words_gets_a_friendly_question(site, message):
    reply = site.ask(message).get_json()
    assert reply["outcome"] == "clarify"
    assert "用一句话" in reply["messages"][0]["text"]
    assert site.rasa.heard == []
    assert row(site, reply["turn_id"]).question == message


def test_personal_numbers_are_kept_masked(site):
    reply = site.ask("我的手机13812345678，开公司需要什么材料").get_json()
    kept = row(site, reply["turn_id"])
    assert "13812345678" not in kept.question
    assert "开公司" in kept.question
    assert "13812345678" in site.rasa.heard[0][1]


def test_command_that_no_service_takes_over_becomes_a_numbered_request(site):
    reply = site.ask("我要订阅惠企政策，电话13812345678").get_json()
    item = next(item for item in reply["messages"] if item["type"] == "ticket")
    with site.desk.engine.connect() as connection:
        kept = connection.execute(sa.select(requests)).one()
    assert (kept.number, kept.name, kept.turn_id) == (item["number"], "subscription.save", reply["turn_id"])
    assert item["number"] in item["text"]
    assert "13812345678" not in kept.args["topic"]
    assert kept.args["phone"] == "13812345678"


def test_ticket_number_survives_in_history(site):
    reply = site.ask("我要反映路灯坏了").get_json()
    assert site.turns(reply["conversation_id"])[0]["messages"] == reply["messages"]


def test_two_messages_at_once_are_both_answered_one_after_the_other(site):
    conversation = site.ask("你好").get_json()["conversation_id"]
    site.rasa.open.clear()
    site.rasa.overlaps, replies = 0, []

    def ask(number):
        client = site.app.test_client()
        body = {"message": f"{MATERIALS}{number}", "conversation_id": conversation}
        replies.append(client.post("/api/v1/chat", json=body).status_code)

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    while not any(len(queue) == 8 for queue in list(site.desk.chat._locks._queues.values())):
        assert all(thread.is_alive() for thread in threads)
        time.sleep(0.01)
    site.rasa.open.set()
    for thread in threads:
        thread.join()
    assert replies == [200] * 8
    assert site.rasa.overlaps == 0
    history = site.turns(conversation)
    assert len(history) == 9
    assert all(turn["outcome"] == "answered" for turn in history[1:])


def test_repeated_call_with_one_message_id_asks_once(site):
    first = site.ask(MATERIALS, message_id="m-1").get_json()
    again = site.ask(MATERIALS, first["conversation_id"], message_id="m-1").get_json()
    assert again == first
    assert len(site.rasa.heard) == 1
    assert len(site.turns(first["conversation_id"])) == 1


def test_ids_are_long_and_never_the_same():
    ids = {database.new_id() for _ in range(1000)}
    assert len(ids) == 1000
    assert {len(one) for one in ids} == {32}


def test_person_who_sends_an_identity_number_is_told_and_only_the_masked_text_is_kept(site):
    reply = site.ask("我的身份证号11010519491231002X能注册公司吗").get_json()
    assert any("身份证号" in item.get("text", "") for item in reply["messages"])
    assert "11010519491231002X" not in str(site.turns(reply["conversation_id"]))


def test_code_of_an_enterprise_is_no_personal_number(site):
    reply = site.ask("91350100M000100Y43这家公司怎么变更地址").get_json()
    assert not any("已遮盖" in item.get("text", "") for item in reply["messages"])
