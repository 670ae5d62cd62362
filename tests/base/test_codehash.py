"""The user's code is followed through all that it calls, in whichever module."""

import importlib
import sys

import numpy as np
import pytest
import torch
from torch import nn

from animator import Experiment
from animator.base import cache
from animator.base.cache import NO_CACHE, Cache
from animator.base.fingerprint import FingerprintError, fingerprint
from animator.experiments.recorder import record_all
from animator.problems import network, surface

HELPERS = """
import functools
SCALE = 1.0
def f(x):
    return 2.0 * x * SCALE
def unused(x):
    return 5.0 * x
class Base:
    _rate = 3.0
    def method(self, x):
        return 4.0 * x
class Meta(type):
    def __call__(cls, *args):
        return super().__call__(*args), 6.0
def decorated(function):
    @functools.wraps(function)
    def wrapper(*args):
        return 7.0 * function(*args)
    return wrapper
"""

IN_HELPER = {
    "attribute of a module": "import helper\ndef thing(x): return helper.f(x)",
    "its constant": "import helper\nthing = lambda x: helper.f(x)",
    "imported name": "from helper import f\ndef thing(x): return f(x)",
    "other name": "import helper as h\ndef thing(x): return h.f(x)",
    "import within": "import helper\ndef thing(x):\n    import helper\n"
    "    return helper.f(x)",
    "name imported within": "import helper\ndef thing(x):\n    from helper import f\n"
    "    return f(x)",
    "inner function": "import helper\ndef thing(x):\n"
    "    def inner(): return helper.f(x)\n    return inner()",
    "comprehension": "import helper\ndef thing(x): return [helper.f(y) for y in x]",
    "local class": "import helper\ndef thing(x):\n    class A:\n"
    "        y = helper.f(1)\n    return A.y",
    "getattr": "import helper\ndef thing(x): return getattr(helper, 'f')(x)",
    "module in a closure": "def make():\n    import helper\n"
    "    return lambda x: helper.f(x)\nthing = make()",
    "module as an attribute": "import helper\nclass A: h = helper\nthing = A()",
    "decorator": "import torch, helper\n@torch.no_grad()\n"
    "def thing(x): return helper.f(x)",
    "default": "import helper\ndef thing(x, f=helper.f): return f(x)",
    "keyword's default": "import helper\ndef thing(x, *, f=helper.f): return f(x)",
    "partial": "import helper\nfrom functools import partial\n"
    "thing = partial(helper.f, 1)",
    "container": "import helper\nTABLE = {'f': [helper.f]}\n"
    "def thing(x): return TABLE['f'][0](x)",
    "callable object": "import helper\nclass A:\n"
    "    def __call__(self, x): return helper.f(x)\nthing = A()",
    "generator function": "import helper\ndef thing(x): yield helper.f(x)",
    "coroutine": "import helper\nasync def thing(x): return helper.f(x)",
    "class that exec made": "import helper\n"
    "exec('class A:\\n def g(self): return helper.f(1)')\nthing = A()",
    "code of exec": "import helper\nnames = {'helper': helper}\n"
    "exec('def thing(x): return helper.f(x)', names)\nthing = names['thing']",
    "autograd function": "import helper, torch\n"
    "class thing(torch.autograd.Function):\n    @staticmethod\n"
    "    def backward(ctx, g): return helper.f(g)",
    "module within a model": "import helper\nfrom torch import nn\n"
    "class A(nn.Module):\n    def forward(self, x): return helper.f(x)\n"
    "thing = nn.Sequential(nn.ReLU(), A())",
    "hook of a model": "import helper\nfrom torch import nn\nthing = nn.ReLU()\n"
    "thing.register_forward_hook(lambda m, i, o: helper.f(o))",
    "parametrization": "import helper\nfrom torch import nn\n"
    "class A(nn.Module):\n    def forward(self, x): return helper.f(x)\n"
    "thing = nn.Linear(1, 1).requires_grad_(False)\n"
    "nn.init.ones_(thing.weight), nn.init.ones_(thing.bias)\n"
    "nn.utils.parametrize.register_parametrization(thing, 'weight', A(), unsafe=True)",
    "optimizer": "import helper\nfrom torch.optim import SGD\n"
    "from functools import partial\nclass A(SGD):\n"
    "    def step(self, closure=None): return helper.f(1)\nthing = partial(A, lr=1)",
    "vmap": "import helper, torch\nthing = torch.vmap(helper.f)",
    "another module": "import other\nthing = other.g",
    "package": "import pack\ndef thing(x): return pack.sub.h(x)",
    "part of a package": "from pack import sub\ndef thing(x): return sub.h(x)",
    "relative import": "import pack\nthing = pack.late",
}
"""Ways in which code depends on what `helper.f` does."""

IN_SCENE = {
    "base class": ("from helper import Base\nclass A(Base): pass\nthing = A()",
                   "4.0 * x"),
    "private attribute of a class": ("from helper import Base\nthing = Base()",
                                     "_rate = 3.0"),
    "metaclass": ("from helper import Meta\nclass A(metaclass=Meta): pass\nthing = A",
                  "6.0"),
    "wrapper": ("from helper import decorated\n@decorated\ndef thing(x): return x",
                "7.0 * function"),
    "getter": ("class A:\n    @property\n    def g(self): return 9.0\nthing = A()",
               "9.0"),
    "setter": ("class A:\n    @property\n    def g(self): return 1\n    @g.setter\n"
               "    def g(self, x): self.x = 9.0\nthing = A()", "9.0"),
    "class method": ("class A:\n    @classmethod\n    def g(cls): return 9.0\n"
                     "thing = A()", "9.0"),
    "static method": ("class A:\n    @staticmethod\n    def g(): return 9.0\n"
                      "thing = A()", "9.0"),
    "method": ("class A:\n    def g(self): return 9.0\nthing = A().g", "9.0"),
    "other method": ("class A:\n    def g(self): return self.h()\n"
                     "    def h(self): return 9.0\nthing = A().g", "9.0"),
    "magic method": ("class A:\n    def __len__(self): return 9\nthing = A()", "9"),
    "cached property": ("import functools\nclass A:\n    @functools.cached_property\n"
                        "    def g(self): return 9.0\nthing = A()", "9.0"),
    "partial method": ("import functools\nclass A:\n    def g(self, x): return x\n"
                       "    h = functools.partialmethod(g, 9.0)\nthing = A()", "9.0"),
    "cached function": ("import functools\n@functools.lru_cache\n"
                        "def thing(x): return 9.0", "9.0"),
    "single dispatch": ("import functools\n@functools.singledispatch\n"
                        "def thing(x): return 1\n@thing.register\n"
                        "def _(x: int): return 9.0", "9.0"),
    "descriptor": ("class D:\n    def __get__(self, *a): return 9.0\n"
                   "class A: d = D()\nthing = A()", "9.0"),
    "dataclass": ("from dataclasses import dataclass\n@dataclass(slots=True)\n"
                  "class A:\n    x: float = 9.0\n    y = 2\nthing = A(1.0)", "9.0"),
    "no field": ("from dataclasses import dataclass\n@dataclass(frozen=True)\n"
                 "class A:\n    x: float = 1.0\n    y = 9.0\nthing = A(1.0)", "9.0"),
    "factory of a field": ("from dataclasses import dataclass, field\n@dataclass\n"
                           "class A:\n    x: list = field("
                           "default_factory=lambda: [9.0])\nthing = A([])", "9.0"),
    "named tuple": ("from typing import NamedTuple\nclass A(NamedTuple):\n    x: int\n"
                    "    def g(self): return 9.0\nthing = A(1)", "9.0"),
    "enum": ("import enum\nclass A(enum.Enum):\n    B = 1\n    C = 9.0\nthing = A.B",
             "9.0"),
    "slots": ("class A:\n    __slots__ = ('x',)\nthing = A()\nthing.x = 9.0", "9.0"),
    "local class": ("def make(x):\n    class A:\n        def g(self): return x\n"
                    "    return A()\nthing = make(9.0)", "9.0"),
    "global variable": ("X = 9.0\ndef g(): return X\ndef thing(): return g()", "9.0"),
    "lambda in a lambda": ("thing = lambda: lambda: 9.0", "9.0"),
    "recursion": ("def thing(x): return thing(x - 9.0)", "9.0"),
    "exception's handler": ("def thing(x):\n    try: return x\n"
                            "    except ValueError: return 9.0", "9.0"),
    "attribute of a function": ("def thing(): return thing.x\nthing.x = 9.0", "9.0"),
    "operator": ("def thing(x): return x < 9.0", "<"),
    "frozen set": ("def thing(x): return x in {1, 2, 9.0}", "9.0"),
    "keyword": ("def thing(x): return g(a9=x)\ndef g(**k): return k", "a9"),
}  # fmt: skip
"""Code, and what is changed in it or in its helper."""


@pytest.fixture
def load(tmp_path, monkeypatch):
    """Import a scene as the loader does: afterwards its modules are forgotten."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    (tmp_path / "helper.py").write_text(HELPERS)
    (tmp_path / "other.py").write_text("import helper\ng = lambda x: helper.f(x)\n")
    pack = tmp_path / "pack"
    pack.mkdir()
    (pack / "__init__.py").write_text(
        "from . import sub\ndef late(x):\n    from .sub import h\n    return h(x)\n"
    )
    (pack / "sub.py").write_text("from helper import f\nh = lambda x: f(x)\n")

    def load(text=None):
        if text is not None:
            (tmp_path / "scene.py").write_text(text)
        before = set(sys.modules)
        sys.path.insert(0, str(tmp_path))
        importlib.invalidate_caches()
        try:
            return importlib.import_module("scene")
        finally:
            sys.path.remove(str(tmp_path))
            for name in set(sys.modules) - before:
                file = getattr(sys.modules[name], "__file__", None) or ""
                if file.startswith(str(tmp_path)):
                    del sys.modules[name]

    return load


def replace(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def name_of(thing):
    """The fingerprint, or none: then nothing is kept."""
    try:
        return fingerprint(thing)
    except FingerprintError:
        return None


@pytest.mark.parametrize("old", ["2.0 * x", "SCALE = 1.0"])
@pytest.mark.parametrize("what", IN_HELPER)
def test_a_changed_helper_counts(load, tmp_path, what, old):
    before = fingerprint(load(IN_HELPER[what]).thing)
    assert fingerprint(load().thing) == before
    replace(tmp_path / "helper.py", old, old.replace("0", "5"))
    assert fingerprint(load().thing) != before


@pytest.mark.parametrize("what", IN_SCENE)
def test_changed_code_counts(load, tmp_path, what):
    text, old = IN_SCENE[what]
    before = fingerprint(load(text).thing)
    assert fingerprint(load().thing) == before
    new = old.replace("0", "5").replace("9", "8").replace("<", ">")
    replace(tmp_path / ("scene.py" if old in text else "helper.py"), old, new)
    assert fingerprint(load().thing) != before


def test_a_module_that_is_not_imported_yet_is_read(load, tmp_path):
    text = "def thing(x):\n    from pack.sub import h\n    return h(x)"
    before = fingerprint(load(text).thing)
    assert fingerprint(load().thing) == before
    replace(tmp_path / "helper.py", "2.0 * x", "2.5 * x")
    assert fingerprint(load().thing) != before
    (tmp_path / "helper.py").unlink()
    assert name_of(load().thing) is None


@pytest.mark.parametrize(
    "text",
    [
        "import helper\nhelper.SCALE = 3.0\nthing = helper.f",
        "import torch\ntorch.extra = 3.0\ndef thing(): return torch.extra",
        "import torch\ntorch.extra = [3.0]\ndef thing(): return torch.extra",
        "import torch\ntorch.extra = torch.tensor(3.0)\n"
        "def thing(): return torch.extra",
        "import torch\nclass A: x = 3.0\ntorch.extra = A()\n"
        "def thing(): return torch.extra",
    ],
)
def test_a_value_that_the_scene_gives_to_a_module_counts(load, monkeypatch, text):
    monkeypatch.setattr(torch, "extra", None, raising=False)
    before = fingerprint(load(text).thing)
    assert fingerprint(load(text.replace("3.0", "4.0")).thing) != before


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("5.0 * x", "6.0 * x"),  # in a function that is not called
        ("SCALE = 1.0", "# a comment\nSCALE = 1.0"),
        ("    return 2.0", "\n    # a comment\n    return 2.0"),
    ],
)
def test_what_does_not_matter_does_not_count(load, tmp_path, old, new):
    before = fingerprint(load("import helper\nthing = lambda x: helper.f(x)").thing)
    replace(tmp_path / "helper.py", old, new)
    assert fingerprint(load().thing) == before


READERS = [
    "open('a')",
    "input()",
    "time.time()",
    "time.perf_counter()",
    "os.environ['A']",
    "os.getenv('A')",
    "os.urandom(1)",
    "datetime.datetime.now()",
    "datetime.date.today()",
    "pathlib.Path('a').read_text()",
    "pathlib.Path('a').open()",
    "np.load('a')",
    "np.loadtxt('a')",
    "torch.load('a')",
    "np.random.default_rng()",
    "random.Random()",
    "eval('1')",
    "exec('1')",
    "globals()",
    "__import__('a')",
    "importlib.import_module('a')",
    "sys.modules['a']",
    "uuid.uuid4()",
    "urllib.request.urlopen('a')",
    "subprocess.run('a')",
    "torch.seed()",
    "torch.ops.mine.f(x)",
    "x.__subclasses__()",
]
MODULES = (
    "datetime, importlib, os, pathlib, random, subprocess, sys, time, torch, "
    "urllib.request, uuid, numpy as np"
)


@pytest.mark.parametrize("call", READERS)
@pytest.mark.parametrize(
    "text",
    [
        f"import {MODULES}\ndef thing(x): return x, CALL",
        f"def thing(x):\n    import {MODULES}\n    return x, CALL",
        f"import {MODULES}\nclass A:\n    def g(self): return [CALL for _ in 'ab']\n"
        "thing = A()",
        f"def make():\n    import {MODULES}\n    return lambda: CALL\nthing = make()",
    ],
)
def test_code_that_reads_files_or_clocks_is_unknown(load, text, call):
    with pytest.raises(FingerprintError):
        fingerprint(load(text.replace("CALL", call)).thing)


@pytest.mark.parametrize(
    "call",
    ["time.sleep(0)", "np.random.default_rng(1)", "random.random()", "os.path.join()"],
)
def test_other_calls_are_known(load, call):
    text = f"import {MODULES}\ndef thing(x): return x, {call}"
    assert fingerprint(load(text).thing) == fingerprint(load().thing)


def test_a_reader_by_another_name_is_unknown(load):
    for text in (
        "from time import time as t\ndef thing(): return t()",
        "def thing():\n    from time import time as t\n    return t()",
        "from os import environ as e\ndef thing(): return e['a']",
        "read = open\ndef thing(): return read('a')",
        "from numpy import load as l\ndef thing(): return l('a')",
        "import time\ndef thing(): return getattr(time, 'time')()",
        "import numpy\ndef thing():\n    n = numpy\n    return n.load('a')",
    ):
        with pytest.raises(FingerprintError):
            fingerprint(load(text).thing)


# End to end: the recording of what was changed is a new one.


def recorded(problem, store, **setting):
    experiment = Experiment(
        problem, {"SGD": setting.get("make", torch.optim.SGD)}, steps=5
    )
    return record_all([experiment], cache=store)[experiment].trajectories[0].loss


def frozen(model):
    model[0].requires_grad_(False)


def evaluated(model):
    model[1].eval()


def hooked(model):
    model[0].register_forward_hook(lambda module, inputs, output: output / 2)


def hidden(model):
    model[2].hidden.mul_(2)


def private(model):
    model[2]._scale = 3.0


class Scaled(nn.Module):
    def __init__(self):
        super().__init__()
        self._scale = 1.0
        self.register_buffer("hidden", torch.ones(1), persistent=False)

    def forward(self, x):
        return x * self._scale * self.hidden


@pytest.mark.parametrize("change", [frozen, evaluated, hooked, hidden, private])
def test_a_changed_model_is_trained_anew(tmp_path, monkeypatch, change):
    monkeypatch.setattr(cache, "MIN_SECONDS", -1)
    torch.manual_seed(0)
    data = torch.randn(20, 3), torch.randn(20, 4)
    model = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), Scaled())

    def losses(store):
        return recorded(network(model, data, nn.MSELoss()), store)

    first = losses(Cache(tmp_path))
    (kept,) = tmp_path.iterdir()
    assert np.array_equal(losses(Cache(tmp_path)), first)
    assert list(tmp_path.iterdir()) == [kept]  # it was found
    change(model)
    assert np.array_equal(losses(Cache(tmp_path)), losses(NO_CACHE))
    assert len(list(tmp_path.iterdir())) == 2


def test_a_changed_private_attribute_of_a_criterion_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MIN_SECONDS", -1)
    data = torch.ones(20, 3), torch.zeros(20, 1)
    torch.manual_seed(0)
    model = nn.Linear(3, 1)

    class Criterion(nn.MSELoss):
        _factor = 1.0

        def forward(self, outputs, labels):
            return self._factor * super().forward(outputs, labels)

    criterion = Criterion()

    def losses():
        return recorded(network(model, data, criterion), Cache(tmp_path))

    first = losses()
    criterion._factor = 2.0
    np.testing.assert_allclose(losses()[0], 2 * first[0], rtol=1e-6)


def test_a_changed_helper_is_trained_anew(load, tmp_path, monkeypatch):
    monkeypatch.setattr(cache, "MIN_SECONDS", -1)
    text = "import helper\ndef thing(x, y): return helper.f(x * x + y * y)"

    def losses():
        problem = surface(load(text).thing, x=(-3, 3), y=(-2, 2), start=(-2, 1))
        return recorded(problem, Cache(tmp_path / "cache"))

    assert losses()[0] == losses()[0] == 10.0
    assert len(list((tmp_path / "cache").iterdir())) == 1
    replace(tmp_path / "helper.py", "2.0 * x", "3.0 * x")
    assert losses()[0] == 15.0
