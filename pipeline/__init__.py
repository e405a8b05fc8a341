"""Raw fetches in, alerts out."""
