"""Runs the tests on each Python, with the newest and the oldest dependencies.

`nox -l` lists the sessions. Plain `nox` runs the most important ones, for the Pythons
that this machine has. Arguments after `--` go to pytest:

    nox -s "tests-3.11(oldest)" -- tests/experiments

With CI set in the environment, a dependency that cannot be installed is a failure.
Where pip is not set up to find a CPU build of torch, it installs PyPI's, which on Linux
has several gigabytes; `oldest-but-torch` is for machines where that is too much.
"""

from __future__ import annotations

import os
from pathlib import Path

import nox
from nox.command import CommandFailed

PROJECT = nox.project.load_toml("pyproject.toml")
PYTHONS = nox.project.python_versions(PROJECT)
NEWEST = Path("constraints.txt").read_text(encoding="utf-8").split()
OLDEST = [need.replace(">=", "==") for need in PROJECT["project"]["dependencies"]]
OLD_BUT_TORCH = [need for need in OLDEST if not need.startswith("torch==")]
DEPENDENCIES = {"newest": [], "oldest": OLDEST, "oldest-but-torch": OLD_BUT_TORCH}

nox.options.sessions = [
    *(f"tests-{python}(newest)" for python in PYTHONS),
    f"tests-{PYTHONS[0]}(oldest)",
]


@nox.session(python=PYTHONS)
@nox.parametrize("dependencies", list(DEPENDENCIES), ids=list(DEPENDENCIES))
def tests(session: nox.Session, dependencies: str) -> None:
    """Test with the newest dependencies, or with the oldest that are promised."""
    pins = DEPENDENCIES[dependencies]
    old = {pin.partition("==")[0] for pin in pins}
    if "torch" in old:
        old.add("sympy")  # each torch needs a certain release of it
    if "numpy" in old:
        old.add("pandas")  # its newest release needs a newer NumPy
    others = [need for need in NEWEST if need.partition("==")[0].lower() not in old]
    constraints = Path(session.create_tmp()) / "constraints.txt"
    constraints.write_text("\n".join([*others, *pins]), encoding="utf-8")
    try:
        session.install("--only-binary=:all:", "-c", str(constraints), "-e", ".[dev]")
    except CommandFailed:
        if "CI" in os.environ:
            raise
        session.skip("not all of them can be installed for this Python")
    # Old releases may use what newer ones of others will drop.
    lenient = ["-W", "default::DeprecationWarning"] if pins else []
    session.run(
        *("python", "-m", "pytest", "-q", "-n", "auto", "--dist", "worksteal"),
        *lenient,
        *session.posargs,
    )
