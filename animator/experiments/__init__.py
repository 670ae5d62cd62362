"""Runs optimizers on problems, and records their trajectories."""
