# One door for everybody: `make` lists the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

DATA ?= $(or $(QXB_DATA_DIR),.data)
PY := .venv/bin/python -W ignore
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export HF_HUB_OFFLINE := 1
export HF_HUB_DISABLE_TELEMETRY := 1
export PYTHONUNBUFFERED := 1

.PHONY: help setup serve test check format eval bench train index clean lock browser system

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' Makefile | sed -E 's/^([a-z]+):.*## /make \1|/' | column -t -s '|'

setup: .venv/.ready ## make the environment, the encoder, the knowledge base, the index and the dialogue model
	@$(PY) -m web setup

serve: setup ## set up what is missing, start everything, print ready: when a question can be answered
	@exec $(PY) -m web serve

test: setup browser system ## run every test
	@.venv/bin/python -m pytest -n 2 --dist loadgroup

check: .venv/.ready ## format, lint, types, layers, knowledge-base rules
	@.venv/bin/ruff format --check .
	@.venv/bin/ruff check .
	@.venv/bin/mypy
	@.venv/bin/python -m pytest -q tests/test_*.py
	@$(PY) -m kb check

format: .venv/.ready ## put the code into the house's form
	@.venv/bin/ruff format .
	@.venv/bin/ruff check --fix .

eval: setup ## retrieval and dialogue quality on every set, as tables
	@$(PY) -m retriever experiments

bench: setup ## speed and memory, with the machine's description; a million turns and 100,000 appeals come last
	@$(PY) -m web bench --large

train: .venv/.ready ## train the dialogue model anew
	@$(PY) -m rasa_project train --force

index: .venv/.ready ## build a new index version from the knowledge base
	@$(PY) -m retriever index

clean: ## remove the environment and everything made
	rm -rf .venv $(DATA)

lock: ## pin requirements.in into requirements.txt
	@PATH="$$PATH:.venv/uv/bin" uv pip compile --quiet --no-header --python-version 3.10 requirements.in -o requirements.txt

browser: ## Debian's chromium and fonts for the browser tests; without them those tests skip with the reason
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "安装 chromium 与中文字体 …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk >/dev/null; \
	  else echo "没有 chromium，浏览器测试会跳过；安装：apt-get install chromium fonts-noto-cjk"; fi; }

SYSTEM := postgresql redis-server libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
system: ## Debian's PostgreSQL, Redis and Pango for the tests that start or load them; without them those tests skip
	@missing=$$(for one in $(SYSTEM); do dpkg -s $$one >/dev/null 2>&1 || echo $$one; done); \
	if [ -n "$$missing" ]; then \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "安装 $$missing …"; apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $$missing >/dev/null \
	      || echo "没有装上，要用它们的测试会跳过"; \
	  else echo "没有 "$$missing"，要用它们的测试会跳过；安装：apt-get install "$$missing; fi; fi

.venv/.ready: requirements.txt
	@python=$$(for p in python3.10 "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/3.10*/bin/python /usr/local/bin/python3.10 python3; do \
	  "$$p" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 10))' 2>/dev/null && { echo "$$p"; break; } || true; done); \
	uv=$$(command -v uv || true); \
	if [ -z "$$uv" ]; then \
	  boot=$${python:-python3}; "$$boot" -m venv .venv/uv 2>/dev/null || { echo "找不到可用的 Python；请安装 Python 3.10（含 venv）"; exit 1; }; \
	  .venv/uv/bin/python -m pip install --quiet uv; uv=.venv/uv/bin/uv; fi; \
	if [ -z "$$python" ]; then \
	  echo "PATH 和 pyenv 里都没有 Python 3.10，尝试由 uv 安装 …"; \
	  "$$uv" python install 3.10 || { echo "请先安装 Python 3.10（Rasa 3.6 只支持到 3.10），例如 pyenv install 3.10"; exit 1; }; \
	  python=3.10; fi; \
	echo "建立环境 .venv（$$python），安装 requirements.txt …"; \
	UV_VENV_CLEAR=0 "$$uv" venv --quiet --allow-existing --python "$$python" .venv; \
	"$$uv" pip install --python .venv/bin/python -r requirements.txt; \
	touch .venv/.ready
