# The commands of a checkout. Needs Python 3.11 with venv, and make.
PY ?= python3
BIN := .venv/bin

.PHONY: run test lint translations lock screenshots

run: .venv/.run ; $(BIN)/python -m trainer run
test: .venv/.test ; $(BIN)/python -m pytest
lint: .venv/.test ; $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/djlint templates --lint --quiet
translations: .venv/.test ; $(BIN)/python -m trainer.language.renewal
screenshots: .venv/.test ; $(BIN)/python -m tests.browser.screenshots tests/pictures
lock: .venv/.test ; $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal -p 3.11 --extra test --extra postgres setup.cfg -o tests/requirements.txt && $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal -p 3.11 --extra postgres -c tests/requirements.txt setup.cfg -o requirements.txt

.venv/.run: requirements.txt
	@$(PY) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@
.venv/.test: requirements.txt tests/requirements.txt
	@$(PY) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r tests/requirements.txt
	@touch .venv/.run $@
