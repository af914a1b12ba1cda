"""The tables of the gradient doctor: the mistakes that it knows, and what those of the museum did to training."""

from markdown.extensions.toc import slugify

from hooks.tables.cells import table


def museum() -> str:
    """Each exhibit, trained now, beside the right gradient with the same settings."""
    from snippets.museum import EXHIBITS
    from snippets.museum.training import rightly_trained, trained

    rows = []
    for exhibit in EXHIBITS.values():
        loss, share = trained(exhibit.function, exhibit.told, exhibit.truth, one_hot=exhibit.one_hot)
        right, _ = rightly_trained(exhibit.truth)
        name = f"[{exhibit.title}](museum.md#{slugify(exhibit.title, '-')})<br><small>{', '.join(exhibit.mistakes)}</small>"
        shown, beside = f"{loss:.3f}", f"{right:.3f}"
        rows.append([name, shown if shown == beside else f"**{shown}**", beside, f"{share:.0%}"])
    return table(
        "What each exhibit did to training", ["exhibit", "loss", "with the right gradient", "read right"], rows
    )


def doctor_mistakes() -> str:
    """All that the doctor has a name for."""
    from snippets.doctor import MISTAKES

    rows = []
    for name, mistake in MISTAKES.items():
        rows.append([f"`{name}`", f"[{mistake.words}]({mistake.link})"])
    return table("The mistakes that the doctor knows", ["name", "mistake"], rows)


DOCTOR_TABLES = {"museum": museum, "doctor_mistakes": doctor_mistakes}
