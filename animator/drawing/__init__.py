"""The drawing tools of panels: theme, fonts, strokes, trails, texts and curves."""
