"""The classes of torch, pytorch_optimizer and schedulefree against plain loops."""

import inspect
from functools import partial

import numpy as np
import pytest
import pytorch_optimizer
import schedulefree
import torch
from torch import nn
from torch.optim import SGD, Adam, AdamW, lr_scheduler, swa_utils
from torch.utils.data import DataLoader, TensorDataset

from animator import Experiment, SceneError, Setting, record
from animator.experiments.logs import WeightLog
from animator.experiments.runs import run_setting
from animator.problems import network, rosenbrock

STEPS = 5
CLASSES = {
    name: kind
    for name, kind in vars(pytorch_optimizer).items()
    if inspect.isclass(kind) and issubclass(kind, torch.optim.Optimizer)
}
BOTH = ("SAM", "FriendlySAM", "LookSAM", "BSAM")  # a gradient, then step(closure)
VALUE = ("AliG",)  # a gradient, then step with a function that returns the loss
CLOSURE = ("LBFGS", "WSAM")
GRAPH = ("AdaHessian", "SophiaH")
MODEL = ("AdamMini", "WSAM")  # they get the model, too
GROUPS = ("Muon", "AdaMuon", "AdaGO", "NorMuon", "MuonClip")
REFUSED = ("GSAM", "LOMO", "AdaLOMO", "DistributedMuon", "DeMo", "SpectralSphere")
ARGUMENTS = {"BSAM": {"num_data": 12}, "Ranger21": {"num_iterations": 10}}


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def points():
    order = torch.Generator().manual_seed(0)
    x = torch.randn(12, 4, generator=order)
    return x, torch.sin(x.sum(1, keepdim=True))


def mlp():
    with torch.random.fork_rng():
        torch.manual_seed(0)
        return nn.Sequential(nn.Linear(4, 6), nn.Tanh(), nn.Linear(6, 1))


def mlp_loss(model, x=None, y=None):
    x, y = points() if x is None else (x, y)
    return nn.functional.mse_loss(model(x), y)


def maker(name):
    """Return what makes an optimizer of pytorch_optimizer of a model."""
    kind = CLASSES[name]
    takes = inspect.signature(kind).parameters
    arguments = dict(ARGUMENTS.get(name, {}))
    if "lr" in takes or "base_optimizer" in takes:
        arguments["lr"] = 0.01
    if "base_optimizer" in takes:
        arguments["base_optimizer"] = SGD
    if name == "WSAM":
        return lambda model, params: kind(model, params, **arguments)
    if name in MODEL:
        return lambda model, params: kind(model, **arguments)
    if name in GROUPS:
        return lambda model, params: kind(by_shape(params), **arguments)
    if "optimizer" in takes:
        return lambda model, params: kind(SGD(params, lr=0.01))
    return lambda model, params: kind(params, **arguments)


def by_shape(params):
    matrices = [p for p in params if p.ndim == 2]
    others = [p for p in params if p.ndim != 2]
    groups = ((matrices, True), (others, False))
    return [{"params": part, "use_muon": is_muon} for part, is_muon in groups if part]


def vector(model):
    parts = [parameter.detach().flatten() for parameter in model.parameters()]
    return torch.cat(parts).numpy().copy()


def loop(
    model, loss_of, make, *, mode="step", graph=False, schedulers=(), batches=None,
    clip=None, accumulate=1, steps=STEPS,
):  # fmt: skip
    """Return the weights (steps + 1, P) of a loop as a user writes it."""
    with torch.random.fork_rng():
        torch.manual_seed(0)
        made = make(list(model.parameters()))
        optimizers = made if isinstance(made, list) else [made]
        pairs = zip(schedulers, optimizers, strict=False)
        schedulers = [scheduler(optimizer) for scheduler, optimizer in pairs]
        averaging = [o for o in optimizers if hasattr(o, "eval")]

        def closure():
            for optimizer in optimizers:
                optimizer.zero_grad()
            for batch in drawn:
                loss = loss_of(model, *batch)
                (loss / accumulate).backward(create_graph=graph)
            if clip is not None:
                clip(model.parameters())
            return loss

        for optimizer in averaging:
            optimizer.train()
        weights = [vector(model)]
        for _ in range(steps):
            drawn = [next(batches) if batches else () for _ in range(accumulate)]
            with torch.no_grad():
                full = loss_of(model).item()
            value = closure() if mode != "closure" else None
            again = [closure] if mode in ("closure", "both") else []
            again = [partial(float, value)] if mode == "value" else again
            for optimizer in optimizers:
                optimizer.step(*again)
            for scheduler in schedulers:
                plateau = isinstance(scheduler, lr_scheduler.ReduceLROnPlateau)
                scheduler.step(*([full] if plateau else []))
            if not averaging:
                weights.append(vector(model))
                continue
            trained = [p.detach().clone() for p in model.parameters()]
            for optimizer in averaging:
                optimizer.eval()
            weights.append(vector(model))
            for optimizer in averaging:
                optimizer.train()
            with torch.no_grad():
                for parameter, before in zip(model.parameters(), trained, strict=True):
                    parameter.copy_(before)
    return np.array(weights)


def ended(setting, problem=None, steps=STEPS):
    """Record a setting; return its run, whose log has all weights."""
    problem = problem or network(mlp(), points(), nn.MSELoss())
    return run_setting(
        Experiment(problem, {"it": setting}, steps),
        "it",
        steps,
        lambda run: WeightLog(run.model, run.optimizers),
        None,
    )


def check(setting, make, **how):
    """Compare a setting of the network with a plain loop, bit for bit."""
    run = ended(setting)
    expected = loop(mlp(), mlp_loss, make, **how)
    np.testing.assert_array_equal(run.log.weights(), expected)
    assert (expected[-1] != expected[0]).any()
    return run


def style_of(name):
    mode = "both" if name in BOTH else "step"
    mode = "closure" if name in CLOSURE else mode
    mode = "value" if name in VALUE else mode
    return {"mode": mode, "graph": name in GRAPH}


@pytest.mark.filterwarnings("ignore::UserWarning", "ignore::FutureWarning")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("name", CLASSES)
def test_pytorch_optimizer(name):
    make = maker(name)
    user = mlp()
    problem = network(user, points(), nn.MSELoss())
    setting = partial(make, user) if name in MODEL else partial(make, None)
    if name in REFUSED:
        with pytest.raises(SceneError, match="'it'"):
            ended(setting, problem)
        return
    weights = ended(setting, problem).log.weights()
    model = mlp()
    expected = loop(model, mlp_loss, partial(make, model), **style_of(name))
    np.testing.assert_array_equal(weights, expected)

    if name in MODEL:
        return  # the model of a surface is not the user's
    try:
        expected = loop(
            rosenbrock.model(), rosenbrock.loss, partial(make, None), **style_of(name)
        )
    except Exception:
        with pytest.raises(SceneError):
            ended(setting, rosenbrock)
    else:
        weights = ended(setting, rosenbrock).log.weights()
        np.testing.assert_array_equal(weights, expected[: len(weights)])


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (
            partial(pytorch_optimizer.SpectralSphere, lr=0.1),
            "only supports 2D parameters; give SpectralSphere only the matrices",
        ),
        (
            lambda params: pytorch_optimizer.GSAM(
                params, SGD(params, lr=0.1), None, Proportion()
            ),
            "if GSAM needs another kind of loop, write the loop yourself and log it "
            "with a Recorder",
        ),
        (
            partial(pytorch_optimizer.Muon, lr=0.1),
            r"if it needs groups or the model, write lambda params: Muon\(model",
        ),
    ],
    ids=["matrices", "own closure", "groups"],
)
def test_what_cannot_be_done_says_what_to_do(make, message):
    with pytest.raises(SceneError, match=message) as caught:
        ended(make)
    assert "\n" not in str(caught.value)


class Proportion:
    """A schedule of the size of the neighbourhood."""

    def step(self):
        return 0.05


@pytest.mark.parametrize(
    "make",
    [
        partial(schedulefree.SGDScheduleFree, lr=0.3, warmup_steps=2),
        partial(schedulefree.AdamWScheduleFree, lr=0.05, weight_decay=0.1),
        partial(schedulefree.RAdamScheduleFree, lr=0.05),
        lambda params: schedulefree.ScheduleFreeWrapper(
            SGD(params, lr=0.2, momentum=0.5), momentum=0.9
        ),
    ],
    ids=["SGD", "AdamW", "RAdam", "wrapper"],
)
def test_schedule_free_is_drawn_and_evaluated_at_x(make):
    run = check(make, make)
    x, y = points()
    model = mlp()
    for weights, loss in zip(run.log.weights(), run.losses, strict=True):
        nn.utils.vector_to_parameters(torch.from_numpy(weights), model.parameters())
        with torch.no_grad():
            assert loss == nn.functional.mse_loss(model(x), y).item()


def test_schedule_free_trains_as_if_nobody_looked():
    """Its point of training y is not touched by the evaluation at x."""
    make = partial(schedulefree.SGDScheduleFree, lr=0.3)
    model, last = mlp(), ended(make).log.weights()[-1]
    optimizer = make(model.parameters())
    optimizer.train()
    for _ in range(STEPS):
        optimizer.zero_grad()
        mlp_loss(model).backward()
        optimizer.step()
    trained = vector(model)
    optimizer.eval()
    np.testing.assert_array_equal(vector(model), last)
    assert (trained != last).any()


TORCH = [
    kind
    for name, kind in vars(torch.optim).items()
    if inspect.isclass(kind) and name not in ("Optimizer", "SparseAdam", "Muon")
]


@pytest.mark.parametrize("kind", TORCH, ids=lambda kind: kind.__name__)
def test_torch(kind):
    make = partial(kind, lr=0.02)
    check(make, make, mode="closure" if kind is torch.optim.LBFGS else "step")


matrices = pytest.mark.skipif(
    not hasattr(torch.optim, "Muon"), reason="new in torch 2.9"
)


@matrices
@pytest.mark.parametrize("as_mapping", [True, False])
def test_several_optimizers_each_with_its_scheduler(as_mapping):
    muon = partial(torch.optim.Muon, lr=0.05)
    adam = partial(AdamW, lr=0.02)
    halve = partial(lr_scheduler.StepLR, step_size=2, gamma=0.5)
    decay = partial(lr_scheduler.ExponentialLR, gamma=0.9)

    def both(params):
        return [
            muon([p for p in params if p.ndim == 2]),
            adam([p for p in params if p.ndim != 2]),
        ]

    given = {"*.weight": muon, "*": adam} if as_mapping else both
    check(Setting(given, scheduler=[halve, decay]), both, schedulers=(halve, decay))
    check(Setting(given, scheduler=halve), both, schedulers=(halve, halve))


def test_an_optimizer_of_some_parameters_leaves_the_others():
    def only_x(params):
        return SGD(params[:1], lr=0.001)

    experiment = Experiment(rosenbrock, {"x": only_x}, STEPS)
    (run,) = record(experiment).trajectories
    assert (run.params[:, 1] == run.params[0, 1]).all()
    assert (run.params[1:, 0] != run.params[0, 0]).all()
    np.testing.assert_array_equal(run.lr[:, 0], np.float32(0.001))
    assert np.isnan(run.lr[:, 1]).all()
    for place, gradient in zip(run.params, run.gradient, strict=True):
        x, y = torch.tensor(place, requires_grad=True).unbind()
        x, y = x.detach().requires_grad_(), y.detach().requires_grad_()
        rosenbrock.function(x, y).backward()
        np.testing.assert_array_equal(gradient, [x.grad.item(), y.grad.item()])


def test_an_optimizer_without_a_learning_rate():
    make = partial(torch.optim.Adafactor, lr=0.01)
    check(make, make)
    none = partial(pytorch_optimizer.AdaFactor, lr=None)
    (run,) = record(Experiment(rosenbrock, {"it": none}, STEPS)).trajectories
    assert np.isnan(run.lr).all() and np.isfinite(run.loss).all()


def test_a_learning_rate_that_is_a_tensor_is_the_same_in_each_recording():
    rate = torch.tensor(0.05)
    sgd, halve = partial(SGD, lr=rate), partial(lr_scheduler.StepLR, step_size=1)

    def make(params):
        return SGD(params, lr=rate.clone())

    for _ in range(2):
        run = check(Setting(sgd, scheduler=halve), make, schedulers=(halve,))
        assert run.log.rates[:2] == pytest.approx([0.05, 0.005])
    assert rate == torch.tensor(0.05)


@pytest.mark.parametrize(
    "scheduler",
    [
        partial(lr_scheduler.OneCycleLR, max_lr=0.2, epochs=2, steps_per_epoch=4),
        partial(lr_scheduler.ReduceLROnPlateau, patience=0, threshold=0.5),
        partial(lr_scheduler.LambdaLR, lr_lambda=lambda step: 1 / (1 + step)),
        partial(lr_scheduler.CosineAnnealingWarmRestarts, T_0=2),
        partial(swa_utils.SWALR, swa_lr=0.5, anneal_epochs=3),
        lambda o: lr_scheduler.SequentialLR(
            o,
            [
                lr_scheduler.LinearLR(o, 0.1, total_iters=2),
                lr_scheduler.ExponentialLR(o, 0.5),
            ],
            milestones=[2],
        ),
        lambda o: lr_scheduler.ChainedScheduler(
            [lr_scheduler.ConstantLR(o), lr_scheduler.ExponentialLR(o, 0.5)]
        ),
    ],
    ids=["cycle", "plateau", "lambda", "restarts", "swa", "sequential", "chained"],
)
def test_schedulers(scheduler):
    sgd = partial(SGD, lr=0.1, momentum=0.5)
    run = check(Setting(sgd, scheduler=scheduler), sgd, schedulers=(scheduler,))
    assert len(set(run.log.rates)) > 1


def batches(seed=0, size=3):
    order = torch.Generator().manual_seed(seed)
    loader = DataLoader(TensorDataset(*points()), size, shuffle=True, generator=order)
    while True:
        yield from loader


def test_a_scheduler_counts_batches():
    cycle = partial(lr_scheduler.OneCycleLR, max_lr=0.2, total_steps=8)
    check(
        Setting(partial(SGD, lr=0.1), scheduler=cycle, batch_size=3),
        partial(SGD, lr=0.1),
        schedulers=(cycle,),
        batches=batches(),
    )


@pytest.mark.parametrize("make", [partial(SGD, lr=0.1), partial(Adam, lr=0.02)])
@pytest.mark.parametrize("clip_norm", [None, 0.1])
def test_gradient_accumulation(make, clip_norm):
    clip = clip_norm and partial(nn.utils.clip_grad_norm_, max_norm=clip_norm)
    check(
        Setting(make, batch_size=3, accumulate=4, clip_norm=clip_norm),
        make,
        batches=batches(),
        accumulate=4,
        clip=clip,
    )


def test_closure_and_graph_can_be_said():
    sgd = partial(SGD, lr=0.1)
    check(Setting(sgd, closure=True), sgd, mode="closure")
    check(Setting(sgd, closure=False), sgd)
    check(Setting(sgd, create_graph=False), sgd)
    sam = partial(pytorch_optimizer.SAM, base_optimizer=SGD, lr=0.1)
    with pytest.raises(SceneError, match="SAM requires closure"):
        ended(Setting(sam, closure=False))


@pytest.mark.filterwarnings("ignore:Using backward.. with create_graph:UserWarning")
def test_a_graph_can_be_asked_for():
    sgd = partial(SGD, lr=0.1)
    check(Setting(sgd, create_graph=True), sgd, graph=True)
    hessian = partial(pytorch_optimizer.AdaHessian, lr=0.1)
    with pytest.raises(SceneError, match="failed at step 0"):
        ended(Setting(hessian, create_graph=False))


def test_a_closure_may_be_called_several_times_for_one_batch():
    lbfgs = partial(torch.optim.LBFGS, lr=0.3, max_iter=3)
    check(Setting(lbfgs, batch_size=3), lbfgs, mode="closure", batches=batches())


def test_a_hook_that_an_optimizer_leaves_on_the_model_is_removed():
    model = mlp()
    problem = network(model, points(), nn.MSELoss())
    lomo = lambda params: pytorch_optimizer.LOMO(model, lr=0.1)  # noqa: E731
    with pytest.raises(SceneError, match="if LOMO needs another kind of loop"):
        ended(lomo, problem)
    assert not any(p._backward_hooks for p in model.parameters())
