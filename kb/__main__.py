"""The knowledge base on the command line: check, import, export, seed, list, template, lexicon.

Exit codes: 0 all is well; 1 something was refused or found; 2 the command could not be carried out.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from kb.checks import SEVERITIES, check
from kb.console import print_findings, print_import
from kb.errors import BadEntries, KnowledgeBaseError
from kb.exchange import Reading, read_entries, write_entries
from kb.exchange.mapping import FieldMapping
from kb.exchange.template import write_template
from kb.files import GUIDES, read_folder
from kb.labels import KINDS, STATUSES
from kb.lexicon import write_lexicon
from kb.models import Entry
from kb.settings import Settings
from kb.store import SaveReport, Store

ALL_STATUSES = tuple(STATUSES)
SEED_AUTHOR = "样例"
PIPED_WIDTH = 160


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command and return its exit code."""
    options = _parser().parse_args(arguments)
    out, errors = (Console(stderr=to_errors, width=_width(to_errors), highlight=False) for to_errors in (False, True))
    try:
        code: int = options.run(options, out, errors)
    except BadEntries as error:
        for problem in error.problems:
            errors.print(str(problem), markup=False)
        code = 2
    except KnowledgeBaseError as error:
        errors.print(str(error), markup=False)
        code = 2
    return code


def _width(to_errors: bool) -> int | None:
    return None if (sys.stderr if to_errors else sys.stdout).isatty() else PIPED_WIDTH


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m kb", description="企小办的知识库")
    commands = parser.add_subparsers(dest="command", required=True, metavar="命令")

    def add(
        name: str, run: Callable[[argparse.Namespace, Console, Console], int], words: str
    ) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=words, description=words)
        command.set_defaults(run=run)
        return command

    command = add("check", _check, "检查条目，按严重程度列出问题")
    command.add_argument("folder", nargs="?", type=Path, default=GUIDES, help="条目文件夹（默认 kb/guides）")
    command.add_argument("--store", action="store_true", help="检查数据库里的条目，而不是文件夹")
    command.add_argument("--strict", action="store_true", help="有警告也算不合格")
    command = add("import", _import, "导入文件：xlsx csv jsonl md docx pdf html yaml")
    command.add_argument("files", nargs="+", type=Path, help="要导入的文件")
    command.add_argument("--mapping", type=Path, help="映射文件，用于别的系统导出的表")
    command.add_argument("--dry-run", action="store_true", help="只检查，不存")
    command.add_argument("--author", default="导入", help="记在版本历史里的人")
    command.add_argument("--status", choices=ALL_STATUSES, help="存成这个状态，例如 draft")
    command.add_argument("--report", type=Path, help="逐行报告写到哪里（默认在数据文件夹）")
    command = add("export", _export, "导出全部条目：xlsx csv jsonl md html docx，或一个文件夹")
    command.add_argument("file", type=Path, help="写到哪个文件")
    command.add_argument("--kind", choices=tuple(KINDS), action="append", default=[], help="只要这一类，可重复")
    command = add("seed", _seed, "把 kb/guides 装进空的数据库")
    command.add_argument("--update", action="store_true", help="数据库不空也装，改过的条目成为新版本")
    command = add("list", _list, "按分类列出条目")
    command.add_argument("--by", choices=("theme", "kind", "status", "department"), default="theme", help="按什么分组")
    command.add_argument("--folder", type=Path, help="列出文件夹里的条目，而不是数据库里的")
    command = add("template", _template, "写一个可填写的空表（xlsx 或 csv）")
    command.add_argument("file", type=Path, help="写到哪个文件")
    command.add_argument("--kind", choices=(*KINDS, "qa"), default="", help="只要这一类的列；qa＝问答表")
    add("lexicon", _lexicon, "写分词用的词表")
    return parser


def _check(options: argparse.Namespace, out: Console, errors: Console) -> int:
    if options.store:
        store = Store.open(Settings.from_env())
        entries = store.entries(statuses=ALL_STATUSES)
        store.close()
    else:
        if not options.folder.is_dir():
            errors.print(f"没有文件夹 {options.folder}", markup=False)
            return 2
        entries = read_folder(options.folder)
    findings = check(entries)
    print_findings(findings, out)
    counts = Counter(finding.severity for finding in findings)
    told = "，".join(f"{severity} {counts[severity]}" for severity in SEVERITIES)
    out.print(f"共 {len(entries)} 个条目：{told}")
    return 1 if counts["错误"] or (options.strict and counts["警告"]) else 0


def _import(options: argparse.Namespace, out: Console, errors: Console) -> int:
    settings = Settings.from_env()
    mapping = FieldMapping.open(options.mapping) if options.mapping else None
    reading, broken = Reading(), 0
    with _progress(errors) as progress:
        bar = progress.add_task("读取", total=None)
        for path in options.files:
            try:
                reading.join(read_entries(path, mapping, lambda count: progress.advance(bar, count)))
            except KnowledgeBaseError as error:
                broken += 1
                errors.print(str(error), markup=False)
    if options.status:
        reading.entries = [entry.copy(update={"status": options.status}) for entry in reading.entries]
    report = _store(reading.entries, options, settings, errors)
    print_import(reading, report, options.report or settings.data_dir / "import-report.csv", options.dry_run, out)
    if broken == len(options.files) or (reading.rows and not reading.entries):
        return 2
    return 1 if broken or reading.refused else 0


def _store(entries: list[Entry], options: argparse.Namespace, settings: Settings, errors: Console) -> SaveReport:
    store = Store.open(settings)
    try:
        if options.dry_run:
            return store.preview(entries)
        with _progress(errors) as progress:
            note = "导入 " + "、".join(path.name for path in options.files)[:200]
            return store.save_many(progress.track(entries, description="存入"), author=options.author, note=note)
    finally:
        store.close()


def _progress(errors: Console) -> Progress:
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    return Progress(*columns, console=errors, transient=True, disable=not errors.is_terminal)


def _export(options: argparse.Namespace, out: Console, _errors: Console) -> int:
    store = Store.open(Settings.from_env())
    try:
        count = write_entries(store.entries(statuses=ALL_STATUSES, kinds=options.kind), options.file)
    finally:
        store.close()
    out.print(f"导出 {count} 个条目到 {options.file}", markup=False)
    return 0


def _seed(options: argparse.Namespace, out: Console, _errors: Console) -> int:
    settings = Settings.from_env()
    store = Store.open(settings)
    try:
        there = store.count(statuses=ALL_STATUSES)
        if there and not options.update:
            out.print(f"数据库里已有 {there} 个条目，没有改动（要更新请加 --update）")
        else:
            report = store.save_many(read_folder(), author=SEED_AUTHOR, note="装入样例")
            out.print(f"装入样例：新增 {len(report.created)}，更新 {len(report.updated)}，未变 {len(report.unchanged)}")
        write_lexicon(store.entries(), settings.lexicon_dir, store.lexicon())
    finally:
        store.close()
    return 0


def _list(options: argparse.Namespace, out: Console, _errors: Console) -> int:
    if options.folder:
        entries: Iterable[Entry] = read_folder(options.folder)
    else:
        store = Store.open(Settings.from_env())
        entries = store.entries(statuses=ALL_STATUSES)
        store.close()
    groups: dict[str, list[Entry]] = {}
    for entry in entries:
        groups.setdefault(str(getattr(entry, options.by)) or "（未分类）", []).append(entry)
    for name in sorted(groups):
        table = Table(
            "编号", "主题", "类型", "标题", "状态", title=f"{name}（{len(groups[name])}）", title_justify="left"
        )
        for entry in groups[name]:
            table.add_row(entry.id, entry.topic, KINDS[entry.kind], entry.title, STATUSES[entry.status])
        out.print(table, markup=False)
    out.print(f"共 {sum(map(len, groups.values()))} 个条目，{len(groups)} 组")
    return 0


def _template(options: argparse.Namespace, out: Console, _errors: Console) -> int:
    write_template(options.file, options.kind)
    out.print(f"模板写到 {options.file}", markup=False)
    return 0


def _lexicon(_options: argparse.Namespace, out: Console, _errors: Console) -> int:
    settings = Settings.from_env()
    store = Store.open(settings)
    write_lexicon(store.entries(), settings.lexicon_dir, store.lexicon())
    store.close()
    out.print(f"词表写到 {settings.lexicon_dir}", markup=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
