"""The page of one evaluation, made once."""

import json

import pytest

from nlp import evaluate, labelled
from nlp.annotate import Reader

CURVE = (
    '[{"texts":100,"flag_f1":0.6,"stance_accuracy":0.5,"narrative_accuracy":0.5,"signals_f1":0.4},'
    '{"texts":200,"flag_f1":0.7,"stance_accuracy":0.6,"narrative_accuracy":0.6,"signals_f1":0.5}]'
)


@pytest.fixture(scope="session")
def made(reader: Reader, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of an evaluation on training texts, with second labels and a curve."""
    folder = tmp_path_factory.mktemp("gold")
    texts = labelled.training()[:80]
    wrong = next(at for at, text in enumerate(texts) if text.flag)  # a label that no model would agree with
    texts[wrong] = texts[wrong].model_copy(update={"flag": False, "stance": "official"})
    lines = "".join(t.model_dump_json() + "\n" for t in texts)
    for name in ("test.jsonl", "train_a.jsonl", "second.jsonl"):
        (folder / name).write_text(lines, encoding="utf-8")
    cases = [
        {"id": t.id, "text": t.text, "hate": t.hate, "group": "polish", "function": "opinion"}
        for t in [t for t in texts if t.hate][:5] + [t for t in texts if not t.hate][:5]
    ]
    (folder / "hate_functions.jsonl").write_text("".join(json.dumps(case) + "\n" for case in cases), encoding="utf-8")
    (folder / "curve.json").write_text(CURVE, encoding="utf-8")
    evaluate.evaluate(folder, folder / "out", reader, None, learnt=folder / "curve.json")
    return (folder / "out" / "report.html").read_text(encoding="utf-8")
