"""Scenes: panels in a grid with a title and a clock; loading and varying them."""
