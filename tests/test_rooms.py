"""Who may import whom: the table of packages in CONTRIBUTING.md, enforced."""

import ast
import re
import tomllib
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

import animator

PACKAGE = Path(animator.__file__).parent
ROOT = PACKAGE.parent
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
MODULES = sorted(PACKAGE.rglob("*.py"))


def table():
    """CONTRIBUTING.md's packages, the lowest first, and their heavy libraries."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)/` \|[^|]*\|([^|]*)\|$", text, re.MULTILINE)
    return {
        name: {word.strip().replace("-", "_") for word in libraries.split(",")} - {"–"}
        for name, libraries in rows
    }


ROOMS = table()


def imports(tree, relative_to="animator", *, for_types=False):
    """All modules that a syntax tree imports when it runs, `import_module` included.

    With `for_types` also those that it imports for type checkers only.
    """
    for node in ast.iter_child_nodes(tree):
        is_typing = isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        if is_typing and not for_types:
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = relative_to if node.level else ""
            module = ".".join(filter(None, [base, node.module]))
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.Call) and "import_module" in ast.dump(node.func):
            yield from map(first_words, node.args[:1])
        yield from imports(node, relative_to, for_types=for_types)


def first_words(node):
    """The text that an expression begins with, as far as it is written out."""
    if isinstance(node, ast.JoinedStr) and node.values:
        node = node.values[0]
    return node.value if isinstance(node, ast.Constant) else "?"


def room_of(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def faults(room, tree):
    """What a package imports and must not: for types, it may import any library."""
    order = list(ROOMS)
    found = set()
    for name in imports(tree):
        top = name.partition(".")[0]
        if top in HEAVY - ROOMS[room] or top == "?":
            found.add(top)
    for name in imports(tree, for_types=True):
        top, _, rest = name.partition(".")
        if top == "animator" and (inner := rest.split(".")[0]) in ROOMS:
            if order.index(inner) > order.index(room):
                found.add(inner)
    return found


def circle(sources, *, for_types=False):
    """A circle of modules that import each other when they run, if there is one.

    With `for_types` imports for type checkers count, too. A package is always imported
    before its modules, which does not count.
    """
    graph = {
        name: {
            other
            for other in imports(ast.parse(text), for_types=for_types)
            if other in sources and not f"{name}.".startswith(f"{other}.")
        }
        for name, text in sources.items()
    }
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return error.args[1]
    return None


def module_name(path):
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts).removesuffix(".__init__")


def calls(tree):
    """The names of all functions that a syntax tree calls, such as `os._exit`."""
    return {ast.unparse(n.func) for n in ast.walk(tree) if isinstance(n, ast.Call)}


ENDS = {"print", "exit", "quit", "sys.exit", "os._exit", "click.echo"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_a_package_imports_only_what_it_may(path):
    if path.parent == PACKAGE:
        return
    assert room_of(path) in ROOMS, "a new package belongs into CONTRIBUTING's table"
    assert not faults(room_of(path), ast.parse(path.read_text(encoding="utf-8")))


def test_the_table_names_all_packages_and_no_others():
    assert set(ROOMS) == {p.parent.name for p in PACKAGE.glob("*/__init__.py")}
    root = {path.name for path in PACKAGE.iterdir() if path.is_file()}
    assert root == {"__init__.py", "__init__.pyi", "__main__.py", "py.typed"}


def test_a_wheel_holds_every_file_of_the_package():
    """What setuptools adds to the modules is listed in pyproject.toml, by patterns."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]
    packages = {path.parent for path in PACKAGE.rglob("__init__.py")}
    held = set()
    for name, globs in patterns.items():
        folder = ROOT / name.replace(".", "/")
        for where in packages if name == "*" else {folder}:
            held |= {path for glob in globs for path in where.glob(glob)}
    data = {
        path
        for path in PACKAGE.rglob("*")
        if path.is_file() and path.suffix not in {".py", ".pyc"}
    }
    data = {path for path in data if not path.match("*.d.ts")}  # for checks of types
    assert data - held == set()


@pytest.mark.parametrize(
    ("room", "source", "wrong"),
    [
        ("scenes", "def f():\n    import torch.nn\n    from animator.cli import main",
         {"torch", "cli"}),
        ("scenes", "import_module('animator.rendering.renderer')", {"rendering"}),
        ("scenes", "importlib.import_module(f'animator.cli.{name}')", {"cli"}),
        ("scenes", "import_module(name)", {"?"}),
        ("base", "from animator import problems", {"problems"}),
        ("cli", "import click\nfrom animator.rendering import renderer", set()),
        ("base", "if TYPE_CHECKING:\n    import torch", set()),
        ("base", "if TYPE_CHECKING:\n    from animator.cli import main", {"cli"}),
    ],
)  # fmt: skip
def test_the_check_finds_what_is_wrong(room, source, wrong):
    assert faults(room, ast.parse(source)) == wrong


def test_no_modules_import_each_other_in_a_circle():
    sources = {module_name(p): p.read_text(encoding="utf-8") for p in MODULES}
    assert circle(sources) is None
    types = {name: text for name, text in sources.items() if ".drawing." not in name}
    assert circle(types, for_types=True) is None


def test_a_circle_is_found():
    sources = {
        "animator.a": "def f():\n    from animator.b import g",
        "animator.b": "import animator.c",
        "animator.c": "from animator import a",
    }
    assert set(circle(sources)) == set(sources)
    assert circle({**sources, "animator.c": "import math"}) is None
    typed = {**sources, "animator.c": "if TYPE_CHECKING:\n    import animator.a"}
    assert circle(typed) is None
    assert set(circle(typed, for_types=True)) == set(typed)


def test_only_the_command_prints_and_exits():
    for path in MODULES:
        if room_of(path) != "cli":
            found = calls(ast.parse(path.read_text(encoding="utf-8"))) & ENDS
            assert not found, path


def test_what_prints_or_exits_is_found():
    assert calls(ast.parse("if x:\n    os._exit(1)\nprint()")) & ENDS == {
        "os._exit",
        "print",
    }


def test_importing_the_package_is_light_and_complete():
    for name in animator.__all__:
        assert getattr(animator, name).__module__.startswith("animator.")
        assert getattr(animator, name).__doc__
    modules = {room_of(path) for path in MODULES}
    assert not modules & set(animator.__all__), "a module would hide the name"
    with pytest.raises(AttributeError, match="nothing"):
        _ = animator.nothing
