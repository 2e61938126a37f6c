"""Block Kit: our values as Slack's JSON, for Slack and for the web page. Pure functions; no Slack library.

What a person, a note or a model wrote goes into `plain_text` and `rich_text` alone, which Slack does not parse; the one string
that it does parse, a message's fallback text, is escaped. Everything returned here keeps the limits in `limits`.
"""
