"""What the live figures show of the pages' own examples."""

# What a reader of the optimizer lab can set, and what follows from it.
LAB_SETTINGS = ("learning_rate", "epsilon", "l2", "weight_decay", "clip_norm")


def batch() -> dict:
    """The running example, and two samples more: one that knows nothing, and one that is nearly right."""
    from derivations.notation import EXAMPLE

    scores = [*([float(score) for score in row] for row in EXAMPLE["s"]), [1.0, 1.0, 1.0], [0.0, 3.0, 1.0]]
    return {"scores": scores, "labels": [*EXAMPLE["y"], 2, 1]}


def lab() -> dict:
    """The training of the table on learning-rate.md, the rules of `snippets.reductions`, and where all is proved."""
    import numpy as np

    from snippets import measured_differences as measured
    from snippets.reductions import RULES, SETTINGS

    # What `problem` draws from, at its start. Sent as words: JavaScript has no whole numbers of this size.
    random = np.random.default_rng(0).bit_generator.state["state"]
    batches, _ = measured.problem(ragged=True)
    rules = [rule for rule in RULES if rule.setting in LAB_SETTINGS]
    formulas = {one.proof for one in (*rules, *measured.CASES)}
    return {
        "random": {"state": str(random["state"]), "increment": str(random["inc"])},
        "sizes": {
            "batch": measured.N,
            "steps": measured.STEPS,
            "features": measured.FEATURES,
            "hidden": measured.HIDDEN,
            "classes": measured.CLASSES,
        },
        "ragged": [len(labels) for _, labels in batches],
        "rates": {case.recipe.optimizer: case.recipe.learning_rate for case in measured.CASES},
        "usual": {name: SETTINGS[name].default for name in ("momentum", "beta1", "beta2", "epsilon")},
        "rules": [
            {"setting": rule.setting, "optimizers": rule.optimizers, "power": rule.power, "proof": rule.proof}
            for rule in rules
        ],
        "formulas": {label: f"formula:{label}" for label in sorted(formulas)},
    }


def pieces() -> dict:
    """The ten samples that the page on means of means cuts into pieces, as its session draws them."""
    import numpy as np

    random = np.random.default_rng(0)
    X, labels = random.normal(size=(10, 4)), random.integers(3, size=10)
    return {"X": X.tolist(), "labels": labels.tolist(), "W": random.normal(size=(4, 3)).tolist()}
