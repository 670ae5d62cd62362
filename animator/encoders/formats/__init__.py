"""The formats: each module is one, and says everything about it in `FORMAT`."""
