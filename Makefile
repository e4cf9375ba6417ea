# Everything starts here: `make run` sets up and runs Topicwire, `make test` sets up and tests it.
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
# Many tests wait for processes of their own: one more of them than two processors could work on.
SIDE_BY_SIDE := --numprocesses=3 --dist=loadgroup

.PHONY: help
help: ## say what can be made
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

# uv is quick; where it cannot be had or cannot reach the registry, pip does the same.
$(READY): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Topicwire needs Python 3.11 or later; say where it is: make PYTHON=/path/to/python3")'
	@echo "Setting up $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@($(BIN)/python -m pip install --quiet --disable-pip-version-check uv \
	  && $(BIN)/uv pip install --quiet --system-certs --require-hashes --python $(BIN)/python -r $<) \
	  || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

.PHONY: setup
setup: $(READY) ## install everything into .venv

.PHONY: run
run: $(READY) ## run Topicwire with the starter catalogue and its samples
	@TOPICWIRE_ALLOW_FILES=$${TOPICWIRE_ALLOW_FILES:-true} $(BIN)/topicwire run

.PHONY: test
test: $(READY) ## run the tests, on all processors
	$(BIN)/pytest $(SIDE_BY_SIDE)

.PHONY: check
check: $(READY) ## run what CI runs: lint, types, import contracts, files, tests
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml
	$(BIN)/pytest $(SIDE_BY_SIDE)

.PHONY: goldens
goldens: $(READY) ## rewrite the expected results under tests/data; review the diff
	GOLDENS=1 $(BIN)/pytest -q tests/unit -p no:randomly

.PHONY: docs
docs: $(READY) ## write docs/cli.md anew from the commands' own help
	$(BIN)/python -m topicwire.cli.reference > docs/cli.md

# Debian's librsvg2-bin, pngquant and fonts-sil-charis draw them; what they draw is committed.
LOOKS := src/topicwire/publish/templates
.PHONY: pictures
pictures: ## draw the icons and the preview card again from their SVG
	rsvg-convert --width=512 $(LOOKS)/favicon.svg | pngquant --nofs --strip 8 - > $(LOOKS)/icon.png
	rsvg-convert --width=180 $(LOOKS)/favicon.svg | pngquant --nofs --strip 8 - > $(LOOKS)/apple-touch-icon.png
	rsvg-convert $(LOOKS)/card.svg | pngquant --nofs --strip 16 - > $(LOOKS)/card.png

.PHONY: lock
lock: $(READY) ## renew the locked versions
	$(BIN)/uv pip compile --system-certs --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --quiet --extra postgres pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --system-certs --upgrade --universal --python-version 3.11 --generate-hashes \
	  --no-header --no-annotate --quiet -c requirements.lock --group dev --extra learn --extra trace --extra postgres pyproject.toml -o requirements-dev.lock

.PHONY: clean
clean: ## remove what was installed and built
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# `reader`, the yardstick of bench/polls.py and a client in tests, has an environment of its own.
BENCH := build/bench/.ready
$(BENCH): bench/requirements.lock $(READY)
	$(PYTHON) -m venv build/bench
	$(BIN)/uv pip install --quiet --system-certs --require-hashes --python build/bench/bin/python -r $< \
	  || build/bench/bin/python -m pip install --quiet --require-hashes -r $<
	@touch $@

# What acceptance tests use that is not ours. A test of what is missing here is skipped, and says so.
CLIENTS_DEBIAN := newsboat sfeed rss2email feed2imap gpodder elpa-elfeed emacs-nox curl nginx-light iproute2 \
  chromium chromium-driver openssl systemd postgresql
CLIENTS_NPM := rss-parser @extractus/feed-extractor axe-core@4

.PHONY: clients
clients: $(BENCH) ## install the feed readers and the browser that acceptance tests use (as root, on Debian)
	@command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ] || { echo "Install yourself: $(CLIENTS_DEBIAN) npm"; exit 0; }; \
	  apt-get update -qq; \
	  for each in $(CLIENTS_DEBIAN) $$(command -v npm >/dev/null || echo nodejs npm); do \
	    dpkg -s $$each >/dev/null 2>&1 || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $$each >/dev/null 2>&1 \
	      || echo "$$each could not be installed; its tests are skipped"; \
	  done
	@npm install --silent --no-save --no-package-lock --prefix build/clients $(CLIENTS_NPM) \
	  || echo "$(CLIENTS_NPM) could not be installed; their tests are skipped"

.PHONY: bench
bench: $(BENCH) ## measure everything and write bench/RESULTS.md; PARTS="…" some anew, QUICK=1 only tries it
	$(BIN)/python -m bench.suite $(if $(QUICK),quick) $(PARTS)

.PHONY: chaos
chaos: $(READY) ## kill the whole system 300 times, with every fault in between; it must lose nothing
	PYTHONPATH=tests $(BIN)/python -m bench.chaos

.PHONY: soak
soak: $(READY) ## let a month of 2,000 sources go by; nothing may grow or drift
	nice $(BIN)/python -m bench.soak
