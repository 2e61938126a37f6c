"""Keys: where everything is kept in Redis. What belongs to a thread lies under its workspace.

tunewise:{workspace}:session:{thread}   the session as JSON; expires when not saved for the retention time
tunewise:{workspace}:threads            sorted set of threads by the time they were saved
tunewise:{workspace}:thread:{thread}    hash: what the surface notes beside the session, and `place:{label}` of posts
tunewise:{workspace}:mail:{thread}      list of mail in the order of arrival, the one in hand first
tunewise:{workspace}:lease:{thread}     who works on the thread, as `{fence}:{owner}`; expires
tunewise:{workspace}:turn:{thread}      hash: how far the mail in hand has come
tunewise:{workspace}:timers:{thread}    hash: timer -> its mail
tunewise:{workspace}:letters:{thread}   set of the dead letters of a thread
tunewise:{workspace}:letter:{id}        a dead letter as JSON; expires after the retention time
tunewise:{workspace}:claim:{name}       mail that arrived under this name; expires
tunewise:{workspace}:rate:{who}:{when}  how many messages somebody sent in a minute; expires
tunewise:{workspace}:replies:{thread}   hash: message of the HTTP API -> its answer, until fetched; expires
tunewise:{workspace}:reply:{thread}:{m} the answer to a message that had its thread forgotten; expires
tunewise:{workspace}:showing:{ticket}   stream of one entry: the text of an answer while it is made; expires within a minute
tunewise:backlog                        sorted set of all mail not yet done, by the time it arrived
tunewise:timers                         sorted set of all timers by the time they are due
tunewise:dead                           sorted set of all dead letters by the time they died
tunewise:fence                          counter of leases ever given

Members of the three sets over all workspaces are workspace, thread or letter, and what it is, parted by a line break.
"""

from __future__ import annotations

ROOT = "tunewise"
BACKLOG, TIMERS, DEAD, FENCE = f"{ROOT}:backlog", f"{ROOT}:timers", f"{ROOT}:dead", f"{ROOT}:fence"


def key(workspace: str, *parts: str) -> str:
    """A key of a workspace."""
    return ":".join((ROOT, workspace, *parts))


def member(*parts: str) -> str:
    """A member of a set over all workspaces."""
    return "\n".join(parts)


def parts_of(member: bytes) -> list[str]:
    """The parts that a member was made of."""
    return member.decode().split("\n")
