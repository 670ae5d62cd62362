"""Runs the command `animate`, and exits with its status."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

import click

from animator.base.interrupts import ignore_signals, raise_on_signals
from animator.cli.console import (
    PrintError,
    accept_all_characters,
    describe_system_error,
    print_message,
)
from animator.cli.group import animate


def main() -> None:
    """Run the command, and exit with its status."""
    raise_on_signals("SIGINT", "SIGTERM", "SIGHUP")
    accept_all_characters()
    try:
        status = animate.main(prog_name="animate", standalone_mode=False)
    except click.Abort:  # no work has begun
        status = 130
    except PrintError as error:
        _fail_at_once(f"cannot print: {error}")
    except OSError as error:
        _fail_at_once(describe_system_error(error))
    except click.ClickException as error:
        error.show()
        status = error.exit_code
    ignore_signals()
    others = set(threading.enumerate()) - {threading.main_thread()}
    if not all(thread.daemon for thread in others):
        sys.stdout.flush()
        os._exit(status or 0)  # threads of a scene may never end
    sys.exit(status or 0)


def _fail_at_once(message: str) -> None:
    """Print a message if possible, and exit before Python flushes its output again."""
    with suppress(PrintError):
        print_message(message)
    os._exit(1)
