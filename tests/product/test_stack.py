"""The whole product running: web, Rasa and action server, asked as a person would."""

import os
import re
import signal
import subprocess
import sys
import threading
import time

import httpx
import pytest
import sqlalchemy as sa
from running import BACK_WITHIN, HERE

pytestmark = [pytest.mark.rasa, pytest.mark.model, pytest.mark.slow]


@pytest.fixture(autouse=True)
def whole(stack):
    """Every test begins with all processes up, whatever the one before it killed."""
    deadline = time.monotonic() + BACK_WITHIN
    while True:
        try:
            if httpx.get(f"{stack.url}/readyz", timeout=10, **HERE).status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.5)
        assert time.monotonic() < deadline, "the stack did not come back"
        time.sleep(0.5)


def said(reply):
    """Everything the visitor reads in one reply."""
    return " ".join(str(item) for item in reply["messages"])


def history(stack, conversation):
    return httpx.get(f"{stack.url}/api/v1/conversations/{conversation}", timeout=30, **HERE).json()["turns"]


def logged(stack, conversation):
    """Every question of a conversation in the log, also the ones that could not be answered."""
    engine = sa.create_engine(stack.settings.database)
    with engine.connect() as connection:
        rows = connection.execute(
            sa.text("select question from web_turns where conversation_id = :id"), {"id": conversation}
        )
        kept = [row.question for row in rows]
    engine.dispose()
    return kept


def test_capital_question_is_answered_from_the_right_guide_facet_and_figure(stack):
    reply = stack.ask("开公司注册资本多久要交完").json()
    assert reply["outcome"] == "answered"
    assert reply["sources"][0]["entry_id"] in ("A1-company-setup", "A3-capital-five-years")
    assert "5年" in reply["messages"][0]["text"]
    assert reply["sources"][0]["url"].startswith("/entries/")


def test_follow_up_stays_on_the_item(stack):
    first = stack.ask("开公司注册资本多久要交完").json()
    second = stack.ask("那需要什么材料", first["conversation_id"]).json()
    assert second["outcome"] == "answered"
    assert second["sources"][0]["entry_id"] == first["sources"][0]["entry_id"]


@pytest.mark.parametrize("message", ["帮我定个闹钟", "今天天气怎么样", "给我讲个笑话", "周杰伦的新歌叫什么"])
def test_what_is_no_business_of_the_desk_is_not_answered_from_a_guide(stack, message):
    reply = stack.ask(message).json()
    assert reply["outcome"] != "answered"
    assert reply["sources"] == []


def test_source_link_opens_the_public_page_of_the_entry(stack):
    source = stack.ask("施工许可证怎么办").json()["sources"][0]
    page = httpx.get(stack.url + source["url"], timeout=30, **HERE)
    assert page.status_code == 200
    assert source["title"] in page.text


@pytest.mark.shared
def test_running_copy_keeps_the_contract(stack, shared):
    check = subprocess.run(
        [sys.executable, str(shared / "tools" / "contract_check.py"), stack.url],
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stdout


def test_two_messages_at_once_in_one_conversation_are_both_kept(stack):
    conversation = stack.ask("你好").json()["conversation_id"]
    replies = []
    asking = [
        threading.Thread(target=lambda text=text: replies.append(stack.ask(text, conversation).status_code))
        for text in ("公司注销要什么材料", "食品经营许可证有效期多久")
    ]
    for thread in asking:
        thread.start()
    for thread in asking:
        thread.join()
    assert replies == [200, 200]
    assert {turn["question"] for turn in history(stack, conversation)} >= {
        "公司注销要什么材料",
        "食品经营许可证有效期多久",
    }


@pytest.mark.parametrize("name", ["web", "rasa", "actions"])
def test_killed_process_comes_back_and_no_accepted_message_is_missing(stack, name):
    conversation = stack.ask("你好").json()["conversation_id"]
    os.kill(stack.pid_of(name), signal.SIGKILL)
    killed, accepted, number = time.monotonic(), [], 0
    while time.monotonic() - killed < BACK_WITHIN:
        number += 1
        message = f"第{number}次问公司注销要什么材料"
        try:
            reply = stack.ask(message, conversation, timeout=20)
        except httpx.TransportError:
            time.sleep(0.3)
            continue
        accepted.append(message)
        if reply.status_code == 200 and reply.json()["outcome"] == "answered":
            break
        assert reply.status_code == 503, reply.text
        assert "12345" in reply.text
        time.sleep(0.3)
    else:
        pytest.fail(f"{name} was not back within {BACK_WITHIN} s")
    kept = logged(stack, conversation)
    assert [message for message in accepted if message not in kept] == []


def test_context_survives_a_restart_of_rasa(stack):
    first = stack.ask("开公司注册资本多久要交完").json()
    os.kill(stack.pid_of("rasa"), signal.SIGKILL)
    deadline = time.monotonic() + BACK_WITHIN
    while True:
        reply = stack.ask("那需要什么材料", first["conversation_id"])
        if reply.status_code == 200:
            break
        assert time.monotonic() < deadline
        time.sleep(0.5)
    assert reply.json()["sources"][0]["entry_id"] == first["sources"][0]["entry_id"]


def test_no_process_asks_for_an_address_outside_this_machine(stack):
    stack.ask("开公司注册资本多久要交完")
    log = (stack.settings.data_dir / "connections.log").read_text(encoding="utf-8")
    assert "127.0.0.1" in log, "the watch saw nothing at all, not even the turn's own calls"
    inside = re.compile(r"127\.0\.0\.1|localhost|'::1'|/.*\.sock|\(None,|\('0\.0\.0\.0'|b'127\.0\.0\.1'")
    assert [line for line in log.splitlines() if not inside.search(line)] == []


def test_rasa_and_actions_listen_on_this_machine_only(stack):
    listing = subprocess.run(["ss", "-ltnH"], capture_output=True, text=True, check=True).stdout
    for port in (stack.settings.rasa_port, stack.settings.actions_port):
        rows = [row.split()[3] for row in listing.splitlines() if row.split()[3].endswith(f":{port}")]
        assert rows == [f"127.0.0.1:{port}"]


def test_second_copy_on_a_taken_port_says_which_setting_to_change(stack, tmp_path):
    names = {"QXB_WEB_PORT": str(stack.settings.web_port), "QXB_DATA_DIR": str(tmp_path)}
    start = subprocess.run(
        [sys.executable, "-m", "web", "serve"],
        env={**os.environ, **names},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert start.returncode == 1
    assert "QXB_WEB_PORT" in start.stderr
