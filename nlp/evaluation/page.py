"""The report as one page that stands by itself: no script, nothing loaded, every plot with its figures in words."""

import html
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from nlp.evaluation import plots, tables
from nlp.evaluation.wording import SECTIONS, TITLES, figure, plain
from nlp.measures import Score

STYLE = """
body{font:1rem/1.5 Arial,sans-serif;color:#0b0c0c;background:#fff;margin:0}
main,header,nav{max-width:70rem;margin:0 auto;padding:0 1rem}
a{color:#1a5fa8;display:inline-block;padding:.25rem 0}
a:focus-visible,summary:focus-visible,.scroll:focus-visible{outline:3px solid #0b0c0c;outline-offset:2px}
.skip{position:absolute;left:-999rem}.skip:focus{left:1rem;background:#fff}
h2{margin-top:2.5rem;border-top:1px solid #595959;padding-top:1rem}
.scroll{overflow-x:auto;margin:1rem 0}table{border-collapse:collapse}
caption{text-align:left;font-weight:bold;padding:.25rem 0}
th,td{text-align:left;vertical-align:top;padding:.25rem .75rem .25rem .25rem;border-bottom:1px solid #949494}
td{font-variant-numeric:tabular-nums}td small{display:block;color:#454545;white-space:nowrap}
nav ul{columns:16rem;padding-left:1rem}figcaption{font-weight:bold}
.plots{display:flex;flex-wrap:wrap;gap:1rem}figure{margin:0;max-width:100%}
svg{max-width:100%;height:auto;font:12px Arial,sans-serif;fill:#0b0c0c}svg.bar{height:12px;max-width:none}
summary{cursor:pointer;padding:.25rem 0}
"""
OWN = {"models", "test_texts", "times_scored", "names", "against"}  # shown in the head or inside other sections


def render(result: Mapping[str, Any]) -> str:
    """The page of a report."""
    sections = [(key, "".join(_section(key, result))) for key in (*TITLES, *(k for k in result if k not in TITLES))]
    shown = [(key, body) for key, body in sections if body]
    links = "".join(f'<li><a href="#{key}">{html.escape(_title(key))}</a></li>' for key, _ in shown)
    bodies = "".join(
        f'<section aria-labelledby="{key}"><h2 id="{key}">{html.escape(_title(key))}</h2>'
        f"{f'<p>{html.escape(SECTIONS[key])}</p>' if key in SECTIONS else ''}{body}</section>"
        for key, body in shown
    )
    return (
        '<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>Evaluation of the models</title>'
        f'<meta name="viewport" content="width=device-width, initial-scale=1"><style>{STYLE}</style></head><body>'
        f'<a class="skip" href="#main">Skip to the figures</a>{_header(result)}'
        f'<nav aria-label="Sections"><ul>{links}</ul></nav>'
        f'<main id="main" tabindex="-1">{bodies}</main></body></html>\n'
    )


def _header(result: Mapping[str, Any]) -> str:
    times, count = result["times_scored"], result["test_texts"]
    versions = ", ".join(f"{name} {version}" for name, version in result["models"].items())
    so_far = f"{times} {'time' if times == 1 else 'times'} so far"
    return (
        f"<header><h1>Evaluation of the models</h1><p>{count:,} test texts by authors of no training text; "
        f"this test part has been scored {so_far}.</p><p>Models: {html.escape(versions)}</p></header>"
    )


def _section(key: str, result: Mapping[str, Any]) -> Iterator[str]:
    """The body of a section; nothing where the report has none."""
    part = result.get(key)
    if not part:
        return
    against = result.get("against") or {}
    before: tables.Before = against.get("figures", {})
    names: Mapping[str, str] = result.get("names", {})
    if key in SHOWN:
        yield from SHOWN[key](part, before, names)
    elif key not in OWN and isinstance(part, Mapping):
        yield from _figures(key, part, before, names)


def _figures(key: str, part: Mapping[str, Any], before: tables.Before, names: Mapping[str, str]) -> Iterator[str]:
    """Figures with intervals as rows, or a table of parts where they lie one level deeper."""
    flat = {name: value for name, value in part.items() if isinstance(value, Score)}
    if flat:
        yield tables.scores(_title(key), flat, key, before)
    others = [[html.escape(figure(n)), _plain(v)] for n, v in part.items() if isinstance(v, int | float | str)]
    others = [row for row in others if not isinstance(part, Score)]
    if others:
        yield tables.table(f"{_title(key)}: counts", ["What", "Number"], others)
    deep = {name: value for name, value in part.items() if isinstance(value, Mapping) and value}
    if deep and all(isinstance(score, Score) for row in deep.values() for score in row.values()):
        yield tables.parts(_title(key), "Part", deep, key, before, names)


def _plain(value: float | str) -> str:
    return f"{value:,}" if isinstance(value, int | float) else html.escape(value)


def _against(part: Mapping[str, Any], _before: tables.Before, _names: Mapping[str, str]) -> Iterator[str]:
    models = "the same models" if part["same_models"] else "other models"
    texts = (
        "on as many test texts"
        if part["same_texts"]
        else f"on {part['test_texts']:,} test texts, so a difference is one of models and of texts"
    )
    yield f"<p>Columns “in use” hold the values of the report beside the models in use: {models}, {texts}.</p>"


def _calibration(part: Mapping[str, Any], _before: tables.Before, _names: Mapping[str, str]) -> Iterator[str]:
    curves = {axis: bins for axis, bins in part.items() if bins}
    drawn = "".join(
        f"<figure><figcaption>{html.escape(figure(axis))}</figcaption>{plots.reliability(axis, bins)}</figure>"
        for axis, bins in curves.items()
    )
    yield f'<div class="plots">{drawn}</div>'
    for axis, bins in curves.items():
        rows = [
            [f"{b['from']:.1f} to {b['to']:.1f}", f"{b['said']:.3f}", f"{b['true']:.3f}", f"{b['cases']:,}"]
            for b in bins
        ]
        name = figure(axis)
        yield f"<details><summary>{name} in numbers</summary>"
        yield (
            tables.table(f"Reliability of {name.lower()}", ["Said", "Mean said", "Share true", "Texts"], rows)
            + "</details>"
        )


def _confusion(part: Mapping[str, Any], _before: tables.Before, names: Mapping[str, str]) -> Iterator[str]:
    for axis, matrix in part.items():
        yield tables.confusion(f"{figure(axis)}: texts by label and reading", matrix, names)


def _labels(part: Mapping[str, Any], before: tables.Before, names: Mapping[str, str]) -> Iterator[str]:
    for axis, rows in part.items():
        yield tables.labels(figure(axis), rows, f"labels.{axis}", before, names)


def _dialect(part: Mapping[str, Any], before: tables.Before, names: Mapping[str, str]) -> Iterator[str]:
    yield tables.scores("Gaps", part["gaps"], "dialect.gaps", before)
    yield tables.parts(
        "Texts with written dialect and the rest", "Texts", part["parts"], "dialect.parts", before, names
    )


def _agreement(part: Mapping[str, Any], before: tables.Before, _names: Mapping[str, str]) -> Iterator[str]:
    yield f"<p>{part['texts']:,} texts.</p>"
    captions = {"kappa": "Cohen’s kappa", "same": "Share alike", "jaccard": "Overlap of sets", "f1": "F1 of sets"}
    for key, caption in captions.items():
        yield tables.scores(caption, part[key], f"agreement.{key}", before)


def _curve(part: list[dict[str, Any]], _before: tables.Before, _names: Mapping[str, str]) -> Iterator[str]:
    yield f"<figure>{plots.learning(part)}</figure>"
    names = [name for name in part[0] if name != "texts"]
    rows = [[f"{point['texts']:,}", *(f"{point[name]:.3f}" for name in names)] for point in part]
    yield tables.table("Figures by number of gold texts", ["Gold texts", *map(figure, names)], rows)


def _worst(part: list[dict[str, Any]], _before: tables.Before, _names: Mapping[str, str]) -> Iterator[str]:
    heads = ["Text", "Error", "Score", "Stance: labelled, read", "Narrative: labelled, read", "Words"]
    rows = [
        [
            html.escape(case["id"]),
            "missed" if case["flag"] else "wrongly flagged",
            f"{case['score']:.3f}",
            html.escape(f"{case['stance']}, {case['read_as']}"),
            html.escape(", ".join(code or "none" for code in (case["narrative"], case["narrative_read_as"]))),
            f"<details><summary>Show {html.escape(case['id'])}</summary>{html.escape(case['text'])}</details>",
        ]
        for case in part
    ]
    yield tables.table("Errors of the flag, surest first", heads, rows)


SHOWN: dict[str, Callable[[Any, tables.Before, Mapping[str, str]], Iterator[str]]] = {
    "against": _against,
    "calibration": _calibration,
    "confusion": _confusion,
    "labels": _labels,
    "dialect": _dialect,
    "agreement": _agreement,
    "curve": _curve,
    "worst": _worst,
}


def _title(key: str) -> str:
    return TITLES.get(key) or plain(key)
