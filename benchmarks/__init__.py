"""Measures this package beside PyZMQ, pyomq and libzmq in C: ``make bench``.

==================  ==============================================================================
``workloads``       what is measured: one description of each line
``competitors``     who is measured: how each is found, started and named
``runner``          one workload under one competitor: two processes, a time limit, strace
``results``         what was measured, as JSON
``tables, plots``   the pages and pictures made from that JSON
``call_counts``     ``make bench-calls``: instructions a call, by callgrind
``workers/``        the programs that are measured, which use what all have in common
==================  ==============================================================================
"""
