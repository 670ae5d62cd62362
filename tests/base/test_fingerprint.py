"""A fingerprint changes whenever a result might, and is the same in every process."""

import collections
import copy
import datetime
import decimal
import enum
import fractions
import functools
import importlib
import itertools
import os
import pathlib
import random
import subprocess
import sys
import threading
import types
import weakref
from dataclasses import dataclass
from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam, Optimizer
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset

import animator.base
from animator.base import origins
from animator.base.cache import Cache
from animator.base.fingerprint import FingerprintError, fingerprint
from animator.problems import line_fit, network, surface


def model():
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, 3), nn.BatchNorm1d(3), nn.Linear(3, 3))


class Gain(nn.Module):
    """A model with state that its state_dict does not have."""

    def __init__(self):
        super().__init__()
        self._scale = 1.0
        self.shift = torch.zeros(2)
        self.register_buffer("hidden", torch.ones(2), persistent=False)
        self.weight = nn.Parameter(torch.ones(2))

    def forward(self, x):
        return x * self._scale * self.weight * self.hidden + self.shift


@dataclass
class Plain:
    x: float = 1.0
    untyped = "a"

    def __call__(self, x):
        return x * self.x


class Slotted:
    __slots__ = ("_x",)

    def __init__(self):
        self._x = 1


class Colour(enum.Enum):
    RED = 1
    BLUE = 2


class Words(dict):
    pass


def changed(**attributes):
    """A mutation that sets attributes."""

    def mutate(thing):
        for name, value in attributes.items():
            setattr(thing, name, value)

    return mutate


def tied(thing):
    thing[2].weight = nn.Parameter(thing[2].weight.detach().clone())


def tied_model():
    both = nn.Sequential(nn.Linear(2, 2), nn.Tanh(), nn.Linear(2, 2))
    with torch.no_grad():
        for each in both.parameters():
            each.fill_(0.5)
    both[2].weight = both[0].weight
    return both


def two_views():
    base = torch.zeros(4)
    return [base[:2], base[:2]]


def with_item(key, value):
    def mutate(thing):
        thing[key] = value

    return mutate


def hooked(scale):
    def hook(module, inputs, output):
        return output * scale

    thing = model()
    thing[0].register_forward_hook(hook)
    return thing


def structured():
    array = np.zeros(2, [("a", "i1"), ("b", "f8")])
    array["b"] = 1
    return array


def masked(value):
    return np.ma.array([1.0, 2.0], mask=[False, value])


def optimizer_and_scheduler(lr=0.1):
    optimizer = SGD(model().parameters(), lr=lr)
    return StepLR(optimizer, 3)


def loader(**options):
    data = TensorDataset(torch.arange(8.0).reshape(4, 2))
    generator = torch.Generator().manual_seed(options.pop("seed", 0))
    return DataLoader(data, generator=generator, **options)


def scaled(x):
    return lambda y: x * y


def defaults(x=1, *, y=2):
    return x + y


def default_of(function, **values):
    new = types.FunctionType(function.__code__, function.__globals__)
    new.__defaults__ = (values.get("x", 1),)
    new.__kwdefaults__ = {"y": values.get("y", 2)}
    return new


def moved(thing):
    """Let a generator of random numbers draw one."""
    getattr(thing, "random", lambda: torch.rand(1, generator=thing))()


CHANGES = {
    "weights": (model, lambda m: m[0].weight.data.add_(1)),
    "buffer": (model, lambda m: m[1].running_mean.add_(1)),
    "frozen": (model, lambda m: m[0].requires_grad_(False)),
    "mode": (model, lambda m: m.eval()),
    "mode of a submodule": (model, lambda m: m[1].eval()),
    "setting of a submodule": (model, lambda m: setattr(m[1], "momentum", 0.5)),
    "forward hook": (model, lambda m: m[0].register_forward_hook(lambda *a: None)),
    "pre-hook": (model, lambda m: m[0].register_forward_pre_hook(lambda *a: None)),
    "backward hook": (
        model,
        lambda m: m[0].register_full_backward_hook(lambda *a: None),
    ),
    "hook of a weight": (model, lambda m: m[0].weight.register_hook(lambda g: 2 * g)),
    "forward of an instance": (
        model,
        lambda m: setattr(m[0], "forward", lambda x: 2 * x),
    ),
    "private attribute": (Gain, changed(_scale=2.0)),
    "plain tensor": (Gain, lambda m: m.shift.add_(1)),
    "buffer that is not persistent": (Gain, lambda m: m.hidden.mul_(2)),
    "persistence of a buffer": (
        Gain,
        lambda m: m.register_buffer("hidden", torch.ones(2)),
    ),
    "attribute of a parameter": (Gain, lambda m: setattr(m.weight, "group", "muon")),
    "gradient that is left": (Gain, lambda m: setattr(m.weight, "grad", torch.ones(2))),
    "tied weights": (tied_model, tied),
    "parametrization": (
        lambda: (
            torch.manual_seed(0)
            and nn.utils.parametrizations.weight_norm(nn.Linear(1, 1, bias=False))
        ),
        lambda m: m.parametrizations.weight.original0.data.mul_(2),
    ),
    "LSTM": (
        lambda: torch.manual_seed(0) and nn.LSTM(2, 3),
        changed(bidirectional=True),
    ),
    "criterion": (nn.CrossEntropyLoss, changed(label_smoothing=0.1)),
    "scheduler": (optimizer_and_scheduler, changed(gamma=0.5)),
    "callable object": (Plain, changed(x=2.0)),
    "attribute that is no field": (Plain, changed(other=1)),
    "slots": (Slotted, changed(_x=2)),
    "attribute of a dict": (Words, changed(kind="new")),
    "namespace": (lambda: types.SimpleNamespace(a=1), changed(a=2)),
    "deque": (lambda: collections.deque([1]), lambda d: d.append(2)),
    "structured": (structured, lambda a: a["b"].__setitem__(1, 2)),
    "objects": (lambda: np.array([1, "a"], object), with_item(1, "b")),
    "texts": (lambda: np.array(["a", "b"]), with_item(1, "c")),
    "texts of any length": (lambda: np.array(["a", "b"], "T"), with_item(1, "c")),
    "long double": (lambda: np.ones(2, np.longdouble), with_item(1, 2)),
    "values": (lambda: torch.zeros(2), with_item(1, 1)),
    "requires_grad": (lambda: torch.zeros(2), lambda t: t.requires_grad_()),
    "bfloat16": (lambda: torch.ones(2, dtype=torch.bfloat16), with_item(1, 2)),
    "torch's generator": (lambda: torch.Generator().manual_seed(1), moved),
    "NumPy's generator": (lambda: np.random.default_rng(1), moved),
    "Python's generator": (lambda: random.Random(1), moved),
    "legacy generator": (lambda: np.random.RandomState(1), lambda r: r.rand() and None),
    "collate function": (loader, changed(collate_fn=scaled(2))),
    "data of a loader": (loader, lambda d: d.dataset.tensors[0].add_(1)),
}
"""What makes a thing, and what changes it in place."""

PAIRS = {
    "closure of a hook": (lambda: hooked(1.0), lambda: hooked(2.0)),
    "order of submodules": (
        lambda: nn.Sequential(nn.ReLU(), nn.Tanh()),
        lambda: nn.Sequential(nn.Tanh(), nn.ReLU()),
    ),
    "memory that is shared": (two_views, lambda: [torch.zeros(2), torch.zeros(2)]),
    "lazy": (lambda: nn.LazyLinear(3), lambda: nn.LazyLinear(4)),
    "weights of a criterion": (
        lambda: nn.CrossEntropyLoss(torch.ones(3)),
        lambda: nn.CrossEntropyLoss(torch.tensor([1.0, 1, 2])),
    ),
    "keyword": (lambda: partial(SGD, lr=0.1), lambda: partial(SGD, lr=0.2)),
    "optimizer": (lambda: partial(SGD, lr=0.1), lambda: partial(Adam, lr=0.1)),
    "lr as a tensor": (
        lambda: partial(Adam, lr=torch.tensor(0.1)),
        lambda: partial(Adam, lr=torch.tensor(0.2)),
    ),
    "scheduler's optimizer": (
        optimizer_and_scheduler,
        lambda: optimizer_and_scheduler(0.2),
    ),
    "closure": (lambda: scaled(1.0), lambda: scaled(2.0)),
    "default": (lambda: default_of(defaults), lambda: default_of(defaults, x=3)),
    "keyword's default": (
        lambda: default_of(defaults),
        lambda: default_of(defaults, y=3),
    ),
    "builtin": (lambda: torch.sin, lambda: torch.cos),
    "ufunc": (lambda: np.sin, lambda: np.cos),
    "NumPy's function": (lambda: np.mean, lambda: np.median),
    "bound method": (lambda: Plain().__call__, lambda: Plain(2.0).__call__),
    "cached function": (
        lambda: functools.lru_cache(scaled(1)),
        lambda: functools.lru_cache(scaled(2)),
    ),
    "vmap": (lambda: torch.vmap(scaled(1)), lambda: torch.vmap(scaled(2))),
    "no_grad": (lambda: torch.no_grad()(scaled(1)), lambda: torch.no_grad()(scaled(2))),
    "enum": (lambda: Colour.RED, lambda: Colour.BLUE),
    "weak reference": (
        lambda: weakref.ref(KEPT_ALIVE[0]),
        lambda: weakref.ref(KEPT_ALIVE[1]),
    ),
    "cycle": (lambda: cycle(1), lambda: cycle(2)),
    "sharing": (lambda: [KEPT_ALIVE[0]] * 2, lambda: [KEPT_ALIVE[0], copied()]),
    "order of a dict": (lambda: {"a": 1, "b": 2}, lambda: {"b": 2, "a": 1}),
    "key": (lambda: {"a": 1}, lambda: {"b": 1}),
    "nesting": (lambda: [[1], 2], lambda: [[1, 2]]),
    "joined texts": (lambda: ["a", "bc"], lambda: ["ab", "c"]),
    "list and tuple": (lambda: [1], lambda: (1,)),
    "set": (lambda: {1, "a", 2.5}, lambda: {1, "b", 2.5}),
    "frozenset": (lambda: frozenset("ab"), lambda: frozenset("ac")),
    "default factory": (
        lambda: collections.defaultdict(int),
        lambda: collections.defaultdict(float),
    ),
    "bool and int": (lambda: True, lambda: 1),
    "int and float": (lambda: 1, lambda: 1.0),
    "zeros": (lambda: 0.0, lambda: -0.0),
    "nan": (lambda: float("nan"), lambda: float("inf")),
    "large": (lambda: 10**5000, lambda: 10**5000 + 1),
    "complex": (lambda: 1j, lambda: -1j),
    "text and bytes": (lambda: "a", lambda: b"a"),
    "surrogate": (lambda: "\udc80", lambda: "\udc81"),
    "range": (lambda: range(3), lambda: range(4)),
    "slice": (lambda: slice(3), lambda: slice(4)),
    "ellipsis": (lambda: ..., lambda: None),
    "path": (lambda: pathlib.Path("a"), lambda: pathlib.Path("b")),
    "decimal": (lambda: decimal.Decimal("1.0"), lambda: decimal.Decimal("1.00")),
    "fraction": (lambda: fractions.Fraction(1, 2), lambda: fractions.Fraction(1, 3)),
    "date": (lambda: datetime.date(2024, 1, 2), lambda: datetime.date(2024, 1, 3)),
    "time zone": (
        lambda: datetime.datetime(2024, 1, 2),
        lambda: datetime.datetime(2024, 1, 2, tzinfo=datetime.UTC),
    ),
    "dtype": (lambda: np.zeros(2), lambda: np.zeros(2, np.float32)),
    "byte order": (lambda: np.zeros(2, "<f8"), lambda: np.zeros(2, ">f8")),
    "shape": (lambda: np.zeros((2, 3)), lambda: np.zeros((3, 2))),
    "mask": (lambda: masked(False), lambda: masked(True)),
    "number of NumPy": (lambda: np.float32(1), lambda: np.float64(1)),
    "torch's dtype": (lambda: torch.zeros(2), lambda: torch.zeros(2).double()),
    "torch's shape": (lambda: torch.zeros(2, 3), lambda: torch.zeros(3, 2)),
    "parameter": (lambda: torch.zeros(2), lambda: nn.Parameter(torch.zeros(2), False)),
    "complex tensor": (lambda: torch.ones(2) * 1j, lambda: (torch.ones(2) * 1j).conj()),
    "sparse": (
        lambda: torch.eye(2).to_sparse(),
        lambda: (2 * torch.eye(2)).to_sparse(),
    ),
    "layout": (lambda: torch.eye(2), lambda: torch.eye(2).to_sparse()),
    "compressed": (
        lambda: torch.eye(2).to_sparse_csr(),
        lambda: torch.tensor([[0.0, 1], [0, 1]]).to_sparse_csr(),
    ),
    "batch size": (
        lambda: loader(batch_size=1, shuffle=True),
        lambda: loader(batch_size=2, shuffle=True),
    ),
    "order of batches": (lambda: loader(shuffle=True), lambda: loader(shuffle=False)),
    "seed of a loader": (lambda: loader(), lambda: loader(seed=1)),
}
"""What makes a thing, and what makes one that differs in one respect."""


KEPT_ALIVE = (Plain(1.0), Plain(2.0))


def copied():
    return copy.copy(KEPT_ALIVE[0])


def cycle(value):
    thing = [value]
    thing.append(thing)
    return thing


@pytest.mark.parametrize("what", CHANGES)
def test_a_thing_that_is_changed_has_another_fingerprint(what):
    build, change = CHANGES[what]
    thing = build()
    before = fingerprint(thing)
    assert fingerprint(build()) == before
    change(thing)
    assert fingerprint(thing) != before


@pytest.mark.filterwarnings("ignore:Sparse CSR")
@pytest.mark.parametrize("what", PAIRS)
def test_what_differs_has_another_fingerprint(what):
    build, build_other = PAIRS[what]
    assert fingerprint(build()) == fingerprint(build()) != fingerprint(build_other())
    assert fingerprint(build_other()) == fingerprint(build_other())


@pytest.mark.parametrize(
    "thing",
    [
        torch.arange(6.0).reshape(2, 3).T,
        torch.arange(6.0)[1::2],
        torch.zeros(0, 3),
        torch.tensor(1.0),
        np.arange(6.0).reshape(2, 3).T,
        np.arange(6.0)[::-1],
    ],
)
def test_strides_do_not_count(thing):
    assert fingerprint(thing) == fingerprint(copy.deepcopy(thing))
    plain = thing.contiguous() if isinstance(thing, torch.Tensor) else thing.copy("C")
    assert fingerprint(thing) == fingerprint(plain)


def test_deep_and_cyclic_things_have_fingerprints():
    deep = []
    for _ in range(5000):
        deep = [deep]
    assert fingerprint(deep) == fingerprint([deep[0]])
    assert fingerprint(cycle(1)) == fingerprint(cycle(1))


def meta():
    return nn.Linear(2, 2, device="meta")


UNKNOWN = {
    "generator": lambda: (x for x in [1]),
    "iterator": lambda: iter([1]),
    "counter": itertools.count,
    "file": lambda: pathlib.Path(__file__).open(),
    "lock": threading.Lock,
    "thread": threading.Thread,
    "memory": lambda: memoryview(b"ab"),
    "meta device": meta,
    "result of a computation": lambda: torch.ones(2, requires_grad=True) * 2,
    "quantized": lambda: torch.quantize_per_tensor(torch.ones(2), 1, 0, torch.qint8),
    "scripted": lambda: torch._C.CompilationUnit(),
    "ufunc of Python": lambda: np.frompyfunc(scaled(1), 1, 1),
    "system's random numbers": random.SystemRandom,
    "environment": lambda: os.environ,
    "open": lambda: open,
    "clock": lambda: partial(map, __import__("time").time),
    "an object in an array": lambda: np.array([threading.Lock()], object),
    "an object in a set": lambda: {threading.Lock()},
    "a property that raises": lambda: Raises(),
}


class Raises:
    def __getattribute__(self, name):
        raise ValueError(name)


@pytest.mark.filterwarnings("ignore:torch.quantize")
@pytest.mark.parametrize("what", UNKNOWN)
def test_what_cannot_be_read_is_unknown(what):
    thing = UNKNOWN[what]()
    with pytest.raises(FingerprintError):
        fingerprint([thing])
    if what == "file":
        thing.close()


def test_what_is_unknown_is_not_kept(tmp_path):
    def get(*inputs):
        return Cache(tmp_path).get_or_compute(inputs, dict, dict, dict)

    assert get(iter([1])) == {} and not list(tmp_path.iterdir())


GLOBALS = {
    "default dtype": lambda: torch.set_default_dtype(torch.float64),
    "matmul": lambda: torch.set_float32_matmul_precision("medium"),
    "deterministic": lambda: torch.use_deterministic_algorithms(True),
    "mkldnn": lambda: setattr(torch.backends.mkldnn, "enabled", False),
    "fast path": lambda: torch.backends.mha.set_fastpath_enabled(False),
    "hook of all modules": lambda: nn.modules.module.register_module_forward_hook(
        lambda *a: None
    ),
}


@pytest.mark.parametrize("what", GLOBALS)
def test_settings_of_torch_count(what):
    before = fingerprint()
    try:
        handle = GLOBALS[what]()
        assert fingerprint() != before
        if handle is not None:
            handle.remove()
    finally:
        torch.set_default_dtype(torch.float32)
        torch.set_float32_matmul_precision("highest")
        torch.use_deterministic_algorithms(False)
        torch.backends.mkldnn.enabled = True
        torch.backends.mha.set_fastpath_enabled(True)
    assert fingerprint() == before


def test_threads_do_not_count():
    threads, before = torch.get_num_threads(), fingerprint()
    torch.set_num_threads(threads + 1)
    assert fingerprint() == before
    torch.set_num_threads(threads)


def test_the_package_is_the_whole_one():
    assert pathlib.Path(animator.base.__file__).parents[1] == origins.PACKAGE


def test_a_method_of_a_library_that_the_user_replaced_counts(monkeypatch):
    before = fingerprint(partial(SGD, lr=0.1))
    monkeypatch.setattr(Optimizer, "add_param_group", scaled(1))
    assert fingerprint(partial(SGD, lr=0.1)) != before


def test_a_function_of_torch_that_the_user_replaced_counts(monkeypatch):
    before = fingerprint(nn.ReLU())
    monkeypatch.setattr(nn.functional, "relu", scaled(1))
    assert fingerprint(nn.ReLU()) != before


def test_a_file_without_a_distribution_is_the_users_wherever_it_lies(
    tmp_path, monkeypatch
):
    folder = tmp_path / "site-packages"
    folder.mkdir()
    monkeypatch.syspath_prepend(folder)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)

    def found(number):
        (folder / "dropped.py").write_text(f"def f(): return {number}\n")
        sys.modules.pop("dropped", None)
        return fingerprint(importlib.import_module("dropped").f)

    assert found(1) == found(1) != found(2)
    sys.modules.pop("dropped", None)


def test_a_distribution_counts_by_its_version_and_by_its_files_if_it_may_change(
    tmp_path, monkeypatch
):
    monkeypatch.syspath_prepend(tmp_path / "site-packages")

    def found(version="1", record="a", url=None):
        about = tmp_path / "site-packages" / "mine-1.dist-info"
        about.mkdir(parents=True, exist_ok=True)
        (about / "METADATA").write_text(f"Name: mine\nVersion: {version}\n")
        (about / "RECORD").write_text(record)
        (about / "direct_url.json").unlink(missing_ok=True)
        if url:
            (about / "direct_url.json").write_text(url)
        origins._version_of.cache_clear()
        return origins.file_version(str(tmp_path / "site-packages" / "mine.py"), "mine")

    assert found() == found(record="b") == "mine 1" != found(version="2")
    assert found(url="{}") == found(url="{}") != found(record="b", url="{}")
    origins._version_of.cache_clear()


def test_a_class_is_the_same_after_its_objects_were_read():
    class Fresh:
        __slots__ = ("x",)

    before = fingerprint(Fresh)
    fingerprint(Fresh())
    assert fingerprint(Fresh) == before


def test_global_random_numbers_do_not_count():
    def f():
        return np.random.rand(), random.random(), torch.rand(1)

    def thing():
        return fingerprint([f, random.random, random.shuffle, np.random.rand])

    before = thing()
    f()
    assert thing() == before


def test_fingerprints_tell_problems_apart():
    assert fingerprint(line_fit(nn.MSELoss())) == fingerprint(line_fit(nn.MSELoss()))
    assert fingerprint(line_fit(nn.MSELoss())) != fingerprint(line_fit(nn.L1Loss()))

    def bowl(scale):
        return surface(lambda x, y: scale * x * x + y, x=(0, 1), y=(0, 1), start=(0, 0))

    assert fingerprint(bowl(2.0)) == fingerprint(bowl(2.0)) != fingerprint(bowl(3.0))
    torch.manual_seed(0)
    data = torch.randn(9, 2), torch.randn(9, 3)

    def net(change):
        thing = model()
        change(thing)
        return fingerprint(network(thing, data, nn.MSELoss()))

    same = net(lambda m: None)
    assert net(lambda m: None) == same != net(lambda m: m[1].eval())


SEVERAL = """
import enum, functools, sys
from dataclasses import dataclass
import numpy as np, torch
from torch import nn
from animator.base.fingerprint import fingerprint

class Colour(enum.Flag):
    RED = 1
    BLUE = 2

@dataclass(frozen=True, slots=True)
class Point:
    x: float = 1.0
    y: tuple = ("a", "b")

    def far(self):
        return self.x in {"a", "b", "c", 1, 2.0}

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.kinds = {"a", "b", "c", Colour.RED}
        self.line = nn.Linear(2, 2)

    @property
    def size(self):
        return {name for name in {"x", "y", "z"}}

    @functools.cached_property
    def names(self):
        return frozenset("abc")

def loss(x):
    return [x for _ in {"p", "q", "r"} if np.mean(x)]

torch.manual_seed(0)
things = Net(), loss, Point(), object(), {loss, Point, Colour.BLUE, "a"}
print(fingerprint(*things))
"""


def test_the_fingerprint_is_the_same_in_every_process(tmp_path):
    (tmp_path / "several.py").write_text(SEVERAL)
    found = set()
    for seed in "0", "1", "2":
        done = subprocess.run(
            [sys.executable, "-W", "ignore", str(tmp_path / "several.py")],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(
                [str(origins.PACKAGE.parent)])},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        found.add(done.stdout)
    assert len(found) == 1 and len(found.pop().strip()) == 40
