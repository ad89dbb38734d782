"""From report files to passages in the index."""
