"""The PDF engine: batch template, content streams, objects and PDF/A."""
