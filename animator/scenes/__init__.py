"""Scenes: panels in a grid with a title and a clock, their loader, and variants."""
