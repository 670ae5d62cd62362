"""The commands, one per module: the module has the command's name and a `command`."""
