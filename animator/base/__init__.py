"""What every other package may use: errors, checks, files, signals, seeds, a cache."""
