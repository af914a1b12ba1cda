# One over N. Needs only Python 3.11 or newer and make; everything else is installed into .venv and node_modules.
# A second run of any target costs no set-up: each set-up step leaves a stamp file behind.

# Which Python makes the environment.
PYTHON ?= python3
# Where `make site` serves.
PORT ?= 8000
# Where pip finds PyTorch built for the processor alone; empty: where it finds everything. See requirements/torch.txt.
TORCH_INDEX ?=
# Anything here makes `make bench` take less than a minute: it tries everything on little, and writes no record.
QUICK ?=
export QUICK
# Which Chromium or Chrome drives the browser tests; empty: the system's, or one is installed.
CHROME ?=
export CHROME
# The theme advertises its successor at every start.
export NO_MKDOCS_2_WARNING := 1
# Where matplotlib remembers what fonts there are, and looks for settings: not in the reader's home.
export MPLCONFIGDIR := $(CURDIR)/.venv/matplotlib

BIN := .venv/bin
# Node and npm come from the environment too, so that every machine runs the same ones.
export PATH := $(CURDIR)/$(BIN):$(PATH)
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
.DEFAULT_GOAL := help
.PHONY: help site test check build bench mutants lock sample
# Two things at a time: while the frameworks and Python for the browser are collected, the mutants run already.
MAKEFLAGS += --jobs=2
# A half-made file is not a made one.
.DELETE_ON_ERROR:

help: ## Say what there is.
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 14

# A writer's slip is shown in the page, so a warning does not end the server as it ends a build.
site: .venv/site.stamp node_modules/.stamp .cache/run/manifest.json ## Prove, build and serve on http://127.0.0.1:8000, with live reload. PORT= to change.
	@$(BIN)/python -m mkdocs serve --no-strict --dev-addr 127.0.0.1:$(PORT)

build: .venv/site.stamp node_modules/.stamp .cache/run/manifest.json ## Prove and build into site/, fit for any sub-path and for file://; with the PDF, if there is a browser to print it.
	@$(BIN)/python -m mkdocs build --strict
	@$(BIN)/python -m hooks.printing.book

check: .venv/site.stamp ## Prove every statement of every page.
	@$(BIN)/python -m derivations

test: sample .venv/peers.stamp node_modules/.stamp .cache/run/manifest.json .venv/browser.stamp ## Run everything: doctests, proofs, unit, page, peer and browser tests, a sample of the mutants.
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile

sample: .venv/test.stamp
	@$(BIN)/python -m tests.snippets.mutants --sample

mutants: .venv/test.stamp ## Change every statement and every snippet in every way a slip would; none may pass.
	@$(BIN)/python -m derivations.mutants --json benchmarks/mutants_statements.json
	@$(BIN)/python -m tests.snippets.mutants --json benchmarks/mutants_snippets.json

bench: .venv/peers.stamp node_modules/.stamp .cache/run/manifest.json .venv/browser.stamp benchmarks/node_modules/.stamp ## Measure, and write the results into benchmarks/. QUICK=1: some seconds, and nothing is written.
	@for file in benchmarks/bench_*.py; do echo "$$file"; $(BIN)/python $$file || exit 1; done

lock: .venv/lock.stamp .venv/site.stamp ## Refresh the pinned, hashed lists of what is installed.
	@cd requirements && for name in lock site test peers jupyterlite; do \
		../$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --upgrade --generate-hashes \
			--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' \
			$$name.in --output-file $$name.txt || exit 1; \
	done
	@cd requirements && ../$(BIN)/uv pip compile --quiet --no-deps --python-version 3.14 --upgrade --generate-hashes \
		--no-emit-index-url --no-emit-find-links --custom-compile-command 'make lock' in_browser.in --output-file in_browser.txt
	@for folder in . benchmarks; do npm install --prefix $$folder --package-lock-only --ignore-scripts || exit 1; done

# The environment. On Debian the module that fills it is a package of its own.
.venv/made.stamp:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo 'Python 3.11 or newer is needed. Name one with: make PYTHON=/path/to/python' >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null \
		|| { echo 'This Python cannot make an environment. On Debian: apt-get install python3-venv' >&2; exit 1; }
	@echo 'Making .venv'
	@$(PYTHON) -m venv --clear .venv
	@touch $@

# What the site needs, each file checked against its hash; then the project itself, in place.
.venv/site.stamp: .venv/made.stamp requirements/site.txt pyproject.toml
	@echo 'Installing requirements/site.txt'
	@$(INSTALL) --require-hashes -r requirements/site.txt
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/test.stamp: .venv/site.stamp requirements/test.txt
	@echo 'Installing requirements/test.txt'
	@$(INSTALL) --require-hashes -r requirements/test.txt
	@touch $@

# The frameworks that the pages speak of. Only the tests need them.
.venv/peers.stamp: .venv/test.stamp requirements/peers.txt requirements/torch.txt
	@echo 'Installing requirements/peers.txt and requirements/torch.txt'
	@$(INSTALL) --require-hashes -r requirements/peers.txt
	@$(if $(TORCH_INDEX),PIP_INDEX_URL='$(TORCH_INDEX)') $(INSTALL) -r requirements/torch.txt
	@touch $@

.venv/lock.stamp: .venv/made.stamp requirements/lock.txt
	@$(INSTALL) --require-hashes -r requirements/lock.txt
	@touch $@

# The browser: one that is there, or one that is installed, or a line that says what to install.
.venv/browser.stamp: .venv/test.stamp
	@$(BIN)/python -m tests.browser.chromium
	@touch $@

# Python for the reader's browser. Where it cannot be had no file is left: the site says so, and the next make tries again.
.cache/run/manifest.json: node_modules/.stamp run/stage.py run/repack.mjs run/repack.py requirements/run.txt requirements/site.txt
	@$(BIN)/python -m run.stage

# JavaScript packages, exactly those of the lock file. Their install scripts are not run: none is needed.
node_modules/.stamp benchmarks/node_modules/.stamp: %node_modules/.stamp: %package.json %package-lock.json | .venv/site.stamp
	@echo 'Installing $*package-lock.json'
	@cd ./$* && npm ci --ignore-scripts --silent
	@touch $@
