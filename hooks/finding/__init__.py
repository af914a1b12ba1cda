"""Ways to find and to cite: words, letters, the map, questions, citations."""
