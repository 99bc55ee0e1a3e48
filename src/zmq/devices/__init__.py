"""Devices: two sockets that pass messages to each other, optionally in the background.

.. code-block:: python

    queue = ThreadProxy(zmq.ROUTER, zmq.DEALER)
    queue.bind_in("tcp://*:5559")
    queue.bind_out("tcp://*:5560")
    queue.start()

There are four kinds, each in three forms: it runs in :meth:`~Device.start` itself (`Proxy`), in
a thread (`ThreadProxy`) or in a process (`ProcessProxy`).

- `Device`: two sockets
- `Proxy`: also a third socket, which gets a copy of each message
- `ProxySteerable`: also a fourth socket, which takes commands
- `MonitoredQueue`: a `Proxy` whose copies name the direction of the messages
"""

from __future__ import annotations

from zmq import proxy
from zmq.constants import DeviceType
from zmq.devices import (
    basedevice,
    monitoredqueue,
    monitoredqueuedevice,
    proxydevice,
    proxysteerabledevice,
)
from zmq.devices.basedevice import Device, ProcessDevice, ThreadDevice
from zmq.devices.monitoredqueue import monitored_queue
from zmq.devices.monitoredqueuedevice import (
    MonitoredQueue,
    ProcessMonitoredQueue,
    ThreadMonitoredQueue,
)
from zmq.devices.proxydevice import ProcessProxy, Proxy, ThreadProxy
from zmq.devices.proxysteerabledevice import (
    ProcessProxySteerable,
    ProxySteerable,
    ThreadProxySteerable,
)

__all__ = [
    "Device",
    "DeviceType",
    "MonitoredQueue",
    "ProcessDevice",
    "ProcessMonitoredQueue",
    "ProcessProxy",
    "ProcessProxySteerable",
    "Proxy",
    "ProxySteerable",
    "ThreadDevice",
    "ThreadMonitoredQueue",
    "ThreadProxy",
    "ThreadProxySteerable",
    "basedevice",
    "monitored_queue",
    "monitoredqueue",
    "monitoredqueuedevice",
    "proxy",
    "proxydevice",
    "proxysteerabledevice",
]
