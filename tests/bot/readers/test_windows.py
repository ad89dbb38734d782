"""Windows: what the model reads, and the way from its words back to the verbatim quote."""

from __future__ import annotations

import pytest

from bot.assistant import Assistant
from bot.readers.windows import locate, window_of
from ingest.sentences import clean
from vectorstore.tokens import convert_script


@pytest.mark.parametrize(
    ("answer", "quote", "found"),
    [
        ("4172", "共有 **4 172** 人", "4 172"),
        ("4 172 人", "共有 **4 172** 人", "4 172** 人"),
        ("HK$30 million", "not less than HK\\$30 million in", "HK\\$30 million"),
        ("On fostering", "x On\n\nfostering y", "On\n\nfostering"),
        ("将军澳", "位於將軍澳市中心", "將軍澳"),
        ("e-道", "多功能 e- 道。", "e- 道"),
    ],
)
def test_the_words_of_an_answer_are_found_in_the_quote(answer: str, quote: str, found: str) -> None:
    span = locate(answer, quote)
    assert span is not None
    assert quote[slice(*span)] == found


def test_words_that_are_not_there_are_not_found() -> None:
    assert locate("757", "a total of 756") is None
    assert locate("  ", "a total of 756") is None


def test_every_sentence_of_a_passage_stands_where_its_window_says(assistant: Assistant) -> None:
    for path in assistant.sections():
        assert path
    for passage_id in list(assistant._corpus.passages)[::20]:
        passage = assistant.passage(passage_id)
        window = window_of(passage)
        for (start, end), sentence in zip(window.sentences, passage.sentences, strict=True):
            reading = convert_script(clean(passage.slice(sentence.start, sentence.end)), "hk2s")
            assert window.text[start:end] == reading
