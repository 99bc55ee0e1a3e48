/**
 * ZeroMQ for browsers: ZMTP over WebSocket ("ZWS 2.0"), the protocol of libzmq's ws:// transport.
 *
 *     import { Socket, text } from "./zmtp.js";
 *
 *     const sub = new Socket("SUB");
 *     sub.subscribe("weather");
 *     sub.connect("ws://127.0.0.1:5555/");
 *     for await (const [topic, body] of sub) console.log(text(topic), text(body));
 *
 * Types: SUB, PUB, REQ, DEALER, PUSH, PULL, PAIR. A page can only connect. There is no security
 * mechanism: the names of mechanisms ("ZWS2.0/NULL", "ZWS2.0/CURVE") contain a slash, which no browser
 * accepts in the name of a protocol. Put data that is not public behind a proxy that uses wss:// and
 * authenticates its users.
 *
 * Each WebSocket message is a byte of flags and a part. The first message in each direction is the
 * routing id. The peers do not tell each other the types of their sockets.
 *
 * This module runs wherever WebSocket and EventTarget exist: in browsers, in workers, in Node 22.
 */

// The first byte of each WebSocket message.
const MORE = 1;
const COMMAND = 2;

// The first byte of each message that a subscriber sends.
const SUBSCRIBE = 1;
const CANCEL = 0;

const PROTOCOL = "ZWS2.0";

const TYPES = {
  SUB: { sends: false, receives: true },
  PUB: { sends: true, receives: false },
  REQ: { sends: true, receives: true },
  DEALER: { sends: true, receives: true },
  PUSH: { sends: true, receives: false },
  PULL: { sends: false, receives: true },
  PAIR: { sends: true, receives: true },
};

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The bytes of a part: a string becomes UTF-8, bytes stay unchanged. */
export function bytes(part) {
  if (typeof part === "string") return encoder.encode(part);
  if (part instanceof Uint8Array) return part;
  if (part instanceof ArrayBuffer) return new Uint8Array(part);
  if (ArrayBuffer.isView(part)) return new Uint8Array(part.buffer, part.byteOffset, part.byteLength);
  throw new TypeError(`a part is a string or bytes, got ${typeof part}`);
}

/** A part as text. */
export function text(part) {
  return decoder.decode(part);
}

/** One WebSocket message: the flags, and a part. */
function frame(flags, body) {
  const message = new Uint8Array(body.length + 1);
  message[0] = flags;
  message.set(body, 1);
  return message;
}

function concatenate(...pieces) {
  const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.length, 0));
  let position = 0;
  for (const piece of pieces) {
    whole.set(piece, position);
    position += piece.length;
  }
  return whole;
}

function startsWith(whole, prefix) {
  return prefix.length <= whole.length && prefix.every((byte, index) => whole[index] === byte);
}

/** A connection to one endpoint, which reconnects whenever it breaks. */
class Connection {
  constructor(socket, url) {
    this.socket = socket;
    this.url = url;
    this.isReady = false;
    this.closed = false;
    this.parts = [];
    this.topics = new Map(); // of a PUB: the peer's topics, with the number of subscriptions to each
    this.delay = socket.reconnectDelay;
    this.open();
  }

  open() {
    const transport = new WebSocket(this.url, [PROTOCOL]);
    transport.binaryType = "arraybuffer";
    transport.onopen = () => transport.send(frame(0, this.socket.routingId));
    transport.onmessage = (event) => this.take(event.data);
    transport.onclose = (event) => this.lost(event.reason);
    transport.onerror = () => {}; // a close event follows, with all details that a page may know
    this.transport = transport;
    // If a server stops during the handshake, some WebSockets (Node.js 20) never report the end.
    this.patience = setTimeout(() => {
      transport.onopen = transport.onmessage = transport.onclose = null;
      transport.close();
      this.lost("no answer");
    }, this.socket.handshakeTimeout);
  }

  send(message) {
    message.forEach((part, index) =>
      this.transport.send(frame(index < message.length - 1 ? MORE : 0, part)),
    );
  }

  take(data) {
    if (this.closed) return;
    if (!(data instanceof ArrayBuffer) || !data.byteLength) return this.fail("a frame has no flags");
    const [flags] = new Uint8Array(data, 0, 1);
    const body = new Uint8Array(data, 1);
    if (flags & COMMAND) return; // an unknown command
    if (!this.isReady) return this.ready(); // it was the routing id
    this.parts.push(body);
    if (flags & MORE) return;
    const message = this.parts;
    this.parts = [];
    if (this.socket.type === "PUB") this.subscription(message[0]);
    else this.socket.received(message, this);
  }

  ready() {
    clearTimeout(this.patience);
    this.isReady = true;
    this.delay = this.socket.reconnectDelay;
    this.socket.connected(this);
  }

  subscription(body) {
    const topic = body.subarray(1);
    const key = topic.join();
    const times = (this.topics.get(key)?.times ?? 0) + (body[0] === SUBSCRIBE ? 1 : -1);
    if (times > 0) this.topics.set(key, { topic, times });
    else this.topics.delete(key);
  }

  wants(message) {
    for (const { topic } of this.topics.values()) if (startsWith(message[0], topic)) return true;
    return false;
  }

  fail(reason) {
    this.socket.tell("error", { url: this.url, reason });
    this.transport.close();
  }

  lost(reason) {
    clearTimeout(this.patience);
    const wasReady = this.isReady;
    this.isReady = false;
    this.parts = [];
    this.topics.clear();
    if (this.closed) return;
    if (wasReady) this.socket.disconnected(this, reason);
    this.timer = setTimeout(() => this.open(), this.delay);
    this.delay = Math.min(this.delay * 2, this.socket.longestReconnectDelay);
  }

  close() {
    this.closed = true;
    this.isReady = false;
    clearTimeout(this.timer);
    clearTimeout(this.patience);
    this.transport.close();
  }
}

/**
 * A ZeroMQ socket that connects.
 *
 * Events: "connect" when a peer has connected, "disconnect" when it has gone, "error" when its
 * messages cannot be understood. Their `detail` has the `url`, and the `reason`.
 */
export class Socket extends EventTarget {
  #connections = [];
  #topics = new Map(); // of a SUB
  #received = [];
  #receivers = [];
  #waiting = []; // to be sent, while there is no peer
  #turn = 0;
  #request = null; // of a REQ: the promise of the reply
  #closed = false;

  /**
   * @param {string} type SUB, PUB, REQ, DEALER, PUSH, PULL or PAIR
   * @param {object} [options]
   * @param {string|Uint8Array} [options.routingId] the id by which a ROUTER knows a DEALER or REQ
   * @param {number} [options.highWaterMark] messages that may wait, in each direction
   * @param {number} [options.reconnectDelay] in ms, doubled after each failed try
   * @param {number} [options.longestReconnectDelay] in ms
   * @param {number} [options.handshakeTimeout] in ms, the time to wait for a silent peer
   */
  constructor(type, options = {}) {
    super();
    if (!Object.hasOwn(TYPES, type)) {
      throw new TypeError(`${type} is none of ${Object.keys(TYPES).join(", ")}`);
    }
    this.type = type;
    this.routingId = bytes(options.routingId ?? "");
    this.highWaterMark = options.highWaterMark ?? 1000;
    this.reconnectDelay = options.reconnectDelay ?? 100;
    this.handshakeTimeout = options.handshakeTimeout ?? 30_000;
    this.longestReconnectDelay = options.longestReconnectDelay ?? 5000;
  }

  /** Connect to an endpoint such as "ws://127.0.0.1:5555/", and again when the connection breaks. */
  connect(url) {
    this.#check();
    this.#connections.push(new Connection(this, url));
  }

  /** Receive the messages whose first part starts with `topic`; all of them for "". SUB only. */
  subscribe(topic) {
    this.#changeTopic("subscribe", topic, SUBSCRIBE);
  }

  /** Undo one `subscribe`. */
  unsubscribe(topic) {
    this.#changeTopic("unsubscribe", topic, CANCEL);
  }

  #changeTopic(method, topic, change) {
    this.#check();
    if (this.type !== "SUB") throw new TypeError(`${method}() is for SUB sockets, not ${this.type}`);
    const body = bytes(topic).slice();
    const key = body.join();
    const times = this.#topics.get(key)?.times ?? 0;
    if (change === SUBSCRIBE) this.#topics.set(key, { body, times: times + 1 });
    else if (times > 1) this.#topics.set(key, { body, times: times - 1 });
    else if (!this.#topics.delete(key)) throw new RangeError(`not subscribed to ${topic}`);
    // tell a peer only of the first subscription to a topic, and of the end of the last one
    if (times !== (change === SUBSCRIBE ? 0 : 1)) return;
    const message = [concatenate(Uint8Array.of(change), body)];
    for (const connection of this.#connections) if (connection.isReady) connection.send(message);
  }

  /**
   * Send a message of one part or more.
   *
   * A PUB drops messages without a subscriber. The other types keep a message until there is a peer,
   * and send to several peers in turn.
   *
   * @throws {RangeError} if `highWaterMark` messages wait already
   */
  send(...parts) {
    this.#check();
    if (!TYPES[this.type].sends) throw new TypeError(`a ${this.type} only receives`);
    if (this.type === "REQ") throw new TypeError("a REQ sends with request()");
    if (!parts.length) throw new TypeError("a message has at least one part");
    this.#send(parts.map((part) => bytes(part)));
  }

  #send(message) {
    const peers = this.#connections.filter((connection) => connection.isReady);
    if (this.type === "PUB") {
      for (const peer of peers) if (peer.wants(message)) peer.send(message);
      return null;
    }
    if (peers.length) {
      const peer = peers[this.#turn++ % peers.length];
      peer.send(message);
      return peer;
    }
    if (this.#waiting.length >= this.highWaterMark) {
      throw new RangeError(`${this.highWaterMark} messages wait for a peer already`);
    }
    this.#waiting.push(message.map((part) => part.slice()));
    return null;
  }

  /**
   * Send a request and wait for the reply. REQ only, one at a time.
   *
   * @returns {Promise<Uint8Array[]>} rejected if the connection breaks before the reply
   */
  request(...parts) {
    this.#check();
    if (this.type !== "REQ") throw new TypeError(`request() is for REQ sockets, not ${this.type}`);
    if (this.#request) throw new Error("a request is under way: wait for its reply first");
    if (!parts.length) throw new TypeError("a message has at least one part");
    return new Promise((resolve, reject) => {
      const message = [new Uint8Array(), ...parts.map((part) => bytes(part))];
      this.#request = { resolve, reject, peer: null };
      this.#request.peer = this.#send(message);
    });
  }

  /** The next message, a list of its parts. Rejected when the socket is closed. */
  recv() {
    this.#check();
    if (!TYPES[this.type].receives) throw new TypeError(`a ${this.type} only sends`);
    if (this.type === "REQ") throw new TypeError("a REQ receives by request()");
    if (this.#received.length) return Promise.resolve(this.#received.shift());
    return new Promise((resolve, reject) => this.#receivers.push({ resolve, reject }));
  }

  /** `for await (const parts of socket)`: until the socket is closed. */
  async *[Symbol.asyncIterator]() {
    while (!this.#closed) {
      let message;
      try {
        message = await this.recv();
      } catch (error) {
        if (this.#closed) return;
        throw error;
      }
      yield message;
    }
  }

  /** Close the socket and its connections. Messages that wait to be received or sent are lost. */
  close() {
    if (this.#closed) return;
    this.#closed = true;
    const error = new Error("the socket has been closed");
    for (const connection of this.#connections) connection.close();
    for (const { reject } of this.#receivers) reject(error);
    this.#request?.reject(error);
    this.#request = null;
    this.#connections = [];
    this.#receivers = [];
    this.#received = [];
    this.#waiting = [];
  }

  #check() {
    if (this.#closed) throw new Error("the socket has been closed");
  }

  // -- called by connections --------------------------------------------------------------------

  tell(event, detail) {
    this.dispatchEvent(new CustomEvent(event, { detail }));
  }

  connected(connection) {
    for (const { body } of this.#topics.values()) {
      connection.send([concatenate(Uint8Array.of(SUBSCRIBE), body)]);
    }
    if (this.#request && this.#waiting.length) this.#request.peer = connection;
    for (const message of this.#waiting.splice(0)) connection.send(message);
    this.tell("connect", { url: connection.url });
  }

  disconnected(connection, reason) {
    if (this.#request?.peer === connection) {
      this.#request.reject(new Error("the connection broke before the reply came"));
      this.#request = null;
    }
    this.tell("disconnect", { url: connection.url, reason });
  }

  received(message, connection) {
    if (this.type === "REQ") {
      // A reply is an empty part, then the reply itself; ignore everything else.
      if (!this.#request || this.#request.peer !== connection || message[0].length) return;
      this.#request.resolve(message.slice(1));
      this.#request = null;
      return;
    }
    if (!TYPES[this.type].receives) return;
    if (this.type === "SUB" && ![...this.#topics.values()].some(({ body }) => startsWith(message[0], body))) {
      return; // sent before the peer received the unsubscription
    }
    const receiver = this.#receivers.shift();
    if (receiver) receiver.resolve(message);
    else if (this.#received.length < this.highWaterMark) this.#received.push(message);
    // otherwise drop the message: a page cannot slow its peer down
  }
}
