"""Health: what an operator should know of a store before it is trusted with turns."""

from __future__ import annotations

from bot.stores.connect import Connection

FLOOR = (7, 0)


async def worries(connection: Connection) -> list[str]:
    """What is wrong with the store's version and settings, each in a sentence that says what to do. Raises StoreError."""
    with connection.told():
        info = await connection.client.info("all")
    found = []
    version = str(info.get("valkey_version") or info.get("redis_version", "0"))
    if tuple(int(part) for part in version.split(".")[:2]) < FLOOR:
        found.append(f"It is version {version}; update it to {'.'.join(map(str, FLOOR))} or newer.")
    policy = str(info.get("maxmemory_policy", "noeviction"))
    if policy != "noeviction":
        found.append(f"Its maxmemory-policy is {policy}, which throws turns away; set it to noeviction.")
    if connection.embedded is None and not int(info.get("aof_enabled", 1)):
        found.append("It has no append-only file, so that a crash loses messages; set appendonly yes.")
    return found
