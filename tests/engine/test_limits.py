"""What is too much, what can't be worked on, and how the engine stops."""

from __future__ import annotations

import asyncio
import json
import time

import pytest
from working import QUICK, Board, Echo, engine_on, mail, until

from bot.engine.dead import read_letters, retry_letter
from bot.engine.engine import Limits
from bot.engine.mail import Outcome, Post
from bot.engine.pace import Pace
from bot.errors import BadInput, Passing, UsageError
from bot.stores.export import export
from bot.stores.letters import Letters
from bot.stores.sessions import RedisSessions


async def test_too_many_messages_of_a_person_are_refused_kindly_and_told_once(connection):
    board = Board()
    async with engine_on(connection, Echo(), board, limits=Limits(user=2, workspace=9)) as engine:
        receipts = [await engine.receive(mail(str(n), thread=str(n))) for n in range(4)]
        assert [receipt.state for receipt in receipts] == ["taken", "taken", "limited", "limited"]
        assert (await engine.receive(mail("3", thread="3"))).state == "again"
        await until(lambda: len(board.posts) == 2 and len(board.sorries) == 1)
    assert "try again in a minute" in board.sorries[0] and "you sent" in board.sorries[0]


async def test_a_workspace_has_a_limit_of_its_own(connection):
    board = Board()
    async with engine_on(connection, Echo(), board, limits=Limits(user=9, workspace=1)) as engine:
        await engine.receive(mail("a"))
        refused = await engine.receive(mail("b"), tell=False)
        assert refused.state == "limited" and "your workspace sent" in (refused.sentence or "")
        await until(lambda: bool(board.posts))
    assert not board.sorries


async def test_a_long_backlog_is_told(connection):
    board = Board()
    async with engine_on(connection, Echo(), board, run=False, limits=Limits(backlog=1)) as engine:
        assert (await engine.receive(mail("a"))).sentence is None
        receipt = await engine.receive(mail("b"))
        assert receipt.state == "taken" and "1 before you" in (receipt.sentence or "")
        await until(lambda: len(board.sorries) == 1)


@pytest.mark.parametrize("error", [Passing("The model does not answer."), ValueError("a secret")])
async def test_what_does_not_work_becomes_a_dead_letter_that_can_be_tried_again(connection, error):
    echo, board, broken = Echo(), Board(), [True]

    async def fail(thread, one):
        if one.id == "m" and broken:
            raise error

    echo.before = fail
    letters = Letters(connection)
    async with engine_on(connection, echo, board, pace=QUICK.model_copy(update={"attempts": 2})) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(board.posts))
        (letter,) = await read_letters(letters)
        assert letter.id in board.sorries[0] and "secret" not in board.sorries[0] + letter.reason
        assert letter.attempts == (2 if isinstance(error, Passing) else 1)
        assert b"dead_letters 1.0" in await engine.measure()
        broken.clear()
        assert (await retry_letter(letters, letter.id)).id == letter.id
        await until(lambda: len(board.posts) == 2)
        assert b"dead_letters 0.0" in await engine.measure()
    assert board.said("t") == ["n", "m"] and len(board.sorries) == 1
    with pytest.raises(UsageError, match="no dead letter"):
        await retry_letter(letters, letter.id)


async def test_a_retried_letter_sends_what_was_not_sent_and_works_on_nothing_again(connection):
    echo, board, broken = Echo(), Board(), [True]

    async def twice(thread, one):
        echo.handled.append(one.id)
        return Outcome(
            session=thread.session, posts=tuple(Post(kind="text", body={"of": f"{one.id}{n}"}) for n in range(3))
        )

    async def fail(one, id):
        if len(board.posts) == 2 and broken:
            raise ValueError("the service refuses")

    echo.before, board.after = twice, fail
    letters = Letters(connection)
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await until(lambda: bool(board.sorries))
        await until(lambda: not engine.turns.in_hand)
        (letter,) = await read_letters(letters)
        broken.clear()
        await retry_letter(letters, letter.id)
        await until(lambda: len(board.posts) == 3)
    assert board.said("t") == ["m0", "m1", "m2"] and echo.handled == ["m"]


async def test_forgetting_a_thread_takes_its_dead_letters_and_the_export_shows_them_before(connection):
    echo, board = Echo(), Board()

    async def fail(thread, one):
        if one.id == "m":
            raise ValueError("broken")
        if one.id == "forget":
            return Outcome(session=thread.session, forget=True)

    echo.before = fail
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(board.posts))
        await until(lambda: not engine.turns.in_hand)
        told = await export(connection, "W", "t")
        assert told is not None and json.loads(json.dumps(told)) == told
        assert told["dead_letters"][0]["envelope"]["mail"]["id"] == "m"
        assert [line["text"] for line in told["session"]["transcript"]] == ["n"]
        await engine.receive(mail("forget"))
        for _ in range(200):
            if await export(connection, "W", "t") is None:
                break
            await asyncio.sleep(0.02)
        assert await export(connection, "W", "t") is None
    assert await read_letters(Letters(connection)) == []


async def test_a_mail_over_which_workers_die_is_given_up(connection):
    echo, board, deaths = Echo(), Board(), []

    async def die(thread, one):
        if one.id == "m":
            deaths.append(one.id)
            raise asyncio.CancelledError

    echo.before = die
    async with engine_on(connection, echo, board, pace=QUICK.model_copy(update={"crashes": 3})) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(board.posts))
    assert len(deaths) == 3 and "reference" in board.sorries[0] and board.said("t") == ["n"]


async def test_stopping_finishes_the_turn_in_hand_and_leaves_the_next(connection):
    echo, board = Echo(), Board()

    async def slow(thread, one):
        await asyncio.sleep(0.3)

    echo.before = slow
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(engine.turns.in_hand))
    assert board.said("t") == ["m"]
    async with engine_on(connection, echo, board):
        await until(lambda: len(board.posts) == 2)
    assert board.said("t") == ["m", "n"]


async def test_stopping_hands_a_long_turn_back_at_once(connection):
    echo, board = Echo(), Board()

    async def forever(thread, one):
        await asyncio.sleep(60)

    echo.before = forever
    pace = Pace(**(QUICK.model_dump() | {"lease": 30.0, "grace": 0.3}))
    began = time.monotonic()
    async with engine_on(connection, echo, board, pace=pace) as engine:
        await engine.receive(mail("m"))
        await until(lambda: bool(engine.turns.in_hand))
    echo.before = None
    async with engine_on(connection, echo, board, pace=pace):
        await until(lambda: bool(board.posts))
    assert time.monotonic() - began < 10  # not after a lease of 30 s


async def test_names_of_several_lines_are_refused(connection):
    async with engine_on(connection, Echo(), Board(), run=False) as engine:
        with pytest.raises(BadInput, match="one line"):
            await engine.receive(mail("a\nb"))


async def test_a_damaged_session_does_not_hold_up_its_thread_for_ever(connection):
    board = Board()
    await connection.client.set("tunewise:W:session:t", b"{")
    async with engine_on(connection, Echo(), board, pace=QUICK.model_copy(update={"attempts": 1})) as engine:
        await engine.receive(mail("m"))
        await until(lambda: bool(board.sorries))
    assert await connection.client.get("tunewise:W:session:t") == b"{"
    assert await RedisSessions(connection, retention_days=1, workspace="W").delete("t")
