"""Lets `python -m animator` do what `animate` does."""

from animator.cli.entry import main

if __name__ == "__main__":
    main()
