"""From recording to transcript."""
