"""Encoders: write frames to files, one format per module, independent of scenes."""
