from setuptools import Extension, setup

import zmq

# No library is needed: pyzmq.h calls the libzmq that Python has loaded.
setup(
    ext_modules=[Extension("sampler", ["sampler.pyx"], include_dirs=zmq.get_includes())],
)
