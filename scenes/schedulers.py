"""The same optimizer with four schedules of its learning rate.

A large rate makes SGD bounce between the walls of the ravine; lowering it ends this.
"""

from functools import partial

from torch.optim import SGD
from torch.optim.lr_scheduler import CosineAnnealingLR, OneCycleLR, StepLR

from animator import Experiment, Heatmap, LearningRate, LossCurve, Scene, Setting
from animator.problems import ravine

sgd = partial(SGD, lr=0.0975)
once = partial(OneCycleLR, max_lr=0.0975, total_steps=61, cycle_momentum=False)
schedules = {
    "constant": sgd,
    "step": Setting(sgd, partial(StepLR, step_size=15, gamma=0.5)),
    "cosine": Setting(sgd, partial(CosineAnnealingLR, T_max=60)),
    "one cycle": Setting(sgd, once),
}
race = Experiment(ravine(20), schedules, steps=60)
heatmap = Heatmap(race, contours=12, xlim=(-10, 4), ylim=(-5, 5))

scene = Scene(
    title="Schedules",
    panels=[heatmap, LearningRate(race), LossCurve(race, "Loss")],
    mosaic="AAB;AAC",
)
