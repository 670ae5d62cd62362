"""The writers of the formats, which are imported only when a clip is written."""
