"""One process at a time is at work on a project; a dead one does not stand in the way."""

from __future__ import annotations

import subprocess
import time
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from tianmu.studio.store import Store, StoreBusy, check, lease
from tianmu.studio.store.lease import Lease
from tianmu.studio.store.process import LONGEST_SILENCE, Process
from tianmu.studio.store.tables import leases


def change(store: Store, **values: object) -> None:
    with store.database.writing() as connection:
        connection.execute(update(leases).values(**values))


def test_a_living_holder_is_named(store: Store) -> None:
    project = store.create_project("film")
    me = Process.this()
    with project.lease("film"):
        with pytest.raises(StoreBusy, match=rf"Process {me.pid} on {me.host} is at work on 'film' \(film\) since 20"):
            project.lease("film").__enter__()
        with project.lease("export"), store.create_project("other").lease("film"):
            pass  # another purpose, and another project, are free
    with project.lease("film"):
        pass


def test_it_is_given_back_after_a_failure(store: Store) -> None:
    project = store.create_project("film")
    with pytest.raises(KeyError), project.lease("film"):
        raise KeyError
    with project.lease("film"):
        pass
    assert check(store).findings == ()


def test_the_lease_of_a_dead_process_is_taken_over(store: Store) -> None:
    project = store.create_project("film")
    with subprocess.Popen(["true"]) as dead:
        dead.wait()
    with project.lease("film"):
        change(store, pid=dead.pid)
        assert [finding.kind for finding in check(store).findings] == ["lease"]
        with project.lease("film"), pytest.raises(StoreBusy):
            project.lease("film").__enter__()
    with store.database.reading() as connection:  # the first holder's end did not end the second's
        assert connection.execute(select(leases)).all() == []


def test_a_number_that_another_process_has_now_is_no_holder(store: Store) -> None:
    if not Process.this().born:
        pytest.skip("this system does not tell when a process began")
    project = store.create_project("film")
    with project.lease("film"):
        change(store, born="1")
        with project.lease("film"):
            pass


def test_a_silent_holder_on_another_host_is_dead_after_a_while(store: Store) -> None:
    project = store.create_project("film")
    with project.lease("film"):
        change(store, host="elsewhere")
        with pytest.raises(StoreBusy, match="elsewhere"):
            project.lease("film").__enter__()
        change(store, heartbeat=time.time() - lease.SILENCE - 60)
        with project.lease("film"):
            pass


def test_a_sign_of_life_is_written_and_a_lost_lease_is_noticed(store: Store) -> None:
    project = store.create_project("film")
    held = project.lease("film")
    assert isinstance(held, Lease)
    with held:
        change(store, heartbeat=0.0)
        assert held.renew()
        with store.database.reading() as connection:
            assert abs((connection.scalar(select(leases.c.heartbeat)) or 0) - time.time()) < 60
        change(store, token="somebody else's")
        assert not held.renew()


def test_the_quiet_thread_gives_signs_of_life(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease, "HEARTBEAT", 0.001)
    project = store.create_project("film")
    held = project.lease("film")
    assert isinstance(held, Lease)
    with held:
        change(store, token="somebody else's")
        held._thread.join(30)
        assert not held._thread.is_alive()  # it has noticed


def test_a_process_is_told_from_others() -> None:
    me = Process.this()
    assert Process.parse(str(me)) == me
    assert me.alive() is True
    assert not me.is_gone(0)
    assert Process.parse("nonsense") is None
    far = replace(me, host="my-other.host")
    assert Process.parse(str(far)) == far
    assert far.alive() is None
    assert not far.is_gone(time.time())
    assert far.is_gone(time.time() - LONGEST_SILENCE - 1)
