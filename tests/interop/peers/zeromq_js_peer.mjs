// A peer that runs zeromq.js. The argument is the folder whose node_modules has it.

import { closeSync, openSync, readFileSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { WAIT_MS, numberOf, partOf, partOfNumber, serve, within, wordOf } from "./javascript_protocol.mjs";

const require = createRequire(`${process.argv[2]}/`);
process.removeAllListeners("warning"); // no warnings about the draft API
const zmq = require("zeromq");
const draft = zmq.capability.draft ? require("zeromq/draft") : {};

const CLASSES = {
  REQ: zmq.Request, REP: zmq.Reply, DEALER: zmq.Dealer, ROUTER: zmq.Router, PUB: zmq.Publisher,
  SUB: zmq.Subscriber, XPUB: zmq.XPublisher, XSUB: zmq.XSubscriber, PUSH: zmq.Push, PULL: zmq.Pull,
  PAIR: zmq.Pair, STREAM: zmq.Stream, CLIENT: draft.Client, SERVER: draft.Server,
  RADIO: draft.Radio, DISH: draft.Dish, SCATTER: draft.Scatter, GATHER: draft.Gather,
};

let kind, socket, pending, routingId;

// If a receive timed out, the next receive returns its message.
async function receive(ms) {
  pending ??= socket.receive();
  const message = await within(ms, pending);
  if (message !== undefined) pending = undefined;
  return message;
}

async function send(message, ...rest) {
  const deadline = Date.now() + WAIT_MS;
  for (;;) {
    try {
      return await socket.send(message, ...rest);
    } catch (error) {
      if (error.code !== "EHOSTUNREACH" || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}

async function checkPasswords(user, password) {
  const handler = new zmq.Reply({ linger: 0 });
  await handler.bind("inproc://zeromq.zap.01");
  for await (const [version, id, , , , , name, word] of handler) {
    const allowed = name?.toString() === user && word?.toString() === password;
    await handler.send([version, id, ...(allowed ? ["200", "OK"] : ["400", "wrong"]), "", ""]);
  }
}

await serve({
  version: () => `${require("zeromq/package.json").version} with libzmq ${zmq.version}`,
  open(type) {
    kind = type;
    socket = new CLASSES[type]({ linger: WAIT_MS });
    if (type === "ROUTER") socket.mandatory = true;
  },
  "plain-server": async (user, password) => {
    socket.plainServer = true;
    checkPasswords(user, password);
  },
  "plain-client"(user, password) {
    socket.plainUsername = user;
    socket.plainPassword = password;
  },
  "curve-server"(publicKey, secretKey) {
    socket.curveServer = true;
    socket.curvePublicKey = publicKey;
    socket.curveSecretKey = secretKey;
  },
  "curve-client"(serverKey, publicKey, secretKey) {
    socket.curveServerKey = serverKey;
    socket.curvePublicKey = publicKey;
    socket.curveSecretKey = secretKey;
  },
  heartbeat(interval, timeout) {
    socket.heartbeatInterval = Number(interval);
    socket.heartbeatTimeout = Number(timeout);
  },
  "routing-id": (word) => void (socket.routingId = partOf(word).toString("latin1")),
  bind: async (endpoint) => {
    await socket.bind(endpoint);
    return socket.lastEndpoint;
  },
  connect: (endpoint) => socket.connect(endpoint),
  subscribe(word) {
    if (kind === "XSUB") return socket.send(Buffer.concat([Buffer.from([1]), partOf(word)]));
    socket.subscribe(partOf(word));
  },
  unsubscribe(word) {
    if (kind === "XSUB") return socket.send(Buffer.concat([Buffer.from([0]), partOf(word)]));
    socket.unsubscribe(partOf(word));
  },
  join: (group) => socket.join(group),
  send(...words) {
    const parts = words.map(partOf);
    if (kind === "RADIO") return send(parts[1], { group: parts[0] });
    if (kind === "SERVER") return send(parts[0], { routingId });
    return send(kind === "CLIENT" || kind === "SCATTER" ? parts[0] : parts);
  },
  receive: async (ms = WAIT_MS) => {
    let message = await receive(Number(ms));
    if (message === undefined) return "nothing";
    if (kind === "SERVER") [message, routingId] = [[message[0]], message[1].routingId];
    if (kind === "DISH") message = [message[1].group, message[0]];
    return message.map(wordOf).join(" ");
  },
  "send-numbers": async (first, count) => {
    for (let number = 0; number < Number(count); number++) {
      await socket.send(partOfNumber(Number(first) + number));
    }
  },
  "receive-numbers": async (first, count) => {
    for (let number = 0; number < Number(count); number++) {
      const message = await receive(WAIT_MS);
      if (message === undefined) return `wrong: nothing came after ${number} messages`;
      const expected = Number(first) + number;
      if (numberOf(message[0]) !== expected) {
        return `wrong: ${expected} was expected, ${numberOf(message[0])} came`;
      }
    }
    return "all";
  },
  "send-acknowledged": async (first, last) => {
    let acknowledged = Number(first) - 1;
    let following = acknowledged + 1;
    const deadline = Date.now() + 120_000;
    while (acknowledged < Number(last)) {
      if (Date.now() > deadline) return `wrong: ${acknowledged} is the last that was acknowledged`;
      while (following <= Math.min(Number(last), acknowledged + 500)) {
        await socket.send(partOfNumber(following++));
      }
      const message = await receive(200);
      if (message === undefined) following = acknowledged + 1;
      else acknowledged = Math.max(acknowledged, numberOf(message[0]));
    }
    return "all";
  },
  "receive-acknowledged": async (file, last) => {
    let newest = Number(readFileSync(file, "ascii"));
    // The previous process may not have acknowledged this number.
    if (newest > 0) await socket.send(partOfNumber(newest));
    let since = 0;
    const kept = openSync(file, "r+");
    const deadline = Date.now() + 120_000;
    while (newest < Number(last)) {
      if (Date.now() > deadline) return `wrong: ${newest} is the last that came`;
      const message = await receive(200);
      if (message === undefined) continue;
      const number = numberOf(message[0]);
      if (number === newest + 1) {
        newest = number;
        since++;
      }
      if (number !== newest || since >= 100 || newest === Number(last)) {
        since = 0;
        writeSync(kept, String(newest).padStart(20, "0"), 0); // one write, so that a kill leaves no partial number
        await socket.send(partOfNumber(newest));
      }
    }
    closeSync(kept);
    return "all";
  },
  close: async () => {
    // After close() the context still sends. At its end, the process waits for that.
    socket.close();
  },
});
