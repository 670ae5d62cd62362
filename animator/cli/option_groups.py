"""A command whose help shows its options in groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

import click

OptionGroups = Mapping[str, Sequence[click.Option]]
"""The title of each group, with its options."""

_WIDEST = 30
"""Width of the first column in characters; after a longer option, help starts below."""


class GroupedCommand(click.Command):
    """A command whose help shows its options in groups, with aligned columns."""

    def __init__(
        self,
        name: str,
        *,
        arguments: Sequence[click.Argument],
        groups: OptionGroups,
        **settings: Any,
    ) -> None:
        options = chain.from_iterable(groups.values())
        super().__init__(name, params=[*arguments, *options], **settings)
        self._groups = groups

    def format_options(
        self, ctx: click.Context, formatter: click.HelpFormatter
    ) -> None:
        """Write each group, then click's own options, such as ``--help``."""
        others = [each for each in self.get_params(ctx) if each not in self.params]
        sections = {
            title: [record for o in options if (record := o.get_help_record(ctx))]
            for title, options in {**self._groups, "Other options": others}.items()
        }
        widths = [len(name) for rows in sections.values() for name, _ in rows]
        width = max(each for each in widths if each <= _WIDEST)
        for title, rows in sections.items():
            with formatter.section(title):
                formatter.write_dl([(n.ljust(width), text) for n, text in rows], width)
