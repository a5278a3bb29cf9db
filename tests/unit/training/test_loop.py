"""The loop: a resumed run is the unbroken run, bit for bit; two processes are one with twice the batch; it logs."""

import itertools
import json
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor, nn

from tianmu.training.loop import Batch, LoopSettings, Task, schedule, train


class Line(Task):
    """Learn a line from noisy points: the smallest task with both optimisers."""

    stage = "line"

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.first, self.second = nn.Linear(3, 16), nn.Linear(16, 1)

    def matrices(self) -> list[nn.Parameter]:
        return [p for name, p in self.named_parameters() if name == "first.weight"]

    def batch(self, step: int, rank: int) -> Batch:
        self.samples_per_batch = 8
        generator = torch.Generator().manual_seed(1000 * step + rank)
        x = torch.randn(8, 3, generator=generator)
        return {"x": x, "y": x.sum(1, keepdim=True)}

    def forward(self, batch: Batch) -> Tensor:
        return (self.second(torch.tanh(self.first(batch["x"]))) - batch["y"]).square().mean()


SETTINGS = LoopSettings(num_steps=40, learning_rate=1e-2, warmup=5, log_seconds=0.0)


class Stopped(Exception):
    """As when the machine goes away in the middle of a step."""


class Interrupted(Line):
    """The same task, but its process dies when it asks for a certain batch."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self.at = at

    def batch(self, step: int, rank: int) -> Batch:
        if step == self.at:
            raise Stopped
        return super().batch(step, rank)


def test_a_resumed_run_is_the_unbroken_one(tmp_path: Path) -> None:
    whole = Line()
    unbroken = train(whole, SETTINGS, tmp_path / "whole")
    often = replace(SETTINGS, checkpoint_minutes=0.0)  # a checkpoint after every step
    for at in (7, 8, 23):
        with pytest.raises(Stopped):
            train(Interrupted(at), often, tmp_path / "broken")
    last = Line()
    resumed = train(last, often, tmp_path / "broken")
    assert resumed.step == unbroken.step == 40
    assert resumed.finished
    assert unbroken.finished
    for (name, one), other in zip(whole.named_parameters(), last.parameters(), strict=True):
        assert torch.equal(one, other), name
        assert torch.equal(unbroken.average[name], resumed.average[name]), name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_ends_after_the_step_in_hand_and_loses_none(tmp_path: Path, number: signal.Signals) -> None:
    class Signalled(Line):
        def batch(self, step: int, rank: int) -> Batch:
            if step == 11:
                os.kill(os.getpid(), number)
            return super().batch(step, rank)

    before = signal.getsignal(number)
    stopped = train(Signalled(), SETTINGS, tmp_path / "stopped")
    assert signal.getsignal(number) == before
    assert stopped.interrupted
    assert stopped.step == 12
    resumed = train(Line(), SETTINGS, tmp_path / "stopped")
    unbroken = train(Line(), SETTINGS, tmp_path / "unbroken")
    assert not unbroken.interrupted
    assert all(torch.equal(value, resumed.average[name]) for name, value in unbroken.average.items())


def test_time_that_is_over_stops_and_saves(tmp_path: Path) -> None:
    stopped = train(Line(), SETTINGS, tmp_path, minutes=0.0)
    assert stopped.step == 0
    assert not stopped.finished


def test_it_learns_and_logs_as_json_lines(tmp_path: Path) -> None:
    train(Line(), replace(SETTINGS, num_steps=200), tmp_path)
    rows = [json.loads(line) for line in (tmp_path / "line" / "log.jsonl").read_text().splitlines()]
    assert rows[-1]["step"] == 200
    assert rows[-1]["eta"] == 0
    assert rows[-1]["loss"] < 0.2 * rows[0]["loss"]
    assert {"step", "loss", "rate", "samples_per_second", "elapsed", "eta"} <= rows[0].keys()


def test_the_rate_ramps_up_stays_and_falls_to_nothing() -> None:
    settings = LoopSettings(num_steps=100, warmup=10, cooldown=0.2)
    rates = [schedule(step, settings) for step in range(100)]
    assert rates[0] == 0.1
    assert rates[9] == 1.0
    assert rates[79] == 1.0
    assert rates[-1] == pytest.approx(0.05)
    assert all(a >= b for a, b in itertools.pairwise(rates[9:]))


def test_a_loss_that_is_not_a_number_stops_the_run(tmp_path: Path) -> None:
    task = Line()
    task.second.weight.data.fill_(float("nan"))
    with pytest.raises(FloatingPointError, match="step 1"):
        train(task, SETTINGS, tmp_path)


def test_two_processes_average_their_gradients(tmp_path: Path) -> None:
    """Two gloo processes under torchrun's environment end with the same weights, which are not those of one alone."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    script = (
        "import sys, torch; from pathlib import Path; sys.path.insert(0, sys.argv[1]);"
        "from test_loop import Line, SETTINGS; from tianmu.training.loop import train;"
        "task = Line(); train(task, SETTINGS, Path(sys.argv[2]));"
        "torch.save(task.state_dict(), Path(sys.argv[2]) / (sys.argv[3] + '.pt'));"
        "torch.distributed.destroy_process_group()"
    )
    processes = []
    for rank in range(2):
        env = os.environ | {"RANK": str(rank), "LOCAL_RANK": str(rank), "WORLD_SIZE": "2"}
        env |= {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", script, str(Path(__file__).parent), str(tmp_path), str(rank)]
        processes.append(subprocess.Popen(command, env=env))
    assert [process.wait(timeout=300) for process in processes] == [0, 0]
    first, second = (torch.load(tmp_path / f"{rank}.pt", weights_only=True) for rank in range(2))
    alone = Line()
    train(alone, SETTINGS, tmp_path / "alone")
    for name, value in alone.state_dict().items():
        assert torch.equal(first[name], second[name]), name
        assert not torch.equal(first[name], value), name
