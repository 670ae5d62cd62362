"""Runs optimizers on problems, and keeps what they did."""
