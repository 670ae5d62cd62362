"""Lets `python -m animator` do what `animate` does."""

from animator.cli import main

if __name__ == "__main__":
    main()
