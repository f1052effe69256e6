# Twelve verbs. Each first makes sure that .venv is ready (scripts/setup.py, quick when nothing changed).
# Extra words for a command: make test ARGS="-k callback", make bench ARGS="--cases 10000".

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
ARGS ?=

.DEFAULT_GOAL := .help
.PHONY: .help .ready demo run test check fix features migrations translate bench screenshots docs clean

.help:
	@sed -n 's/^\([a-z]*\): .*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 19

.ready:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed; set PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) scripts/setup.py

demo: .ready ## the demo company in a browser; PORT and BIHUAN_VAR are honoured, Ctrl-C stops all
	@exec $(BIN)/bihuan up --demo $(ARGS)

run: .ready ## the server and its workers on an empty or existing database
	@exec $(BIN)/bihuan up $(ARGS)

test: .ready ## the whole suite, browser journeys included, in random order and in parallel
	@$(BIN)/python scripts/system_packages.py
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

check: .ready ## all that is checked without running the product: style, types, imports, sizes, texts
	@$(BIN)/python -m checks $(ARGS)

fix: .ready ## format code and templates and mend what ruff can mend
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
	@git ls-files -co --exclude-standard 'bihuan/*.html' | xargs -r $(BIN)/djade --target-version 5.2

features: .ready ## rows of the feature table, their tests, the last result
	@$(BIN)/python scripts/features.py $(ARGS)

migrations: .ready ## write migrations for changed models
	@$(BIN)/bihuan makemigrations $(ARGS)

translate: .ready ## bring the English catalogue up to date; ARGS="--merge file.tsv" adds translations
	@$(BIN)/python -m checks.catalog $(ARGS)

bench: .ready ## measure case creation, lists and search on this machine
	@exec $(BIN)/bihuan bench $(ARGS)

screenshots: .ready ## take the pictures of the README anew
	@$(BIN)/python scripts/system_packages.py
	@$(BIN)/python -m scripts.screenshots $(ARGS)

docs: .ready ## write the generated documents anew (docs/openapi.json)
	@$(BIN)/bihuan openapi $(ARGS)

clean: ## remove the environment, caches and built files; data in var stays
	@rm -rf .venv .cache build dist node_modules bihuan/web/static/vendor *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} + ; find bihuan -name '*.mo' -delete
	@echo "Clean. The data in $${BIHUAN_VAR:-var} was kept."
