"""`Results` → the HTML page: figures, charts, and every question with its answer beside its gold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, get_args

from jinja2 import Environment, PackageLoader, StrictUndefined

from evaluation.ablation import SHOWN, AblationRow
from evaluation.compare import Comparison
from evaluation.gold import Category, GoldRegister
from evaluation.metrics import METRICS
from evaluation.report.charts import heat_map, latency_chart, reliability_chart, risk_coverage_chart
from evaluation.report.decisions import calibration_error, decided, reliability, risk_coverage
from evaluation.report.drawing import HEAT_LEVELS
from evaluation.results import QuestionRecord, Results
from evaluation.tables import BREAKDOWN, interval, number

FILE_NAME = "report.html"
TILES = ("right", "correct", "refusal_precision", "refusal_recall", "parity", "recall@1", "latency_p50")
_LIGHT = ((244, 180, 130), (248, 240, 226), (140, 190, 232))
_DARK = ((150, 70, 22), (58, 58, 62), (26, 92, 150))


def render(results: Results, comparisons: Sequence[Comparison] = (), ablation: Sequence[AblationRow] = ()) -> str:
    """One HTML file that needs no other and no network."""
    questions = results.questions
    decisions = decided(questions)
    bins = reliability(decisions)
    threshold = questions[0].threshold
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            run=results.run,
            results=results,
            metrics=METRICS,
            labels={metric.name: metric.label for metric in METRICS},
            tiles=[metric for metric in METRICS if metric.name in TILES],
            main=BREAKDOWN,
            subsets=[name for name in results.figures if name != "all"],
            charts=_charts(results, threshold),
            calibration_error=calibration_error(bins),
            decided=len(decisions),
            comparisons=comparisons,
            ablation=ablation,
            ablation_metrics=[name for name in SHOWN if ablation and name in ablation[0].comparisons],
            registers=_present(get_args(GoldRegister), {q.gold.register for q in questions}),
            categories=_present(get_args(Category), {q.gold.category for q in questions}),
            heat_light=heat_colours(*_LIGHT),
            heat_dark=heat_colours(*_DARK),
        )
    )


def _charts(results: Results, threshold: float) -> dict[str, str]:
    decisions = decided(results.questions)
    return {
        "heat": heat_map(results.questions),
        "risk": risk_coverage_chart(risk_coverage(decisions), threshold),
        "reliability": reliability_chart(reliability(decisions), threshold),
        "latency": latency_chart([question.answer.latency_ms["total"] for question in results.questions]),
    }


def heat_colours(*stops: tuple[int, int, int]) -> list[str]:
    """Colours from the first stop over the middle one to the last, one for each level of the heat map."""
    colours = []
    for level in range(HEAT_LEVELS):
        at = level / (HEAT_LEVELS - 1) * (len(stops) - 1)
        lower = min(int(at), len(stops) - 2)
        part = at - lower
        mixed = (round(a + part * (b - a)) for a, b in zip(stops[lower], stops[lower + 1], strict=True))
        colours.append("#" + "".join(f"{channel:02x}" for channel in mixed))
    return colours


def _present(order: Sequence[str], found: set[Any]) -> list[str]:
    return [name for name in order if name in found]


def verdict(question: QuestionRecord) -> str:
    """One word or two for what became of a question."""
    if question.scores["right"][0] == 1:
        return "rightly refused" if question.answer.refused else "right"
    if question.answer.refused:
        return "wrongly refused"
    return "wrong" if question.gold.answerable else "wrongly answered"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("evaluation.report", "."),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(number=number, interval=interval, verdict=verdict)
    return environment
