"""The index on disk: built beside the old one, reused, checked, switched under readers, safe when the disk is full."""

import json
import os
import resource
import threading

import pytest
from fakes import FakeEncoder

from kb.models import Entry
from retriever.errors import EncoderMismatch, IndexBroken, IndexMissing, IndexNotWritten
from retriever.index import versions
from retriever.index.build import build_index
from retriever.search.searcher import Searcher

CURE = "python -m retriever index"


def entry(number, text, **fields):
    base = {"id": f"E{number}", "kind": "faq", "title": f"第{number}项 {text[:6]}", "body": {"answer": text}}
    return Entry(**{**base, **fields})


@pytest.fixture
def entries():
    """Three entries that have little in common."""
    return [
        entry(1, "营业执照三个工作日内发放"),
        entry(2, "住房公积金每月缴存比例由单位确定"),
        entry(3, "排污许可证有效期五年，届满前六十日申请延续"),
    ]


@pytest.fixture
def encoder():
    """A fake that computes vectors from pairs of characters."""
    return FakeEncoder()


def test_what_was_indexed_is_found_again(entries, encoder, settings):
    report = build_index(entries, encoder, settings)
    searcher = Searcher.open(settings, encoder)
    assert (report.entries, report.reused) == (3, 0)
    assert searcher.version == report.version
    assert searcher.search("公积金缴存比例").candidates[0].entry_id == "E2"
    assert searcher.entry("E3") == entries[2]


def test_only_changed_passages_are_encoded_again(entries, encoder, settings):
    build_index(entries, encoder, settings)
    encoder.encoded.clear()
    changed = entry(2, "住房公积金每月缴存比例为5%到12%", title=entries[1].title, version=2)
    report = build_index([entries[0], changed, entries[2]], encoder, settings)
    assert encoder.encoded == [f"{changed.title} 住房公积金每月缴存比例为5%到12%"]
    assert report.encoded == 1
    assert Searcher.open(settings, encoder).search("公积金比例").hits[0].text == "住房公积金每月缴存比例为5%到12%"


def test_a_build_from_what_was_made_equals_a_build_from_nothing(entries, encoder, settings, tmp_path):
    build_index(entries[:2], encoder, settings)
    build_index(entries, encoder, settings)
    fresh = type(settings)(data_dir=tmp_path / "fresh")
    build_index(entries, FakeEncoder(), fresh)
    for question in ("营业执照几天", "公积金", "排污许可证延续"):
        one, other = (Searcher.open(place, encoder).search(question) for place in (settings, fresh))
        assert one.hits == other.hits


def test_another_encoder_makes_all_vectors_anew(entries, encoder, settings):
    build_index(entries, encoder, settings)
    other = FakeEncoder(name="other")
    assert build_index(entries, other, settings).reused == 0


def test_drafts_stay_out_of_the_index(entries, encoder, settings):
    build_index([*entries, entry(4, "还没写完", status="draft")], encoder, settings)
    assert "E4" not in {item.entry_id for item in Searcher.open(settings, encoder).search("还没写完").candidates}


def test_the_last_three_versions_are_kept(entries, encoder, settings):
    names = [build_index(entries[: 1 + number % 3], encoder, settings).version for number in range(5)]
    assert sorted(path.name for path in settings.index_dir.glob("v*")) == names[-3:]


def test_an_empty_knowledge_base_finds_nothing_and_refuses(encoder, settings):
    build_index([], encoder, settings)
    found = Searcher.open(settings, encoder).search("开公司")
    assert (found.hits, found.band, found.confidence) == ((), "refuse", 0.0)


def test_a_missing_index_names_the_command(encoder, settings):
    with pytest.raises(IndexMissing, match=CURE):
        Searcher.open(settings, encoder)


def test_an_index_of_another_encoder_is_refused_with_the_command(entries, encoder, settings):
    build_index(entries, encoder, settings)
    with pytest.raises(EncoderMismatch, match=CURE):
        Searcher.open(settings, FakeEncoder(name="other"))


@pytest.mark.parametrize(
    "name", ["vectors.npy", "passages.jsonl", "entries.jsonl", "names.json", "tokenizer.json", "manifest.json"]
)
@pytest.mark.parametrize("harm", ["cut", "gone", "changed"])
def test_a_damaged_file_is_named_with_the_command(name, harm, entries, encoder, settings):
    path = settings.index_dir / build_index(entries, encoder, settings).version / name
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        path.write_bytes(data[:-7] if harm == "cut" else b"\x00" * 8 + data[8:])
    with pytest.raises(IndexBroken, match=CURE):
        Searcher.open(settings, encoder)


def test_a_pointer_to_nowhere_is_a_broken_index(entries, encoder, settings):
    build_index(entries, encoder, settings)
    (settings.index_dir / versions.POINTER).write_text("v999999-gone")
    with pytest.raises(IndexBroken, match=CURE):
        Searcher.open(settings, encoder)


def test_an_index_of_another_format_is_refused(entries, encoder, settings):
    manifest = settings.index_dir / build_index(entries, encoder, settings).version / "manifest.json"
    manifest.write_text(json.dumps({**json.loads(manifest.read_text()), "format": 0}))
    with pytest.raises(IndexBroken, match=CURE):
        Searcher.open(settings, encoder)
    assert build_index(entries, encoder, settings).encoded == 0  # the cure keeps the vectors
    assert Searcher.open(settings, encoder).search("注册公司").hits


def test_a_running_searcher_follows_the_pointer(entries, encoder, settings):
    first = build_index(entries[:1], encoder, settings).version
    searcher = Searcher.open(settings, encoder)
    assert searcher.version == first
    second = build_index(entries, encoder, settings).version
    assert searcher.search("公积金").index_version == second


def test_a_new_version_keeps_what_is_known_of_entries_that_did_not_change(entries, encoder, settings):
    build_index(entries, encoder, settings)
    searcher = Searcher.open(settings, encoder)
    before = [searcher.index.parts(number) for number in range(3)]
    changed = entry(2, "住房公积金每月缴存比例为5%到12%", title=entries[1].title, version=2)
    build_index([entry(0, "前面多出的一条"), entries[0], changed, entries[2]], encoder, settings)
    after = [searcher.index.parts(searcher.index.numbers[name]) for name in ("E1", "E2", "E3")]
    assert [one is other for one, other in zip(before, after, strict=True)] == [True, False, True]
    assert searcher.search("缴存比例").hits[0].text == "住房公积金每月缴存比例为5%到12%"


def test_a_broken_new_version_leaves_the_old_one_serving(entries, encoder, settings, caplog):
    first = build_index(entries, encoder, settings).version
    searcher = Searcher.open(settings, encoder)
    second = build_index(entries[:2], encoder, settings).version
    (settings.index_dir / second / "vectors.npy").write_bytes(b"")
    assert searcher.search("排污许可证延续").candidates[0].entry_id == "E3"
    assert searcher.version == first
    assert first in caplog.text


def test_readers_never_fail_while_versions_change(entries, encoder, settings):
    build_index(entries, encoder, settings)
    searcher, failures, done = Searcher.open(settings, encoder), [], threading.Event()

    def read():
        while not done.wait(0.005):
            try:
                assert searcher.search("营业执照几天").candidates[0].entry_id == "E1"
            except Exception as error:
                failures.append(error)

    readers = [threading.Thread(target=read) for _ in range(4)]
    for reader in readers:
        reader.start()
    for number in range(6):
        build_index(entries[: 2 + number % 2], encoder, settings)
    done.set()
    for reader in readers:
        reader.join()
    assert failures == []


def test_two_builders_take_turns(entries, encoder, settings):
    builders = [threading.Thread(target=build_index, args=(entries, FakeEncoder(), settings)) for _ in range(3)]
    for builder in builders:
        builder.start()
    for builder in builders:
        builder.join()
    assert len(list(settings.index_dir.glob("v*"))) == 3
    assert Searcher.open(settings, encoder).search("公积金").candidates


def test_a_full_disk_leaves_the_old_index_serving_and_says_so(entries, encoder, settings):
    """The limit on file size makes every larger write fail as a full disk does; it needs a process of its own."""
    first = build_index(entries, encoder, settings).version
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        resource.setrlimit(resource.RLIMIT_FSIZE, (600, 600))
        try:
            build_index([*entries, entry(9, "新的一项" * 99)], FakeEncoder(), settings)
            said = "written"
        except IndexNotWritten as error:
            said = str(error)
        finally:
            os.write(writer, said.encode())
            os._exit(0)
    os.waitpid(child, 0)
    os.close(writer)
    assert "旧索引继续使用" in os.read(reader, 4000).decode()
    assert [path.name for path in settings.index_dir.iterdir() if not path.name.startswith(".l")] in (
        [first, "current"],
        ["current", first],
    )
    assert Searcher.open(settings, encoder).version == first
