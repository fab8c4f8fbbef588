"""Commands: `python -m retriever encoder | index | ask TEXT | eval FOLDER [--json]`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from kb.errors import KnowledgeBaseError
from kb.settings import Settings
from kb.store import Store
from retriever.build import build_index
from retriever.encode import open_encoder
from retriever.errors import RetrieverError
from retriever.evaluate import evaluate
from retriever.make_encoder import make_encoder
from retriever.searcher import Searcher


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
    commands.add_parser("index", help="用知识库的全部条目建一版新索引").set_defaults(run=_index)
    ask = commands.add_parser("ask", help="问一句，看找到什么、为什么")
    ask.add_argument("text")
    ask.set_defaults(run=_ask)
    measure = commands.add_parser("eval", help="在 BEIR 形式的文件夹上评测")
    measure.add_argument("folder", type=Path)
    measure.add_argument("--json", action="store_true", help="只输出 JSON")
    measure.set_defaults(run=_eval)
    return parser


def _encoder(options: argparse.Namespace, settings: Settings) -> None:
    made = make_encoder(Path(settings.encoder_name), force=options.force)
    print(f"{settings.encoder_name}：{'已生成' if made else '已经有了'}")


def _index(options: argparse.Namespace, settings: Settings) -> None:
    entries = Store.open(settings).entries()
    report = build_index(entries, open_encoder(settings), settings, progress=sys.stderr.isatty())
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
    figures = evaluate(
        options.folder, open_encoder(settings), settings, progress=not options.json and sys.stderr.isatty()
    )
    if options.json:
        print(json.dumps(figures))
        return
    for name, value in figures.items():
        print(f"{name:>16} {value:.3f}" if value % 1 else f"{name:>16} {value:.0f}")


if __name__ == "__main__":
    raise SystemExit(main())
