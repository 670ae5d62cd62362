# Everything runs in .venv, which is set up when it is missing or out of date.
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/bin

.PHONY: demo test test-oldest matrix check format bench bench-gif readme clean

demo: $(ENV)/ready
	$(BIN)/animate scenes/momentum.py

test: $(ENV)/ready
	$(BIN)/python -m pytest -q -n auto --dist worksteal

# The oldest dependencies that are promised, on what tests most of them in short time.
test-oldest: $(ENV)/ready
	$(BIN)/nox -s "tests-3.11(oldest-but-torch)" -- $(addprefix tests/, \
	base drawing experiments panels problems scenes rendering/test_notebook.py \
	batch/test_faults.py::test_the_disk_is_full \
	encoders/test_formats.py::test_several_formats_are_the_same_as_each_alone)

matrix: $(ENV)/ready
	$(BIN)/nox

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
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev,matrix]"
	@touch $@
