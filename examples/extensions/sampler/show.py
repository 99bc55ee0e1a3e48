"""Samples from C to Python and back, through Python's sockets."""

import array

import sampler

import zmq

with zmq.Context() as context, context.socket(zmq.PULL) as pull, context.socket(zmq.PUSH) as push:
    pull.rcvtimeo = push.sndtimeo = 10_000
    push.linger = 0
    pull.bind("inproc://samples")
    push.connect("inproc://samples")

    # C sends through Python's socket; Python receives.
    sampler.send_samples(push, blocks=2, count=1000)
    for number in range(2):
        samples = array.array("d", pull.recv())
        print(f"block {number}: {len(samples)} samples, the last is {samples[-1]:.3f}")

    # C has its own socket in Python's context.
    sampler.push_samples(context, "inproc://samples", blocks=3, count=500)
    print(f"3 blocks add up to {sampler.total(pull, blocks=3):.3f}")

    # All messages have been received, so libzmq has freed C's memory.
    print(f"blocks that libzmq still holds: {sampler.buffers_in_use()}")
