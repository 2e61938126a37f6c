"""Slack: Tunewise as a member of a workspace. Listeners make mail, the handler makes posts, the courier sends them."""
