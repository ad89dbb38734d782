"""Where people talk to the assistant: each channel speaks to `Assistant` alone."""
