"""links.db: the answers that a check keeps, and what builds read of them."""
