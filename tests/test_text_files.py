"""Text files are opened with an encoding: the default one differs between systems."""

import ast
from pathlib import Path

import pytest

import animator

PACKAGE = Path(animator.__file__).parent
# How many positional arguments each has before its encoding.
BEFORE = {"open": 3, "read_text": 0, "write_text": 1, "NamedTemporaryFile": 2}


def unencoded(source):
    """The lines that open a text file without an encoding."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        if name not in BEFORE:
            continue
        # A path's own `open` has no path among its arguments.
        method = name == "open" and isinstance(node.func, ast.Attribute)
        mode = next((k.value for k in node.keywords if k.arg == "mode"), None)
        literals = [a for a in [*node.args[:2], mode] if isinstance(a, ast.Constant)]
        if any("b" in str(literal.value) for literal in literals):
            continue
        if len(node.args) > BEFORE[name] - method:
            continue
        if method and node.args and not isinstance(node.args[0], ast.Constant):
            continue  # a mode is written out: this is another `open`
        if not any(keyword.arg == "encoding" for keyword in node.keywords):
            yield node.lineno


def test_each_text_file_of_the_package_has_an_encoding():
    for path in PACKAGE.rglob("*.py"):
        lines = list(unencoded(path.read_text(encoding="utf-8")))
        assert not lines, f"{path}: lines {lines}"


@pytest.mark.parametrize(
    ("source", "lines"),
    [
        ("open('a')", [1]),
        ("path.open()", [1]),
        ("path.open('w')", [1]),
        ("path.read_text()", [1]),
        ("path.write_text(text)", [1]),
        ("path.open('rb')", []),
        ("path.open(mode='wb')", []),
        ("open('a', encoding='utf-8')", []),
        ("path.write_text(text, 'utf-8')", []),
        ("path.read_text('utf-8')", []),
    ],
)
def test_the_check_finds_what_lacks_one(source, lines):
    assert list(unencoded(source)) == lines
