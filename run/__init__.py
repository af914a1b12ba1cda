"""Python in the reader's browser: what is collected for it, what is bundled, and what runs there."""
