"""The formats: each module describes one of them completely in `FORMAT`."""
