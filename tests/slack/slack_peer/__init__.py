"""A Slack to test against: a workspace in memory behind Slack's own Web API, Events API and Socket Mode, on loopback."""
