"""Random numbers are those of torch, NumPy and Python after seeding, and restored."""

import random

import numpy as np
import pytest
import torch

from animator.base import seeding
from animator.base.seeding import seeded


def drawn():
    return torch.rand(3).tolist(), np.random.rand(3).tolist(), random.random()


@pytest.mark.parametrize("has_devices", [True, False])
@pytest.mark.parametrize("seed", [0, 7, 2**63 - 1])
def test_the_numbers_are_those_of_the_libraries(monkeypatch, has_devices, seed):
    monkeypatch.setattr(seeding, "_has_devices", lambda: has_devices)
    before = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    with seeded(seed):
        found = drawn()
    after = torch.get_rng_state(), np.random.get_state()[1].tolist(), random.getstate()
    assert torch.equal(before[0], after[0]) and before[1:] == after[1:]
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        assert found[0] == torch.rand(3).tolist()
    assert found[1] == np.random.RandomState(seed % 2**32).rand(3).tolist()
    assert found[2] == random.Random(seed).random()


def test_where_there_are_devices_torch_seeds_all_of_them(monkeypatch):
    seeds = []
    monkeypatch.setattr(seeding, "_has_devices", lambda: True)
    monkeypatch.setattr(torch, "manual_seed", seeds.append)
    with seeded(5):
        pass
    assert seeds == [5]
