"""Tunewise: tells a team whether to fine-tune a language model, and what to do instead."""

__version__ = "0.9.0"
