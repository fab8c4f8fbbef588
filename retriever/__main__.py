"""Commands: `python -m retriever encoder | train | index | ask | eval | experiments | calibrate | check | bench`."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import sys
import tempfile
from pathlib import Path

from rich.console import Console

from kb.checks import check
from kb.console import print_findings
from kb.errors import KnowledgeBaseError
from kb.files import read_folder
from kb.settings import ROOT, Settings
from kb.store import Store
from retriever.encoder import build, lora
from retriever.encoder.encoder import open_encoder
from retriever.encoder.protocol import MANIFEST
from retriever.errors import RetrieverError
from retriever.evaluation import answers, bench, experiments, robustness
from retriever.evaluation.beir import evaluate
from retriever.index.build import build_index
from retriever.search.near_duplicates import likeness
from retriever.search.searcher import Searcher
from retriever.training import calibrate, fit_part_ranking

GOLD = ROOT / "tests" / "gold"
NEGATIVES = ROOT / "rasa_project" / "data" / "nlu" / "outside.yml"
SHARED = ROOT.parent / "shared" / "data"
GUIDES = SHARED / "guangdong_guides.jsonl"
MAPPING = ROOT / "kb" / "mappings" / "guangdong.yaml"


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns 0, or 1 after printing what is wrong and how to cure it."""
    options = _parser().parse_args(arguments)
    try:
        options.run(options, Settings.from_env())
    except (RetrieverError, KnowledgeBaseError) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m retriever", description="检索：建索引、提问、评测、测速")
    commands = parser.add_subparsers(required=True, metavar="命令")
    encoder = commands.add_parser("encoder", help="生成内置编码器")
    encoder.add_argument("--force", action="store_true", help="已有也重做")
    encoder.set_defaults(run=_encoder)
    train = commands.add_parser("train", help="用知识库自己的问法训练编码器（分钟级），写 retriever/encoder/lora.npz")
    train.add_argument("--steps", type=int, default=120, help="步数")
    train.set_defaults(run=_train)
    commands.add_parser("index", help="用知识库的全部条目建一版新索引").set_defaults(run=_index)
    ask = commands.add_parser("ask", help="问一句，看找到什么、为什么")
    ask.add_argument("text")
    ask.set_defaults(run=_ask)
    measure = commands.add_parser("eval", help="在 BEIR 形式的文件夹上评测")
    measure.add_argument("folder", type=Path)
    measure.add_argument("--json", action="store_true", help="只输出 JSON")
    measure.set_defaults(run=_eval)
    commands.add_parser("experiments", help="各种排序办法的对照表（Markdown）").set_defaults(run=_experiments)
    fitting = commands.add_parser("calibrate", help="用调参用的标注问题拟合部分的选择和置信度")
    fitting.add_argument("--gold", type=Path, default=GOLD / "tuning.jsonl")
    fitting.add_argument("--negatives", type=Path, default=NEGATIVES)
    fitting.add_argument("--check", action="store_true", help="只量，不改系数文件")
    fitting.set_defaults(run=_calibrate)
    rules = commands.add_parser("check", help="条目规则，连同内容近似的条目")
    rules.add_argument("--store", action="store_true", help="检查数据库里的条目，而不是 kb/guides")
    rules.set_defaults(run=_check)
    speed = commands.add_parser("bench", help="编码、建索引、检索的速度")
    speed.add_argument("--million", action="store_true", help="只测一百万条合成向量")
    speed.set_defaults(run=_bench)
    return parser


def _encoder(options: argparse.Namespace, settings: Settings) -> None:
    if settings.encoder and not (Path(settings.encoder) / MANIFEST).is_file():
        print(f"QXB_ENCODER={settings.encoder}：用指定的编码器，不另生成，也不改动它")
        return
    made = build.make_encoder(Path(settings.encoder_name), force=options.force)
    print(f"{settings.encoder_name}：{'已生成' if made else '已经有了'}")


def _train(options: argparse.Namespace, settings: Settings) -> None:
    from retriever.training.train_encoder import Trainer

    with tempfile.TemporaryDirectory() as folder:
        build.save_sentence_transformer(build.base(), Path(folder))
        trainer = Trainer(Path(folder))
    for step, loss, seconds in trainer.train(read_folder(), options.steps):
        if step % 10 == 0 or step == options.steps:
            print(f"第 {step} 步，损失 {loss:.3f}，{seconds:.0f} 秒", flush=True)
    lora.save(trainer.factors(), trainer.ranges(read_folder()))
    print("写好了 retriever/encoder/lora.npz；接着运行 python -m retriever encoder --force、index、calibrate")


def _index(options: argparse.Namespace, settings: Settings) -> None:
    store, progress = Store.open(settings), sys.stderr.isatty()
    report = build_index(store.entries(), open_encoder(settings), settings, progress, store.lexicon())
    print(
        f"{report.version}：{report.entries} 条目，{report.passages} 段，新编码 {report.encoded} 段"
        f"（每秒 {report.passages_per_second:.1f} 段），共 {report.seconds:.1f} 秒"
    )


def _ask(options: argparse.Namespace, settings: Settings) -> None:
    found = Searcher.open(settings).search(options.text)
    print(f"{found.band} 置信度 {found.confidence:.2f} 部分 {found.facet} {found.milliseconds}")
    for hit in found.hits:
        why = "、".join(hit.found_by) + (f"（{' '.join(hit.matched)}）" if hit.matched else "")
        print(f"{hit.score:.3f} {hit.entry_id} {hit.title}｜{hit.section}｜{hit.state}｜{why}\n      {hit.text[:100]}")


def _eval(options: argparse.Namespace, settings: Settings) -> None:
    progress = not options.json and sys.stderr.isatty()
    figures = evaluate(options.folder, open_encoder(settings), settings, progress=progress)
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>16} {value:.3f}" if value % 1 else f"{name:>16} {value:.0f}")


def _experiments(options: argparse.Namespace, settings: Settings) -> None:
    entries = tuple(read_folder())
    sets = [experiments.beir(folder) for folder in sorted(SHARED.glob("*-dev")) if folder.is_dir()]
    for half in ("tuning", "final"):
        gold = calibrate.read_gold(GOLD / f"{half}.jsonl")
        questions = tuple((row.question, frozenset(row.entries)) for row in gold)
        sets.append(experiments.Set(f"自建标注问题（{half}）", entries, questions))
    encoder, today = open_encoder(settings), dt.date.today()
    print(f"{today}；编码器 {encoder.name}；{bench.machine()}\n")
    print(experiments.table(sets, encoder, settings, today))


def _calibrate(options: argparse.Namespace, settings: Settings) -> None:
    gold, lines = calibrate.read_gold(options.gold), calibrate.read_negatives(options.negatives)
    searcher, today = Searcher.open(settings), dt.date.today()
    if not options.check:
        known, lines = calibrate.halves(lines)  # what the classifier has seen tells nothing about how sure it may be
        for name, value in fit_part_ranking.fit(searcher, read_folder(), gold, known, today).items():
            print(f"选对部分（交叉验证，{name}）{value:.3f}")
        rows = calibrate.judge(searcher, gold, lines)
        calibrate.save(calibrate.fit(rows), searcher.encoder.name, len(rows))
    rows = calibrate.judge(searcher, gold, lines)
    print(f"{len(gold)} 问，{len(lines)} 句无关的话；期望校准误差 {calibrate.calibration_error(rows):.3f}\n")
    print(calibrate.diagram(rows) + "\n")
    for name, value in calibrate.shares(rows, settings.answer_threshold, settings.clarify_threshold).items():
        print(f"{name:>22} {value:.3f}")
    print()
    for name, value in answers.answer_shares(searcher, gold, settings, today).items():
        print(f"{'right ' + name:>22} {value:.3f}")
    groups, same = robustness.consistency(searcher, gold)
    print(f"{'same entry in groups':>22} {same:.3f}（{groups} 组，每组至少 5 种说法）")
    print(f"{'first entry right':>22} {robustness.share_right(searcher, gold):.3f}")
    for name, change in robustness.CHANGES.items():
        print(f"{'  ' + name:>20} {robustness.share_right(searcher, gold, change):.3f}")


def _check(options: argparse.Namespace, settings: Settings) -> None:
    entries = Store.open(settings).entries() if options.store else read_folder()
    findings = check(entries, similar=likeness(entries, open_encoder(settings)))
    print_findings(findings, Console(highlight=False))
    print(f"共 {len(entries)} 个条目，{len(findings)} 个问题")


def _bench(options: argparse.Namespace, settings: Settings) -> None:
    print(bench.machine())
    if options.million:
        lines = bench.million()
    else:
        entries, encoder = read_folder(), open_encoder(settings)
        lines = bench.encoding(entries, encoder) + bench.searching(entries, encoder, settings)
        if GUIDES.is_file():
            lines += bench.imported(GUIDES, MAPPING, encoder, settings)
    for name, value in lines:
        print(f"{name}：{value}")


if __name__ == "__main__":
    raise SystemExit(main())
