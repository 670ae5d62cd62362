"""What panels are drawn with: theme, fonts, strokes, trails, texts and curves."""
