"""What covers a query's term, and how far, worked out by hand; and scores taken over from translations."""

from __future__ import annotations

import numpy as np
import pytest

from vectorstore.corpus import Corpus
from vectorstore.schema import Language, Passage, Sentence, Span, Title

FERRY_EN, FERRY_ZH = ("Gates opened. Ferries left. Pilots slept.", "闸口启用。渡轮离开。领航员入睡。")
OTHER = "Dredging ended."


def _passage(name: str, text: str, start: int, language: Language, title: str, partners: int | None) -> Passage:
    """A passage of sentences with stops; the first one's counterpart begins at `partners`."""
    sentences: list[Sentence] = []
    for stop in (i for i, c in enumerate(text, 1) if c in ".。"):
        begin = sentences[-1].end - start if sentences else 0
        begin += text[begin] == " "
        counterpart = Span(partners, partners + 5) if partners is not None and not sentences else None
        sentences.append(Sentence(start + begin, start + stop, counterpart))
    return Passage(
        name, "d", "d.txt", start, start + len(text), text, language, (Title("", title),), "body", 9, tuple(sentences)
    )


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    """Sentences 0 to 2 in English, 3 to 5 in Chinese, 6 in English; 0 and 3 say the same."""
    return Corpus(
        [
            _passage("en", FERRY_EN, 0, "en", "Harbour", 100),
            _passage("zh", FERRY_ZH, 100, "zh", "Harbour", 0),
            _passage("other", OTHER, 200, "en", "Dredgers", None),
        ]
    )


def test_the_sentence_before_is_of_the_same_language_and_section(corpus: Corpus) -> None:
    before = corpus.before("en", 1)
    assert before is not None
    assert before.text == "Gates opened."
    assert corpus.before("en", 0) is None
    assert corpus.before("zh", 0) is None
    assert corpus.before("other", 0) is None


def test_a_term_counts_by_where_it_stands(corpus: Corpus) -> None:
    alone, context, elsewhere = corpus.cover({"gate": 1.0}, {})
    np.testing.assert_allclose(alone, [1, 0, 0, 1, 0, 0, 0], rtol=1e-6)  # 3 is its translation
    np.testing.assert_allclose(context, [1, 0.6, 0.4, 1, 0, 0, 0], rtol=1e-6)
    np.testing.assert_allclose(elsewhere, [0, 1, 1, 0, 1, 1, 1], rtol=1e-6)


def test_a_term_of_the_title_counts_less_than_one_of_the_sentence(corpus: Corpus) -> None:
    _, context, elsewhere = corpus.cover({"harbour": 1.0}, {})
    np.testing.assert_allclose(context, [0.7, 0.7, 0.7, 0.7, 0.7, 0.7, 0], rtol=1e-6)
    np.testing.assert_allclose(elsewhere, [0, 0, 0, 0, 0, 0, 1], rtol=1e-6)


def test_a_word_that_no_text_holds_stands_nowhere_else(corpus: Corpus) -> None:
    _, _, elsewhere = corpus.cover({"gate": 1.0, "zeppelin": 1.0}, {})
    assert 0 < elsewhere[1] < 1
    assert corpus.cover({"zeppelin": 1.0}, {})[2].tolist() == [0] * 7


def test_an_alternative_counts_less_than_the_term(corpus: Corpus) -> None:
    alone, _, _ = corpus.cover({"boat": 1.0}, {"boat": [frozenset({"ferri"})]})
    np.testing.assert_allclose(alone, [0, 0.8, 0, 0, 0, 0, 0], rtol=1e-6)


def test_the_score_of_a_translation_is_taken_over(corpus: Corpus) -> None:
    scores = np.array([5, 4, 3, 2, 1.5, 1, 9], np.float32)
    assert corpus.with_counterparts(scores).tolist() == [2, 1, 1, 5, 1, 1, 1]


def test_a_sentence_without_translation_is_shown_in_either_language(corpus: Corpus) -> None:
    assert corpus.shown["en"].tolist() == [True, True, True, False, True, True, True]
    assert corpus.shown["zh"].tolist() == [False, True, True, True, True, True, True]
