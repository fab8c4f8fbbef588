"""What the commands tell on the screen about findings and imports."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from kb.checks import Finding
from kb.exchange import Reading
from kb.exchange.import_report import write_report
from kb.store import SaveReport

SHOWN_PROBLEMS = 30
SHOWN_FINDINGS = 200


def print_findings(findings: Sequence[Finding], out: Console) -> None:
    """Print findings as a table by severity; nothing when there are none."""
    if not findings:
        return
    table = Table("级别", "规则", "条目", "字段", "说明")
    for finding in findings[:SHOWN_FINDINGS]:
        table.add_row(finding.severity, finding.rule, finding.entry_id, finding.field, finding.message)
    out.print(table, markup=False)
    if len(findings) > SHOWN_FINDINGS:
        rules = Counter((finding.severity, finding.rule) for finding in findings)
        out.print(
            f"表里是前 {SHOWN_FINDINGS} 处；全部：" + "，".join(f"{rule} {count}" for (_, rule), count in rules.items())
        )


def print_import(reading: Reading, report: SaveReport, path: Path, dry_run: bool, out: Console) -> None:
    """Print what an import refused and changed, and write every row concerned to the report at `path`."""
    for problem in reading.refused[:SHOWN_PROBLEMS]:
        out.print(str(problem), markup=False)
    if len(reading.refused) > SHOWN_PROBLEMS:
        out.print(f"……还有 {len(reading.refused) - SHOWN_PROBLEMS} 处拒绝，见报告")
    if reading.changes:
        table = Table("字段", "改动", "行数", title="导入时的改动")
        for (name, what), count in reading.changes.most_common():
            table.add_row(name, what, str(count))
        out.print(table, markup=False)
    if reading.problems:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_report(reading, path)
        out.print(f"逐行报告：{path}", markup=False)
    refused = len({(problem.source, problem.row) for problem in reading.refused})
    head = "试导入（没有存）" if dry_run else "已导入"
    counts = f"新增 {len(report.created)}，更新 {len(report.updated)}，未变 {len(report.unchanged)}"
    out.print(f"{head}：看了 {reading.rows} 行，{counts}，拒绝 {refused} 行")
