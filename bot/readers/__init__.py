"""Readers: what turns retrieved sentences into the statements of an answer."""
