"""Public pages in, raw fetches out; bytes to text."""
