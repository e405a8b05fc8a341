"""The stages: each reads a window, calls pure functions and writes; the only place where the parts are joined."""
