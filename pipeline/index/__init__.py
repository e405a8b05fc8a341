"""Search over documents, narratives and alerts: a projection of the ledger."""
