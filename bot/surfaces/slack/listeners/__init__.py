"""Listeners: what Slack tells, turned into mail. Each writes durably first and acknowledges then."""
