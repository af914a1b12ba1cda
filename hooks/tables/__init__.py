"""Tables that nobody types."""
