# `make help` lists the targets. Everything made here is in .venv, .local and tools/pulumi/.bin.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.PHONY: help system setup up down test slow languages bench growing faults pages dist fresh compatibility pictures reference states check format env pins clean

PYTHON ?= python3
HERE := $(CURDIR)
SDK := .venv/.sdk
VENV := .venv/.installed
PIP := .venv/bin/python -m pip --quiet --disable-pip-version-check
NEW_ENOUGH = $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10) and "Python 3.10 or newer is needed; name one with make PYTHON=…")'

define ENVIRONMENT
export PATH='$(HERE)/.venv/bin:$(HERE)/tools/pulumi/.bin:$(HERE)/tools/pulumi/.languages':"$$PATH"
export PULUMI_HOME='$(HERE)/.local/pulumi'
export PULUMI_BACKEND_URL='file://$(HERE)/.local/state'
export PULUMI_CONFIG_PASSPHRASE='local'
export PULUMI_SKIP_UPDATE_CHECK='1'
export NO_PROXY="$${NO_PROXY:-$${no_proxy:-}}"
export no_proxy="$${no_proxy:-$$NO_PROXY}"
export NO_PROXY="127.0.0.1,localhost$${NO_PROXY:+,$$NO_PROXY}"
export no_proxy="127.0.0.1,localhost$${no_proxy:+,$$no_proxy}"
endef
export ENVIRONMENT
# As typed: neither make nor a shell expands it.
override RECORD_URL := $(value RECORD_URL)
export RECORD_URL

ENTER := eval "$$ENVIRONMENT"; mkdir -p .local/pulumi .local/state

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 15

system: ## install the programs and fonts that recording needs, by apt where no confirmation is needed
	@tools/local/packages

setup: ## install the system's programs, the Python environment and the Pulumi engine, side by side
	@$(NEW_ENOUGH)
	@$(PYTHON) tools/local/setup.py '$(MAKE_COMMAND)'

$(SDK):
	@$(NEW_ENOUGH)
	@echo 'Installing the Python environment into .venv: about a minute.'
	@$(PYTHON) -m venv .venv
	@$(PIP) install -c <(grep == requirements-dev.txt) pulumi
	@touch $@

$(VENV): $(SDK) requirements-dev.txt provider/pyproject.toml recorder/pyproject.toml
	@$(PIP) install -r requirements-dev.txt
	@touch $@

up: setup ## record the demo page, or RECORD_URL=https://…, with the stack `local` and the local service
	@$(ENTER); tools/local/service start; tools/local/stack up

down: ## destroy the stack `local`, which stops its recording, and stop the local service
	@$(ENTER); if [ -e .local/state/.pulumi/stacks/web-recordings/local.json ]; then \
		tools/local/service start; tools/local/stack down; fi
	@$(ENTER); tools/local/service stop

test: setup ## run the test suite, on the real engine: about 10 minutes
	@PATH="$$PATH:/usr/sbin" tools/local/rtmp-server
	@$(ENTER); python -m tools.pulumi.languages yaml
	@$(ENTER); python -m pytest -m 'not slow and not measures' -n 4 --ignore tests/languages
	@$(ENTER); python -m pytest -m 'measures and not slow' -n 2 tests/capture

slow: setup ## run the tests that `make test` leaves out, most of them on the engine: about 30 minutes
	@PATH="$$PATH:/usr/sbin" tools/local/rtmp-server
	@$(ENTER); python -m tools.pulumi.languages yaml
	@$(ENTER); python -m pytest -m slow -n 2 --ignore tests/languages

languages: setup ## run the examples in TypeScript and Go, and install the plugin from source: about 4 minutes
	@$(ENTER); python -m tools.pulumi.languages yaml nodejs go sdk
	@$(ENTER); python -m pytest tests/languages

faults: setup ## run every fault and kill of docs/reliability.md, as a table: about 30 minutes
	@$(ENTER); PYTHONPATH=tests python -m faults

pages: setup ## record pages that could spoil a recording, look at every frame: about 14 minutes
	@$(ENTER); PYTHONPATH=tests python -m fidelity

bench: setup ## compare this provider with a short one and the API's limit: 20 minutes; less with N='1 20'
	@$(ENTER); PYTHONPATH=tests python -m tools.bench $(N)

growing: setup ## many recordings in one stack and in four, beside the engine's own cost: about 10 minutes
	@$(ENTER); PYTHONPATH=tests python -m tools.bench.growing

dist: setup ## build both distributions into dist/, check them, and run an example from each
	@$(ENTER); python -m tools.release.dist

fresh: ## run `make up` and `make test` on a bare Debian; needs mmdebstrap and root or sudo: FRESH='--release trixie --as-user'
	@$(PYTHON) -m tools.release.fresh $(FRESH)

compatibility: setup ## try every supported Python here with the oldest and the newest packages: 10 minutes
	@$(ENTER); python -m tools.release.compatibility

pictures: up ## write docs/pictures, of the demo recording
	@sleep 10
	@$(ENTER); python -m tools.local.pictures

reference: $(VENV) ## write the tables of the reference and of the registry's pages, and the schemas
	@.venv/bin/python -m tools.reference

states: setup ## keep the states that a version writes, for the tests of upgrades: REF=v0.1.0
	@$(ENTER); PYTHONPATH=tests python -m upgrades $(REF)

check: setup ## check format, lint and strict types; changes nothing
	@$(ENTER); ruff format --check . && ruff check . && mypy
	@$(ENTER); for each in $$(dirname examples/*/*.py | sort -u); do \
		(cd $$each && mypy --cache-dir '$(HERE)/.mypy_cache/examples' *.py); done

format: setup ## format, and fix what the linter can
	@$(ENTER); ruff format . && ruff check --fix .

env: ## print the environment for pulumi and python: eval "$(make -s env)"
	@printf '%s\n' "$$ENVIRONMENT"

pins: $(VENV) ## compile the requirements files again
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate \
		--upgrade requirements.in -o requirements.txt
	@.venv/bin/uv pip compile --quiet --universal --python-version 3.10 --no-header --no-annotate \
		--upgrade --group dev requirements-dev.in -o requirements-dev.txt

clean: down ## remove everything that was made here
	@rm -rf .venv .local tools/pulumi/.bin tools/pulumi/.languages .mypy_cache .ruff_cache .pytest_cache .hypothesis
