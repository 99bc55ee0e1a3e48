"""Log records over ZeroMQ: the published messages, and the program that shows them."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading

import pytest
from limits import TIMEOUT_MS

import zmq
import zmq.asyncio
from zmq.log import handlers
from zmq.log.__main__ import TopicAligner
from zmq.log.handlers import TOPIC_DELIM, PUBHandler, TopicLogger


@pytest.fixture
def pub(ctx):
    # Use PAIR instead of PUB: a PAIR waits for its peer, while a PUB would drop the first messages.
    with ctx.socket(zmq.PAIR) as socket:
        socket.linger = 0
        socket.bind("inproc://log")
        yield socket


@pytest.fixture
def published(ctx, pub):
    """A function that receives the next message."""
    with ctx.socket(zmq.PAIR) as socket:
        socket.rcvtimeo = TIMEOUT_MS
        socket.connect("inproc://log")

        def receive():
            topic, text = socket.recv_multipart()
            return topic.decode(), text.decode()

        receive.nothing = lambda: not socket.poll(0)
        yield receive


@pytest.fixture
def handler(pub):
    made = PUBHandler(pub)
    yield made
    made.close()


@pytest.fixture
def logger(handler):
    made = logging.Logger("engine")
    made.addHandler(handler)
    return made


@pytest.fixture
def topic_logger(handler):
    made = TopicLogger("engine")
    made.addHandler(handler)
    return made


@pytest.mark.parametrize("level", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
def test_topic_is_the_level(logger, published, level):
    logger.log(getattr(logging, level), "oil %d", 3)
    topic, text = published()
    assert topic == level
    assert "oil 3" in text
    assert (f"{level} test_log.py:" in text) == (level != "INFO")


def test_text_of_info_is_the_message(logger, published):
    logger.info("oil")
    assert published() == ("INFO", "oil\n")


def test_exception_is_published(logger, published):
    try:
        raise ValueError("no oil")
    except ValueError:
        logger.exception("failed")
    topic, text = published()
    assert topic == "ERROR"
    assert "ValueError: no oil" in text.splitlines()[-1]


def test_topic_of_the_message(logger, published):
    logger.info("engine.oil::low: %d", 3)
    assert published() == ("INFO.engine.oil", "low: 3\n")


def test_first_delimiter_counts(logger, published):
    logger.info("a::b::c")
    assert published() == ("INFO.a", "b::c\n")


def test_delimiter_in_an_argument_does_not_count(logger, published):
    logger.info("%s", "a::b")
    assert published() == ("INFO", "a::b\n")


@pytest.mark.parametrize("message", [5, {"a": 1}, None, ValueError("x")])
def test_message_may_be_anything(logger, published, message):
    logger.info(message)
    assert published() == ("INFO", f"{message}\n")


def test_non_ascii_text(logger, published):
    logger.info("zoë::naïve \udcff")
    assert published() == ("INFO.zoë", "naïve ?\n")


def test_other_handlers_see_the_whole_message(logger, published, caplog):
    logger.addHandler(caplog.handler)
    logger.info("a::b")
    logger.info("c")
    assert caplog.messages == ["a::b", "c"]


def test_root_topic(logger, handler, published):
    handler.root_topic = "program"
    logger.info("a::b")
    assert published() == ("program.INFO.a", "b\n")
    handler.setRootTopic("other")
    assert handler.root_topic == "other"
    logger.info("b")
    assert published() == ("other.INFO", "b\n")
    handler.setRootTopic(b"bytes")
    assert handler.root_topic == "bytes"


def test_root_topic_of_the_constructor(pub, published):
    handler = PUBHandler(pub, root_topic="program")
    handler.handle(logging.makeLogRecord({"msg": "x", "levelname": "INFO", "levelno": 20}))
    assert published() == ("program.INFO", "x\n")
    handler.close()


def test_formatter_of_all_levels(logger, handler, published):
    handler.setFormatter(logging.Formatter("<%(message)s>"))
    logger.info("a")
    logger.error("b")
    assert [published(), published()] == [("INFO", "<a>"), ("ERROR", "<b>")]


def test_formatter_of_one_level(logger, handler, published):
    handler.setFormatter(logging.Formatter("<%(message)s>"), logging.ERROR)
    logger.info("a")
    logger.error("b")
    assert [published(), published()] == [("INFO", "a\n"), ("ERROR", "<b>")]


def test_formatter_is_reset(logger, handler, published):
    handler.setFormatter(logging.Formatter("<%(message)s>"))
    handler.setFormatter(None, logging.INFO)
    logger.info("a")
    logger.critical("b")
    handler.setFormatter(None)
    logger.critical("c")
    assert published() == ("INFO", "a\n")
    assert published() == ("CRITICAL", "<b>")
    assert "CRITICAL test_log.py:" in published()[1]


@pytest.mark.parametrize(("level", "short"), [(5, False), (15, False), (25, True), (60, False)])
def test_level_between_is_formatted_like_the_one_below(logger, published, level, short):
    logger.log(level, "x")
    topic, text = published()
    assert topic == f"Level {level}"
    assert (text == "x\n") == short
    assert ("test_log.py" in text) != short


def test_formatter_of_a_level_between(logger, handler, published):
    handler.setFormatter(logging.Formatter("<%(message)s>"), 25)
    logger.log(25, "a")
    logger.info("b")
    handler.setFormatter(None, 25)
    logger.log(25, "c")
    assert [published()[1] for _ in range(3)] == ["<a>", "b\n", "c\n"]


def test_formatting_error_is_handled(logger, handler, published, monkeypatch):
    handled = []
    monkeypatch.setattr(handler, "handleError", handled.append)
    logger.info("%d", "no number")
    assert [record.msg for record in handled] == ["%d"]
    assert published.nothing()


def test_socket_that_was_closed_is_handled(ctx, monkeypatch):
    socket = ctx.socket(zmq.PUB)
    handler = PUBHandler(socket)
    handled = []
    monkeypatch.setattr(handler, "handleError", handled.append)
    socket.close()
    handler.handle(logging.makeLogRecord({"msg": "x", "levelname": "INFO", "levelno": 20}))
    assert len(handled) == 1
    handler.close()


def test_handler_binds_and_closes_its_own_socket(ctx):
    handler = PUBHandler("tcp://127.0.0.1:*", ctx, "program")
    assert handler.ctx is ctx
    assert handler.socket.last_endpoint.startswith(b"tcp://127.0.0.1:")
    handler.close()
    handler.close()
    assert handler.socket.closed


def test_handler_leaves_the_callers_socket_open(ctx, pub):
    handler = PUBHandler(pub)
    assert handler.socket is pub
    assert handler.ctx is ctx
    handler.close()
    assert not pub.closed


def test_handler_of_an_asynchronous_context_sends_at_once():
    with zmq.asyncio.Context() as ctx:
        handler = PUBHandler("tcp://127.0.0.1:*", ctx)
        assert type(handler.socket) is zmq.Socket
        handler.close()


def test_own_context_by_default():
    handler = PUBHandler("tcp://127.0.0.1:*")
    assert handler.ctx is not zmq.Context.instance()
    zmq.Context.instance().term()
    handler.emit(logging.makeLogRecord({"msg": "still there"}))
    handler.close()
    assert handler.ctx.closed
    handler.close()


def test_refused_endpoint_leaves_no_context():
    with pytest.raises(zmq.ZMQError):
        PUBHandler("nonsense")


def test_closing_does_not_wait_for_subscribers(in_thread):
    handler = PUBHandler("tcp://127.0.0.1:*")
    with zmq.Context() as context, context.socket(zmq.SUB) as stuck:
        stuck.rcvhwm = 1
        stuck.subscribe(b"")
        stuck.connect(handler.socket.last_endpoint.decode())
        for _ in range(5000):
            handler.emit(logging.makeLogRecord({"msg": "x" * 1000}))
        in_thread(handler.close).value()


@pytest.mark.parametrize("module", ["zmq.asyncio", "zmq.anyio", "zmq.eventloop.future"])
def test_asynchronous_socket_logs_from_any_thread(module, in_thread):
    flavour = pytest.importorskip(module)
    with flavour.Context() as ctx, zmq.Context.shadow(ctx) as plain:
        pub, sub = ctx.socket(zmq.PUB), plain.socket(zmq.SUB)
        pub.bind("inproc://logged")
        sub.subscribe(b"")
        sub.connect("inproc://logged")
        sub.rcvtimeo = 10_000
        handler = PUBHandler(pub)
        record = logging.makeLogRecord({"msg": "hello", "levelno": logging.INFO})
        in_thread(lambda: handler.emit(record)).value()
        assert b"hello" in sub.recv_multipart()[1]
        handler.close()
        assert not pub.closed
        sub.close(0)
        pub.close(0)


def test_bad_endpoint_is_refused(ctx):
    with pytest.raises(zmq.ZMQError, match="nonsense"):
        PUBHandler("nonsense", ctx)


@pytest.mark.parametrize("bad", [5, None, b"tcp://127.0.0.1:*"])
def test_neither_endpoint_nor_socket_is_refused(bad):
    with pytest.raises(TypeError, match=r"takes an endpoint \(str\) or a zmq.Socket"):
        PUBHandler(bad)


def test_threads_may_log_at_once(logger, published):
    def work(number):
        for index in range(100):
            logger.info("%d.%d", number, index)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    received = [published()[1] for _ in range(400)]
    for thread in threads:
        thread.join(20)
    assert sorted(received) == sorted(f"{n}.{i}\n" for n in range(4) for i in range(100))


# ------------------------------------------------------------------ TopicLogger


@pytest.mark.parametrize(
    ("method", "level"),
    [
        ("debug", "DEBUG"),
        ("info", "INFO"),
        ("warning", "WARNING"),
        ("warn", "WARNING"),
        ("error", "ERROR"),
        ("critical", "CRITICAL"),
        ("fatal", "CRITICAL"),
    ],
)
def test_methods_take_a_topic(topic_logger, published, method, level):
    getattr(topic_logger, method)("oil", "low: %d", 3)
    topic, text = published()
    assert topic == f"{level}.oil"
    assert "low: 3" in text


def test_log_takes_a_topic(topic_logger, published):
    topic_logger.log(logging.INFO, "oil", "low: %d", 3)
    assert published() == ("INFO.oil", "low: 3\n")


def test_caller_is_found(topic_logger, handler, published):
    handler.setFormatter(logging.Formatter("%(funcName)s"))

    def caller():
        topic_logger.info("a", "b")
        topic_logger.log(logging.INFO, "a", "b")
        topic_logger.exception("a", "b")
        topic_logger.info("a", "b", stacklevel=2)

    caller()
    names = [published()[1].splitlines()[0] for _ in range(4)]
    assert names == ["caller", "caller", "caller", "test_caller_is_found"]


def test_exception_of_a_topic(topic_logger, published):
    try:
        raise ValueError("no oil")
    except ValueError:
        topic_logger.exception("oil", "failed")
    topic, text = published()
    assert topic == "ERROR.oil"
    assert "ValueError: no oil" in text


def test_topic_logger_minds_its_level(topic_logger, published):
    topic_logger.setLevel(logging.ERROR)
    topic_logger.info("oil", "fine")
    topic_logger.error("oil", "low")
    assert published()[0] == "ERROR.oil"


def test_topic_logger_can_be_the_class_of_loggers():
    old = logging.getLoggerClass()
    logging.setLoggerClass(TopicLogger)
    try:
        assert type(logging.getLogger("test_log.topics")) is TopicLogger
    finally:
        logging.setLoggerClass(old)


def test_delimiter():
    assert TOPIC_DELIM == handlers.TOPIC_DELIM == "::"


# ------------------------------------------------------------------ python -m zmq.log


@pytest.fixture
def watch(ctx):
    """A function that runs the program on some messages and returns its output."""

    def watch(messages, *options, env=None, lines=None):
        with ctx.socket(zmq.XPUB) as publisher:
            publisher.linger = 0
            publisher.rcvtimeo = TIMEOUT_MS
            port = publisher.bind_to_random_port("tcp://127.0.0.1")
            program = subprocess.Popen(
                [sys.executable, "-m", "zmq.log", *options, f"tcp://127.0.0.1:{port}"],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**os.environ, "PYTHONIOENCODING": "utf-8", **(env or {})},
            )
            try:
                publisher.recv()  # the program has subscribed
                for message in messages:
                    publisher.send_multipart(message)
                count = len(messages) if lines is None else lines
                shown = b"".join(program.stdout.readline() for _ in range(count))
                program.send_signal(signal.SIGINT)
                rest, errors = program.communicate(timeout=20)
            except BaseException:
                program.kill()
                program.communicate()
                raise
        assert program.returncode == 0, errors
        assert rest == b""
        return shown.decode(), errors.decode()

    return watch


MESSAGES = [
    [b"a.INFO", b"hello\n"],
    [b"a.ERROR.long", b"bad\n"],
    [b"INFO", b"no line break"],
]

unix = pytest.mark.skipif(
    sys.platform == "win32", reason="Windows cannot send SIGINT to a single process"
)


@unix
def test_messages_are_shown(watch):
    shown, errors = watch(MESSAGES)
    assert shown == "a.INFO | hello\na.ERROR.long | bad\nINFO | no line break\n"
    assert errors == ""


@unix
def test_topics_are_chosen(watch):
    assert watch(MESSAGES, "-t", "a.ERROR", lines=1)[0] == "a.ERROR.long | bad\n"


@unix
def test_topics_are_aligned(watch):
    shown, _ = watch(MESSAGES, "--align", "--separator", "|")
    assert shown.splitlines() == [
        "a.INFO|hello",
        "a.ERROR.long|bad",
        "INFO           |no line break",
    ]


@unix
def test_time_is_shown(watch):
    shown, _ = watch(MESSAGES[:1], "--timestamp", "--dateformat", "<%%>")
    assert shown == "<%> a.INFO | hello\n"


@unix
def test_odd_messages_are_shown(watch):
    shown, _ = watch([[b"one part"], [b"t", b"two", b"three"], [b"\xff", b"\x1b[2J"]])
    assert shown.splitlines() == ["one part | ", "t | two three", "\ufffd | \ufffd[2J"]


@unix
def test_colours_are_of_the_level(watch):
    pytest.importorskip("rich", reason="rich is not installed")
    shown, _ = watch(MESSAGES[1:2], "--color", env={"FORCE_COLOR": "1", "TERM": "xterm"})
    assert shown == "\x1b[31ma.ERROR.long | bad\x1b[0m\n"


@unix
def test_no_colours_where_there_is_no_terminal(watch):
    shown, _ = watch(MESSAGES[1:2], "--color")
    assert shown == "a.ERROR.long | bad\n"


@unix
def test_plain_without_rich(watch, tmp_path):
    (tmp_path / "rich.py").write_text("raise ImportError")
    shown, errors = watch(MESSAGES[1:2], "--color", env={"PYTHONPATH": str(tmp_path)})
    assert shown == "a.ERROR.long | bad\n"
    assert "install the package rich" in errors


def test_bad_endpoint_is_reported():
    ended = subprocess.run(
        [sys.executable, "-m", "zmq.log", "nonsense"], capture_output=True, text=True, timeout=60
    )
    assert ended.returncode == 1
    assert "cannot watch nonsense" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_alignment():
    aligner = TopicAligner()
    shown = [aligner.align(topic) for topic in ("a", "bb.c", "a", "a.d.eee", "bb.c")]
    assert shown == ["a", "bb.c", "a   ", "a .d.eee", "bb.c    "]
