"""Text is brought into one form and cut into words the same way on both sides."""

import gc
import math
import random

import jieba
import numpy as np
import pytest

from retriever.index.gc_pause import uncollected
from retriever.index.lexical import K1, B, Lexical
from retriever.text.english_terms import in_chinese
from retriever.text.normalize import clean, normalise
from retriever.text.tokenize import Tokenizer, forget_user_words


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Animal clinic 的许可证多久能批", "动物诊疗的许可证多久能批"),
        ("What documents are required for work permit renewal", "什么材料需要外国人工作许可续期"),
        ("R&D 加计扣除", "研发加计扣除"),
        ("WFOE的registered capital", "外商投资企业的注册资本"),
        ("AEO认证怎么弄", "AEO认证怎么弄"),
        ("发到 tax@company.com 或 www.company.com", "发到 tax@company.com 或 www.company.com"),
        ("公司注销要多久", "公司注销要多久"),
    ],
)
def test_english_words_are_read_in_the_guides_own(typed, read):
    assert in_chinese(typed) == read and in_chinese(read) == read


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("三十万元", "30万元"),
        ("300,000元", "30万元"),
        ("３０万", "30万"),
        ("百分之二十", "20%"),
        ("第四十七条", "第47条"),
        ("一千零五十", "1050"),
        ("二〇二五年", "2025年"),
        ("臺北市　公司設立", "台北市 公司设立"),
        ("一件事", "一件事"),
        ("三方协议", "三方协议"),
        ("千万别忘了，万一呢", "千万别忘了,万一呢"),
        ("1.5倍", "1.5倍"),
    ],
)
def test_ways_of_writing_one_thing_come_out_alike(written, plain):
    assert normalise(written) == plain


def test_control_and_invisible_characters_are_dropped():
    assert clean("开\u200b公\x00司\u202e  多久") == "开 公 司 多久"


def test_words_of_the_lexicon_stay_whole_and_give_their_parts_too():
    tokenizer = Tokenizer({"帮代办": 2000}, stop_words=["的"])
    assert set(tokenizer.words("帮代办的窗口")) == {"代办", "帮代办", "窗口"}


def test_two_tokenizers_share_nothing():
    plain, knowing = Tokenizer(), Tokenizer({"帮代办": 2000})
    assert "帮代办" in knowing.words("帮代办")
    assert "帮代办" not in plain.words("帮代办")


def test_pairs_overlap_and_keep_latin_and_numbers_whole():
    assert Tokenizer().pairs("办ISO9001认证") == ["办", "iso9001", "认证"]
    assert Tokenizer().pairs("营业执照") == ["营业", "业执", "执照"]


def test_polite_openings_fall_away_but_never_the_whole_question():
    tokenizer = Tokenizer(stop_phrases=["请问", "请问一下", "谢谢"])
    assert tokenizer.question("请问一下，开公司要多久？谢谢") == ",开公司要多久?"
    assert tokenizer.question("请问") == "请问"


def test_a_tokenizer_comes_back_from_its_own_text():
    tokenizer = Tokenizer({"帮代办": 2000}, ["的"], ["请问"])
    again = Tokenizer.loads(tokenizer.dumps())
    assert again.dumps() == tokenizer.dumps()
    assert again.words("帮代办的窗口") == tokenizer.words("帮代办的窗口")


def test_only_texts_with_a_changed_word_have_to_be_cut_again():
    before, after = Tokenizer({"帮代办": 2000}), Tokenizer({"帮代办": 2000, "歇业": 2000})
    assert after.cuts_alike(before, "帮代办窗口")
    assert not after.cuts_alike(before, "申请歇业")
    assert not after.cuts_alike(Tokenizer(stop_words=["的"]), "帮代办窗口")


def test_words_taken_out_are_forgotten_by_the_tokenizer_that_rasa_cuts_with():
    jieba.add_word("蜂场备案册", 2000)
    assert "蜂场备案册" in jieba.lcut("要蜂场备案册吗")
    forget_user_words()
    assert "蜂场备案册" not in jieba.lcut("要蜂场备案册吗") and "公司" in jieba.lcut("开公司要什么")


def by_the_book(documents, token):
    """The BM25 of a token in each document, word for word as Lucene has it."""
    mean = sum(map(len, documents)) / len(documents)
    having = sum(token in document for document in documents)
    told = math.log(1 + (len(documents) - having + 0.5) / (having + 0.5))
    times = [(document.count(token), len(document)) for document in documents]
    return [told * count / (count + K1 * (1 - B + B * length / mean)) for count, length in times]


def test_scores_reckoned_at_once_are_those_of_the_formula(tmp_path):
    chance = random.Random(0)
    documents = [[chance.choice("甲乙丙丁戊己庚") for _ in range(chance.randint(1, 9))] for _ in range(60)]
    field = Lexical.build(documents)
    field.save(tmp_path / "field")
    kept = Lexical.open(tmp_path / "field")
    for token in "甲乙丙丁戊己庚":
        scores = field.scores([token])
        assert scores.max() > 0
        np.testing.assert_allclose(scores * field.weight(token), by_the_book(documents, token), rtol=1e-6)
        assert (kept.scores([token]) == scores).all() and kept.words() == field.words()
        assert [field.holds(token, number) for number in range(60)] == [token in document for document in documents]


def test_a_question_of_several_words_adds_them_up_and_an_unseen_one_lowers_all():
    field = Lexical.build([["甲", "乙"], ["甲"], [], ["丙"]])
    both = field.scores(["甲", "乙"])
    added = field.scores(["甲"]) * field.weight("甲") + field.scores(["乙"]) * field.weight("乙")
    np.testing.assert_allclose(both * (field.weight("甲") + field.weight("乙")), added, rtol=1e-6)
    assert both[0] > both[1] > both[2] == both[3] == 0
    assert (field.scores(["甲", "丁"]) <= field.scores(["甲"])).all() and field.weight("丁") > field.weight("甲")
    assert not field.scores(["丁"]).any() and not field.scores([]).any() and not Lexical.build([]).scores(["甲"]).any()


def test_the_collector_goes_on_afterwards_whatever_happens():
    assert gc.isenabled()
    with pytest.raises(RuntimeError), uncollected():
        assert not gc.isenabled()
        raise RuntimeError
    assert gc.isenabled()
