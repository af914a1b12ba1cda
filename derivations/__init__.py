"""What a reader runs to check the mathematics: one script for each page that derives."""
