"""Every switch of the ablation turns off what it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.assistant import Assistant
from bot.lexicon import synonyms
from bot.question import to_written_chinese, understand
from bot.settings import Settings
from evaluation import evaluate, load_gold
from evaluation.ablation import VARIANTS, Variant, ablate
from vectorstore.retriever import Weights
from vectorstore.schema import Passage
from vectorstore.tokens import tokenise

BY_NAME = {variant.name: variant for variant in VARIANTS}


def test_a_switch_names_weights_that_there_are() -> None:
    names = set(Weights.__dataclass_fields__)
    assert all(set(variant.off) < names for variant in VARIANTS)
    assert set(BY_NAME["dense only"].off) | set(BY_NAME["lexical only"].off) == names


def test_cantonese_is_left_as_it_is_typed_and_read_again_afterwards() -> None:
    before = to_written_chinese("而家有幾多個閘口㗎")
    with BY_NAME["no Cantonese normalisation"].without():
        assert to_written_chinese("而家有幾多個閘口㗎") == "而家有几多个闸口㗎"
    assert to_written_chinese("而家有幾多個閘口㗎") == before != "而家有几多个闸口㗎"


def test_synonyms_are_not_looked_up() -> None:
    everyday = next(iter(synonyms().words))
    assert looked_up(everyday)
    with BY_NAME["no synonyms"].without():
        assert not looked_up(everyday)


def looked_up(word: str) -> bool:
    """Whether a question with `word` also looks for the official words."""
    official = set(tokenise(" ".join(synonyms().words[word])))
    return official <= understand(word).terms.keys()


@pytest.mark.parametrize("name", ["no translation pairs", "no section and passage context"])
def test_passages_lose_what_the_switch_names(name: str, small_assistant: Assistant) -> None:
    def traces(passage: Passage) -> bool:
        paired = any(sentence.counterpart for sentence in passage.sentences)
        return paired if name == "no translation pairs" else bool(passage.section)

    passages = small_assistant.passages()
    assert any(traces(passage) for passage in passages)
    assert not any(traces(BY_NAME[name].passages(passage)) for passage in passages)


def test_every_variant_is_compared_with_the_whole(
    small_gold: Path, small_settings: Settings, small_assistant: Assistant
) -> None:
    questions = load_gold(small_gold)
    whole = evaluate(questions, small_assistant)
    rows = ablate(questions, small_settings, whole, (Variant("nothing off"), *VARIANTS))
    assert [row.variant for row in rows] == ["nothing off", *BY_NAME]
    assert all(comparison.difference.value == 0 for comparison in rows[0].comparisons.values())
    assert {"correct", "recall@1", "mrr"} <= rows[0].comparisons.keys()
