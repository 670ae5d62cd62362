"""Metrics during a run: their values are true, and they change nothing."""

import copy
import random
from functools import partial

import numpy as np
import pytest
import schedulefree
import torch
from torch import nn
from torch.optim import LBFGS, SGD, Adam

from animator import Experiment, Recorder, SceneError, Setting, Trajectory, record
from animator.base.fingerprint import fingerprint
from animator.experiments.recorder import record_all
from animator.experiments.recording import pack_recording, unpack_recording
from animator.problems import line_fit, network, rosenbrock

STEPS = 7


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def points(count, seed):
    x = torch.randn(count, 3, generator=torch.Generator().manual_seed(seed))
    return x, (x.sum(1) > 0).long()


def build():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(
            nn.Linear(3, 6),
            nn.BatchNorm1d(6),
            nn.Dropout(0.3),
            nn.Tanh(),
            nn.Linear(6, 2),
        )


def accuracy(outputs, labels):
    return (outputs.argmax(1) == labels).float().mean()


def sharpness(model, inputs, labels):
    """The largest eigenvalue of the Hessian in the last bias."""
    loss = nn.functional.cross_entropy(model(inputs), labels)
    (slope,) = torch.autograd.grad(loss, model[4].bias, create_graph=True)
    rows = [torch.autograd.grad(s, model[4].bias, retain_graph=True)[0] for s in slope]
    return torch.linalg.eigvalsh(torch.stack(rows))[-1]


def spoil(model, inputs, labels):
    """Change whatever a metric can reach."""
    loss = nn.functional.cross_entropy(model.train()(inputs), labels)
    loss.backward()
    SGD(model.parameters(), lr=10.0).step()
    model[1].running_mean.fill_(3)
    model.double()
    for parameter in model.parameters():
        parameter.requires_grad_(False)
    model[1].running_mean.fill_(7)
    model[1].momentum = 0.9
    random.random(), np.random.rand(), torch.rand(3)
    return loss


SETTINGS = {
    "SGD": Setting(partial(SGD, lr=0.1, momentum=0.9), batch_size=5, seed=2),
    "LBFGS": Setting(partial(LBFGS, lr=0.1, max_iter=3)),
}


def recorded(settings, **options):
    problem = network(build(), points(20, 1), nn.CrossEntropyLoss(), **options)
    return record(Experiment(problem, settings, STEPS)).trajectories


def test_values_are_those_of_the_plain_loop_in_evaluation_mode():
    model = build()
    metrics = {"accuracy": accuracy, "sharpness": sharpness}
    (run,) = recorded(
        {"Adam": partial(Adam, lr=0.05)}, validation=points(30, 5), metrics=metrics
    )
    optimizer = Adam(model.parameters(), lr=0.05)
    (x, y), (held_x, held_y) = points(20, 1), points(30, 5)
    expected = {name: [] for name in run.series}
    torch.manual_seed(0)
    for step in range(STEPS + 1):
        twin = copy.deepcopy(model).eval()
        with torch.no_grad():
            loss = nn.functional.cross_entropy(twin(held_x), held_y)
            expected["accuracy"].append(accuracy(twin(x), y).item())
            expected["validation accuracy"].append(accuracy(twin(held_x), held_y))
        expected["validation loss"].append(loss.item())
        expected["sharpness"].append(sharpness(twin, x, y).item())
        expected["validation sharpness"].append(sharpness(twin, held_x, held_y).item())
        optimizer.zero_grad()
        if step == STEPS:
            expected["gradient norm"].append(np.nan)  # no gradient is taken any more
            break
        nn.functional.cross_entropy(model(x), y).backward()
        slopes = torch.cat([p.grad.flatten() for p in model.parameters()])
        expected["gradient norm"].append(slopes.double().norm().item())
        optimizer.step()
    for name, values in expected.items():
        rtol = 1e-6 if name == "gradient norm" else 0
        np.testing.assert_allclose(run.series[name], values, rtol=rtol, err_msg=name)
    assert len(set(run.series["validation loss"])) == STEPS + 1


def test_a_metric_changes_nothing_whatever_it_does():
    plain = recorded(SETTINGS)
    measured = recorded(
        SETTINGS,
        validation=points(9, 3),
        metrics={"spoil": spoil, "sharpness": sharpness, "accuracy": accuracy},
    )
    for one, other in zip(plain, measured, strict=True):
        np.testing.assert_array_equal(one.params, other.params)
        np.testing.assert_array_equal(one.loss, other.loss)
        assert np.isfinite(other.series["spoil"]).all()
    states = random.getstate(), np.random.get_state()[1].tolist(), torch.get_rng_state()
    recorded(SETTINGS, metrics={"spoil": spoil})
    assert states[:2] == (random.getstate(), np.random.get_state()[1].tolist())
    assert torch.equal(states[2], torch.get_rng_state())


def test_a_metric_sees_the_model_that_is_trained_even_through_the_user_s_own_name():
    net = build()
    x, y = points(20, 1)

    def through_the_name(model):
        return accuracy(net(x), y)

    problem = network(
        net,
        (x, y),
        nn.CrossEntropyLoss(),
        metrics={"it": through_the_name, "accuracy": accuracy},
    )
    (run,) = record(
        Experiment(problem, {"Adam": partial(Adam, lr=0.1)}, STEPS)
    ).trajectories
    np.testing.assert_array_equal(run.series["it"], run.series["accuracy"])
    assert len(set(run.series["it"])) > 1


@pytest.mark.parametrize(("every", "steps"), [(1, 4), (3, 7), (3, 6), (10, 7)])
def test_metrics_are_measured_every_so_many_steps_and_at_the_end(every, steps):
    experiment = Experiment(
        line_fit(nn.MSELoss()),
        {"plain": partial(SGD, lr=0.1)},
        steps,
        metrics={"bias": lambda model: model.bias, "mse": nn.MSELoss()},
        every=every,
    )
    (run,) = record(experiment).trajectories
    known = [step % every == 0 or step == steps for step in range(steps + 1)]
    np.testing.assert_array_equal(np.isfinite(run.series["mse"]), known)
    np.testing.assert_array_equal(run.series["mse"][known], run.loss[known])
    np.testing.assert_array_equal(run.series["bias"][known], run.params[known, 0])
    expected = np.hypot(*run.gradient.T)
    np.testing.assert_array_equal(run.values("gradient norm"), expected)


def test_metrics_see_the_weights_that_an_optimizer_evaluates():
    model = nn.Linear(3, 2)
    metrics = {"it": nn.CrossEntropyLoss()}
    problem = network(model, points(20, 1), nn.CrossEntropyLoss(), metrics=metrics)
    switching = partial(schedulefree.SGDScheduleFree, lr=0.5)
    (run,) = record(Experiment(problem, {"it": switching}, STEPS)).trajectories
    np.testing.assert_array_equal(run.series["it"], run.loss)


def test_the_cache_finds_a_recording_with_metrics():
    def norm(model):
        return model[0].weight.norm()

    def make(limit):
        def near(outputs, labels):
            return (outputs.amax(1) < limit).float().mean()

        options = {"validation": points(9, 3), "metrics": {"near": near}}
        problem = network(build(), points(20, 1), nn.CrossEntropyLoss(), **options)
        experiment = Experiment(problem, SETTINGS, 3, metrics={"norm": norm})
        return fingerprint(experiment.problem, experiment.metrics)

    assert make(1.0) == make(1.0) != make(2.0)


def test_a_run_that_diverges_ends_its_series():
    def norm(model):
        value = torch.hypot(model.x, model.y)
        if not value.isfinite():
            raise ValueError("not finite")
        return value

    wild = {"wild": partial(SGD, lr=0.1), "calm": partial(SGD, lr=1e-4)}
    experiment = Experiment(rosenbrock, wild, 9, metrics={"norm": norm})
    run, calm = record(experiment).trajectories
    assert run.outcome.diverged
    known = np.arange(10) < run.outcome.step
    np.testing.assert_array_equal(np.isfinite(run.series["norm"]), known)
    assert np.isfinite(calm.series["norm"]).all()


@pytest.mark.parametrize(
    ("metric", "message"),
    [
        (lambda o, y: o, r"metric 'm' has shape \(20, 2\); give a single number"),
        (lambda o, y: "high", "metric 'm' is 'high'; give a number"),
        (lambda o, y: o.nothing, r"AttributeError.*called as f\(outputs, labels\)"),
        (lambda model: 1 / 0, r"ZeroDivisionError: .*called as f\(model\)"),
        (lambda model: RuntimeError("closure").x, "step 0: metric 'm': Attr"),
    ],
)
def test_an_error_names_setting_step_and_metric(metric, message):
    with pytest.raises(SceneError, match=message) as caught:
        recorded({"Adam": partial(Adam, lr=0.1)}, metrics={"m": metric})
    assert "recording 'Adam' failed at step 0: metric 'm'" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_series_survive_packing():
    options = {
        "validation": points(9, 3),
        "metrics": {"accuracy": accuracy},
        "every": 2,
    }
    problem = network(build(), points(20, 1), nn.CrossEntropyLoss(), **options)
    experiment = Experiment(problem, SETTINGS, 3)
    recording = record_all([experiment])[experiment]
    arrays = {name: np.asarray(v) for name, v in pack_recording(recording).items()}
    for one, other in zip(
        recording.trajectories,
        unpack_recording(arrays, experiment).trajectories,
        strict=True,
    ):
        assert list(one.series) == list(other.series)
        for name, values in one.series.items():
            np.testing.assert_array_equal(values, other.series[name])


def log_loop(recorder, model):
    x, y = points(20, 1)
    optimizer = SGD(model.parameters(), lr=0.1)
    for step in range(6):
        optimizer.zero_grad()
        loss = nn.functional.cross_entropy(model(x), y)
        loss.backward()
        others = {"accuracy": accuracy(model(x), y)} if step % 2 else {}
        recorder.log(loss, lr=0.1 / (step + 1), validation_loss=step + 0.5, **others)
        optimizer.step()


@pytest.mark.parametrize("steps", [5, 3])
def test_a_recorder_logs_any_series(steps):
    model = nn.Linear(3, 2)
    recorder = Recorder(model, SGD(model.parameters(), lr=7.0))
    log_loop(recorder, model)
    problem = network(nn.Linear(3, 2), points(20, 1), nn.CrossEntropyLoss())
    experiment = Experiment(problem, {"mine": recorder}, steps)
    (run,) = record(experiment).trajectories
    expected = 0.1 / np.arange(1, steps + 2)
    np.testing.assert_array_equal(run.values("lr"), expected)
    np.testing.assert_array_equal(
        run.values("validation loss"), np.arange(steps + 1) + 0.5
    )
    known = np.isfinite(run.values("accuracy"))
    assert known.tolist() == [step % 2 == 1 for step in range(steps + 1)]
    names = experiment.series_names()
    assert names == ["loss", "lr", "gradient norm", "validation loss", "accuracy"]


@pytest.mark.parametrize(
    ("logged", "message"),
    [
        ({"loss": "low"}, r"log\(\) at step 1: loss is 'low'; give a number"),
        ({"loss": 1.0, "lr": [1]}, r"at step 1: lr is \[1\]; give a number"),
        ({"loss": 1.0, "a": torch.zeros(2)}, r"a has shape \(2,\)"),
        ({"loss": 1.0, "step": 3}, "'step' is logged already"),
    ],
)
def test_a_recorder_refuses_what_is_no_number(logged, message):
    recorder = Recorder(nn.Linear(1, 1))
    recorder.log(2.0)
    with pytest.raises(SceneError, match=message):
        recorder.log(**logged)
    assert recorder.steps == 0  # nothing of it was logged


def test_series_are_read_from_tables(tmp_path):
    rows = ["x,y,loss,acc", "0,0,3,0.5", "1,0,2,", "1,1,1,0.75"]
    (tmp_path / "run.csv").write_text("\n".join(rows), encoding="utf-8")
    run = Trajectory.from_csv(tmp_path / "run.csv", "x", "y", series=["acc"])
    np.testing.assert_array_equal(run.values("acc"), [0.5, np.nan, 0.75])
    params = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0]])
    np.savez(tmp_path / "run.npz", params=params, acc=[1, 2, 3], other=[[1]])
    run = Trajectory.from_npz(tmp_path / "run.npz")
    assert list(run.series) == ["acc"]
    np.testing.assert_array_equal(run.padded_to("it", 4).series["acc"][:3], [1, 2, 3])
    with pytest.raises(SceneError, match="no column 'accuracy'; it has x, y, loss"):
        Trajectory.from_csv(tmp_path / "run.csv", "x", "y", series="accuracy")
    with pytest.raises(SceneError, match=r"acc has shape \(1,\); give \(3,\)"):
        Trajectory.of(params, series={"acc": [1.0]})
