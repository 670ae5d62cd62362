"""Prints lines, and names the cause where a line cannot be printed."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from animator.base.errors import RenderWarning


class PrintError(Exception):
    """Standard output, or standard error, cannot be written to."""


@contextmanager
def _printing() -> Iterator[None]:
    try:
        yield
    except (OSError, ValueError) as error:  # ValueError: a scene has closed the stream
        raise PrintError(getattr(error, "strerror", None) or str(error)) from error


def echo(text: str, *, err: bool = False, newline: bool = True) -> None:
    """Print a text to standard output, or to standard error.

    Raises:
        PrintError: the text could not be printed.
    """
    with _printing():
        click.echo(text, err=err, nl=newline)


def print_message(message: object) -> None:
    """Print a message as one line to standard error."""
    echo(f"animate: {' '.join(str(message).split())}", err=True)


def copy_to_stdout(path: Path) -> None:
    """Write the bytes of a file to standard output.

    Raises:
        PrintError: the bytes could not be written.
    """
    import shutil  # slow to import, and needed only here

    with path.open("rb") as file, _printing():
        shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()


def describe_system_error(error: OSError) -> str:
    """Return one line with the cause of a system error, and its file if known."""
    cause = error.strerror or str(error) or type(error).__name__
    return f"{error.filename}: {cause}" if error.filename else cause


@contextmanager
def warnings_as_lines() -> Iterator[None]:
    """Print each `RenderWarning` of the body as one line."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("ignore")
        warnings.simplefilter("always", RenderWarning)
        yield
    for message in dict.fromkeys(str(warning.message) for warning in caught):
        print_message(message)


def accept_all_characters() -> None:
    """Print characters that the console's encoding lacks as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
