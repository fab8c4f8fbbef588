"""The one door to the dialogue: `python -m rasa_project train | run | actions | validate | test | compare`."""

from __future__ import annotations

import argparse
import os
import sys

from kb.errors import KnowledgeBaseError
from kb.settings import ROOT, Settings
from rasa_project import training
from rasa_project.errors import DialogueError, ModelMissing
from rasa_project.project import Project


def main(arguments: list[str] | None = None) -> int:
    """Run one command; returns the exit status."""
    parser = argparse.ArgumentParser(prog="python -m rasa_project", description="对话：训练、运行、测量")
    commands = parser.add_subparsers(dest="command", required=True)
    train = commands.add_parser("train", help="训练对话模型；文件没变就不重做")
    train.add_argument("--force", action="store_true", help="没变也重做")
    commands.add_parser("run", help="运行 Rasa，只听本机")
    commands.add_parser("actions", help="运行动作服务，只听本机")
    commands.add_parser("validate", help="检查对话文件")
    test = commands.add_parser("test", help="在从未训练过的句子上量意图识别")
    test.add_argument("--json", action="store_true")
    compare = commands.add_parser("compare", help="比较几种识别管线，写进 docs/dialogue.md")
    compare.add_argument("--folds", type=int, default=5)
    options = parser.parse_args(arguments)
    try:
        return _run(options, Project(Settings.from_env()))
    except (DialogueError, KnowledgeBaseError) as error:
        print(error, file=sys.stderr)
        return 1


def _run(options: argparse.Namespace, project: Project) -> int:
    if options.command == "train":
        return training.train(project, force=options.force)
    if options.command == "validate":
        return training.validate(project)
    if options.command == "test":
        from rasa_project.evaluate import measure

        return measure(project, as_json=options.json)
    if options.command == "compare":
        from rasa_project.compare import compare

        return compare(project, folds=options.folds)
    if options.command == "actions":
        from rasa_project.actions.serve import serve

        return serve(project.settings)
    return _become_rasa(project)


def _become_rasa(project: Project) -> int:
    """Replace this process by Rasa, so that a supervisor's signal reaches it; raises ModelMissing."""
    if not project.model.is_file():
        raise ModelMissing(f"{project.model} 不在；请运行 python -m rasa_project train")
    command = [sys.executable, "-m", "rasa_project.server", "run", "--enable-api", "--interface", "127.0.0.1"]
    command += ["--port", str(project.settings.rasa_port), "--model", str(project.model)]
    command += ["--endpoints", str(project.endpoints()), "--credentials", str(project.credentials())]
    os.chdir(ROOT)
    os.execve(sys.executable, command, project.environment(threads=1))  # noqa: S606


if __name__ == "__main__":
    sys.exit(main())
