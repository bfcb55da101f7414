"""Contracts: form, approvals, promises, signature, number, archive."""
