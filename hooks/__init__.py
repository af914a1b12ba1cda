"""What turns pages, derivations and snippets into a site. Each file holds one idea."""
