import csv
import json
from dataclasses import replace

import pytest
from kb_samples import faq, guide

from kb.__main__ import main
from kb.bench import bench, made_rows
from kb.exchange import read_entries, write_entries
from kb.settings import Settings
from kb.store import Store


@pytest.fixture(autouse=True)
def own_data(tmp_path, monkeypatch):
    """Every command works in a data folder of its own."""
    monkeypatch.setenv("QXB_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def stored(tmp_path):
    """What the commands have stored: a function giving entries by id."""

    def read():
        store = Store.open(Settings(data_dir=tmp_path / "data"))
        found = {entry.id: entry for entry in store.entries(statuses=("published", "draft"))}
        store.close()
        return found

    return read


def test_checking_the_sample_finds_no_error(capsys):
    assert main(["check"]) == 0
    assert "错误 0" in capsys.readouterr().out


def test_a_check_that_finds_an_error_exits_with_1_and_prints_a_table(tmp_path, capsys):
    write_entries([guide(related=["nowhere"])], tmp_path / "guides")
    assert main(["check", str(tmp_path / "guides")]) == 1
    out = capsys.readouterr().out
    assert "链接失效" in out and "nowhere" in out


def test_warnings_fail_a_strict_check_only(tmp_path):
    write_entries([guide(owner="")], tmp_path / "guides")
    assert main(["check", str(tmp_path / "guides")]) == 0
    assert main(["check", str(tmp_path / "guides"), "--strict"]) == 1


def test_a_broken_file_stops_a_check_with_2(tmp_path, capsys):
    (tmp_path / "x.yaml").write_text("id: [", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 2
    assert "x.yaml:1" in capsys.readouterr().err
    assert main(["check", str(tmp_path / "nowhere")]) == 2


def test_seeding_fills_an_empty_store_once(stored, tmp_path, capsys):
    assert main(["seed"]) == 0
    assert len(stored()) >= 115 and (tmp_path / "data/lexicon/entries.txt").is_file()
    assert main(["seed"]) == 0
    assert "没有改动" in capsys.readouterr().out


def test_an_import_stores_entries_under_the_authors_name(tmp_path, stored):
    write_entries([guide(), faq()], tmp_path / "a.xlsx")
    assert main(["import", str(tmp_path / "a.xlsx"), "--author", "小王"]) == 0
    assert stored() == {"t1-shop-sign": guide(), "t2-why": faq()}
    store = Store.open(Settings(data_dir=tmp_path / "data"))
    row = store.history("t2-why")[0]
    store.close()
    assert (row.author, row.note) == ("小王", "导入 a.xlsx")


def test_importing_again_updates_by_id(tmp_path, stored, capsys):
    write_entries([guide("a"), guide("b")], tmp_path / "a.csv")
    main(["import", str(tmp_path / "a.csv")])
    write_entries([guide("a"), guide("b", title="新标题")], tmp_path / "a.csv")
    assert main(["import", str(tmp_path / "a.csv")]) == 0
    assert "新增 0，更新 1，未变 1" in capsys.readouterr().out
    assert stored()["b"].version == 2


def test_a_dry_run_tells_everything_and_stores_nothing(tmp_path, stored, capsys):
    write_entries([guide("a")], tmp_path / "a.csv")
    assert main(["import", str(tmp_path / "a.csv"), "--dry-run"]) == 0
    assert "没有存" in capsys.readouterr().out and stored() == {}


def test_refused_rows_give_1_a_report_and_the_good_rows_stay(tmp_path, stored, capsys):
    lines = [
        {"id": "a", "kind": "faq", "title": "甲", "body": {"answer": "好"}},
        {"id": "b", "kind": "faq", "title": ""},
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    assert main(["import", str(tmp_path / "a.jsonl"), "--report", str(tmp_path / "report.csv")]) == 1
    out = capsys.readouterr().out
    assert "第2行" in out and "拒绝 1 行" in out and list(stored()) == ["a"]
    rows = list(csv.DictReader((tmp_path / "report.csv").read_text(encoding="utf-8-sig").splitlines()))
    assert {(row["行"], row["编号"], row["处理"]) for row in rows} == {("2", "b", "拒绝")}


def test_a_file_that_cannot_be_read_does_not_keep_the_others_out(tmp_path, stored, capsys):
    write_entries([faq()], tmp_path / "good.csv")
    (tmp_path / "bad.xlsx").write_bytes(b"nothing")
    assert main(["import", str(tmp_path / "bad.xlsx"), str(tmp_path / "good.csv")]) == 1
    assert "bad.xlsx" in capsys.readouterr().err and list(stored()) == ["t2-why"]
    assert main(["import", str(tmp_path / "bad.xlsx")]) == 2


def test_imported_entries_may_be_stored_as_drafts(tmp_path, stored):
    write_entries([faq()], tmp_path / "a.csv")
    main(["import", str(tmp_path / "a.csv"), "--status", "draft"])
    assert stored()["t2-why"].status == "draft"


def test_an_export_holds_drafts_too_and_may_be_of_one_kind(tmp_path, capsys):
    write_entries([guide(status="draft"), faq()], tmp_path / "a.jsonl")
    main(["import", str(tmp_path / "a.jsonl")])
    assert main(["export", str(tmp_path / "all.xlsx")]) == 0
    assert len(read_entries(tmp_path / "all.xlsx").entries) == 2
    assert main(["export", str(tmp_path / "faq.csv"), "--kind", "faq"]) == 0
    assert read_entries(tmp_path / "faq.csv").entries == [faq()]
    assert main(["export", str(tmp_path / "all.exe")]) == 2


def test_entries_are_listed_by_theme(capsys):
    assert main(["list", "--by", "theme", "--folder", "kb/guides"]) == 0
    out = capsys.readouterr().out
    assert "企业开办" in out and "A1-company-setup" in out


def test_a_mapping_that_is_wrong_and_a_bad_setting_stop_with_2(tmp_path, monkeypatch, capsys):
    (tmp_path / "m.yaml").write_text("fields: 1", encoding="utf-8")
    assert main(["import", "x.csv", "--mapping", str(tmp_path / "m.yaml")]) == 2
    assert "m.yaml" in capsys.readouterr().err
    monkeypatch.setenv("QXB_WEB_PORT", "none")
    assert main(["seed"]) == 2
    assert "QXB_WEB_PORT" in capsys.readouterr().err


def test_square_brackets_in_a_message_are_shown_as_they_are(tmp_path, capsys):
    write_entries([guide(body={"conditions": ["[bold]其他[/bold]"]})], tmp_path / "guides")
    main(["check", str(tmp_path / "guides")])
    assert "[bold]其他[/bold]" in capsys.readouterr().out


def test_five_hundred_rows_are_stored_and_checked(tmp_path, stored, capsys):
    write_entries(made_rows(500), tmp_path / "big.csv")
    assert main(["import", str(tmp_path / "big.csv")]) == 0
    assert "新增 500" in capsys.readouterr().out and len(stored()) == 500
    main(["check", "--store"])
    assert "共 500 个条目" in capsys.readouterr().out


def test_what_many_rows_cost_is_measured_in_a_process_of_its_own():
    cost = bench(rows=20)
    assert cost.rows == 20 and not cost.too_much and "20 行" in str(cost)
    assert replace(cost, seconds=200).too_much and "超出" in str(replace(cost, megabytes=2000))
