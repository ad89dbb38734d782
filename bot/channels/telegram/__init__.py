"""The Telegram bot: a mouth of the assistant for the public."""
