"""What users get wrong in a scene: one line names its place and its fix."""

import re

import pytest

from animator import SceneError, load, vary

HEAD = """
from functools import partial
import numpy as np
import torch
from torch import nn
from torch.nn import CrossEntropyLoss, L1Loss, MSELoss
from torch.optim import SGD, Adam
from torch.optim.lr_scheduler import StepLR
from torch.utils.data import DataLoader, TensorDataset
from animator import *
from animator.problems import *

sgd = {"plain": partial(SGD, lr=0.1)}
inputs, labels = torch.randn(40, 2), torch.randint(0, 2, (40,))
net, adam = nn.Linear(2, 2), {"Adam": partial(Adam, lr=0.1)}
loader = DataLoader(TensorDataset(inputs, labels), batch_size=8)
"""
CURVE = "Polynomial(2.0, 0.0, 0.0)"
XY = "x=('c[1]', -4, 4), y=('c[2]', -3, 3)"
BOWL = "x=(-1, 1), y=(-1, 1), start=(0.5, 0.5)"
OWN_SGD = """class Own(SGD):
    def step(self, closure=None):
        raise ValueError("no step today")  # here
run = Experiment(line_fit(MSELoss()), {"own": partial(Own, lr=0.1)}, steps=3)
scene = Scene([LossCurve(run)])"""
OWN_PANEL = """class Own:
    def __init__(self, experiment):
        self.experiment = experiment
    def draw(self, ax, recording, theme):
        return {}  # here
scene = Scene([Own(Experiment(line_fit(MSELoss()), sgd, steps=3))])"""


def setting(code):
    """A scene with a wrong setting."""
    return (
        f"run = Experiment(line_fit(MSELoss()), {{'a': {code}}}, steps=3)  # here\n"
        "scene = Scene([LossCurve(run)])"
    )


def problem(code, panel="LossCurve(run)"):
    """A scene with a wrong problem."""
    return f"problem = {code}  # here\n" + (
        f"run = Experiment(problem, sgd, steps=3)\nscene = Scene([{panel}])"
    )


def panel(code, of="line_fit(MSELoss())", settings="sgd", options=""):
    """A scene with a wrong panel, of which something else may be wrong."""
    return (
        f"run = Experiment({of}, {settings}, steps=3)\n"
        f"scene = Scene([{code}], {options})  # here"
    )


def network(arguments):
    return problem(f"network({arguments})")


MISTAKES = {
    # settings
    "a call without partial": (setting("SGD(lr=0.1)"), "write partial(SGD, lr=0.1)"),
    "a call with a rate alone": (setting("SGD(0.2)"), "write partial(SGD, lr=0.2)"),
    "a lambda without parameters": (
        setting("lambda: SGD(lr=0.1)"),
        "write lambda params: SGD(params, lr=0.1)",
    ),
    "a partial with parameters": (
        setting("partial(SGD, net.parameters(), lr=0.1)"),
        "each run passes the parameters of its own model: write partial(SGD, lr=…)",
    ),
    "a scheduler as setting": (
        setting("partial(StepLR, step_size=3)"),
        "it is a scheduler: write Setting(partial(SGD, lr=0.1), scheduler=partial(St",
    ),
    "without arguments": (setting("Adam()"), "write partial(Adam)"),
    "with a dotted name": (
        setting("torch.optim.LBFGS(lr=1, max_iter=5)"),
        "write partial(torch.optim.LBFGS, lr=1, max_iter=5)",
    ),
    "an optimizer": (
        setting("SGD(net.parameters(), lr=0.2)"),
        "a' is SGD(…); each run makes its own, … write partial(SGD, lr=0.2)",
    ),
    "an optimizer in a Setting": (
        setting("Setting(Adam(net.parameters(), lr=0.01))"),
        "optimizer is Adam(…); … write partial(Adam, lr=0.01)",
    ),
    "an optimizer of several": (
        setting("Setting({'*': SGD(net.parameters(), lr=0.1)})"),
        "write partial(SGD, lr=0.1)",
    ),
    "an optimizer of another model": (
        setting("lambda params: SGD(net.parameters(), lr=0.1)"),
        "trains parameters that were not passed … write lambda params: SGD(params",
    ),
    "a text as lr": (setting("partial(SGD, lr='0.1')"), "lr is '0.1'; give the number"),
    "a text as lr of Adam": (setting("partial(Adam, lr='1e-3')"), "the number 0.001"),
    "a text as momentum": (
        setting("partial(SGD, lr=0.1, momentum='high')"),
        "momentum is 'high'; give a number, such as 0",
    ),
    "no lr": (setting("partial(SGD, lr=None)"), "lr is None; give a number, such as"),
    "several lrs": (setting("partial(SGD, lr=[0.1, 1])"), "lr is [0.1, 1]; give a num"),
    "one beta": (setting("partial(Adam, betas=0.9)"), "give several, such as (0.9,"),
    "a negative lr": (setting("partial(SGD, lr=-1)"), "Invalid learning rate: -1"),
    "another library's lr": (
        setting("partial(SGD, learning_rate=0.1)"),
        "did you mean 'lr'?",
    ),
    "a misspelled beta": (setting("partial(Adam, beta=(0, 0))"), "mean 'betas'?"),
    "lr of a Setting": (
        setting("Setting(SGD, lr=0.1)"),
        "lr belongs to the optimizer: write Setting(partial(SGD, lr=…))",
    ),
    "a group that is not there": (
        setting("Setting(partial(SGD, lr=1), groups={'wait': {'lr': 2}})"),
        "group 'wait' has no parameters; give one of weight, bias",
    ),
    "a scheduler": (
        setting("Setting(partial(SGD), scheduler=StepLR(SGD(net.parameters()), 3))"),
        "scheduler is a StepLR; give a function that makes one, such as partial(StepLR",
    ),
    "a scheduler's name": (
        setting("Setting(partial(SGD, lr=0.1), scheduler='cosine')"),
        "scheduler is 'cosine'; give a function that makes one",
    ),
    "groups without names": (
        setting("Setting(partial(SGD, lr=0.1), groups=['bias'])"),
        "groups is ['bias']; give hyperparameters by the names of parameters",
    ),
    "a group without names": (
        setting("Setting(partial(SGD, lr=0.1), groups={'bias': 0.5})"),
        "groups is {'bias': 0.5}; give hyperparameters",
    ),
    "a state dict where two numbers are needed": (
        setting("Setting(partial(SGD, lr=0.1), start=net.state_dict())"),
        "start is a state dict, which is for networks; give two numbers",
    ),
    "a log of another model": (
        "other = Recorder(nn.Linear(3, 3))\n"
        "other.log(1.0)\n"
        "problem = network(net, (inputs, labels), CrossEntropyLoss())\n"
        "run = Experiment(problem, {'mine': other})  # here",
        "has logged a Linear whose weights have the shapes [(3, 3), (3,)], but",
    ),
    "a log of no model": (
        "log = Recorder(SGD(net.parameters()), net)  # here",
        "Recorder: SGD(…) is not a model; give the model, and then its optimizer",
    ),
    "a log of what makes an optimizer": (
        "log = Recorder(net, SGD)  # here",
        "Recorder: the class SGD is not an optimizer; give the one that trains",
    ),
    "a scheduler without its options": (
        setting("Setting(partial(SGD, lr=0.1), scheduler=StepLR)"),
        "write partial(StepLR, step_size=…)",
    ),
    "a step that fails": (OWN_SGD, "recording 'own' failed at step 0: no step today"),
    # losses
    "a loss in NumPy": (
        problem("line_fit(lambda p, t: np.abs((p - t).detach().numpy()).mean())"),
        "a float32; write it with torch's operations",
    ),
    "NumPy on tensors": (
        problem("line_fit(lambda p, t: np.mean((p - t) ** 2))"),
        "write the loss with torch's operations, not with NumPy's",
    ),
    "NumPy on a curve": (
        problem(f"curve_fit({CURVE}, lambda p, t: np.abs(p - t).mean(), {XY})"),
        "write the loss with torch's operations, not with NumPy's",
    ),
    "NumPy on a network": (
        network("net, (inputs, labels), lambda o, t: np.mean(o.detach().numpy())"),
        "write it with torch's operations",
    ),
    "a number as loss": (
        problem("line_fit(lambda p, t: ((p - t) ** 2).mean().item())"),
        "the loss returns 53.0",
    ),
    "no reduction": (
        problem("line_fit(MSELoss(reduction='none'))"),
        "several numbers, of shape (50, 1); average them, … reduction='mean'",
    ),
    "no reduction on a curve": (
        problem(f"curve_fit({CURVE}, L1Loss(reduction='none'), {XY})"),
        "average them, such as with reduction='mean'",
    ),
    "no reduction on a network": (
        network("net, (inputs, labels), CrossEntropyLoss(reduction='none')"),
        "average them, such as with reduction='mean'",
    ),
    "a class as loss": (
        problem("line_fit(MSELoss)"),
        "the class MSELoss is not a loss",
    ),
    "a tensor as loss": (
        problem("line_fit(torch.randn(50, 50))"),
        "a float32 tensor of shape (50, 50) is not a loss; give one such as MSELoss()",
    ),
    # points
    "points with a gradient": (
        problem("line_fit(MSELoss(), points=(inputs[:, 0].requires_grad_(), labels))"),
        "x requires a gradient; give it as x.detach()",
    ),
    "heights with a gradient": (
        problem(
            f"curve_fit({CURVE}, MSELoss(), {XY}, "
            "points=(range(3), torch.ones(3, requires_grad=True)))"
        ),
        "y requires a gradient; give it as y.detach()",
    ),
    "inputs with a gradient": (
        network("net, (inputs.requires_grad_(), labels), CrossEntropyLoss()"),
        "the inputs require a gradient, but only the model's … as inputs.detach()",
    ),
    "labels with a gradient": (
        network("net, (inputs, torch.ones(40, 2).requires_grad_()), MSELoss()"),
        "the labels require a gradient, … as labels.detach()",
    ),
    "data with a gradient": (
        network("net, inputs.requires_grad_(), lambda net, batch: net(batch).mean()"),
        "the data require a gradient, … as data.detach()",
    ),
    "data with a graph": (
        network("net, (2 * inputs.requires_grad_(), labels), CrossEntropyLoss()"),
        "the data are computed from a tensor that requires a gradient; give them as",
    ),
    "samples with a graph": (
        network("net, TensorDataset(2 * inputs.requires_grad_(), labels), MSELoss()"),
        "the data are computed from a tensor that requires a gradient",
    ),
    "an optimizer that trains the data, too": (
        "problem = network(net, (inputs, labels), CrossEntropyLoss())\n"
        "both = {'a': lambda params: SGD([*params, inputs], lr=0.1)}\n"
        "run = Experiment(problem, both)  # here\nscene = Scene([LossCurve(run)])",
        "SGD also trains a tensor that is not a parameter of the model",
    ),
    "a DataLoader of a line": (
        problem("line_fit(MSELoss(), points=loader)"),
        "points is a DataLoader, not two rows of numbers; give (x, y)",
    ),
    "a DataLoader of a curve": (
        problem(f"curve_fit({CURVE}, MSELoss(), {XY}, points=loader)"),
        "points is a DataLoader, not two rows of numbers; give (x, y)",
    ),
    "a DataLoader as inputs": (
        network("net, (loader, labels), CrossEntropyLoss()"),
        "a DataLoader is not data",
    ),
    "batches of a DataLoader": (
        "problem = network(net, loader, CrossEntropyLoss())\n"
        "run = Experiment(problem, {'a': Setting(partial(SGD), batch_size=4)})"
        "  # here\nscene = Scene([LossCurve(run)])",
        "the DataLoader gives the batches; leave it out",
    ),
    "columns as rows": (
        problem("line_fit(MSELoss(), points=np.zeros((50, 2)))"),
        "a float64 array of shape (50, 2); give its columns: points.T",
    ),
    "rows of two lengths": (
        problem("line_fit(MSELoss(), points=([1, 2, 3], [1, 2]))"),
        "points of shapes (3,) and (2,)",
    ),
    "a file that is not there": (
        problem("line_fit(MSELoss(), points='exam.csv')"),
        "exam.csv: there is no such file beside the scene",
    ),
    "an array as start": (
        problem("line_fit(MSELoss(), start=np.random.rand(100))"),
        "start is a float64 array of shape (100,); give two numbers",
    ),
    "an array as range": (
        problem("surface(lambda x, y: x * y, x=np.zeros(200), y=(0, 1), start=(0, 0))"),
        "x is a float64 array of shape (200,); give two numbers",
    ),
    # surfaces and models
    "a maximum over the map": (
        problem(f"surface(lambda x, y: (x * y + 2) / (x * y + 2).max(), {BOWL})"),
        "the function is not elementwise",
    ),
    "a mean over the map": (
        problem(f"surface(lambda x, y: x**2 - y.mean(), {BOWL})"),
        "the function is not elementwise",
    ),
    "a sum over the map": (
        problem(f"surface(lambda x, y: (x * y).sum(), {BOWL})"),
        "return a tensor of the same shape",
    ),
    "a surface of one argument": (
        problem(f"surface(lambda p: (p**2).sum(), {BOWL})"),
        "define it with two arguments, x and y",
    ),
    "a surface in NumPy": (
        problem(f"surface(lambda x, y: np.sin(x) + y, {BOWL})"),
        "write it with torch's operations",
    ),
    "a start off the map": (
        "problem = surface(lambda x, y: x * y, x=(-1, 1), y=(-1, 1), start=(5, 5))\n"
        "run = Experiment(problem, sgd)  # here\nscene = Scene([Heatmap(run)])",
        "start (5, 5) lies outside x = (-1, 1)",
    ),
    "one weight": (
        network("nn.PReLU(), (inputs, inputs), MSELoss()"),
        "pca: the model has 1 trainable weight, but a map needs two",
    ),
    "one weight on a random plane": (
        network("nn.PReLU(), (inputs, inputs), MSELoss(), plane=random_plane()"),
        "random_plane: the model has 1 trainable weight",
    ),
    "weights that are not there": (
        network(
            "net, (inputs, labels), CrossEntropyLoss(), plane=weights('c[0]', 'b')"
        ),
        "no parameter 'c[0]'; it has weight, bias; give one such as 'weight[0, 0]'",
    ),
    "a weight too far": (
        network(
            "net, (inputs, labels), CrossEntropyLoss(), "
            "plane=weights('weight[5, 0]', 'bias[0]')"
        ),
        "'weight[5, 0]' is not a single element of 'weight' of shape (2, 2)",
    ),
    "a layer as weight": (
        network(
            "net, (inputs, labels), CrossEntropyLoss(), plane=weights('weight', 'bias')"
        ),
        "give one such as 'weight[0, 0]'",
    ),
    "a coordinate of a curve": (
        problem(f"curve_fit({CURVE}, MSELoss(), x=('a', -4, 4), y=('b', -3, 3))"),
        "curve_fit: the model has no parameter 'a'; it has c; give one such as 'c[0]'",
    ),
    "a coordinate too far": (
        problem(f"curve_fit({CURVE}, MSELoss(), x=('c[7]', 0, 4), y=('c[0]', 0, 3))"),
        "'c[7]' is not a single element of 'c'",
    ),
    "a coordinate of a line": (
        problem("line_fit(MSELoss(), slope=(0, 1))"),
        "line_fit takes loss, points",
    ),
    "a coordinate of a panel": (
        panel("Profile(run, along='z')", of="himmelblau"),
        "along is 'z'; give 'x' or 'y'",
    ),
    "classes that are no whole numbers": (
        network("net, (inputs, labels.float()), CrossEntropyLoss()"),
        "give the labels as whole numbers, such as labels.long()",
    ),
    "labels of another shape": (
        network("nn.Linear(2, 1), (inputs, labels.float()), nn.BCEWithLogitsLoss()"),
        "give labels of the shape of the outputs, such as labels[:, None]",
    ),
    "fewer labels than inputs": (
        network("net, (inputs, labels[:9]), CrossEntropyLoss()"),
        "40 inputs and 9 labels",
    ),
    "a device that is not there": (
        network("net, (inputs, labels), CrossEntropyLoss(), device='gpu'"),
        "give device='cpu', or a device that torch can use here",
    ),
    "no loss": (network("net, (inputs, labels)"), "'loss'; give 'loss'"),
    "a model that does not fit": (
        network("nn.Linear(3, 2), (inputs, labels), CrossEntropyLoss()"),
        "mat1 and mat2 shapes cannot be multiplied",
    ),
    "every setting diverges": (
        "problem = network(net, (inputs, inputs), MSELoss())\n"
        "run = Experiment(problem, {'a': partial(SGD, lr=1e38)}, steps=3)  # here\n"
        "scene = Scene([LossCurve(run)])",
        "every setting diverges at step 1; lower the learning rates",
    ),
    # experiments
    "a model as problem": (
        "run = Experiment(net, sgd)  # here",
        "is not a problem; give network(model, data, loss)",
    ),
    "a loss as problem": (
        "run = Experiment(MSELoss(), sgd)  # here",
        "MSELoss() is not a problem; give one such as line_fit(MSELoss())",
    ),
    "a function that makes problems": (
        "run = Experiment(ravine, sgd)  # here",
        "the function ravine is not a problem; call it: ravine(...)",
    ),
    "a list of settings": (
        "run = Experiment(line_fit(MSELoss()), [partial(SGD, lr=0.1)])  # here",
        "settings are [partial(SGD, lr=0.1)]; give a dict",
    ),
    "what belongs to a setting": (
        "run = Experiment(line_fit(MSELoss()), sgd, seeds=3)  # here",
        "it belongs to a setting: write Setting(partial(SGD, lr=0.1), seeds=…)",
    ),
    "what belongs to a setting, in a partial": (
        setting("partial(SGD, lr=0.1, batch_size=4)"),
        "it belongs to a setting: write Setting(partial(SGD, lr=0.1), batch_size=…)",
    ),
    "what belongs to a problem": (
        "run = Experiment(line_fit(MSELoss()), sgd, validation=(1, 2))  # here",
        "it belongs to a problem with data, such as network(…, validation=…)",
    ),
    "what belongs to an experiment": (
        problem("line_fit(MSELoss(), metrics={})"),
        "it belongs to the experiment: write Experiment(…, metrics=…)",
    ),
    "half a step": (
        "run = Experiment(line_fit(MSELoss()), sgd, steps=2.5)  # here",
        "steps is 2.5; give a whole number",
    ),
    "a change of what was made": (
        "run = Experiment(line_fit(MSELoss()), sgd)\nrun.steps = 4  # here",
        "cannot assign to field 'steps'; make another one with dataclasses.replace(",
    ),
    "a change of what it does not have": (
        "run = Experiment(line_fit(MSELoss()), sgd)\nrun.step = 4  # here",
        "it has no such attribute, and what was made cannot be changed",
    ),
    "an option of at": (
        problem("rosenbrock.at(strat=(1, 1))"),
        "did you mean 'start'?",
    ),
    "a formula as name": (
        r"problem = line_fit(MSELoss(), names=(r'$\betta$', 'w'))"
        "\nrun = Experiment(problem, sgd)  # here\nscene = Scene([Heatmap(run)])",
        r"an axis is '$\\betta$', but matplotlib does not know \betta",
    ),
    "a formula beside an axis": (
        panel(r"Series(run, 'loss', ylabel=r'$\betta$')"),
        "Series: ylabel is",
    ),
    "epochs without points": (
        "run = Experiment(himmelblau, sgd, steps=3)  # here\n"
        "scene = Scene([Heatmap(run)], counter='epoch {epoch}')",
        "counter: experiment 'Himmelblau': setting 'plain' has no points",
    ),
    # panels and scenes
    "a panel's wrong name": (panel("HeatMap(run)"), "did you mean 'Heatmap'?"),
    "an import's wrong name": (
        "from animator import LossCurves  # here",
        "cannot import name 'LossCurves' from 'animator'; did you mean 'LossCurve'?",
    ),
    "an attribute's wrong name": (
        "import animator\nscene = animator.Sceen([])  # here",
        "did you mean 'Scene'?",
    ),
    "a problem's wrong name": (problem("rosenbrok"), "did you mean 'rosenbrock'?"),
    "an option's wrong name": (panel("Heatmap(run, contour=8)"), "mean 'contours'?"),
    "a panel of a problem": (
        panel("Heatmap(line_fit(MSELoss()))"),
        "<LineFit 'MSELoss', 50 points, … is not an experiment; give Experiment(prob",
    ),
    "a panel of a network": (
        panel("LossCurve(network(net, (inputs, labels), CrossEntropyLoss()))"),
        "<Network 'Linear', 6 weights, 40 points> is not an experiment; give Exp",
    ),
    "a panel of settings": (panel("Heatmap(sgd)"), "is not an experiment; give"),
    "an experiment as panel": (panel("run"), "<Experiment 'MSELoss', … is not a panel"),
    "a class as panel": (panel("Heatmap"), "the class Heatmap is not a panel"),
    "a panel of no points": (
        panel("Fit(run)", of="himmelblau"),
        "has no data_x, data_y and predict; show a problem such as line_fit(MSELoss())",
    ),
    "a logarithm of what is negative": (
        panel("Heatmap(run, scale='log')", of=f"surface(lambda x, y: x * y, {BOWL})"),
        "has no logarithm; give scale='linear'",
    ),
    "a map's wrong range": (panel("Heatmap(run, xlim=(3, 1))"), "xlim is (3, 1)"),
    "an unknown colour map": (panel("Heatmap(run, cmap='virids')"), "'virids'"),
    "what belongs to a rendering": (
        panel("LossCurve(run)", options="fps=30"),
        "it is an option of the command, --fps, and of render(…, fps=…)",
    ),
    "an option that is not there": (
        panel("LossCurve(run)", settings="sgd, zzz=1")
        .replace("  # here", "")
        .replace("steps=3)", "steps=3)  # here"),
        "Experiment takes problem, settings, steps, name, metrics, every\n",
    ),
    "a formula as a problem's name": (
        r"problem = line_fit(MSELoss(), name=r'$\betta$')"
        "\nrun = Experiment(problem, sgd)  # here\nscene = Scene([Heatmap(run)])",
        r"name is '$\\betta$', but matplotlib does not know",
    ),
    "a formula as a series": (
        "norm = {r'$\\betta$': lambda model: 1.0}\n"
        "run = Experiment(line_fit(MSELoss()), sgd, steps=3, metrics=norm)\n"
        r"scene = Scene([Series(run, r'$\betta$')])  # here",
        r"Series: name is '$\\betta$', but matplotlib does not know",
    ),
    "a number as title": (panel("Heatmap(run, title=3)"), "Heatmap: title is 3; give"),
    "a formula in a panel": (
        panel(r"LossCurve(run, title=r'$\betta$')"),
        r"matplotlib does not know \betta; did you mean \beta?",
    ),
    "a formula in a title": (
        panel("LossCurve(run)", options=r"title=r'$\lamda = 3$'"),
        r"matplotlib does not know \lamda; did you mean \lambda?",
    ),
    "a formula in a caption": (
        panel("LossCurve(run)", options=r"captions={1: r'half: $\frac{1}$'}"),
        "matplotlib does not know its formula",
    ),
    "a formula in a label": (
        r"run = Experiment(line_fit(MSELoss()), {r'$\betta$': partial(SGD)})  # here"
        "\nscene = Scene([LossCurve(run)])",
        r"a label is '$\\betta$', but matplotlib does not know \betta",
    ),
    "an unknown theme": (
        panel("LossCurve(run)", options="theme='drak'"),
        "theme is 'drak'; give one of",
    ),
    "an experiment as scene": (
        "scene = Experiment(line_fit(MSELoss()), sgd)  # here",
        "make it a Scene(...)",
    ),
    "a panel that returns nothing to draw": (
        OWN_PANEL.replace("  # here", "").replace("steps=3))])", "steps=3))])  # here"),
        "drawing panel 1 (Own) failed: TypeError: it returns {}; return a Drawing",
    ),
    "a panel's needs": (
        OWN_PANEL.replace("return {}  # here", "return Drawing()")
        .replace("    def draw", "    needs = {'weights': True}\n    def draw")
        .replace("steps=3))])", "steps=3))])  # here"),
        "Own: needs is {'weights': True}; give one such as Needs(weights=True)",
    ),
    "a panel without its needs": (
        OWN_PANEL.replace("return {}", "recording.trajectories[0].details.weights"),
        "has no attribute 'weights'; give the panel needs = Needs(weights=True)",
    ),
    "one name of two": (
        "problem = network(net, (inputs, labels), CrossEntropyLoss())\n"
        "scene = Scene([Boundary(Experiment(problem, adam), names=('a',))])  # here",
        "Boundary: names is ('a',); give two strings",
    ),
    "a panel that fails": (
        OWN_PANEL.replace("return {}", "return recording.stepps"),
        "drawing panel 1 (Own) failed: AttributeError",
    ),
    "a trajectory that is not there": (
        setting("Trajectory.from_csv('run.csv', 'bias', 'weight')"),
        "run.csv: No such file or directory",
    ),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_gets_one_line_with_its_place_and_its_fix(run, tmp_path, name):
    code, expected = MISTAKES[name]
    text = f"{HEAD}\n{code}\n"
    (line,) = (n for n, t in enumerate(text.splitlines(), 1) if t.endswith("# here"))
    (tmp_path / "scene.py").write_text(text, encoding="utf-8")
    status, out, err = run("scene.py", "-o", "a.png", "--size", "128x72", "--no-cache")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert err.startswith(f"animate: scene.py:{line}: ")
    pattern = ".*".join(map(re.escape, expected.split(" … ")))
    assert re.search(pattern, err), err
    assert len(err) < 300
    assert not re.search(r"Traceback|array\(\[|tensor\(\[|\n .*\n", err)


def test_there_are_fifty():
    assert len(MISTAKES) >= 50


RUN = f"{HEAD}\nrun = Experiment(line_fit(MSELoss()), sgd, steps=3)  # here\n"
RECORDED = f"""{HEAD}
path = Trajectory.from_csv("run.csv", "bias", "weight")
run = Experiment(line_fit(MSELoss()), {{"a": path}})
"""
OPTIONS = {
    "a learning rate below zero": (["lr=-1"], "Invalid learning rate: -1"),
    "the second of two values": (["lr=0.1", "lr=-2"], "learning rate: -2"),
    "another library's lr": (["learning_rate=1"], "did you mean 'lr'?"),
    "a start off the map": (["start=99,9"], "start (99, 9) lies outside x = (-5, 8)"),
    "a text": (["lr='high'"], "lr is 'high'; give a number"),
    "one of two": (["lr=0.2", "clip_norm=-1"], "clip_norm is -1; give a number above"),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_an_option_that_is_wrong_is_named_with_the_line_of_its_experiment(
    run, tmp_path, name
):
    changes, expected = OPTIONS[name]
    (tmp_path / "scene.py").write_text(f"{RUN}\nscene = Scene([LossCurve(run)])")
    options = [word for change in changes for word in ("--set", change)]
    status, _, err = run("scene.py", "-f", "png", "--size", "128x72", *options)
    line = len(RUN.splitlines())
    key, _, value = changes[-1].partition("=")
    shown = {"99,9": "(99, 9)"}.get(value, value)
    assert status == 2
    assert f"scene.py:{line}: --set " in err and f"--set {key}={shown}: " in err
    assert expected in err and err.count("\n") <= 2


def test_what_was_recorded_elsewhere_has_no_other_values(run, tmp_path):
    (tmp_path / "run.csv").write_text("bias,weight,loss\n0,0,1\n1,1,0.5\n")
    (tmp_path / "scene.py").write_text(f"{RECORDED}\nscene = Scene([LossCurve(run)])")
    status, _, err = run("scene.py", "-f", "png", "--set", "lr=0.1")
    assert status == 2
    assert "--set lr=0.1: vary: all runs of the scene were recorded elsewhere" in err


def test_in_python_the_line_is_that_of_the_call(tmp_path):
    (tmp_path / "scene.py").write_text(f"{RUN}\nscene = Scene([LossCurve(run)])")
    scene = load(tmp_path / "scene.py")
    with pytest.raises(SceneError, match="Invalid learning rate: -1") as caught:
        vary(scene, lr=-1)
    assert caught.value.place.file == __file__
