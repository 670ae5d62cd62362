"""Encoders: frames to a file, one format a module; they know nothing of scenes."""
