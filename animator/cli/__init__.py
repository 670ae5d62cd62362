"""The command `animate`; the only package that prints or exits."""

from animator.cli.command import animate, main

__all__ = ["animate", "main"]
