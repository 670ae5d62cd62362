"""Names, checks and stores the options of single formats."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, replace
from typing import Any

from animator.base.checks import quoted
from animator.base.errors import SceneError
from animator.drawing.theme import Theme
from animator.encoders.format import FormatOption
from animator.encoders.registry import formats


def format_options() -> list[FormatOption]:
    """Return the options of single formats, in the order of the formats."""
    return [option for format in formats().values() for option in format.own_options()]


def checked_formats(chosen: object) -> dict[str, object]:
    """Return a checked copy of options, given by the names of their formats.

    Raises:
        SceneError: there is no such format, or its options are of another type.
    """
    if not isinstance(chosen, Mapping):
        raise SceneError(
            f"formats is {quoted(chosen)}; give options by the names of their formats"
        )
    for name, own in chosen.items():
        if name not in formats():
            raise _no_format(name)
        kind = formats()[name].options
        if not isinstance(own, kind):
            raise SceneError(
                f"the options of {name} are {quoted(own)}; give {kind.__name__}(...)"
            )
    return dict(chosen)


def with_option(
    chosen: Mapping[str, object], option: FormatOption, value: object
) -> object:
    """Return the options of one format, with another value of one option."""
    before: Any = chosen.get(option.format, formats()[option.format].options())
    return replace(before, **{option.field: value})


def as_stored(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of options as values for JSON."""
    entry = dict(values)
    if isinstance(entry["theme"], Theme):
        entry["theme"] = asdict(entry["theme"])
    own: dict[str, Any] = dict(entry["formats"])
    return {**entry, "formats": {name: asdict(one) for name, one in own.items()}}


def from_stored(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of options that `as_stored` returned.

    Raises:
        SceneError: there is no such format, or no such option of it.
    """
    values = dict(entry)
    own = values.pop("formats", {})
    theme = values.get("theme")
    if isinstance(theme, Mapping):
        stored: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in theme.items()
        }
        values["theme"] = Theme(**stored)
    chosen = {}
    for name, options in own.items():
        if name not in formats():
            raise _no_format(name)
        known = {option.field: option for option in formats()[name].own_options()}
        for own_name in options:
            if own_name not in known:
                raise no_option(f"{name}_{own_name}", known)
        chosen[name] = formats()[name].options(**options)
    return {**values, "formats": chosen}


def no_option(name: str, names: Collection[str]) -> SceneError:
    """Return an error that says that there is no option of a name."""
    import difflib

    near = difflib.get_close_matches(name, names, 1)
    advice = f"did you mean {near[0]!r}?" if near else f"give one of {', '.join(names)}"
    return SceneError(f"there is no option {quoted(name)}; {advice}")


def _no_format(name: object) -> SceneError:
    return SceneError(
        f"there is no format {quoted(name)}; give one of {', '.join(formats())}"
    )
