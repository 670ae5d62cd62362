"""Renders many scenes: jobs, worker processes, manifests and tables."""
