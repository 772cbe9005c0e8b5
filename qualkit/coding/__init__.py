"""From transcript to coded excerpts: pure functions."""
