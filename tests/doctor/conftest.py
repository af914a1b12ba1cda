"""The functions that the doctor is asked about are no tests, and some must not even be loaded."""

collect_ignore_glob = ["wrong/*", "right/*", "nasty/*"]
