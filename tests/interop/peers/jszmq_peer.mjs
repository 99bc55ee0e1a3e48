// A peer that runs jszmq. The argument is the folder whose node_modules has it.

import { once } from "node:events";
import { createRequire } from "node:module";
import { WAIT_MS, partOf, serve, within, wordOf } from "./javascript_protocol.mjs";

const require = createRequire(`${process.argv[2]}/`);
const zmq = require("jszmq");

let kind, socket;
const arrived = [];
let wake = () => {};

await serve({
  version: () => require("jszmq/package.json").version,
  open(type) {
    kind = type;
    socket = zmq.socket(type.toLowerCase());
    socket.on("message", (...parts) => {
      // A ROUTER puts a zero before a routing id that a peer has chosen, and expects it in a send.
      if (kind === "ROUTER" && parts[0][0] === 0) parts[0] = parts[0].subarray(1);
      arrived.push(parts);
      wake();
    });
  },
  "routing-id": (word) => void (socket.options.routingId = partOf(word)),
  bind: async (endpoint) => {
    // jszmq has no wildcard port, but with port 0 the system chooses a port.
    socket.bind(endpoint.replace("*", "0"));
    const { server } = socket.binds[0];
    if (server.address() === null) await once(server, "listening");
    return `ws://127.0.0.1:${server.address().port}/`;
  },
  connect: (endpoint) => socket.connect(endpoint),
  subscribe(word) {
    if (kind === "XSUB") socket.send(Buffer.concat([Buffer.from([1]), partOf(word)]));
    else socket.subscribe(partOf(word));
  },
  unsubscribe(word) {
    if (kind === "XSUB") socket.send(Buffer.concat([Buffer.from([0]), partOf(word)]));
    else socket.unsubscribe(partOf(word));
  },
  send(...words) {
    const parts = words.map(partOf);
    if (kind === "ROUTER" && parts[0][0] !== 1) parts[0] = Buffer.concat([Buffer.alloc(1), parts[0]]);
    socket.send(parts);
  },
  receive: async (ms = WAIT_MS) => {
    if (arrived.length === 0) await within(Number(ms), new Promise((resolve) => (wake = resolve)));
    return arrived.length === 0 ? "nothing" : arrived.shift().map(wordOf).join(" ");
  },
  close: () => socket.close(),
});
