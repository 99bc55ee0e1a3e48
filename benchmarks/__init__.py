"""Measures this package and PyZMQ side by side: ``make bench``.

The programs in scenarios/ measure one thing each and print JSON lines. They use only what this
package and PyZMQ have in common, so the same file runs unchanged under both. Where ours has a call
of its own (`send_many`, `recv_many`), the other side does the same work with the calls it has, and
the line's name has a star.
"""
