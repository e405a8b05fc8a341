"""Finds persons, handles and contact details in running text."""
