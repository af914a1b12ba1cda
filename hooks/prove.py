"""No build without a proof: what is refuted is not published."""

import logging

from mkdocs.exceptions import PluginError

from hooks.proofs import Build, prove

log = logging.getLogger("mkdocs.hooks.prove")


def on_startup(*, command, dirty):
    """Writers see their errors in the page; readers never do."""
    Build.serving = command == "serve"


def on_pre_build(*, config):
    """Prove the pages. A build stops at a failure; a served page shows it."""
    prove(config.docs_dir)
    if Build.ledger.passed:
        return
    if not Build.serving:
        raise PluginError(Build.ledger.report())
    log.warning(Build.ledger.report())
