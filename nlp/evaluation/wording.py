"""What the report calls each figure, in plain English."""

FIGURES = {
    "flag_f1": "Flag: F1",
    "flag_precision": "Flag: share of flagged texts that are harmful (precision)",
    "flag_recall": "Flag: share of harmful texts found (recall)",
    "lookalikes_flagged": "Look-alikes wrongly flagged",
    "stance_accuracy": "Stance: share right",
    "narrative_accuracy": "Narrative: share right, none included",
    "mechanisms_f1": "Mechanisms: F1 over all labels",
    "targets_f1": "Targets: F1 over all labels",
    "signals_f1": "Signals: F1 over all labels",
    "hate_f1": "Hate: F1",
    "hate_balanced_accuracy": "Hate: mean of the shares right among yes and among no",
    "checkworthy_f1": "Check-worthy: F1",
    "flag_calibration_error": "Flag: calibration error",
    "hate_calibration_error": "Hate: calibration error",
    "checkworthy_calibration_error": "Check-worthy: calibration error",
    "stance_calibration_error": "Stance: calibration error",
    "narrative_calibration_error": "Narrative: calibration error",
    "mechanisms_calibration_error": "Mechanisms: calibration error",
    "targets_calibration_error": "Targets: calibration error",
    "signals_calibration_error": "Signals: calibration error",
    "missed": "Harmful texts missed",
    "wrongly_flagged": "Other texts wrongly flagged",
    "target_f1": "F1 of this target",
    "hate_found": "Hateful texts found",
    "left_alone": "Other texts left alone",
    "spread_between_groups": "Best group less worst group, balanced accuracy",
    "spread_by_chance": "The same by chance alone, were all groups read equally well",
    "against_mean": (
        "Flagged texts where removing the evidence lowers the score more than removing random words does on average"
    ),
    "against_one": "The same, against one random removal",
    "fall_without_evidence": "Mean fall of the score without the evidence",
    "fall_without_random_words": "Mean fall of the score without as many random words",
    "flag": "Flag",
    "hate": "Hate",
    "checkworthy": "Check-worthy",
    "stance": "Stance",
    "narrative": "Narrative",
    "mechanisms": "Mechanisms",
    "targets": "Targets",
    "signals": "Signals",
    "all": "All kinds",
    "all_without_kind": "All kinds, the kind unknown",
    "not_testable": "Flagged texts that are nothing but evidence, left out",
    "texts_per_cpu_second": "Texts per CPU-second",
    "words_a_text": "Words a text, on average",
    "texts": "Texts",
    "cpu_seconds": "CPU-seconds",
    "with_places": "Places were looked for (a gazetteer was there)",
    "models_megabytes": "Models together, MB",
}
SHORT = {
    "flag_f1": "Flag F1",
    "stance_accuracy": "Stance right",
    "narrative_accuracy": "Narrative right",
    "signals_f1": "Signals F1",
    "missed": "Missed",
    "wrongly_flagged": "Wrongly flagged",
    "target_f1": "Target F1",
    "hate_balanced_accuracy": "Balanced accuracy",
}
TITLES = {  # sections of the page, in this order; others after them
    "axes": "Axes",
    "axes_without_kind": "Axes, the kind of text unknown",
    "against": "Against the models in use",
    "calibration": "Reliability: does 0.8 mean eight in ten?",
    "confusion": "What is taken for what",
    "labels": "Label by label",
    "by_target": "By target group",
    "hate_functions": "Hate, function by function",
    "hate_by_group": "Hate, group by group",
    "group_swap": "Group swap",
    "dialect": "Written dialect",
    "by_kind": "By kind of text",
    "by_length": "By length",
    "ordinary_per_1000": "Ordinary British documents",
    "evidence": "Does the evidence hold?",
    "agreement": "Agreement of two labellings",
    "curve": "Learning curve",
    "speed": "Speed and size",
    "worst": "Worst cases",
}
SECTIONS = {  # what a section is about
    "axes": "Intervals are percentile bootstraps over texts (1,000 draws); the open end of a share of 0 or 1 is an "
    "exact bound. A calibration error is the mean gap between "
    "what is said and what is true; nearer 0 is better.",
    "axes_without_kind": "The same texts, read without being told whether they are posts, news, minutes or notices.",
    "calibration": "Each dot is a tenth of the scale that holds texts; a larger dot holds more. On the dashed "
    "diagonal, what is said is true as often as it is said.",
    "confusion": "Rows: as labelled. Columns: as read. The darker a cell, the larger its share of its row.",
    "by_target": "Errors of the flag among texts that blame each group, with stance, narrative and the target itself "
    "beside: a model that cannot see groups would be even and useless.",
    "hate_functions": "A functional test: hate in many forms, beside speech that resembles it and is none (negated, "
    "quoted, reclaimed, countered, aimed at nobody protected). The share of cases read right.",
    "hate_by_group": "The same cases by the group that is named, where there are enough.",
    "group_swap": "Share of decisions that change when every group named is replaced by another of its kind. The "
    "narrative may follow the group; the others must not. Intervals draw texts, not their versions.",
    "dialect": "Texts with words of a written dialect against the rest, found by a short word list "
    "(lexicons/dialects.yml): a light touch of dialect is not seen, and which dialect is a guess. A gap is the figure "
    "of dialect texts less that of the rest.",
    "ordinary_per_1000": "Real documents flagged per 1,000, by kind, on the half that never trains. Nobody has "
    "labelled them: a few should be flagged.",
    "evidence": "The three strongest spans of a flagged text are removed and, ten times over, as many random words.",
    "agreement": "Texts labelled a second time from the bare text. Kappa is agreement beyond chance; overlap is the "
    "mean Jaccard index of two sets of labels, two empty sets counting as 1.",
    "speed": "One pass over the test texts after loading, all axes, with evidence.",
    "worst": "Where the flag was most surely wrong. The texts are hidden until you open them: some are hateful.",
}


def figure(name: str) -> str:
    """A figure's name as a person would say it."""
    return FIGURES.get(name) or plain(name)


def short(name: str) -> str:
    """The same for the head of a column."""
    return SHORT.get(name) or figure(name)


def plain(name: str) -> str:
    """A code word as words: `asylum_seekers` is "Asylum seekers"."""
    words = name.replace("_", " ")
    return words[:1].upper() + words[1:]
