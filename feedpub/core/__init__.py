"""The vocabulary that every other package uses, and pure helpers: values, text, URLs, dates, digests, workers."""
