"""The command `animate`: finds its subcommands; `render` is the default."""

from __future__ import annotations

import pkgutil
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

import animator.cli.commands as folder
from animator import __version__
from animator.base.entry_points import entry_points
from animator.base.errors import AnimatorError, WriteError
from animator.base.interrupts import Interrupted
from animator.cli.console import echo, print_message, warnings_as_lines

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

    from click.shell_completion import CompletionItem

GROUP = "animator.commands"
"""The group of entry points for commands of other distributions."""
DEFAULT = "render"
"""The command that runs if the arguments name none."""
DEBUG = "animator.debug"
"""The key in the context's `meta` that says whether to print tracebacks."""
_OWN_OPTIONS = ("-h", "--help", "--version")


def status_of(error: AnimatorError) -> int:
    """Return the exit status of an error."""
    return 1 if isinstance(error, WriteError) else 2


class CommandGroup(click.Group):
    """A group that loads a command when it is needed."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands, those of other distributions last."""
        return [*_own_names(), *sorted(_installed().keys() - set(_own_names()))]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load a command.

        Raises:
            ClickException: the command of another distribution cannot be loaded.
        """
        if cmd_name in _own_names():
            name = cmd_name.replace("-", "_")
            with warnings_as_lines():
                module = import_module(f"animator.cli.commands.{name}")
            return cast(click.Command, module.command)
        entry = _installed().get(cmd_name)
        return _load(entry) if entry is not None else None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Insert the default command if the arguments name none."""
        asks_group = not args if ctx.resilient_parsing else args[:1] in _SINGLE
        if not asks_group and (not args or not _is_command(args[0])):
            args = [DEFAULT, *args]
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; turn an error or an interrupt into one line and a status."""
        try:
            return super().invoke(ctx)
        except AnimatorError as error:
            if ctx.meta.get(DEBUG):
                import traceback

                echo(
                    "".join(traceback.format_exception(error)), err=True, newline=False
                )
            print_message(error)
            ctx.exit(status_of(error))
        except KeyboardInterrupt as interrupt:
            print_message("interrupted")
            known = isinstance(interrupt, Interrupted)
            ctx.exit(128 + interrupt.args[0] if known else 130)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the help of the default command, and list the other commands."""
        default = cast(click.Command, self.get_command(ctx, DEFAULT))
        context = click.Context(
            default, info_name=ctx.info_name, help_option_names=ctx.help_option_names
        )
        default.format_usage(context, formatter)
        formatter.write_usage(ctx.command_path, "COMMAND [ARGS]...", "   or: ")
        default.format_help_text(context, formatter)
        default.format_options(context, formatter)
        names = [name for name in self.list_commands(ctx) if name != DEFAULT]
        with formatter.section("Commands"):
            formatter.write_dl([(name, self._short_help(ctx, name)) for name in names])
        self.format_epilog(ctx, formatter)

    def _short_help(self, ctx: click.Context, name: str) -> str:
        try:
            command = self.get_command(ctx, name)
        except click.ClickException as error:
            return error.message
        return command.get_short_help_str(limit=100) if command is not None else ""

    def shell_complete(
        self, ctx: click.Context, incomplete: str
    ) -> list[CompletionItem]:
        """Complete the first word: a command, an option of the default, or a file."""
        from click.shell_completion import CompletionItem

        default = self.get_command(ctx, DEFAULT)
        assert default is not None
        if incomplete[:1] == "-":
            context = click.Context(default, info_name=ctx.info_name)
            return default.shell_complete(context, incomplete)
        names = [n for n in self.list_commands(ctx) if n.startswith(incomplete)]
        return [*map(CompletionItem, names), CompletionItem(incomplete, type="file")]


_SINGLE = [[option] for option in _OWN_OPTIONS]


def _own_names() -> list[str]:
    modules = pkgutil.iter_modules(folder.__path__)
    return [module.name.replace("_", "-") for module in modules]


def _installed() -> dict[str, EntryPoint]:
    return {entry.name: entry for entry in entry_points(GROUP)}


def _is_command(word: str) -> bool:
    return word in _own_names() or (
        not word.startswith("-") and not Path(word).suffix and word in _installed()
    )


def _load(entry: EntryPoint) -> click.Command:
    try:
        command = entry.load()
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.value} is no click.Command")
    except Exception as error:  # foreign code may raise anything
        raise click.ClickException(
            f"command {entry.name!r} cannot be used: {error}; update or remove the "
            "distribution that brings it"
        ) from error
    return command


animate = CommandGroup(
    "animate",
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Render clips of optimizer trajectories over loss landscapes.",
    epilog="animate COMMAND --help describes a command; animate --version says which "
    "version this is.",
)
click.version_option(__version__, prog_name="animate")(animate)
