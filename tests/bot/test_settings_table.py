"""The page for operators names every setting as the class has it."""

from __future__ import annotations

from bot.settings import Settings
from bot.settings_table import PAGE, settings_table, with_table


def test_the_page_holds_the_table_of_today() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert with_table(page) == page, "run `python -m bot.settings_table`"


def test_every_setting_has_a_row_and_a_description() -> None:
    rows = settings_table().splitlines()[2:]
    assert len(rows) == len(Settings.model_fields)
    assert "| `REPORTQA_HOME` | `.reportqa` |" in rows[0]
    assert any(row.startswith("| `TELEGRAM_BOT_TOKEN` |") for row in rows)
    assert all(field.description for field in Settings.model_fields.values())
