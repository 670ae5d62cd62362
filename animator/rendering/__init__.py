"""From a scene and its recordings to frames, and from frames to files."""
