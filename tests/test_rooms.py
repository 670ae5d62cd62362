"""Who may import whom: the rooms' table in CONTRIBUTING.md, enforced."""

import ast
from pathlib import Path

import pytest

import animator

PACKAGE = Path(animator.__file__).parent

# From the bottom up: a room imports only from rooms above it in this table.
ROOMS = {
    "errors": set(),
    "checks": set(),
    "interrupts": set(),
    "repeatable": {"numpy", "torch"},
    "fingerprint": {"numpy", "torch"},
    "cache": {"numpy", "platformdirs"},
    "problems": {"numpy", "torch"},
    "setting": {"torch"},
    "trajectory": {"numpy"},
    "training": {"torch"},
    "paths": {"numpy", "torch"},
    "experiment": set(),
    "lossmap": {"numpy", "torch"},
    "recorder": {"numpy"},
    "tuning": set(),
    "updates": {"numpy", "torch"},
    "timeline": set(),
    "theme": set(),
    "panels": {"numpy", "matplotlib"},
    "scene": set(),
    "variants": set(),
    "surround": {"matplotlib"},
    "encoders": {"numpy", "PIL", "imageio_ffmpeg"},
    "fonts": {"matplotlib"},
    "stage": {"numpy", "matplotlib"},
    "painter": {"numpy", "matplotlib"},
    "still": {"matplotlib"},
    "fitting": {"numpy"},
    "inline": set(),
    "compositor": {"numpy", "matplotlib"},
    "loader": set(),
    "trajectories": {"numpy"},
    "renderer": set(),
    "doctor": {"matplotlib", "torch"},
    "arguments": {"click"},
    "jobs": set(),
    "manifest": {"numpy", "torch"},
    "runner": set(),
    "workers": set(),
    "cli": {"click"},
}
HEAVY = {
    "numpy",
    "torch",
    "matplotlib",
    "PIL",
    "imageio_ffmpeg",
    "imageio",
    "click",
    "platformdirs",
}
MODULES = sorted(set(PACKAGE.rglob("*.py")) - set(PACKAGE.glob("_*.py")))


def imports(tree):
    """All modules that a syntax tree imports when it runs."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)
        else:
            yield from imports(node)


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def faults(room, tree):
    """What a room imports and must not."""
    order = list(ROOMS)
    found = set()
    for name in imports(tree):
        top, _, rest = name.partition(".")
        if top in HEAVY - ROOMS[room]:
            found.add(top)
        if top == "animator" and (inner := rest.split(".")[0]) in ROOMS:
            if order.index(inner) > order.index(room):
                found.add(inner)
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_room_imports_only_what_it_may(path):
    assert room_of(path) in ROOMS, "a new room belongs into the table"
    assert not faults(room_of(path), ast.parse(path.read_text()))


def test_the_check_finds_what_is_wrong():
    tree = ast.parse("def f():\n    import torch\n    from animator.cli import main")
    assert faults("timeline", tree) == {"torch", "cli"}
    assert not faults("cli", ast.parse("import click\nfrom animator import render"))


def test_only_the_command_prints_and_exits():
    for path in MODULES:
        tree = ast.parse(path.read_text())
        names = {n.id for n in ast.walk(tree) if isinstance(n, ast.Name)}
        if room_of(path) != "cli":
            assert not names & {"print", "exit", "quit"}, path


def test_importing_the_package_is_light_and_complete():
    assert sorted(animator.__all__) == sorted(animator._HOME)
    for name in animator.__all__:
        assert getattr(animator, name).__module__.startswith("animator.")
        assert getattr(animator, name).__doc__
    modules = {room_of(path) for path in MODULES}
    assert not modules & set(animator.__all__), "a module would hide the name"
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = animator.nothing
