"""Forms that answer the reader, and what the gradient doctor says in them."""
