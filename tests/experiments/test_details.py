"""What panels ask for: weights, gradients and state, against a plain torch loop."""

from functools import partial

import numpy as np
import pytest
import torch
from torch import nn
from torch.optim import SGD, Adam

from animator import (
    Experiment,
    Needs,
    Recorder,
    RenderWarning,
    SceneError,
    Setting,
    record,
)
from animator.base.cache import Cache
from animator.experiments.recorder import record_all
from animator.experiments.recording import pack_recording, unpack_recording
from animator.problems import line_fit, network

EVERYTHING = Needs(weights=True, gradient=True, state=("exp_avg", "lr", "betas[1]"))


def problem():
    torch.manual_seed(3)
    points = torch.randn(30, 2)
    labels = (points[:, 0] > 0).long()
    net = nn.Sequential(nn.Linear(2, 4, bias=False), nn.BatchNorm1d(4), nn.Linear(4, 2))
    return net, (points, labels), nn.CrossEntropyLoss()


def plain(steps, at):
    """The model of the plain loop after each of some steps, with what belongs to it."""
    net, (points, labels), loss = problem()
    optimizer = Adam(net.parameters(), lr=0.05)
    found = {}
    for step in range(steps + 1):
        if step in at:
            moments = [optimizer.state[p].get("exp_avg") for p in net.parameters()]
            found[step] = {k: v.clone() for k, v in net.state_dict().items()}, moments
        optimizer.zero_grad()
        loss(net(points), labels).backward()
        if step in at:
            gradients = [p.grad.clone() for p in net.parameters()]
            found[step] = *found[step], gradients
            moments[:] = [None if m is None else m.clone() for m in moments]
        optimizer.step()
    return found


@pytest.fixture(autouse=True)
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def flat(tensors):
    return torch.cat([tensor.reshape(-1) for tensor in tensors]).numpy()


@pytest.mark.parametrize("is_cached", [False, True])
def test_weights_buffers_gradients_and_moments_are_those_of_the_plain_loop(is_cached):
    net, data, loss = problem()
    settings = {"Adam": partial(Adam, lr=0.05)}
    experiment = Experiment(network(net, data, loss), settings, 6)
    recording = record(experiment, needs=EVERYTHING)
    if is_cached:
        arrays = {
            name: np.asarray(part) for name, part in pack_recording(recording).items()
        }
        recording = unpack_recording(arrays, experiment)
    (run,) = recording.trajectories
    assert run.details.is_complete
    for step, (state, moments, gradients) in plain(6, [0, 2, 6]).items():
        model = recording.model_at(run, step + 0.5 * (step < 6))
        assert not model.training
        for name, value in model.state_dict().items():
            assert torch.equal(value, state[name]), (step, name)
        np.testing.assert_array_equal(run.details.gradient[step], flat(gradients))
        exp_avg = run.details.state["exp_avg"][step]
        if step:
            np.testing.assert_array_equal(exp_avg, flat(moments))
        else:
            assert np.isnan(exp_avg).all()  # Adam has none before its first step
    assert (run.details.state["lr"] == 0.05).all()
    assert (run.details.state["betas[1]"] == 0.999).all()


def test_a_loop_of_ones_own_has_weights_and_buffers_too():
    net, (points, labels), loss = problem()
    optimizer = SGD(net.parameters(), lr=0.1)
    recorder, states = Recorder(net, optimizer), []
    drawn = network(net, (points, labels), loss)
    for _ in range(4):
        optimizer.zero_grad()
        now = loss(net(points), labels)
        now.backward()
        recorder.log(now)
        states.append({name: value.clone() for name, value in net.state_dict().items()})
        optimizer.step()
    recording = record(Experiment(drawn, {"mine": recorder}))
    for step, state in enumerate(states):
        model = recording.model_at(recording.trajectories[0], step)
        for name, value in model.state_dict().items():
            assert torch.equal(value, state[name]), (step, name)


def test_memory_is_bounded_and_the_steps_that_are_left_out_are_said():
    net, data, loss = problem()
    experiment = Experiment(network(net, data, loss), {"a": partial(SGD, lr=0.1)}, 9)
    with pytest.warns(RenderWarning, match=r"26 weights .* at every 4th step, to fit"):
        needs = Needs(weights=True, memory=(26 * 4 + 2 * 16 + 8) * 3)
        run = record(experiment, needs=needs).trajectories[0]
    assert run.details.steps.tolist() == [0, 4, 8]
    assert [run.details.row(step) for step in (0, 3.9, 4, 9)] == [0, 0, 1, 2]
    assert not run.details.is_complete


def test_a_run_that_diverges_keeps_what_was_finite():
    net, data, loss = problem()
    settings = {"fast": partial(SGD, lr=1e30), "calm": partial(SGD, lr=0.1)}
    recording = record(
        Experiment(network(net, data, loss), settings, 9), needs=EVERYTHING
    )
    run = recording.trajectories[0]
    assert run.outcome.diverged
    assert len(run.details.steps) == run.outcome.step
    assert np.isfinite(run.details.weights).all()


def test_needs_are_a_part_of_the_key_of_the_cache(tmp_path, monkeypatch):
    monkeypatch.setattr("animator.base.cache.MIN_SECONDS", 0.0)
    net, data, loss = problem()
    experiment = Experiment(
        network(net, data, loss), {"a": Setting(partial(SGD, lr=0.1))}, 2
    )
    cache = Cache(tmp_path)
    first = record_all([experiment], cache=cache)
    assert first[experiment].trajectories[0].details is None
    for _ in range(2):  # the second time from the cache
        needs = {experiment: Needs(weights=True)}
        recording = record_all([experiment], cache=cache, needs=needs)[experiment]
        assert recording.trajectories[0].details.weights.shape == (3, 26)
    assert len(list(tmp_path.glob("*.npz"))) == 2


def test_what_cannot_be_asked_for():
    with pytest.raises(SceneError, match="state is 'exp_avg'; give names in a tuple"):
        Needs(state="exp_avg")
    with pytest.raises(SceneError, match="memory is 0; give a number of bytes"):
        Needs(memory=0)
    net, data, loss = problem()
    experiment = Experiment(network(net, data, loss), {"a": partial(SGD, lr=0.1)}, 2)
    recording = record(experiment)
    with pytest.raises(
        SceneError, match="'a' was recorded without the weights; record"
    ):
        recording.model_at(recording.trajectories[0], 1)
    assert Needs(weights=True, memory=5) | Needs(state=("lr",), memory=9) == Needs(
        weights=True, state=("lr",), memory=9
    )


@pytest.mark.parametrize(
    ("state", "advice"),
    [
        (("lr", "exp_agv"), "no optimizer has the state 'exp_agv'.*mean 'exp_avg'?"),
        (("exp_avg", "mine"), "no optimizer has the state 'mine', .*; correct it"),
    ],
)
def test_a_misspelled_part_of_the_state_is_said(state, advice):
    settings = {"SGD": partial(SGD, lr=0.1), "Adam": partial(Adam, lr=0.1)}
    experiment = Experiment(line_fit(nn.MSELoss()), settings, steps=2)
    with pytest.warns(RenderWarning, match=advice):
        record(experiment, needs=Needs(state=state))


def test_a_part_that_one_optimizer_has_is_not_complained_of():
    class Own(SGD):
        def step(self, closure=None):
            super().step(closure)
            for parameter in self.param_groups[0]["params"]:
                self.state[parameter]["mine"] = 1.0

    settings = {"Own": partial(Own, lr=0.1), "SGD": partial(SGD, lr=0.1)}
    experiment = Experiment(line_fit(nn.MSELoss()), settings, steps=2)
    own, other = record(experiment, needs=Needs(state=("mine",))).trajectories
    assert own.details.state["mine"][-1].tolist() == [1.0, 1.0]
    assert np.isnan(other.details.state["mine"]).all()
