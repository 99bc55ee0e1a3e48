"""The real kernel and client of Jupyter work on this package.

`make test` installs them after this package. They require pyzmq, which is the name of this package,
so pip does not install another one.
"""

from __future__ import annotations

import importlib.metadata
import os
import queue
import re
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest
from limits import TIMEOUT_S

import zmq
from zmq.sugar.version import DISTRIBUTION_VERSION

jupyter_client = pytest.importorskip(
    "jupyter_client", reason="tests Jupyter's own client: pip install jupyter_client ipykernel"
)
pytest.importorskip("ipykernel", reason="tests Jupyter's own kernel: pip install ipykernel")

pytestmark = [
    pytest.mark.slow,
    # We cannot fix the warnings of other packages.
    pytest.mark.filterwarnings("ignore"),
]


@pytest.fixture
def encryption() -> str:
    """The encryption setting of the kernel's manager; "" for none."""
    return ""


@pytest.fixture
def manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encryption: str) -> Iterator:
    for name in ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR"):
        monkeypatch.setenv(name, str(tmp_path / name))
        os.mkdir(tmp_path / name)
    from jupyter_client.manager import KernelManager

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        manager = KernelManager(kernel_name="python3")
        if encryption:
            if not manager.has_trait("transport_encryption"):
                pytest.skip("this version of jupyter_client does not encrypt")
            manager.transport_encryption = encryption
        manager.start_kernel()
        try:
            yield manager
        finally:
            manager.shutdown_kernel(now=True)
            manager.cleanup_resources()
            manager.context.destroy(linger=0)


@pytest.fixture
def client(manager) -> Iterator:
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=TIMEOUT_S)
        yield client
    finally:
        client.stop_channels()
        client.context.destroy(linger=0)


def run(client, code: str) -> tuple[dict, str, list[dict]]:
    """Execute a cell; return the reply, the printed text, and all messages of its output."""
    outputs: list[dict] = []
    reply = client.execute_interactive(
        code, timeout=TIMEOUT_S, output_hook=lambda message: outputs.append(message["content"])
    )
    return reply["content"], "".join(output.get("text", "") for output in outputs), outputs


def test_cells_are_executed(client):
    reply, text, _ = run(client, "x = 6\nprint(x * 7)")
    assert (reply["status"], text) == ("ok", "42\n")
    _, _, outputs = run(client, "x + 1")
    assert [output["data"]["text/plain"] for output in outputs if "data" in output] == ["7"]
    reply, _, _ = run(client, "1 / 0")
    assert reply["ename"] == "ZeroDivisionError"


def test_many_outputs_come_complete_and_in_order(client):
    code = "import sys\nfor n in range(3000):\n    print(n)\n    n % 100 or sys.stdout.flush()"
    _, text, _ = run(client, code)
    assert text.split() == [str(n) for n in range(3000)]
    code = "from IPython.display import display\nfor n in range(500): display(n)"
    _, _, outputs = run(client, code)
    shown = [output["data"]["text/plain"] for output in outputs if "data" in output]
    assert shown == [str(n) for n in range(500)]


def test_kernel_runs_on_this_package(client):
    _, text, _ = run(client, "import zmq; print(zmq.__file__, zmq.__version__)")
    assert text.split() == [zmq.__file__, zmq.__version__]
    assert importlib.metadata.version("pyzmq") == DISTRIBUTION_VERSION


def test_completion_and_introspection(client):
    run(client, "something_long = 1")
    content = client.complete("something_l", reply=True, timeout=TIMEOUT_S)["content"]
    assert "something_long" in content["matches"]
    assert client.kernel_info(reply=True, timeout=TIMEOUT_S)["content"]["status"] == "ok"


def test_interrupt_stops_a_cell(client, manager):
    message_id = client.execute("print('started', flush=True)\nwhile True: pass")
    while True:
        message = client.get_iopub_msg(timeout=TIMEOUT_S)
        if message["msg_type"] == "stream" and "started" in message["content"]["text"]:
            break
    manager.interrupt_kernel()
    while True:
        try:
            reply = client.get_shell_msg(timeout=TIMEOUT_S)
        except queue.Empty:
            pytest.fail("the interrupted cell did not end")
        if reply["parent_header"].get("msg_id") == message_id:
            break
    assert reply["content"]["ename"] == "KeyboardInterrupt"
    assert run(client, "print('alive')")[1] == "alive\n"


def test_kernel_exits_when_asked_to(client, manager, until):
    process = manager.provisioner.process
    client.shutdown()
    assert client.get_control_msg(timeout=TIMEOUT_S)["content"]["status"] == "ok"
    until(lambda: process.poll() is not None)
    assert process.poll() == 0


def test_restarted_kernel_is_empty_and_works(client, manager):
    run(client, "x = 1")
    manager.restart_kernel(now=True)
    client.wait_for_ready(timeout=TIMEOUT_S)
    assert run(client, "x")[0]["ename"] == "NameError"
    assert run(client, "print(2)")[1] == "2\n"


@pytest.mark.parametrize("encryption", ["required"])
def test_kernel_behind_curve(client, manager, until):
    """Jupyter gives keys to the kernel's sockets, and the public key to its clients."""
    assert len(manager.curve_publickey) == 40
    assert run(client, "print('secret')")[1] == "secret\n"
    until(client.hb_channel.is_beating)


def test_threaded_client(manager):
    """The client of Jupyter's Qt console: its channels are streams in a thread with a loop."""
    import threading

    from jupyter_client.threaded import ThreadedKernelClient, ThreadedZMQSocketChannel

    replied = threading.Event()
    replies: list[dict] = []

    class Channel(ThreadedZMQSocketChannel):
        def call_handlers(self, message: dict) -> None:
            if message["msg_type"] == "execute_reply":
                replies.append(message["content"])
                replied.set()

    class Client(ThreadedKernelClient):
        iopub_channel_class = stdin_channel_class = Channel
        shell_channel_class = control_channel_class = Channel

    client = Client(**manager.get_connection_info(session=True))
    client.start_channels()
    try:
        client.execute("1 + 1")
        assert replied.wait(TIMEOUT_S)
        assert replies[0]["status"] == "ok"
    finally:
        client.stop_channels()
        client.context.destroy(linger=0)


def test_kernel_ends_when_it_is_asked_to(client, manager):
    """The kernel ends by itself; a killed kernel would have another exit status."""
    run(client, "x = 1")
    process = manager.provisioner.process
    manager.shutdown_wait_time = 2 * TIMEOUT_S
    manager.shutdown_kernel()
    assert process.returncode == 0


def test_restart_that_asks_kills_nothing(client, manager):
    run(client, "x = 1")
    process = manager.provisioner.process
    manager.shutdown_wait_time = 2 * TIMEOUT_S
    manager.restart_kernel()
    assert process.returncode == 0
    client.wait_for_ready(timeout=TIMEOUT_S)
    assert run(client, "x")[0]["ename"] == "NameError"


def test_nbclient_runs_a_notebook(tmp_path, monkeypatch):
    nbclient = pytest.importorskip(
        "nbclient", reason="tests the real nbclient: pip install nbclient nbformat"
    )
    from nbformat.v4 import new_code_cell, new_notebook

    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    notebook = new_notebook(
        cells=[
            new_code_cell("x = 6\nprint(x * 7)"),
            new_code_cell("import asyncio\nawait asyncio.sleep(0)\nx + 1"),
            new_code_cell("1 / 0", metadata={"tags": ["raises-exception"]}),
        ]
    )
    runner = nbclient.NotebookClient(notebook, timeout=TIMEOUT_S, kernel_name="python3")
    runner.execute()
    printed, shown, raised = (cell.outputs[0] for cell in notebook.cells)
    assert printed["text"] == "42\n"
    assert shown["data"]["text/plain"] == "7"
    assert raised["ename"] == "ZeroDivisionError"
    assert runner.km is None or not runner.km.has_kernel


def test_cells_of_the_manual_run(client):
    page = (Path(__file__).parents[2] / "docs" / "cookbook" / "jupyter.md").read_text("utf-8")
    cells = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    assert len(cells) > 3
    for cell in cells:
        reply, text, _ = run(client, cell)
        assert reply["status"] == "ok", reply
        expected = re.findall(r"^print\(.*\)  # (.+)$", cell, re.MULTILINE)
        assert text.splitlines() == expected
