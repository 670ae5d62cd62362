"""Draws scenes and their recordings as frames, and writes the frames to files."""
