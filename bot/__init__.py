"""The assistant and its mouths."""
