# Everything runs in .venv, which is set up when it is missing or out of date: `ready`
# has what the command needs, and `dev` what tests and checks need, too.
PYTHON ?= python3
ENV := .venv
BIN := $(ENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)

.PHONY: demo test test-oldest matrix check check-player format bench-player bench bench-gif readme clean

demo: $(ENV)/ready
	$(BIN)/animate scenes/momentum.py

# One thread for each of the processes that share the cores.
test test-oldest matrix: export OMP_NUM_THREADS = 1

test: $(ENV)/dev
	$(BIN)/python -m pytest -q -n auto --dist worksteal

# The oldest dependencies that are promised, but torch, on what tests most of them in
# short time.
test-oldest: $(ENV)/dev
	$(BIN)/nox -s "tests-3.11(oldest-but-torch)" -- $(addprefix tests/, \
	base/test_cache.py scenes drawing/test_text.py drawing/test_theme.py \
	drawing/test_strokes.py drawing/test_ticks.py \
	$(addprefix cli/test_commands.py::test_, a_shell_completes \
	each_command_has_help help_has_groups_and_all_commands) \
	$(addprefix experiments/test_, lossmap.py own_loop.py recorder.py) \
	problems/test_problems.py rendering/test_notebook.py \
	panels/test_loss_curve.py panels/test_own_parts.py \
	batch/test_faults.py::test_the_disk_is_full \
	encoders/test_formats.py::test_several_formats_are_the_same_as_each_alone)

matrix: $(ENV)/dev
	$(BIN)/nox

check: $(ENV)/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(MAKE) --jobs=3 mypy-linux mypy-darwin mypy-win32

# The player's JavaScript; only this needs Node.
check-player: node_modules/.ready
	npm run --silent check

node_modules/.ready: package.json
	npm install --silent
	@touch $@

mypy-%: $(ENV)/dev
	$(BIN)/mypy --platform $* --cache-dir .mypy_cache/$*

format: $(ENV)/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(ENV)/dev
	$(BIN)/python tests/benchmarks/speed.py

bench-player: $(ENV)/dev
	$(BIN)/python tests/benchmarks/player.py

bench-gif: $(ENV)/dev
	$(BIN)/python tests/benchmarks/gif.py

readme: $(ENV)/dev
	$(BIN)/animate scenes/momentum.py -o renders/readme-momentum.gif --size readme --gif-quality 84
	$(BIN)/animate scenes/fit.py -o renders/readme-fit.gif --size readme --gif-quality 84
	$(BIN)/animate scenes/race.py -o renders/readme-race.gif --size readme --gif-quality 84
	$(BIN)/animate scenes/network.py -o renders/readme-network.gif --size readme --gif-quality 84

clean:
	rm -rf $(ENV)

$(ENV)/ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(ENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e .
	$(BIN)/python -m compileall -q animator  # as pip does for what is not editable
	@touch $@

$(ENV)/dev: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(ENV)
	$(BIN)/python -m pip install --quiet -c constraints.txt -e ".[dev,matrix]"
	@touch $(ENV)/ready $@
