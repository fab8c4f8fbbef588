from collections import Counter
from importlib.resources import files
from string import ascii_letters

from kb_samples import guide

from kb.lexicon import english, filler_words, stop_phrases, stop_words, synonyms, words_of, write_lexicon


def test_there_are_many_groups_of_synonyms_and_no_word_is_in_two():
    groups = synonyms()
    assert len(groups) >= 150 and all(len(group) >= 2 for group in groups)
    counts = Counter(word for group in groups for word in group)
    assert [word for word, count in counts.items() if count > 1] == []


def test_no_stop_phrase_cuts_into_a_word_of_the_trade():
    words = {word for group in synonyms() for word in group}
    assert [(phrase, word) for phrase in stop_phrases() for word in words if phrase in word] == []


def test_longer_stop_phrases_come_first():
    lengths = [len(phrase) for phrase in stop_phrases()]
    assert lengths == sorted(lengths, reverse=True) and "请问" in stop_phrases()


def test_stop_words_hold_no_word_that_carries_a_topic():
    assert not stop_words() & {word for group in synonyms() for word in group}


def test_filler_words_are_written_once_and_are_no_words_of_the_trade_but_four_that_stand_in_any_question():
    text = (files("kb") / "lexicon" / "filler_words.txt").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    assert [line for line, count in Counter(lines).items() if count > 1] == []
    assert filler_words() & {word for group in synonyms() for word in group} == {"法人", "代办", "材料", "资料"}


def test_english_words_are_written_once_and_have_no_english_on_the_chinese_side():
    text = (files("kb") / "lexicon" / "english.txt").read_text(encoding="utf-8")
    forms = [
        form.strip().lower() for line in text.splitlines() if line[:1] != "#" for form in line.split("=")[1].split(",")
    ]
    assert [form for form, count in Counter(forms).items() if count > 1] == []
    assert english()["vat"] == "增值税" and not any(set(chinese) & set(ascii_letters) for chinese in english().values())


def test_the_lexicon_has_the_words_of_titles_and_aliases_one_a_line(tmp_path):
    write_lexicon([guide()], tmp_path)
    lines = (tmp_path / "entries.txt").read_text(encoding="utf-8").splitlines()
    assert "挂招牌 2000" in lines and all(line.split(" ")[1].isdigit() for line in lines)
    assert (tmp_path / "domain.txt").read_text(encoding="utf-8").count("\n") > 500


def test_writing_the_same_lexicon_again_leaves_the_files_alone(tmp_path):
    write_lexicon([guide()], tmp_path)
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    write_lexicon([guide()], tmp_path)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_long_titles_give_only_their_short_pieces():
    assert words_of("公共场所（公园、体育场馆以外的）卫生许可 ISO9001") == ["公共场所", "公园", "卫生许可"]
