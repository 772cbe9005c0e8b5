"""From coded excerpts to the theme matrix: pure functions."""
