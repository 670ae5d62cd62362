"""Every optimizer, scheduler and kind of step, against a plain torch loop."""

import inspect
from functools import partial

import numpy as np
import pytest
import torch
from conftest import article_data
from pytorch_optimizer import Lion
from torch.nn import MSELoss
from torch.optim import SGD, Adam, SparseAdam, lr_scheduler
from torch.utils.data import DataLoader, TensorDataset

from animator import Experiment, Scene, SceneError, Setting, record, tune_lr, vary
from animator.experiments.updates import UPDATE_NEEDS, split_steps
from animator.panels import Heatmap
from animator.problems import Coordinate, line_fit, surface

STEPS = 25
OPTIMIZERS = [
    make
    for name, make in vars(torch.optim).items()
    if inspect.isclass(make) and name not in ("Optimizer", "SparseAdam")
]
MATRIX = ("Muon",)  # for matrices only


class Flat:
    """A matrix of two weights, for the optimizers that take nothing else."""

    name, start = "flat", (1.5, -1.0)
    x, y = Coordinate("weight[0, 0]", -3, 3), Coordinate("weight[0, 1]", -3, 3)

    def model(self):
        model = torch.nn.utils.skip_init(torch.nn.Linear, 2, 1, bias=False)
        model.weight.data = torch.tensor([self.start])
        return model

    def loss(self, model):
        return self.losses(model.weight[0, 0], model.weight[0, 1])

    def losses(self, x, y):
        return (x - 0.5) ** 2 + 3 * (y - 0.25) ** 2


def loop(model, loss_of, optimizer, *, scheduler=None, clip=None, batches=None):
    """The article's loop, and what people write around it."""
    params, losses = [], []
    parameters = dict(model.named_parameters())

    def closure():
        optimizer.zero_grad()
        loss = loss_of(model, *batch)
        loss.backward()
        if clip is not None:
            clip(model.parameters())
        return loss

    for step in range(STEPS + 1):
        batch = next(batches) if batches is not None else ()
        flat = torch.cat([p.detach().flatten() for p in parameters.values()])
        params.append(flat.numpy().copy())
        with torch.no_grad():
            losses.append(loss_of(model).item())
        if step == STEPS:
            break
        if isinstance(optimizer, torch.optim.LBFGS):
            optimizer.step(closure)
        else:
            closure()
            optimizer.step()
        if isinstance(scheduler, lr_scheduler.ReduceLROnPlateau):
            scheduler.step(losses[-1])
        elif scheduler is not None:
            scheduler.step()
    return np.array(params), np.array(losses, np.float32)


def line_loss(model, *batch):
    x, y = batch or (v.reshape(-1, 1) for v in article_data())
    return MSELoss()(model(x), y)


def recorded(setting, problem=None, steps=STEPS):
    problem = problem or line_fit(MSELoss())
    return record(Experiment(problem, {"it": setting}, steps)).trajectories[0]


def check(setting, make_optimizer, **how):
    """Compare a setting on the line with the plain loop, bit for bit."""
    model = line_fit(MSELoss()).model()
    optimizer = make_optimizer(model)
    if "scheduler" in how:
        how["scheduler"] = how["scheduler"](optimizer)
    params, losses = loop(model, line_loss, optimizer, **how)
    trajectory = recorded(setting)
    np.testing.assert_array_equal(trajectory.params, params[:, ::-1])  # bias, weight
    np.testing.assert_array_equal(trajectory.loss, losses)
    assert (params[-1] != params[0]).any()
    return trajectory


@pytest.mark.parametrize("make", OPTIMIZERS, ids=lambda make: make.__name__)
def test_every_optimizer_of_torch_equals_a_plain_loop(make):
    if make.__name__ in MATRIX:
        problem = Flat()
        model = problem.model()
        params, losses = loop(
            model, lambda m: problem.loss(m), make(model.parameters())
        )
        trajectory = recorded(make, problem)
        np.testing.assert_array_equal(trajectory.params, params)
        np.testing.assert_array_equal(trajectory.loss, losses)
        assert (params[-1] != params[0]).any()
    else:
        check(make, lambda model: make(model.parameters()))


@pytest.mark.parametrize("make", [SGD, Adam, torch.optim.AdamW, torch.optim.Adagrad])
@pytest.mark.parametrize(
    "how", [{"foreach": True}, {"fused": True}, {"maximize": True}]
)
def test_their_own_arguments_go_through(make, how):
    arguments = {"lr": 0.01, **how}
    check(partial(make, **arguments), lambda m: make(m.parameters(), **arguments))


def test_what_torch_refuses_is_said_beforehand():
    with pytest.raises(SceneError, match="'it' failed at step 0: SparseAdam does not"):
        recorded(partial(SparseAdam, lr=0.1))
    with pytest.raises(SceneError, match="torch refuses differentiable=True for"):
        recorded(partial(SGD, lr=0.1, differentiable=True))


@pytest.mark.skipif(not hasattr(torch.optim, "Muon"), reason="new in torch 2.9")
def test_what_takes_matrices_only_says_so():
    with pytest.raises(
        SceneError, match=r"'it': .*2D.*; correct the arguments of Muon"
    ):
        recorded(partial(torch.optim.Muon, lr=0.1))


def test_an_optimizer_of_somebody_else():
    check(partial(Lion, lr=0.05), lambda model: Lion(model.parameters(), lr=0.05))


SCHEDULERS = [
    partial(lr_scheduler.StepLR, step_size=5, gamma=0.5),
    partial(lr_scheduler.ExponentialLR, gamma=0.9),
    partial(lr_scheduler.CosineAnnealingLR, T_max=20),
    partial(lr_scheduler.OneCycleLR, max_lr=0.2, total_steps=40),
    partial(lr_scheduler.CyclicLR, base_lr=0.01, max_lr=0.2, step_size_up=5),
    partial(lr_scheduler.ReduceLROnPlateau, patience=1, threshold=0.2),
    partial(lr_scheduler.LambdaLR, lr_lambda=lambda step: 1 / (1 + step)),
]


@pytest.mark.parametrize("scheduler", SCHEDULERS, ids=lambda s: s.func.__name__)
def test_schedulers_equal_a_plain_loop(scheduler):
    sgd = partial(SGD, lr=0.1, momentum=0.5)
    trajectory = check(
        Setting(sgd, scheduler=scheduler),
        lambda model: sgd(model.parameters()),
        scheduler=scheduler,
    )
    assert len(set(trajectory.lr[:, 0])) > 1  # it did change


def test_the_learning_rate_that_is_told_is_the_one_in_force():
    half = partial(lr_scheduler.StepLR, step_size=1, gamma=0.5)
    trajectory = recorded(Setting(partial(SGD, lr=0.1), scheduler=half), steps=4)
    expected = [0.1, 0.05, 0.025, 0.0125, 0.00625]
    assert trajectory.lr[:, 0] == pytest.approx(expected)
    real = np.diff(trajectory.params, axis=0)
    np.testing.assert_allclose(
        real, -trajectory.lr[:-1] * trajectory.gradient[:-1], atol=1e-6
    )


def test_vectors_follow_a_schedule():
    cosine = partial(lr_scheduler.CosineAnnealingLR, T_max=20)
    cycle = partial(lr_scheduler.OneCycleLR, max_lr=0.2, total_steps=40)
    sgd = partial(SGD, lr=0.1, momentum=0.5)
    for scheduler in (cosine, cycle):  # the latter changes the momentum, too
        setting = Setting(sgd, scheduler=scheduler)
        experiment = Experiment(line_fit(MSELoss()), {"it": setting}, 20)
        (trajectory,) = record(experiment, needs=UPDATE_NEEDS).trajectories
        real = np.diff(trajectory.params.astype(np.float64), axis=0)
        updates = split_steps(experiment, trajectory)
        np.testing.assert_allclose(updates.step, real, atol=2e-6)


@pytest.mark.parametrize("make", [SGD, torch.optim.LBFGS])
def test_clipping_equals_a_plain_loop(make):
    norm = partial(torch.nn.utils.clip_grad_norm_, max_norm=2.0)
    value = partial(torch.nn.utils.clip_grad_value_, clip_value=1.5)
    arguments = {"lr": 0.1}
    optimizer = partial(make, **arguments)
    for setting, clip in (
        (Setting(optimizer, clip_norm=2.0), norm),
        (Setting(optimizer, clip_value=1.5), value),
    ):
        trajectory = check(setting, lambda m: optimizer(m.parameters()), clip=clip)
        free = recorded(optimizer)
        assert (trajectory.params != free.params).any()
        if clip is norm:
            norms = np.linalg.norm(trajectory.gradient, axis=1)
            assert norms.max() == pytest.approx(2.0, abs=1e-4)


@pytest.mark.parametrize("batch_size", [1, 8, 50, 64])
def test_mini_batches_equal_a_plain_loop_with_a_data_loader(batch_size):
    def batches():
        order = torch.Generator().manual_seed(7)
        data = TensorDataset(*(v.reshape(-1, 1) for v in article_data()))
        loader = DataLoader(data, batch_size, shuffle=True, generator=order)
        while True:
            yield from loader

    check(
        Setting(partial(SGD, lr=0.05), batch_size=batch_size, seed=7),
        lambda model: SGD(model.parameters(), lr=0.05),
        batches=batches(),
    )


def test_the_same_seed_gives_the_same_path_and_leaves_torch_s_alone():
    def path(seed):
        return recorded(Setting(partial(SGD, lr=0.05), batch_size=4, seed=seed)).params

    torch.manual_seed(1)
    before = torch.get_rng_state()
    np.testing.assert_array_equal(path(3), path(3))
    assert (path(3) != path(4)).any()
    assert torch.equal(torch.get_rng_state(), before)


def test_groups_have_hyperparameters_of_their_own():
    def groups(model):
        return [{"params": [model.weight]}, {"params": [model.bias], "lr": 0.5}]

    trajectory = check(
        Setting(partial(SGD, lr=0.05), groups={"bias": {"lr": 0.5}}),
        lambda model: SGD(groups(model), lr=0.05),
    )
    assert trajectory.lr[3] == pytest.approx([0.5, 0.05])
    check(
        Setting(partial(SGD, lr=0.05), groups={"*": {"momentum": 0.5}}),
        lambda model: SGD(model.parameters(), lr=0.05, momentum=0.5),
    )
    with pytest.raises(
        SceneError, match="'bas' has no parameters; give one of weight,"
    ):
        recorded(Setting(partial(SGD, lr=0.05), groups={"bas": {"lr": 0.5}}))


def test_an_element_of_a_matrix_can_be_drawn():
    trajectory = recorded(partial(SGD, lr=0.1), Flat(), steps=1)
    assert trajectory.params.tolist() == [[1.5, -1.0], pytest.approx([1.3, -0.25])]
    assert trajectory.gradient[0] == pytest.approx([2.0, -7.5])


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("weigth[0, 0]", r"no parameter 'weigth\[0, 0\]'; it has weight"),
        (
            "weight",
            r"not a single element of 'weight' of shape \(1, 2\); give one such",
        ),
        ("weight[0, 2]", "not a single element of 'weight'"),
    ],
)
def test_a_number_that_the_model_does_not_have(name, message):
    problem = Flat()
    problem.x = Coordinate(name, -3, 3)
    with pytest.raises(SceneError, match=message):
        recorded(partial(SGD, lr=0.1), problem)


def test_batches_need_points():
    bowl = surface(lambda x, y: x**2 + y**2, x=(-1, 1), y=(-1, 1), start=(1, 1))
    with pytest.raises(
        SceneError, match="batch_size is 4, but the problem has no poin"
    ):
        recorded(Setting(partial(SGD, lr=0.1), batch_size=4), bowl)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"optimizer": 3}, "optimizer is 3; give a function that makes one"),
        ({"scheduler": 3}, "scheduler is 3; give a function that makes one"),
        ({"clip_norm": 0}, "clip_norm is 0; give a number above 0"),
        ({"clip_value": "a"}, "clip_value is 'a'; give a number above 0"),
        ({"batch_size": 0}, "batch_size is 0; give a whole number, at least 1"),
        ({"seed": None}, "seed is None; give a whole number, at least 0"),
        ({"seed": True}, "seed is True; give a whole number, at least 0"),
        ({"batch_size": True}, "batch_size is True; give a whole number, at least 1"),
        ({"accumulate": True}, "accumulate is True; give a whole number, at least 1"),
        ({"clip_norm": True}, "clip_norm is True; give a number above 0"),
        ({"closure": 1}, "closure is 1; give True or False"),
    ],
)
def test_settings_that_make_no_sense(arguments, message):
    with pytest.raises(SceneError, match=message):
        Setting(**{"optimizer": SGD, **arguments})


def test_a_scheduler_with_a_wrong_argument_is_named():
    wrong = Setting(partial(SGD, lr=0.1), partial(lr_scheduler.StepLR, step_sizes=3))
    with pytest.raises(
        SceneError, match=r"'it': .*step_sizes.*did you mean 'step_size'"
    ):
        recorded(wrong)


def test_the_best_learning_rate_on_a_quadratic_is_the_known_one():
    """On λx²/2 a step multiplies x by 1 - lr λ: the best lr is the nearest to 1/λ."""
    bowl = surface(
        lambda x, y: 2 * x**2 + 2 * y**2, x=(-3, 3), y=(-3, 3), start=(2.0, 1.0)
    )
    tuned = tune_lr(
        bowl, {"SGD": SGD, "Adam": Adam}, budget=20, lrs=(0.01, 0.1, 0.24, 9)
    )
    assert next(iter(tuned)) == "SGD, lr 0.24"
    losses = {
        lr: recorded(partial(Adam, lr=lr), bowl, 20).loss[-1]
        for lr in (0.01, 0.1, 0.24, 9)
    }
    assert list(tuned)[1] == f"Adam, lr {min(losses, key=losses.get):g}"
    up = surface(lambda x, y: -2 * x**2 - 2 * y**2, x=(-3, 3), y=(-3, 3), start=(2, 1))
    climb = tune_lr(up, {"up": partial(SGD, maximize=True)}, lrs=(0.01, 0.25, 0.4))
    assert list(climb) == ["up, lr 0.25"]


def test_what_cannot_be_tuned():
    with pytest.raises(SceneError, match=r"lrs is \(\); give learning rates to try"):
        tune_lr(line_fit(MSELoss()), {"SGD": SGD}, lrs=())
    with pytest.raises(
        SceneError, match="of the 2 trials of 'SGD', 2 diverge within 100 steps"
    ):
        dict(tune_lr(line_fit(MSELoss()), {"SGD": SGD}, lrs=(1e5, 1e6)))


def test_a_setting_can_be_varied():
    setting = Setting(partial(SGD, lr=0.1), batch_size=4)
    experiment = Experiment(line_fit(MSELoss()), {"batch size 4": setting}, 3)
    (new,) = vary(Scene([Heatmap(experiment)]), batch_size=8, lr=0.2).experiments
    (label,) = new.settings
    assert label == "batch size 8"
    assert new.settings[label].batch_size == 8
    assert new.settings[label].optimizer.keywords == {"lr": 0.2}
