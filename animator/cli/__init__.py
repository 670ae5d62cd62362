"""The command `animate`; the only package that prints or exits."""

from animator.cli.entry import main
from animator.cli.group import animate

__all__ = ["animate", "main"]
