"""Values in short."""

from dataclasses import dataclass, field
from functools import partial

import numpy as np
import pandas
import polars
import pytest
import torch
from torch.optim import SGD, lr_scheduler

from animator.base.quoting import described, quoted, short_repr

NET = torch.nn.Sequential(torch.nn.Linear(2, 3), torch.nn.ReLU())
OPTIMIZER = SGD(NET.parameters(), lr=0.1)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (3, "3"),
        (np.float32(0.5), "0.5"),
        (np.zeros((50, 2), np.float32), "a float32 array of shape (50, 2)"),
        (torch.zeros(50, 2), "a float32 tensor of shape (50, 2)"),
        (torch.tensor([1.0, 2.0], requires_grad=True), "tensor([1.0, 2.0])"),
        (np.array([1, 2]), "array([1, 2])"),
        (pandas.DataFrame({"a": [1, 2]}), "a DataFrame of shape (2, 1)"),
        (polars.DataFrame({"a": [1, 2]}), "a DataFrame of shape (2, 1)"),
        (OPTIMIZER, "SGD(…)"),
        (NET, "Sequential(…)"),
        (lr_scheduler.StepLR(OPTIMIZER, 3), "a StepLR"),
        (SGD, "the class SGD"),
        (lambda x: x, "a lambda"),
        (np.mean, "the function mean"),
        (partial(SGD, lr=0.1), "partial(SGD, lr=0.1)"),
        (object(), "an object"),
        ([torch.zeros(9), {"a": SGD}], "[a float32 tensor of shape (9,), {'a': "),
    ],
)
def test_a_value_of_the_user_s_is_a_few_words(value, text):
    assert quoted(value).startswith(text)


def test_whatever_it_is_it_stays_short():
    for value in (["x" * 99] * 99, {k: np.zeros(k) for k in range(99)}, "a\nb" * 99):
        assert len(quoted(value)) <= 120
        assert "\n" not in quoted(value)


@dataclass
class Options:
    data: object
    points: int = 3
    names: list = field(default_factory=list)
    limits: object = None
    hidden: int = field(default=0, repr=False)

    __repr__ = short_repr


def test_a_dataclass_is_what_differs_from_its_defaults():
    assert repr(Options(np.zeros(99))) == (
        "Options(data=a float64 array of shape (99,))"
    )
    assert repr(Options("d", 4, [1], np.zeros(2), 7)) == (
        "Options(data='d', points=4, names=[1], limits=array([0.0, 0.0]))"
    )


def test_what_is_no_code_is_described():
    assert described([], "of 3", "", 4) == "<list of 3, 4>"
