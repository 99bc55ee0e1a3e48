"""Measures this package beside PyZMQ, pyomq and libzmq in C: ``make bench``.

==================  ==============================================================================
``workloads``       the measurements: one description of each line
``competitors``     the competitors: how to find, start and name them
``runner``          one workload under one competitor: two processes, a time limit, strace
``results``         the results, as JSON
``tables, plots``   the pages and pictures made from that JSON
``call_counts``     ``make bench-calls``: instructions a call, by callgrind
``workers/``        the measured programs, which use only the common API
==================  ==============================================================================
"""
