"""The staff's pages of serving: whom a policy reaches, profiles from files, sign-ups, the log of pushes."""

import io
import json
import re

import openpyxl
import pytest
from fake_site import open_site
from fake_staff import browser_with
from serving_world import CODE, policy, profile_in_chat, some_entries

from kb.settings import Settings
from kb.store import Store
from web.app.push_process import open_outboxes
from web.notices.signup import Wish
from web.outbox import WIDGET
from web.push.jobs import Worker, declare, open_queue

HEADINGS = ["统一社会信用代码", "企业名称", "从业人数", "员工名册"]


@pytest.fixture
def site(settings):
    """A site with policies, notices and places."""
    with open_site(settings, (*some_entries(), policy())) as opened:
        yield opened


def sheet(*rows):
    book = openpyxl.Workbook()
    for row in (HEADINGS, *rows):
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def upload(browser, content, name="企业.xlsx"):
    return browser.post("/operator/profiles", {"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def all_profiles(site):
    return list(site.desk.serving.profiles.all_values())


def test_a_dry_run_says_what_would_come_and_keeps_nothing(site):
    browser = browser_with(site, "operator")
    page = upload(browser, sheet([CODE, "甲公司", 80, "张三"], ["91320583MA27K4BX5A", "乙公司", 20, ""])).text
    assert "新增 1 家" in page and "校验位不对" in page and "这一列属于不保存的内容" in page
    assert all_profiles(site) == []
    kept = re.search(r'name="kept" value="([^"]+)"', page)[1]
    assert browser.post("/operator/profiles/apply", {"kept": kept, "name": "企业.xlsx"}).status_code == 303
    assert len(all_profiles(site)) == 1
    assert browser.post("/operator/profiles/apply", {"kept": kept}).status_code == 422
    assert browser.post("/operator/profiles/apply", {"kept": "../../secret_key"}).status_code == 422


def test_json_is_taken_and_what_cannot_be_read_is_named(site):
    browser = browser_with(site, "operator")
    records = json.dumps([{"code": CODE, "name": "甲公司", "headcount": 80}]).encode()
    assert "新增 1 家" in upload(browser, records, "a.json").text
    for content, name in ((b"{}", "a.json"), (b"[1", "a.json"), (b"x", "a.xlsx"), (b"x", "a.exe"), (b"", "")):
        assert upload(browser, content, name).status_code == 422


def test_a_new_key_is_given_out_by_code(site):
    profile_in_chat(site, code=CODE)
    browser = browser_with(site, "operator")
    page = browser.post("/operator/profiles/key", {"code": CODE}).text
    key = re.search(r'id="made">.*<code>([^<]+)</code>', page)[1]
    assert site.desk.serving.profiles.open(key).code == CODE
    assert browser.post("/operator/profiles/key", {"code": "91110000600037341L"}).status_code == 404


def test_the_simulation_says_whom_a_policy_reaches_and_why_not_the_others(site):
    profile_in_chat(site)
    profile_in_chat(site, {"headcount": "[1001,]"})
    page = browser_with(site, "curator").get("/curator/reach?entry=K9-test-policy").text
    assert "已知条件都符合" in page and "1 家不符合，其中 1 家只差这一条" in page
    assert all(profile_id not in page for profile_id, _ in all_profiles(site))


def test_sign_ups_are_ticked_off_and_the_sheet_holds_no_formula(site):
    site.desk.serving.notices.sign_up("notice-tax-training", Wish("=cmd|'/c calc'!A1", "王工", "13912345678"))
    browser = browser_with(site, "curator")
    page = browser.get("/curator/notices/notice-tax-training").text
    assert "…5678" in page and "13912345678" not in page
    receipt = re.search(r"BM\d{8}-\w{8}", page)[0]
    browser.post("/curator/notices/notice-tax-training/attended", {"receipt": receipt, "came": "yes"})
    assert "改为未到" in browser.get("/curator/notices/notice-tax-training").text
    book = openpyxl.load_workbook(io.BytesIO(browser.get("/curator/notices/notice-tax-training/sheet.xlsx").data))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any("cmd" in str(cell.value) for cell in cells)


def test_the_log_says_to_whom_what_why_and_what_became_of_it(site):
    serving = site.desk.serving
    conversation, _ = profile_in_chat(site)
    serving.wishes.subscribe(serving.ways.of(conversation), WIDGET)
    store = Store(site.desk.engine)
    store.save(policy(title="试点企业贴息二期"), author="测试")
    Worker(site.desk.settings, site.desk.engine, store, open_outboxes(site.desk.settings, site.desk.engine)).work()
    browser = browser_with(site, "operator")
    page = browser.get("/operator/pushes").text
    assert "试点企业贴息二期" in page and "已发送 1" in page and "职工" in page and "已打开" not in page
    message = serving.log.page()[1][0]
    link = site.client.get(f"/api/v1/conversations/{conversation}/events").get_json()["pushes"][0]["url"]
    assert site.client.get(link).location == f"/entries/{message.entry_id}"
    assert "已打开" in browser.get("/operator/pushes?status=sent").text
    assert browser.post("/operator/pushes/again", {"id": message.id}).status_code == 422


def test_a_wish_for_work_reaches_the_worker_through_the_queue(tmp_path):
    settings, done = Settings(data_dir=tmp_path), []
    declare(open_queue(settings), lambda: None)()
    worker = open_queue(settings)
    declare(worker, lambda: done.append(1))
    worker.execute(worker.dequeue())
    assert done == [1] and worker.dequeue() is None
