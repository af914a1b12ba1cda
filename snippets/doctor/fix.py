"""A repair: small edits of the source are tried, and the first that makes the doctor say "correct" is shown."""


def find_fix(target, diagnosis, options):
    """Return a unified diff that makes the function correct, or None."""
    return None
