"""Suggests fixes for calls that failed."""

from __future__ import annotations

import difflib
import functools
import inspect
import re
from collections.abc import Iterable, Mapping
from typing import Any

from animator.base.checks import is_number, quoted

_OTHER_NAMES = {"learning_rate": "lr", "beta": "betas", "wd": "weight_decay"}
"""Names that other libraries use for hyperparameters."""
_OF_SETTINGS = (
    "scheduler", "clip_norm", "clip_value", "batch_size", "seed", "groups",
    "accumulate", "closure", "create_graph", "start", "seeds",
)  # fmt: skip
_OF_RENDERING = ("fps", "size", "dpi", "font", "font_size", "steps", "transparent")


def suggest_fix(error: Exception, function: Any) -> str:
    """Return a fix for a failed call, such as the keyword that was meant."""
    wrong = wrong_argument(function)
    positional = bool(getattr(function, "args", ()))
    while isinstance(function, functools.partial):
        function = function.func
    name = getattr(function, "__name__", "the call")
    misspelled = re.search(r"unexpected keyword argument '(\w+)'", str(error))
    if misspelled is not None:
        return _meant(misspelled[1], name, function)
    missing = re.search(r"missing \d+ required [\w-]+ arguments?: (.+)", str(error))
    if missing is not None and isinstance(function, type):
        names = re.findall(r"\w+", missing[1].replace(" and ", " "))
        return f"write partial({name}, {', '.join(f'{each}=…' for each in names)})"
    if missing is not None:
        return f"give {missing[1]}"
    if wrong:
        return wrong
    if "is not an Optimizer" in str(error):
        return (
            "it is a scheduler: write Setting(partial(SGD, lr=0.1), "
            f"scheduler=partial({name}, …))"
        )
    if positional and "multiple values for argument" in str(error):
        return (
            f"each run passes the parameters of its own model: write partial({name}, "
            "lr=…) without them"
        )
    if "takes 0 positional arguments but 1 was given" in str(error):
        return "it gets a list of parameters: write lambda params: SGD(params, lr=0.1)"
    if isinstance(error, AttributeError | RuntimeError):
        return (
            f"correct the arguments of {name}; it gets a list of parameters: if it "
            f"needs groups or the model, write lambda params: {name}(model, lr=0.1)"
        )
    return f"correct the arguments of {name}"


def wrong_argument(function: Any) -> str:
    """Describe a keyword of a partial whose type differs from its default, if any."""
    if isinstance(function, Mapping):
        return next(filter(None, map(wrong_argument, function.values())), "")
    if not isinstance(function, functools.partial):
        return ""
    defaults = _defaults(function.func)
    if set(function.keywords) - set(defaults):
        return ""  # report a misspelled keyword first
    for name, default in defaults.items():
        value = function.keywords.get(name, default)
        if value is default:
            continue
        if _is_number(default) and isinstance(value, str | Iterable | None):
            if getattr(value, "shape", None) == ():  # a scalar tensor or array
                continue
            return f"{name} is {quoted(value)}; give {_as_number(value, default)}"
        if isinstance(default, tuple) and _is_number(value):
            return f"{name} is {quoted(value)}; give several, such as {default}"
    return ""


def factory_fix(value: object, otherwise: str) -> str:
    """Return what to give in place of a value that cannot create an optimizer."""
    if isinstance(value, Mapping):
        value = next((v for v in value.values() if not callable(v)), None)
    if not hasattr(value, "param_groups"):
        return f"{otherwise} partial(SGD, lr=0.1)"
    rate = getattr(value, "defaults", {}).get("lr", 0.1)
    rate = f"{rate:g}" if is_number(rate) else "…"
    return (
        "each run makes its own, with its model's parameters: write "
        f"partial({type(value).__name__}, lr={rate})"
    )


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """Return a question with the most similar known name; empty if there is none."""
    likeness = 0.7 if len(name) < 4 else 0.6  # "at" is not similar to "data"
    close = difflib.get_close_matches(name, known, n=1, cutoff=likeness)
    if not close:
        lower = {each.lower(): each for each in known}
        close = [lower[name.lower()]] if name.lower() in lower else []
    return f"did you mean {close[0]!r}?" if close else ""


def _meant(name: str, caller: str, function: Any) -> str:
    """Return the keyword that was probably meant, or the known keywords."""
    known = [each for each in _parameters(function) if each != "made_at"]
    if where := _belongs(name, caller, function):
        return where
    if _OTHER_NAMES.get(name) in known:
        return f"did you mean {_OTHER_NAMES[name]!r}?"
    if close := did_you_mean(name, known):
        return close
    if caller == "Setting":
        return f"{name} belongs to the optimizer: write Setting(partial(SGD, {name}=…))"
    return f"{caller} takes {', '.join(known)}" if known else f"see help({caller})"


def _belongs(name: str, caller: str, function: Any) -> str:
    """Return the function that accepts a misplaced keyword; empty if unknown."""
    of_run = caller == "Experiment" or hasattr(function, "add_param_group")
    if of_run and name in _OF_SETTINGS:
        return f"it belongs to a setting: write Setting(partial(SGD, lr=0.1), {name}=…)"
    if name == "validation":
        return "it belongs to a problem with data, such as network(…, validation=…)"
    if name == "metrics":
        return "it belongs to the experiment: write Experiment(…, metrics=…)"
    if caller == "Scene" and name in _OF_RENDERING:
        option = name.replace("_", "-")
        return f"it is an option of the command, --{option}, and of render(…, {name}=…)"
    return ""


def _parameters(function: Any) -> dict[str, inspect.Parameter]:
    try:
        return dict(inspect.signature(function).parameters)
    except (TypeError, ValueError):  # some builtins have no signature
        return {}


def _defaults(function: Any) -> dict[str, Any]:
    return {name: p.default for name, p in _parameters(function).items()}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _as_number(value: object, default: float) -> str:
    """Return the number that a string contains, or an example."""
    if isinstance(value, str):
        try:
            return f"the number {float(value):g}"
        except ValueError:
            pass
    return f"a number, such as {default:g}"
