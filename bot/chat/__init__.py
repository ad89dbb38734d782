"""The chat reader: a chat model writes the answer, the guard holds every statement to the report."""
