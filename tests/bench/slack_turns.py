"""How long somebody in Slack waits for an answer: from the event's delivery until the answer stands in the channel.

    python tests/bench/slack_turns.py [--turns 40]

All of it runs: Bolt, the engine, the embedded store, the embedded language; Slack's Web API is the workspace under tests/slack, on
loopback, so that Slack's own time is not in it. Every turn is a mention that starts a new thread; the first five warm up.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "slack")]
WARM = 5
CASES = (
    "should we fine-tune our support bot? Its tone is wrong with everything in front of it, and a few prompts were tried.",
    "Our contract summariser stresses the wrong things even with the whole contract in view, no facts are missing, speed and "
    "cost are fine. We have tried a few prompts. No evals.",
    "how many examples does fine-tuning need?",
)


async def measure(turns: int) -> dict[str, float]:
    """Seconds: median, 95th percentile, longest."""
    from slack_peer.slack import MENTION, Slack, until
    from slack_serving import serving

    from bot.app import App
    from bot.settings import Settings
    from bot.stores.connect import connect

    took = []
    with tempfile.TemporaryDirectory() as folder:
        app = App(Settings(_env_file=None, data=Path(folder), redis_url=None))
        connection = await connect(app.settings)
        async with Slack() as slack, serving(app, connection, slack) as served:
            for turn in range(turns + WARM):
                channel = slack.workspace.channel(f"c{turn}", "ana")
                start = time.perf_counter()
                await slack.says("ana", channel, f"{MENTION} {CASES[turn % len(CASES)]}")
                await until(lambda channel=channel: served.posted(channel), 60)
                took.append(time.perf_counter() - start)
                await served.settled()
        await connection.close()
    took = sorted(took[WARM:])
    at = {"median": took[len(took) // 2], "p95": took[int(len(took) * 0.95)], "longest": took[-1]}
    return {name: round(value, 3) for name, value in at.items()}


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--turns", type=int, default=40)
    print(json.dumps(asyncio.run(measure(parser.parse_args().turns))))
