"""What writes the files: heavy code, imported when a clip is written."""
