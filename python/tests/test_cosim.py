"""The package against the command `cosim`, and against itself on a cluster."""

import os
import pathlib
import pickle
import signal
import subprocess
import threading
import time
import xml.etree.ElementTree

import pytest

import cosim

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
LAUNDRY = ROOT / "scenarios" / "laundry.ron"
POOL = ROOT / "scenarios" / "pool.cosim"

#: The command that was built along, if one was.
COMMAND = os.environ.get("COSIM")
command = pytest.mark.skipif(COMMAND is None, reason="COSIM does not say where the command is")

ENDLESS = """\
param n = 1_000_000_000
main {
    for _ in 0..n { await sleep(1ms) }
}
"""
GRID = {
    "vary": {"connections": range(2, 6)},
    "runtime": ["Coroutines()", "Asyncio()"],
    "replications": 4,
    "metrics": ["makespan", "p95(ready_wait)"],
}


def cli(*arguments):
    return subprocess.run([COMMAND, *map(str, arguments)], capture_output=True, check=False, cwd=ROOT)


def test_a_comparison_has_its_runs():
    comparison = cosim.run(LAUNDRY)
    assert comparison.title == "The laundry: does waiting need a worker?"
    assert [run["name"] for run in comparison.runs][0] == "one worker who waits"
    assert comparison.held and comparison.expectations
    assert comparison.title in str(comparison)


@command
def test_it_is_what_the_command_prints():
    assert cosim.run("scenarios/laundry.ron").outputs[".json"] == cli("run", "scenarios/laundry.ron", "--json").stdout


def test_a_notebook_shows_the_timelines():
    comparison = cosim.run(LAUNDRY, lanes="task", width=700)
    picture = xml.etree.ElementTree.fromstring(comparison._repr_svg_())
    assert picture.tag.endswith("svg") and picture.get("width") == "700"
    assert comparison._repr_mimebundle_()["image/svg+xml"] == comparison.svg


def test_tables_have_a_row_for_each_run_or_task():
    comparison = cosim.run(LAUNDRY, params={"loads": 4}, runtime=["Threads(workers: 2)", "Asyncio()"], seed=7)
    runs = comparison.to_arrow()
    assert runs.num_rows == 2 and runs.column("runtime").to_pylist()[0] == "Threads(workers: 2)"
    assert runs.column("seed").to_pylist() == [7, 7]
    tasks = comparison.to_pandas("tasks")
    assert len(tasks) == 8 and set(tasks["ending"]) == {"done"}
    assert tasks["turnaround_ns"].max() <= runs.column("makespan_ns").to_pylist()[0]


def test_further_outputs():
    outputs = cosim.run(LAUNDRY, outputs=[".html", ".events.csv"]).outputs
    assert outputs[".html"].lstrip().lower().startswith(b"<!doctype html>")
    assert outputs[".events.csv"].count(b"\n") > 100
    with pytest.raises(cosim.CosimError, match="xyz"):
        cosim.run(LAUNDRY, outputs=[".xyz"])


def test_mistakes_are_drawn_where_they_are():
    with pytest.raises(cosim.CosimError) as mistake:
        cosim.run("main {\n    spawn nobody()\n}\n")
    assert "error[E0102]: there is no task `nobody`" in str(mistake.value)
    assert "<text>:2:11" in str(mistake.value)
    with pytest.raises(cosim.CosimError, match="no_such_file.ron"):
        cosim.run("no_such_file.ron")
    with pytest.raises(cosim.CosimError, match="--set"):
        cosim.run(LAUNDRY, params={"nothing": 1})
    with pytest.raises(cosim.CosimError, match="10h"):
        cosim.run(LAUNDRY, max_time="soon")


def test_limits():
    comparison = cosim.run(ENDLESS, runtime="Coroutines()", max_time="5s")
    assert comparison.runs[0]["outcome"] == {"kind": "limit", "limit": "time"}


def test_a_scenario_can_be_sent_away():
    scenario = pickle.loads(pickle.dumps(cosim.scenario(LAUNDRY)))
    assert cosim.run(scenario).outputs == cosim.run(LAUNDRY).outputs


@pytest.mark.parametrize("work", [
    lambda: cosim.run(ENDLESS, runtime="Coroutines()", max_events=10**12, max_steps=10**12),
    lambda: cosim.sweep(ENDLESS, runtime="Coroutines()", replications=4, max_events=10**12, max_steps=10**12),
])
def test_ctrl_c_stops_it_while_other_threads_run(work):
    # Whoever runs tests in the background may have said that it is to be ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    start = time.monotonic()
    with pytest.raises(KeyboardInterrupt):
        work()
    assert time.monotonic() - start < 30


def test_a_sweep_is_the_same_on_one_thread_and_on_two():
    one, two = (cosim.sweep(POOL, threads=threads, **GRID) for threads in (1, 2))
    assert one.outputs == two.outputs and one.text == two.text
    assert one.to_arrow("runs").num_rows == 4 * 2 * 4
    cells = one.to_pandas()
    assert len(cells) == 4 * 2 * 2
    assert one._repr_mimebundle_()["image/svg+xml"].startswith("<svg")
    assert one._repr_mimebundle_()["text/plain"] == one.text
    assert one.held


@command
def test_a_sweep_is_what_the_command_writes(tmp_path):
    arguments = ["--vary", "connections=2..5", "--runtime", "Coroutines()", "--runtime", "Asyncio()",
                 "--replications", 4, "--metric", "makespan", "--metric", "p95(ready_wait)"]
    files = [tmp_path / "x.parquet", tmp_path / "x.runs.parquet", tmp_path / "x.json"]
    done = cli("sweep", POOL, *arguments, *(word for file in files for word in ("-o", file)))
    assert done.returncode == 0, done.stderr
    grid = {**GRID, "vary": {"connections": "2..5"}}
    outputs = cosim.sweep(POOL, **grid).outputs
    assert [outputs[".parquet"], outputs[".runs.parquet"], outputs[".json"]] == [file.read_bytes() for file in files]


def test_what_is_wrong_with_a_sweep():
    with pytest.raises(cosim.CosimError, match="--vary"):
        cosim.sweep(POOL, vary={"nothing": [1, 2]})
    with pytest.raises(cosim.CosimError, match="at most 10 are made"):
        cosim.sweep(POOL, max_runs=10, **GRID)
    with pytest.raises(cosim.CosimError, match="part of the whole"):
        cosim.sweep(POOL, precision=2)
    with pytest.raises(cosim.CosimError, match="client"):
        cosim.sweep(POOL, shards=3)


def test_assertions():
    sweep = cosim.sweep(POOL, asserts=["makespan < 1ns"], replications=3, runtime="Coroutines()")
    assert not sweep.held


@pytest.fixture(scope="module")
def client():
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(n_workers=3, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client:
            yield client


@pytest.mark.parametrize("shards", [None, 1, 5])
def test_a_cluster_gives_the_same_bytes(client, shards):
    here, there = cosim.sweep(POOL, **GRID), cosim.sweep(POOL, client=client, shards=shards, **GRID)
    assert there.outputs == here.outputs and there.text == here.text


def test_every_worker_of_a_cluster_makes_runs(client):
    before = client.run(lambda: time.process_time())
    cosim.sweep(POOL, client=client, shards=30, **{**GRID, "replications": 100})
    after = client.run(lambda: time.process_time())
    assert len(before) == 3 and all(after[worker] > before[worker] for worker in before)


def test_mistakes_are_found_before_anything_is_sent(client):
    with pytest.raises(cosim.CosimError, match="--vary"):
        cosim.sweep(POOL, vary={"nothing": [1, 2]}, client=client)
    with pytest.raises(cosim.CosimError, match="not in a shard"):
        cosim.sweep(POOL, precision=0.05, client=client)
