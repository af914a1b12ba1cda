"""The code that the pages show, one idea a module, ready to be copied."""
