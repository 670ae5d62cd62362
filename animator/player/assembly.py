"""Joins the page's JavaScript modules and its style sheet into one script."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Mapping
from functools import cache
from graphlib import TopologicalSorter
from importlib.resources import files

_MAIN = "main"
_HOLE = re.compile(r"\{\{(\w+)\}\}")
_IMPORT = re.compile(
    r'^import\s*\{([^}]*)\}\s*from\s*"\./([\w-]+)\.js";?[ \t]*$', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function\*?|class|const|let) )", re.M)
_NAME = re.compile(r"^export (?:async )?(?:function\*?|class|const|let) (\w+)", re.M)
_BLOCK = re.compile(r"/\*.*?\*/", re.DOTALL)
_LINE = re.compile(r"^\s*//.*$", re.MULTILINE)
_CLOSE = re.compile(r"</(?=script)", re.IGNORECASE)

_LOADER = """(async () => {
const bytes = Uint8Array.from(atob("CONTENT"), (letter) => letter.charCodeAt(0));
const stream = new Blob([bytes]).stream();
const inflated = stream.pipeThrough(new DecompressionStream("gzip"));
const script = document.createElement("script");
script.textContent = await new Response(inflated).text();
document.head.append(script);
})();"""


def _source(name: str) -> str:
    """Return a file of the page."""
    return (files("animator.player") / "page" / name).read_text(encoding="utf-8")


def fill_template(name: str, values: Mapping[str, str]) -> str:
    """Return a template of HTML with values in place of each ``{{name}}``."""
    return _HOLE.sub(lambda found: values[found[1]], _source(f"{name}.html"))


@cache
def loader() -> str:
    """Return a script that inflates and runs the compressed script of the page."""
    content = gzip.compress(script().encode(), 9, mtime=0)
    return _LOADER.replace("CONTENT", base64.b64encode(content).decode())


@cache
def script() -> str:
    """Return the page's complete script."""
    modules = {_MAIN: _source(f"{_MAIN}.js")}
    needed: dict[str, list[str]] = {}  # in the order of the imports
    waiting = [_MAIN]
    while waiting:
        name = waiting.pop()
        needed[name] = [found[2] for found in _IMPORT.finditer(modules[name])]
        for other in needed[name]:
            if other in modules:
                continue
            modules[other] = _style() if other == "style" else _source(f"{other}.js")
            waiting.append(other)
    order = TopologicalSorter(needed).static_order()
    body = "\n".join(_wrap_module(name, modules[name]) for name in order)
    # Nothing in a script may look like its end tag.
    return _CLOSE.sub(r"<\\/", f'(() => {{\n"use strict";\n{body}\n}})();')


def _style() -> str:
    """Return a module that exports the style sheet as a text."""
    lines = _BLOCK.sub("", _source("style.css")).splitlines()
    style = "\n".join(line.strip() for line in lines if line.strip())
    return f"export const STYLE = {json.dumps(style, ensure_ascii=False)};"


def _wrap_module(name: str, source: str) -> str:
    """Return a module as a function, without comments and indentation."""
    source = source if name == "style" else _LINE.sub("", _BLOCK.sub("", source))
    exported = ", ".join(_NAME.findall(source))
    imports = [
        f"const {{ {_destructured(found[1])} }} = module_{found[2].replace('-', '_')};"
        for found in _IMPORT.finditer(source)
    ]
    body = _EXPORT.sub("", _IMPORT.sub("", source))
    lines = [line.strip() for line in [*imports, *body.splitlines()]]
    text = "\n".join(line for line in lines if line)
    own = name.replace("-", "_")
    return f"const module_{own} = (() => {{\n{text}\nreturn {{ {exported} }};\n}})();"


def _destructured(names: str) -> str:
    """Return imported names as a destructuring pattern: ``a as b`` becomes ``a: b``."""
    return re.sub(r"(\w+) as (\w+)", r"\1: \2", " ".join(names.split()).rstrip(", "))
