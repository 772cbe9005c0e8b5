"""qualkit code --plain: the same acts as on the coding screen, line by line."""
