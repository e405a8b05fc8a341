"""Text in, annotations out."""
