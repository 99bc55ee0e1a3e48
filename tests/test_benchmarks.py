"""The programs behind `make bench`: short runs of each kind of workload, and the pages."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from benchmarks import __main__ as program
from benchmarks import call_counts, competitors, results, runner, tables, workloads
from benchmarks.competitors import Competitor, MissingError
from benchmarks.results import Figures, Line, Measured, Report
from benchmarks.workloads import Workload

import zmq

ROOT = Path(__file__).parent.parent


def kind_of(workload: Workload) -> str:
    """Return a key that is equal for two workloads that differ only in amounts."""
    words = [workload.pattern, workload.transport, workload.flavour]
    words += ["many"] * workload.many + ["CURVE"] * workload.curve
    words += ["topics"] * bool(workload.topics)
    return " ".join(words)


def tiny(workload: Workload) -> Workload:
    """Return the same workload with as little work as possible."""
    peers = min(workload.peers, 3)
    count = {"call": 1, "import": 1, "fan_out": 200}.get(workload.pattern, 30)
    return replace(workload, count=count, peers=peers, topics=min(workload.topics, 2 * peers))


KINDS = {kind_of(workload): tiny(workload) for workload in workloads.all_workloads()}


@pytest.fixture(scope="session")
def ours() -> Competitor:
    return competitors.with_python("ours", sys.executable)


@pytest.fixture(scope="session")
def in_c(tmp_path_factory: pytest.TempPathFactory) -> Competitor:
    """worker.c with the libzmq that this package ships."""
    flags = [f"-I{folder}" for folder in zmq.get_includes()]
    flags += [f"-L{folder}" for folder in zmq.get_library_dirs()]
    try:
        worker = competitors.compile_worker(
            tmp_path_factory.mktemp("worker"), [*flags, "-lzmq", "-lstdc++", "-lm"]
        )
    except MissingError as error:
        pytest.skip(str(error))
    return Competitor("c", (str(worker),), "libzmq")


@pytest.mark.parametrize("kind", KINDS)
def test_short_run_of_a_workload(kind: str, ours: Competitor) -> None:
    workload = KINDS[kind]
    if workload.flavour in ("uvloop", "anyio"):
        pytest.importorskip(workload.flavour)
    measured = runner.measure(workload, ours)
    assert measured.failure is None
    assert measured.rate is not None
    assert measured.rate > 0
    assert (measured.connect_s is not None) == (workload.pattern in ("fan_out", "routed"))


@pytest.mark.parametrize(
    "kind", [kind for kind, workload in KINDS.items() if "c" in workload.competitors]
)
def test_short_run_in_c(kind: str, in_c: Competitor) -> None:
    measured = runner.measure(KINDS[kind], in_c)
    assert measured.failure is None
    assert measured.rate is not None
    assert measured.rate > 0


def test_every_call_runs(run_python: Callable[..., Any]) -> None:
    workers = str(ROOT / "benchmarks" / "workers")
    code = f"""
        import sys
        sys.path.insert(0, {workers!r})
        import calls
        for name, described in calls.CALLS.items():
            with described() as block:
                block.run()
                block.rest()
                block.run()
            print(name)
    """
    assert set(run_python(code).stdout.splitlines()) == set(workloads.CALL_NAMES)


def test_keys_of_workloads_differ() -> None:
    keys = [workload.key for workload in workloads.all_workloads()]
    assert len(set(keys)) == len(keys)


def test_readme_shows_lines_that_exist() -> None:
    keys = {workload.key for workload in workloads.all_workloads()}
    assert set(tables.README_LINES) <= keys


def test_short_runs_have_every_group() -> None:
    groups = {workload.group for workload in workloads.chosen(quick=True)}
    assert groups == set(workloads.GROUPS)


def fake(tmp_path: Path, code: str) -> Competitor:
    """A competitor whose workers run `code`."""
    script = tmp_path / "worker.py"
    script.write_text(code, encoding="utf-8")
    return Competitor("pyomq", (sys.executable, str(script)), "none")


def test_worker_that_hangs_is_ended(tmp_path: Path) -> None:
    workload = replace(KINDS["one_way tcp sync"], time_limit=0.5)
    measured = runner.measure(workload, fake(tmp_path, "import time; time.sleep(60)"))
    assert measured == Measured(failure="hangs, and was ended")


def test_failure_is_the_last_line(tmp_path: Path) -> None:
    measured = runner.measure(KINDS["one_way tcp sync"], fake(tmp_path, "raise SystemExit('no')"))
    assert measured == Measured(failure="no")


def test_worker_may_say_unsupported(tmp_path: Path) -> None:
    competitor = fake(tmp_path, "print('unsupported no such socket')")
    assert runner.measure(KINDS["one_way tcp sync"], competitor).failure == "no such socket"


def test_missing_package_has_a_reason() -> None:
    with pytest.raises(MissingError, match="cannot import no_such_package"):
        competitors.with_python("pyomq", sys.executable, "no_such_package")


def test_system_calls_are_counted(ours: Competitor) -> None:
    if not runner.can_trace():
        pytest.skip("strace is missing, or may not trace processes")
    workload = replace(KINDS["round_trip tcp sync"], count=200)
    calls = runner.Tracer().calls_per_message(workload, ours)
    assert calls is not None
    assert calls >= 4  # each of two messages is written and read


def test_total_of_a_trace() -> None:
    summary = """
% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
100.00    0.000246           3        70         5 total
"""
    assert runner.total_of(summary) == 70


def taken(
    measure: Callable[[Workload, Competitor], Measured], rounds: int, minutes: float = 1
) -> Report:
    """A report of one workload under two competitors, made with a fake `measure`."""
    return results.take(
        [KINDS["one_way tcp sync"]],
        [Competitor(key, (), "1") for key in ("ours", "pyzmq")],
        {},
        results.Tools(measure, None, lambda _text: None),
        rounds=rounds,
        quick=True,
        minutes=minutes,
    )


def test_competitors_alternate() -> None:
    seen = []

    def measure(_workload: Workload, competitor: Competitor) -> Measured:
        seen.append(competitor.key)
        return Measured(rate=2.0)

    report = taken(measure, rounds=2)
    assert seen == ["ours", "pyzmq", "pyzmq", "ours"]
    assert report.lines[0].ratio("pyzmq") == 1.0


def test_second_failure_ends_the_tries() -> None:
    report = taken(lambda _workload, _competitor: Measured(failure="hangs"), rounds=5)
    assert report.lines[0].of("pyzmq").failures == ["hangs"] * 2


def test_no_round_begins_too_late() -> None:
    report = taken(lambda _workload, _competitor: Measured(rate=2.0), rounds=5, minutes=0)
    assert report.rounds == 1
    assert report.lines[0].of("ours").rate == [2.0]


@pytest.fixture
def report() -> Report:
    """Invented figures of every workload."""
    lines = []
    for workload in workloads.all_workloads():
        figures = {
            key: Figures(
                rate=[1000.0 * number, 1500.0 * number],
                processor_us=[2.5],
                connect_s=[0.5],
                server_bytes=[20480.0],
                client_bytes=[1024.0],
                system_calls=0.25,
            )
            for number, key in enumerate(workload.competitors, 1)
        }
        lines.append(Line(workload, figures))
    lines[0].figures["pyomq"] = Figures(failures=["hangs, and was ended"])
    versions = dict.fromkeys(competitors.TITLES, "1.0")
    machine = {"name": "host", "processor": "model", "processors": "2", "system": "Linux"}
    machine["load"] = "0.1"
    return Report(machine, "2030-01-01", 3, False, versions, {}, lines)


def test_report_survives_its_file(report: Report, tmp_path: Path) -> None:
    report.write(tmp_path / "report.json")
    assert results.read(tmp_path / "report.json") == report


def test_page_has_machine_and_reasons(report: Report) -> None:
    page = tables.performance(report)
    assert "2 processors, model, Linux, host `host`" in page
    assert "2030-01-01, load 0.1 when it began, medians of 3 rounds" in page
    assert "- 16 B: pyomq, its run: `hangs, and was ended`" in page
    assert all(heading in page for heading in workloads.GROUPS.values())


def test_figures_go_between_the_marks(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- figures -->\nold\n<!-- end of figures -->\nafter\n", "utf-8")
    tables.replace_between(page, "figures", "new")
    expected = "before\n<!-- figures -->\n\nnew\n\n<!-- end of figures -->\nafter\n"
    assert page.read_text("utf-8") == expected


@pytest.mark.parametrize("page", ["README.md", "docs/performance.md"])
def test_pages_have_the_marks(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    assert text.index("<!-- figures -->") < text.index("<!-- end of figures -->")


def test_plots_are_light_and_dark(report: Report, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    from benchmarks import plots

    plots.draw_all(report, tmp_path)
    names = ("growth-by-peers", "processor-by-size", "rate-by-size")
    expected = [f"{name}-{theme}.svg" for name in names for theme in ("dark", "light")]
    assert sorted(path.name for path in tmp_path.iterdir()) == expected


def test_list_names_the_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert program.main(["--list", "--only", "fan-out: 10 SUB"]) == 0
    assert capsys.readouterr().out == "fan-out: 10 SUB, 128 B\nfan-out: 10 SUB, 4 KB\n"


def test_partial_run_leaves_the_pages(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(program, "BUILD", tmp_path)
    before = (ROOT / "docs" / "performance.md").read_bytes()
    arguments = ["--quick", "--no-calls", "--competitors", "ours", "--only", "calls: send 16 B"]
    assert program.main(arguments) == 0
    content = json.loads((tmp_path / "benchmarks.json").read_text("utf-8"))
    assert [line["workload"]["call"] for line in content["lines"]] == ["send 16 B"]
    assert "ours: pyzmq" in capsys.readouterr().out
    assert (ROOT / "docs" / "performance.md").read_bytes() == before


def test_more_expensive_call_is_reported() -> None:
    kept = {"send 16 B": 1000.0, "recv 16 B": 1000.0}
    text, dearer = call_counts.compare(kept, {"send 16 B": 1020.0, "recv 16 B": 1040.0}, {})
    assert dearer == ["recv 16 B: 1,040 instructions, 4.0% more than kept"]
    large = "send and recv, 16 KB"
    assert not call_counts.compare({large: 1000.0}, {large: 1100.0}, {})[1]
    assert call_counts.compare({large: 1000.0}, {large: 1200.0}, {})[1]
    assert "1.020" in text


def test_kept_counts_name_known_calls() -> None:
    kept = json.loads(call_counts.KEPT.read_text("utf-8"))
    assert set(kept["ours"]) == set(workloads.CALL_NAMES)


@pytest.mark.skipif(shutil.which("valgrind") is None, reason="needs Valgrind")
@pytest.mark.slow
def test_instructions_are_counted(ours: Competitor, tmp_path: Path) -> None:
    try:
        library = call_counts.compile_requests(tmp_path)
    except MissingError as error:
        pytest.skip(str(error))
    try:
        counts = call_counts.count(ours, library, "recv, nothing there")
    except SystemExit as error:
        if "SIGILL" in str(error):
            pytest.skip("Valgrind does not know all instructions that this build uses")
        raise
    assert set(counts) == {"recv, nothing there"}
    assert counts["recv, nothing there"] > 100
