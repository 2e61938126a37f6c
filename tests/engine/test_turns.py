"""Turns over a real store: order, duplicates, crashes between the steps, retries and what cannot be worked on."""

from __future__ import annotations

import asyncio
import time

import pytest
from working import QUICK, Board, Echo, engine_on, mail, until

from bot.core.session import Line, Session
from bot.engine.mail import Outcome, Post, Timer
from bot.errors import BadInput, Passing
from bot.stores.mailbox import Address, InHand, Lost, Mailboxes
from bot.stores.sessions import RedisSessions


async def test_mail_of_a_thread_is_answered_in_order_and_threads_run_at_the_same_time(connection):
    echo, board, at_once, most = Echo(), Board(), set(), []

    async def slowly(thread, mail):
        assert mail.thread not in at_once, "two turns of one thread at a time"
        at_once.add(mail.thread)
        most.append(len(at_once))
        await asyncio.sleep(0.02)
        at_once.remove(mail.thread)

    echo.before = slowly
    async with engine_on(connection, echo, board) as engine:
        for number in range(5):
            for thread in "abc":
                assert (await engine.receive(mail(f"{thread}{number}", thread))).state == "taken"
        await until(lambda: len(board.posts) == 15)
    for thread in "abc":
        assert board.said(thread) == [f"{thread}{n}" for n in range(5)]
    assert max(most) > 1
    kept = await RedisSessions(connection, retention_days=1, workspace="W").load("a")
    assert kept == Session(thread="a", transcript=tuple(Line(by="ana", text=f"a{n}") for n in range(5)))


async def test_mail_that_comes_again_under_any_of_its_names_is_dropped(connection):
    echo, board = Echo(), Board()
    async with engine_on(connection, echo, board) as engine:
        assert (await engine.receive(mail("m", claims=("ts1",)))).state == "taken"
        assert (await engine.receive(mail("m"))).state == "again"
        assert (await engine.receive(mail("n", claims=("ts1",)))).state == "again"
        assert (await engine.receive(mail("n"))).state == "again"
        assert (await engine.receive(mail("o", claims=("ts2",)))).state == "taken"
        await until(lambda: len(board.posts) == 2)
    assert board.said("t") == ["m", "o"]


async def test_a_post_that_was_sent_before_a_crash_is_looked_up_and_not_sent_again(connection):
    echo, board = Echo(), Board()

    async def crash(mail, id):
        board.after = None
        raise asyncio.CancelledError  # as if the process had died right after sending

    board.after = crash
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: len(board.posts) == 2)
    assert board.said("t") == ["m", "n"] and board.looked_up == 1
    assert echo.handled == ["m", "n"]  # not worked on again after the commit


async def test_a_post_that_cannot_be_looked_up_is_sent_again(connection):
    echo, board = Echo(), Board()

    async def crash(mail, id):
        board.after = None
        raise Passing("the answer was lost on the way")

    async def unfindable(thread, mail):
        return Outcome(session=thread.session, posts=(Post(kind="hint", body={"of": mail.id}, findable=False),))

    board.after, echo.before = crash, unfindable
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await until(lambda: len(board.posts) == 2)
    assert board.said("t") == ["m", "m"] and board.looked_up == 0


async def test_a_worker_that_lost_its_lease_can_change_nothing(connection):
    boxes = Mailboxes(connection, 1, "slow", lease=0.05)
    at = Address("W", "t")
    await boxes.put(at, "m", "ana", (), '{"mail": {"id": "m"}}', time.time(), (9, 9))
    old = await boxes.next(at)
    assert isinstance(old, InHand) and (await boxes.next(at)).why == "held"
    await asyncio.sleep(0.1)
    new = await Mailboxes(connection, 1, "other", lease=5).next(at)
    assert isinstance(new, InHand) and int(new.lease.split(":")[0]) > int(old.lease.split(":")[0])
    attempts = [
        boxes.commit(old, Session(thread="t").model_dump_json(), "{}", "{}"),
        boxes.note(old, "place:x", "1"),
        boxes.postpone(old, 1),
        boxes.finish(old, "m"),
        boxes.erase(old),
    ]
    for attempt in attempts:
        with pytest.raises(Lost):
            await attempt
    assert not await boxes.renew(old)
    assert (await boxes.next(at, old.lease)).why == "lost"
    again = await boxes.next(at, new.lease)
    assert isinstance(again, InHand) and again.session is None and again.raw == new.raw


async def test_a_long_turn_keeps_its_lease(connection):
    echo, board = Echo(), Board()

    async def long(thread, mail):
        echo.before = None
        await asyncio.sleep(2.5 * QUICK.lease)

    echo.before = long
    async with engine_on(connection, echo, board) as one, engine_on(connection, echo, board):
        await one.receive(mail("m"))
        await until(lambda: bool(board.posts))
    assert echo.handled == ["m"] and board.said("t") == ["m"]


async def test_what_may_pass_is_tried_again_and_keeps_the_order(connection):
    echo, board, tries = Echo(), Board(), []

    async def busy(thread, mail):
        if mail.id == "m" and len(tries) < 3:
            tries.append(time.monotonic())
            raise Passing("the model is busy", after=0.15 if len(tries) == 1 else None)

    echo.before = busy
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: len(board.posts) == 2)
    assert board.said("t") == ["m", "n"] and not board.sorries
    assert tries[1] - tries[0] >= 0.15


async def test_what_can_never_work_gets_its_sentence_once(connection):
    echo, board = Echo(), Board()

    async def refuse(thread, mail):
        if mail.id == "m":
            raise BadInput("There is no fact called colour.")

    echo.before = refuse
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(board.posts))
    assert board.sorries == ["There is no fact called colour."] and board.said("t") == ["n"]


async def test_a_session_that_somebody_else_saved_meanwhile_is_read_again(connection):
    echo, board = Echo(), Board()
    sessions = RedisSessions(connection, retention_days=1, workspace="W")

    async def meanwhile(thread, mail):
        echo.before = None
        await sessions.save(Session(thread="t", transcript=(Line(by="bo", text="by the way"),)))

    echo.before = meanwhile
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await until(lambda: bool(board.posts))
    kept = await sessions.load("t")
    assert kept is not None and [line.text for line in kept.transcript] == ["by the way", "m"]
    assert board.said("t") == ["m"]


async def test_a_timer_rings_once_and_can_be_set_anew_and_taken_back(connection):
    echo, board = Echo(), Board()

    async def timers(thread, one):
        now = time.time()
        if one.id == "m":
            ringing = Timer(key="a", at=now + 60, mail=mail("late")), Timer(key="b", at=now + 0.3, mail=mail("b"))
            return Outcome(session=thread.session, timers=ringing)
        if one.id == "n":
            again = Timer(key="a", at=now + 0.3, mail=mail("soon")), Timer(key="b", at=now, mail=None)
            return Outcome(session=thread.session, timers=again)

    echo.before = timers
    async with engine_on(connection, echo, board) as engine, engine_on(connection, echo, board):
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(board.posts))
        await asyncio.sleep(0.5)
    assert board.said("t") == ["soon"]


async def test_labelled_posts_are_known_to_later_turns(connection):
    echo, board = Echo(), Board()

    async def labelled(thread, mail):
        posts = (Post(kind="card", body={"of": mail.id}, label="card"), Post(kind="text", body={"of": mail.id}))
        return Outcome(session=thread.session, notes={"seen": thread.places}, posts=posts)

    echo.before = labelled
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: len(board.posts) == 4)
    assert [body["places"] for *_, body in board.posts] == [{}, {"card": "1"}, {"card": "1"}, {"card": "3"}]


async def test_forgetting_erases_all_but_later_mail(connection):
    echo, board = Echo(), Board()

    async def forget(thread, one):
        if one.id == "m":
            timer = Timer(key="a", at=time.time() + 60, mail=mail("late"))
            return Outcome(session=thread.session, notes={"by": "ana"}, timers=(timer,))
        if one.id == "n":
            return Outcome(session=thread.session, posts=(Post(kind="stub", body={"of": "n"}),), forget=True)

    echo.before = forget
    async with engine_on(connection, echo, board) as engine:
        await engine.receive(mail("m"))
        await engine.receive(mail("n"))
        await until(lambda: bool(board.posts))
        await until(lambda: not engine.turns.in_hand)
        left = {key.decode() async for key in connection.client.scan_iter("tunewise:*")}
    assert not {
        key for key in left if ":t" in key.removeprefix("tunewise") and ":claim:" not in key and "queue" not in key
    } - {"tunewise:timers"}, left
    assert await connection.client.zcard("tunewise:timers") == 0
