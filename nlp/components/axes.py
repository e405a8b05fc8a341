"""spaCy component `axes`: reads every label of a text in one pass of the models over a batch."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from spacy.language import Language
from spacy.tokens import Doc

from nlp import sentences
from nlp.annotations import Evidence
from nlp.axes import BY_SENTENCE, Axes, load
from nlp.decode import NOTHING, Decision, Facts, decide
from nlp.evidence import explain
from nlp.taxonomy import Rules, Taxonomy, check_read
from nlp.taxonomy import load as load_taxonomy
from nlp.view import Read

DECISION, EVIDENCE, CLAIM, KIND = "vane_decision", "vane_evidence", "vane_claim", "vane_kind"
TEXT = "vane_text"  # the text as given: `doc.text` joins its tokens anew at every call
BATCH = 256
BLOCK = 100  # sentences of a long text that are read together: to cut pieces takes time by their number squared
SCORED = 2_048  # sentences in one product: a batch of whole books must not lie in memory at once
LONGEST_CLAIM = 300  # characters: what a reader takes in at a glance


class Reading:
    """Reads batches of Docs; what it finds lies in `doc.user_data`."""

    def __init__(self, axes: Axes, taxonomy: Taxonomy) -> None:
        self.axes = axes
        self.use(taxonomy)

    def use(self, taxonomy: Taxonomy) -> None:
        """Read by a council's own taxonomy; raises TaxonomyRefused for a narrative that nothing reads."""
        check_read(taxonomy, self.axes.models["narratives"].classes)
        self.taxonomy, self.rules = taxonomy, Rules(taxonomy)

    def __call__(self, doc: Doc) -> Doc:
        """Read one Doc in place."""
        return next(iter(self.pipe([doc])))

    def pipe(self, stream: Iterable[Doc], batch_size: int = BATCH) -> Iterator[Doc]:
        """Read a stream; the matrix is made and multiplied once a batch."""
        docs = iter(stream)
        while batch := list(islice(docs, batch_size)):
            self._batch(batch)
            yield from batch

    def _batch(self, docs: list[Doc]) -> None:
        view = self.axes.view
        reads = [view.read(_text(doc), doc.user_data.get(KIND, "")) for doc in docs]
        scores = self.axes.score(view.matrix(reads))
        for at, (doc, read) in enumerate(zip(docs, reads, strict=True)):
            if not read.units:
                doc.user_data.update({DECISION: NOTHING, EVIDENCE: [], CLAIM: ""})
                continue
            rules = self.rules.find(_text(doc))
            row = {axis: rows[at] for axis, rows in scores.of.items()}
            facts = Facts(len(read.units), self.taxonomy.narratives, read.named, tuple(rules))
            decision = decide(row, self.axes.models, facts)
            labels = [label for label in _explained(decision) if label[1] not in rules]
            evidence = explain(read, self.axes, labels, scores.open[at]) + _rule_evidence(rules)
            doc.user_data.update({DECISION: decision, EVIDENCE: evidence})
        self._claims([(doc, read) for doc, read in zip(docs, reads, strict=True) if read.units])

    def _claims(self, texts: list[tuple[Doc, Read]]) -> None:
        """The best check-worthy sentence of each text and its score; a batch's sentences are scored in one product."""
        cut = [(doc, read, sentences.spans(read.text)) for doc, read in texts]
        several = [(doc, read, spans) for doc, read, spans in cut if len(spans) > 1]
        best = self._best(several)
        for doc, read in texts:
            decision: Decision = doc.user_data[DECISION]
            score, claim = best.get(id(doc), (decision.checkworthy, read.text.strip()))
            doc.user_data[CLAIM] = _cut(claim)
            doc.user_data[DECISION] = replace(decision, checkworthy=score)

    def _best(self, texts: list[tuple[Doc, Read, list[tuple[int, int]]]]) -> dict[int, tuple[float, str]]:
        best: dict[int, tuple[float, str]] = {}
        stream = ((doc, part) for doc, read, spans in texts for part in self._parts(read, spans))
        while pieces := list(islice(stream, SCORED)):
            for (doc, part), score in zip(pieces, self._checkworthy([part for _, part in pieces]), strict=True):
                if id(doc) not in best or score > best[id(doc)][0]:
                    best[id(doc)] = (score, part.text)
        return best

    def _parts(self, read: Read, spans: list[tuple[int, int]]) -> Iterator[Read]:
        """A text's sentences; those of a long one by the block, each block read by itself."""
        if len(spans) <= BLOCK:
            yield from self.axes.view.parts(read, spans)
            return
        for at in range(0, len(spans), BLOCK):
            block = spans[at : at + BLOCK]
            first = block[0][0]
            inner = self.axes.view.read(read.text[first : block[-1][1]])
            yield from self.axes.view.parts(inner, [(start - first, end - first) for start, end in block])

    def _checkworthy(self, parts: list[Read]) -> list[float]:
        model = self.axes.models[BY_SENTENCE]
        rows = self.axes.view.matrix(parts)[:, : len(model.weights)]
        return [float(score) for score in model.probabilities(rows @ model.weights + model.intercepts)[:, 0]]


def _cut(claim: str) -> str:
    """A claim of no more than LONGEST_CLAIM characters, cut between two words where it has any."""
    if len(claim) <= LONGEST_CLAIM:
        return claim
    return claim[: LONGEST_CLAIM + 1].rsplit(None, 1)[0][:LONGEST_CLAIM]


def _text(doc: Doc) -> str:
    text: str = doc.user_data.get(TEXT) or doc.text
    return text


def _explained(decision: Decision) -> list[tuple[str, str]]:
    """The labels that get evidence: everything accepted but targets and the stance of a text about nothing here."""
    stance = [] if decision.stance[0] == "unrelated" else [("stance", decision.stance[0])]
    axes = (("mechanisms", decision.mechanisms), ("narratives", decision.narratives), ("signals", decision.signals))
    return stance + [(axis, name) for axis, labels in axes for name, _ in labels]


def _rule_evidence(rules: dict[str, list[tuple[int, int]]]) -> list[Evidence]:
    return [
        Evidence(label=f"narrative:{code}", start=start, end=end, weight=1.0)
        for code, places in rules.items()
        for start, end in places
    ]


def make(nlp: Language, name: str) -> Reading:
    """Factory for config.cfg: the shipped models and the shipped taxonomy."""
    del nlp, name
    return Reading(load(), load_taxonomy())


Language.factory("vane_axes", func=make)
