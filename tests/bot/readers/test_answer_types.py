"""Answer types: a sentence that holds no date does not say when."""

from __future__ import annotations

import pytest

from bot.readers.answer_types import answer_fit
from vectorstore.quantities import find_quantities


@pytest.mark.parametrize(
    ("kind", "holds", "holds_not"),
    [
        ("number", "共设有 756 条通道", "各管制站设有通道"),
        ("number", "a total of 756 channels are installed", "channels are installed"),
        ("number", "Block G1 has 12 storeys", "Block G1, near Gate T-7"),
        ("date", "于二零二四年六月十一日启用", "已经启用"),
        ("date", "It opened on 11 June 2024.", "It opened to the public."),
        ("money", "investment of HK$30 million", "a total of 30 million visitors"),
        ("money", "不少于 3 000 万港元的投资", "约 3 000 万人次"),
        ("duration", "缩短至五个工作日", "缩短了时间"),
        ("duration", "extended from two years to three years", "extended the validity"),
        ("share", "上升 59%", "有所上升"),
        ("share", "a rise of 59 per cent", "a rise"),
        ("person", "评核委员会由局长担任主席", "评核委员会审批申请"),
        ("place", "located in the Tseung Kwan O town centre", "equipped with facilities"),
    ],
)
def test_the_sentence_that_holds_the_kind_fits_better(kind: str, holds: str, holds_not: str) -> None:
    fits = [answer_fit(kind, text, find_quantities(text)) for text in (holds, holds_not)]
    assert fits[0] == 1.0 > fits[1]
