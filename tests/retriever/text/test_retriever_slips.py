"""Slips of the pen are mended, words are left alone, and steadiness is measured on changed questions."""

import random

import pytest
from fakes import FakeEncoder

from kb.models import Entry
from kb.settings import Settings
from retriever.evaluation.robustness import CHANGES, consistency, in_traditional, share_right, slip, wide
from retriever.index.build import build_index
from retriever.search.searcher import Searcher
from retriever.text.pinyin_correction import Slips, sounds
from retriever.text.tokenize import everyday_characters
from retriever.training.calibrate import Gold

WORDS = {"劳务": 9, "派遣": 9, "材料": 50, "备案": 30, "少见": 1}
DAY_WORDS = frozenset("要有的是")


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["劳", "物", "派遣"], "劳务派遣"),
        (["财", "料", "呢"], "材料呢"),
        (["备", "岸", "证"], "备案证"),
        (["财务", "料"], "财务料"),
        (["公司", "ABC", "12"], "公司ABC12"),
        ([], ""),
    ],
)
def test_lone_characters_become_the_word_they_sound_like(tokens, text):
    assert Slips(WORDS, DAY_WORDS, ()).mended(tokens) == text


def test_characters_that_are_words_by_themselves_stay():
    assert Slips({"要是": 9}, DAY_WORDS, (), DAY_WORDS).mended(["有", "要", "事"]) == "有要事"


def test_a_long_word_is_known_though_its_wrong_character_is_an_everyday_word():
    everyday, commonest = frozenset("只省是的"), frozenset("是的")
    slips = Slips({"增值税": 9, "税务": 9}, everyday, (), commonest, {"食品生产", "工作时"})
    assert slips.mended(["增", "只", "税", "申报"]) == "增值税申报"
    assert slips.mended(["食品", "省", "产", "许可"]) == "食品生产许可"
    assert slips.mended(["只", "务"]) == "只务", "two characters are too few to overrule an everyday one"
    assert slips.mended(["的", "工作", "是", "怎样"]) == "的工作是怎样", (
        "a piece of a name overrules none of the commonest"
    )


def test_a_word_of_one_entry_draws_nothing_to_itself():
    assert Slips(WORDS, DAY_WORDS, ()).mended(["烧", "件"]) == "烧件"


def test_what_entries_write_themselves_stays():
    assert Slips({"职工": 9}, DAY_WORDS, ()).mended(["志", "工"]) == "职工"
    assert Slips({"职工": 9}, DAY_WORDS, {"志工"}).mended(["志", "工"]) == "志工"


def test_a_word_with_no_character_in_common_is_not_what_was_meant():
    assert Slips({"科技": 50}, DAY_WORDS, ()).mended(["小", "柯", "基"]) == "小柯基"


@pytest.mark.parametrize(
    ("tokens", "text"),
    [
        (["拍", "水", "许可"], "排水许可"),
        (["企业名", "撑"], "企业名称"),
        (["老", "古", "东"], "老股东"),
        (["东", "去"], "东去"),
        (["搬", "公司"], "搬公司"),
        (["步", "要"], "步要"),
        (["供", "积金"], "供积金"),
    ],
)
def test_one_character_is_put_right_by_its_neighbours(tokens, text):
    words = {"排水": 9, "名称": 9, "股东": 9, "公司": 9, "办公": 9, "不要": 9, "公积": 9}
    slips = Slips(words, DAY_WORDS | set("水东"), {"供积"}, frozenset("要"))
    assert slips.mended(tokens) == text


def test_sounds_are_compared_without_tones():
    assert sounds("上") != sounds("伞")
    assert sounds("材料") == sounds("财料")
    assert {"的", "要", "有"} <= everyday_characters()


@pytest.fixture(scope="module")
def searcher(tmp_path_factory):
    """Six entries that share the words to be mended."""
    titles = ("劳务派遣许可", "劳务派遣变更", "劳务派遣延续", "食品许可材料", "卫生许可材料", "用水许可材料")
    entries = [
        Entry(id=f"E{number}", kind="faq", title=title, body={"answer": f"{title}要交申请表"})
        for number, title in enumerate(titles)
    ]
    settings = Settings(data_dir=tmp_path_factory.mktemp("slips"))
    build_index(entries, FakeEncoder(), settings)
    return Searcher.open(settings, FakeEncoder())


def test_search_finds_what_was_meant(searcher):
    found = searcher.search("劳物派遣延续")
    assert (found.question, found.candidates[0].entry_id) == ("劳物派遣延续", "E2")


def test_words_come_from_names_and_texts_and_not_from_what_people_ask(tmp_path):
    asked = ["周日让车间来干活", "周末干活", "加班干活", "通宵干活"]
    names, body = ["宠物店"], {"answer": "到窗口申请"}
    entry = Entry(id="E1", kind="faq", title="开办手续", aliases=names, questions=asked, body=body)
    build_index([entry], FakeEncoder(), Settings(data_dir=tmp_path))
    index = Searcher.open(Settings(data_dir=tmp_path), FakeEncoder()).index
    assert index.mended("开宠物殿") == "开宠物店"
    assert index.mended("来车间赶货") == "来车间赶货"


GOLD = [
    Gold(text, ("E0",), ("overview",), "", "", "g")
    for text in ("劳务派遣许可", "办劳务派遣许可", "劳务派遣许可怎么办", "要劳务派遣许可", "劳务派遣许可证")
]


def test_wordings_that_lead_to_one_entry_are_consistent(searcher):
    assert consistency(searcher, GOLD) == (1, 1.0)
    assert consistency(searcher, GOLD[:4]) == (0, 0.0)
    stray = [*GOLD[:4], Gold("食品许可材料", ("E0",), ("overview",), "", "", "g")]
    assert consistency(searcher, stray) == (1, 0.0)


@pytest.mark.parametrize("name", sorted(CHANGES))
def test_changed_questions_are_judged_the_same_way_every_time(searcher, name):
    first = share_right(searcher, GOLD, CHANGES[name])
    assert 0 <= first <= 1
    assert share_right(searcher, GOLD, CHANGES[name]) == first


def test_changes_change_what_they_say():
    rng = random.Random(0)
    changed = slip("食品经营许可", rng)
    assert len(changed) == 6
    assert sum(one != other for one, other in zip(changed, "食品经营许可", strict=True)) == 1
    assert wide("ABC12?", rng) == "ＡＢＣ１２？"
    assert in_traditional("劳务派遣", rng) == "勞務派遣"
    assert slip("12", rng) == "12"
