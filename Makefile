# Everything runs in .venv, which is set up when it is missing or out of date.
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin

.PHONY: demo test check format bench bench-gif readme clean

demo: $(ENV)/ready
	$(BIN)/animate scenes/momentum.py

test: $(ENV)/ready
	$(BIN)/python -m pytest -q -n auto --dist worksteal

check: $(ENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: $(ENV)/ready
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(ENV)/ready
	$(BIN)/python tests/benchmarks/speed.py

bench-gif: $(ENV)/ready
	$(BIN)/python tests/benchmarks/gif.py

readme: $(ENV)/ready
	$(BIN)/animate scenes/momentum.py -o renders/readme-momentum.gif --size readme
	$(BIN)/animate scenes/fit.py -o renders/readme-fit.gif --size readme
	$(BIN)/animate scenes/race.py -o renders/readme-race.gif --size readme
	$(BIN)/animate scenes/network.py -o renders/readme-network.gif --size readme

clean:
	rm -rf $(ENV)

$(ENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(ENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev]"
	@touch $@
