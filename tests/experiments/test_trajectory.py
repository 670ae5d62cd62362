"""Trajectories that somebody else recorded, and training loops of one's own."""

from functools import partial

import numpy as np
import pytest
import torch
from conftest import plain_loop
from torch import nn
from torch.nn import MSELoss
from torch.optim import SGD

from animator import (
    Experiment,
    Heatmap,
    LossCurve,
    Recorder,
    RenderWarning,
    Scene,
    SceneError,
    Trajectory,
    Vectors,
    record,
    render,
    vary,
)
from animator.batch.trajectory_table import tables_of, write_trajectories
from animator.experiments import logs
from animator.experiments.trajectory import Outcome
from animator.problems import line_fit, network, sphere, weights

SMALL = (320, 180)


def line(steps=8, **settings):
    settings = settings or {"plain": partial(SGD, lr=0.1)}
    return Experiment(line_fit(MSELoss()), settings, steps)


def test_what_was_written_as_a_table_is_read_back(tmp_path):
    ran = line(plain=partial(SGD, lr=0.1), momentum=partial(SGD, lr=0.1, momentum=0.9))
    write_trajectories(tmp_path / "all.csv", tables_of([("scene", record(ran))]))
    again = Trajectory.from_csv(
        tmp_path / "all.csv", x="bias", y="weight", optimizer="momentum"
    )
    params, losses = plain_loop(MSELoss(), 8, lr=0.1, momentum=0.9)
    np.testing.assert_array_equal(again.params.astype(np.float32), params)
    np.testing.assert_array_equal(again.loss.astype(np.float32), losses)
    assert again.outcome.step == 8 and not again.outcome.diverged


def test_arrays_come_from_a_file(tmp_path):
    params, losses = plain_loop(MSELoss(), 8, lr=0.1)
    np.savez(tmp_path / "run.npz", params=params, loss=losses)
    again = Trajectory.from_npz(tmp_path / "run.npz")
    np.testing.assert_array_equal(again.params, params)
    np.testing.assert_array_equal(again.loss, losses)


def test_a_given_path_stands_beside_one_that_is_run(tmp_path):
    params, losses = plain_loop(MSELoss(), 5, lr=0.3)
    given = Trajectory.of(params)  # without losses: the problem evaluates them
    both = line(plain=partial(SGD, lr=0.1), mine=given)
    plain, mine = record(both).trajectories
    np.testing.assert_array_equal(mine.params[:6], params)
    np.testing.assert_allclose(mine.loss[:6], losses, rtol=1e-5)
    assert mine.label == "mine" and len(mine.loss) == len(plain.loss) == 9
    assert np.isnan(mine.params[6:]).all() and mine.outcome.step == 5
    assert mine.params_at(8) == pytest.approx(params[-1])
    scene = Scene([Heatmap(both), LossCurve(both)], seconds=3)
    (clip,) = render(scene, tmp_path / "a.gif", size=SMALL)
    assert clip.bytes > 1000
    cut = record(both, steps=3).trajectories[1]
    np.testing.assert_array_equal(cut.params, params[:4])
    with pytest.raises(SceneError, match="'mine' was recorded elsewhere, without its"):
        render(Scene([Vectors(Heatmap(both))]), tmp_path / "b.gif")
    (new,) = vary(scene, lr=0.2).experiments
    assert new.settings["mine"] is given


def test_a_path_that_ends_in_nan_has_diverged():
    params = np.array([[0, 0], [1, 2], [np.nan, 3], [4, 4]])
    trajectory = Trajectory.of(params)
    assert trajectory.outcome.diverged and trajectory.outcome.step == 2


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("bias,w\n1,2\n", r"t\.csv: has no column 'weight'; it has bias, w"),
        ("bias,weight\n1,2\n3,x\n", r"t\.csv: row 3: weight is 'x'; give a number"),
        ("bias,weight\n1,2\n", r"params has shape \(1, 2\); give \(steps \+ 1, 2"),
        ("", "has no column 'bias'; it has"),
    ],
)
def test_tables_that_are_no_trajectory(tmp_path, text, message):
    (tmp_path / "t.csv").write_text(text)
    with pytest.raises(SceneError, match=message):
        Trajectory.from_csv(tmp_path / "t.csv", x="bias", y="weight")


def test_files_that_are_no_trajectory(tmp_path):
    with pytest.raises(SceneError, match=r"no\.csv: .*give a CSV file"):
        Trajectory.from_csv(tmp_path / "no.csv", x="bias", y="weight")
    with pytest.raises(SceneError, match=r"no\.npz: .*give a file of numpy\.savez"):
        Trajectory.from_npz(tmp_path / "no.npz")
    np.savez(tmp_path / "a.npz", path=np.zeros((3, 2)))
    with pytest.raises(SceneError, match="has no array 'params'; it has path"):
        Trajectory.from_npz(tmp_path / "a.npz")
    with pytest.raises(SceneError, match=r"loss has shape \(2,\); give \(3,\)"):
        Trajectory.of(np.zeros((3, 2)), np.zeros(2))


def own_loop(model, inputs, labels, loss_fn, steps, recorder):
    """Somebody's training loop, with one line of ours in it."""
    optimizer = SGD(model.parameters(), lr=0.1)
    for step in range(steps + 1):
        optimizer.zero_grad()
        loss = loss_fn(model(inputs), labels)
        loss.backward()
        recorder.log(loss)
        if step < steps:
            optimizer.step()


def test_a_loop_of_one_s_own_is_drawn_as_if_it_were_ours():
    problem = line_fit(MSELoss())
    model = problem.model()
    recorder = Recorder(model)
    inputs = torch.from_numpy(problem.data_x).reshape(-1, 1)
    labels = torch.from_numpy(problem.data_y).reshape(-1, 1)
    own_loop(model, inputs, labels, MSELoss(), 8, recorder)
    both = Experiment(problem, {"ours": partial(SGD, lr=0.1), "mine": recorder}, 8)
    ours, mine = record(both).trajectories
    np.testing.assert_array_equal(mine.params, ours.params)
    np.testing.assert_allclose(mine.loss, ours.loss, rtol=1e-7)


def test_a_network_of_one_s_own_loop_lies_on_the_plane():
    torch.manual_seed(0)
    inputs, labels = torch.randn(40, 3), torch.randint(0, 2, (40,))
    net = nn.Sequential(nn.Linear(3, 4), nn.Tanh(), nn.Linear(4, 2))
    loss_fn = nn.CrossEntropyLoss()
    plane = weights("0.weight[1, 2]", "2.bias[0]")
    problem = network(net, (inputs, labels), loss_fn, plane=plane)
    recorder = Recorder(net)
    own_loop(net, inputs, labels, loss_fn, 6, recorder)
    settings = {"ours": partial(SGD, lr=0.1), "mine": recorder}
    ours, mine = record(Experiment(problem, settings, 6)).trajectories
    np.testing.assert_allclose(mine.params, ours.params, atol=1e-6)
    np.testing.assert_allclose(mine.loss, ours.loss, rtol=1e-6)
    with pytest.raises(SceneError, match="'a' is a trajectory of two numbers, w"):
        Experiment(problem, {"a": Trajectory.of(np.zeros((3, 2)))}, 2)


def test_a_recorder_s_memory_is_bounded_however_long_the_loop(monkeypatch):
    model = nn.Linear(2, 1)
    monkeypatch.setattr(logs, "WEIGHTS_MEMORY", 4 * 3 * 10)
    recorder = Recorder(model)
    for step in range(101):
        model.weight.data.fill_(step)
        recorder.log(step)
    with pytest.warns(RenderWarning, match="3 weights are logged at every 16th step"):
        path = recorder.finish()
    found = path.weights()[:, 0]
    assert len(found) <= 10 and found[0] == 0 and found[-1] == 100
    assert recorder.loss == [float(step) for step in range(101)]


def test_a_recorder_that_logged_nothing():
    with pytest.raises(SceneError, match="no step was logged; call log"):
        record(line(mine=Recorder(nn.Linear(1, 1))))


def test_a_trajectory_is_nan_from_its_divergence_on():
    params = np.arange(12.0).reshape(6, 2)
    params[3] = np.inf
    run = Trajectory.of(params)
    assert run.outcome == Outcome(diverged=True, step=3)
    assert np.isnan(run.params[3:]).all()
    (recorded,) = record(Experiment(sphere, {"it": run})).trajectories
    np.testing.assert_array_equal(np.isfinite(recorded.loss), np.arange(6) < 3)
    np.testing.assert_array_equal(recorded.loss[:3], (params[:3] ** 2).sum(1))


def test_an_infinite_loss_is_a_divergence_and_nan_is_a_gap():
    params = np.zeros((4, 2))
    lost = Trajectory.of(params, np.array([2.0, 1.0, np.inf, 1.0]))
    assert lost.outcome == Outcome(diverged=True, step=2)
    gap = Trajectory.of(params, np.array([2.0, np.nan, np.nan, 1.0]))
    assert gap.outcome == Outcome(diverged=False, step=3)


def test_a_trajectory_that_starts_nowhere_is_refused():
    with pytest.raises(SceneError, match=r"the start \[nan, 0.0\]"):
        Trajectory.of(np.array([[np.nan, 0], [1, 1]]))
