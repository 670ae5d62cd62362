"""The commands: each module is one, named like it, and has it as `command`."""
