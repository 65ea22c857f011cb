"""cosim: a discrete-event coroutine simulator with a small language.

    import cosim

    comparison = cosim.run("scenarios/laundry.ron")     # in a notebook: the timelines
    comparison.to_pandas()                              # a row for each run

    sweep = cosim.sweep("pool.cosim", vary={"connections": range(5, 51, 5)}, replications=30,
                        metrics=["p95(latency)"], runtime=["Asyncio()", "Threads(workers: 10)"])
    sweep.to_pandas()                                   # a row for each cell and metric

The same scenario and the same seeds give the same results as the command `cosim`, to the byte. Mistakes are
`CosimError`, with the place in the scenario drawn. While it runs other Python threads run too, and Ctrl-C stops it.
"""

import json as _json
import os as _os
from collections.abc import Iterable as _Iterable

from cosim import _cosim
from cosim._cosim import CosimError, Scenario, __version__

__all__ = ["Comparison", "CosimError", "Scenario", "Sweep", "__version__", "run", "scenario", "sweep"]


def scenario(source):
    """A scenario out of a file, or out of a text: a string of several lines.

    It holds all its files, so it can be sent to other machines. Whatever takes a path or a text takes it too.
    """
    if isinstance(source, Scenario):
        return source
    if isinstance(source, str) and "\n" in source:
        return Scenario.of(source)
    return Scenario.read(_os.fspath(source))


def run(source, *, runtime=None, params=None, seed=None, lanes="worker", width=960, outputs=(), max_tasks=None,
        max_events=None, max_steps=None, max_time=None):
    """Runs an experiment, or a program, and compares its runs.

    `source` is a path or a text. `runtime` is one runtime or a list of them, as in `"Threads(workers: 4)"`, instead of
    those that the experiment compares. `params` are values of parameters: numbers, or texts in the scenario language
    such as `"5ms"`. `lanes` is what gets a lane in the picture, `"worker"` or `"task"`. `outputs` are endings of further
    outputs, as `cosim run -o` has them (`".html"`, `".events.csv"`): `comparison.outputs[".html"]` are their bytes.
    """
    outputs = list(outputs)
    wanted = {
        "runtime": _texts(runtime),
        "set": _settings(params),
        "seed": seed,
        "limits": _limits(max_tasks, max_events, max_steps, max_time),
        "lanes": lanes,
        "width": width,
        "outputs": [*Comparison._OWN, *(ending for ending in outputs if ending not in Comparison._OWN)],
    }
    return Comparison(_cosim.run(scenario(source), wanted))


def sweep(source, *, vary=None, runtime=None, metrics=("makespan",), replications=None, params=None, seed=None,
          asserts=(), precision=None, max_replications=None, level=None, warmup=None, threads=None, client=None,
          shards=None, max_runs=None, max_tasks=None, max_events=None, max_steps=None, max_time=None):
    """Runs a grid of parameters, runtimes and seeds on all cores, or on a cluster.

    `vary` maps parameters to their values: `range(5, 51)`, `["1ms", "10ms"]`, or a text as `--vary` takes it,
    `"5..50:5"`. `metrics`, `replications`, `precision`, `warmup`, `asserts` are the options of `cosim sweep`.
    `client` is a `distributed.Client`: then shards (four for each of its threads, or so many as `shards` says) are run
    on its workers. The results are the same, to the byte, wherever they come from.
    """
    wanted = {
        "vary": [f"{name}={_values(values)}" for name, values in dict(vary or {}).items()],
        "runtime": _texts(runtime),
        "set": _settings(params),
        "metrics": _texts(metrics),
        "assertions": _texts(asserts),
        "seed": seed,
        "replications": replications,
        "precision": precision,
        "max_replications": max_replications,
        "level": level,
        "warmup": warmup,
        "limits": _limits(max_tasks, max_events, max_steps, max_time),
        "max_runs": max_runs,
    }
    texts = scenario(source)
    if client is None:
        if shards is not None:
            raise CosimError("shards are for a `client`: without one there is nobody to share them with")
        return Sweep(_cosim.sweep(texts, wanted, threads))
    return Sweep(_cosim.merge(_shards(client, texts, wanted, shards, threads)))


def _shards(client, texts, wanted, shards, threads):
    """The shards of a sweep, each run on a worker."""
    if wanted["precision"] is not None:
        raise CosimError("how many replications `precision` takes is known only when all have been seen, not in a "
                         "shard: say `replications` instead")
    runs = _cosim.size(texts, wanted)
    of = max(1, min(runs, shards if shards is not None else 4 * sum(client.nthreads().values())))
    # A worker runs as many shards at once as it has threads, so each gets one.
    numbers = range(1, of + 1)
    futures = client.map(_shard, numbers, texts=texts, wanted=wanted, of=of, threads=threads or 1, pure=False)
    try:
        done = client.gather(futures)
    except BaseException:
        client.cancel(futures)
        raise
    return [(f"shard {number}", text) for number, text in zip(numbers, done)]


def _shard(number, texts, wanted, of, threads):
    return _cosim.shard(texts, wanted, number, of, threads)


class Comparison:
    """The runs of an experiment side by side. In a notebook it shows their timelines."""

    _OWN = [".json", ".svg", ".runs.csv", ".csv"]

    def __init__(self, outputs):
        self.text = outputs.pop("text").decode()
        #: The bytes of every output, by ending.
        self.outputs = outputs
        #: Everything as data, schema cosim-comparison/1.
        self.data = _json.loads(outputs[".json"])

    title = property(lambda self: self.data["title"], doc="The title of the experiment.")
    runs = property(lambda self: self.data["runs"], doc="A dictionary for each run.")
    expectations = property(lambda self: self.data["expectations"], doc="What was expected, and whether it held.")
    held = property(lambda self: all(each["held"] for each in self.expectations), doc="Did all that was expected hold?")
    svg = property(lambda self: self.outputs[".svg"].decode(), doc="The timelines as a picture.")

    def to_arrow(self, rows="runs"):
        """A `pyarrow.Table` with a row for each run, or for each of the `"tasks"`."""
        ending = {"runs": ".runs.csv", "tasks": ".csv"}.get(rows)
        if ending is None:
            raise CosimError(f"rows: `{rows}` is neither `runs` nor `tasks`")
        return _csv(self.outputs[ending])

    def to_pandas(self, rows="runs"):
        """The same as a `pandas.DataFrame`."""
        return self.to_arrow(rows).to_pandas()

    def __str__(self):
        return self.text

    def __repr__(self):
        return f"<cosim.Comparison {self.title!r}: {', '.join(run['name'] for run in self.runs)}>"

    def _repr_svg_(self):
        return self.svg

    def _repr_mimebundle_(self, include=None, exclude=None):
        return {"image/svg+xml": self.svg, "text/plain": self.text}


class Sweep:
    """What came of a sweep. In a notebook it shows its chart, or its table where there is nothing to draw."""

    def __init__(self, outputs):
        self.text = outputs.pop("text")
        #: Did everything that was asserted hold?
        self.held = outputs.pop("held")
        #: The bytes of every output, by ending: `.json`, `.parquet`, `.runs.parquet`; `.svg` where something is varied.
        self.outputs = outputs
        #: Everything as data, schema cosim-sweep/1.
        self.data = _json.loads(outputs[".json"])

    def to_arrow(self, rows="cells"):
        """A `pyarrow.Table` with a row for each cell and metric, or for each of the `"runs"`."""
        import io

        import pyarrow.parquet

        ending = {"cells": ".parquet", "runs": ".runs.parquet"}.get(rows)
        if ending is None:
            raise CosimError(f"rows: `{rows}` is neither `cells` nor `runs`")
        return pyarrow.parquet.read_table(io.BytesIO(self.outputs[ending]))

    def to_pandas(self, rows="cells"):
        """The same as a `pandas.DataFrame`."""
        return self.to_arrow(rows).to_pandas()

    def __str__(self):
        return self.text

    def __repr__(self):
        return f"<cosim.Sweep {self.data.get('title', '')!r}>"

    def _repr_mimebundle_(self, include=None, exclude=None):
        chart = self.outputs.get(".svg")
        return {"text/plain": self.text, **({"image/svg+xml": chart.decode()} if chart else {})}


def _texts(value):
    """A list of texts out of nothing, one or several."""
    if value is None:
        return []
    if isinstance(value, str):
        return [value]
    return [str(each) for each in value]


def _value(value):
    """A value as the scenario language writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_value, value))}]"
    return str(value)


def _values(values):
    if isinstance(values, str) or not isinstance(values, _Iterable):
        return _value(values)
    return ",".join(map(_value, values))


def _settings(params):
    return [f"{name}={_value(value)}" for name, value in dict(params or {}).items()]


def _limits(max_tasks, max_events, max_steps, max_time):
    return {"max_tasks": max_tasks, "max_events": max_events, "max_steps": max_steps, "max_time": max_time}


def _csv(data):
    import io

    import pyarrow
    import pyarrow.csv

    header = data.split(b"\n", 1)[0].decode().split(",")
    texts = {name: pyarrow.string() for name in header if name in _TEXTS}
    options = pyarrow.csv.ConvertOptions(column_types=texts, strings_can_be_null=True, quoted_strings_can_be_null=False)
    return pyarrow.csv.read_csv(io.BytesIO(data), convert_options=options)


#: Columns whose entries are texts even where they look like numbers.
_TEXTS = {"run", "runtime", "fingerprint", "outcome", "name", "ending"}
