"""Lets `python -m animator` do what `animate` does."""

from animator.cli.command import main

if __name__ == "__main__":
    main()
