"""Share out work: the tasks go to the workers in turn, the results come back to one place."""

import multiprocessing

import zmq

TASKS = 1000
WORKERS = 3
TIMEOUT_MS = 10_000


def work(tasks_endpoint: str, results_endpoint: str) -> None:
    """Square every received number."""
    with (
        zmq.Context() as context,
        context.socket(zmq.PULL) as tasks,
        context.socket(zmq.PUSH) as results,
    ):
        tasks.connect(tasks_endpoint)
        results.connect(results_endpoint)
        while True:
            results.send(b"%d" % int(tasks.recv()) ** 2)


def main() -> None:
    """Start the workers, give out the tasks and add up the results."""
    with (
        zmq.Context() as context,
        context.socket(zmq.PUSH) as tasks,
        context.socket(zmq.PULL) as results,
    ):
        tasks.sndtimeo = results.rcvtimeo = TIMEOUT_MS
        tasks.bind("tcp://127.0.0.1:*")
        results.bind("tcp://127.0.0.1:*")
        spawn = multiprocessing.get_context("spawn")
        endpoints = (tasks.last_endpoint.decode(), results.last_endpoint.decode())
        workers = [spawn.Process(target=work, args=endpoints, daemon=True) for _ in range(WORKERS)]
        try:
            for worker in workers:
                worker.start()
            for number in range(TASKS):
                tasks.send(b"%d" % number)
            total = sum(int(results.recv()) for _ in range(TASKS))
            print(f"the squares of 0 to {TASKS - 1} add up to {total}")
        finally:
            for worker in workers:  # they wait for more tasks
                worker.terminate()
                worker.join()


if __name__ == "__main__":
    main()
