// test_browser.py runs this program, which calls methods of the client in examples/browser. Each
// input line is a JSON list of a method and its arguments. Each output line is a JSON result.

import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const { Socket } = await import(pathToFileURL(process.argv[2]));
const sockets = new Map();

const shown = (message) => message.map((part) => Buffer.from(part).toString("base64"));
const part = (base64) => new Uint8Array(Buffer.from(base64, "base64"));

const methods = {
  open(name, type, options) {
    const socket = new Socket(type, options);
    socket.events = [];
    for (const event of ["connect", "disconnect", "error"]) {
      socket.addEventListener(event, ({ detail }) => socket.events.push([event, detail.reason ?? ""]));
    }
    sockets.set(name, socket);
  },
  connect: (name, url) => sockets.get(name).connect(url),
  subscribe: (name, topic) => sockets.get(name).subscribe(part(topic)),
  unsubscribe: (name, topic) => sockets.get(name).unsubscribe(part(topic)),
  send: (name, ...parts) => sockets.get(name).send(...parts.map(part)),
  recv: async (name) => shown(await sockets.get(name).recv()),
  request: async (name, ...parts) => shown(await sockets.get(name).request(...parts.map(part))),
  events: (name) => sockets.get(name).events.splice(0),
  close: (name) => sockets.get(name).close(),
};

for await (const line of createInterface({ input: process.stdin })) {
  const [method, ...args] = JSON.parse(line);
  let answer;
  try {
    answer = { result: (await methods[method](...args)) ?? null };
  } catch (error) {
    answer = { error: `${error.name}: ${error.message}` };
  }
  console.log(JSON.stringify(answer));
}
process.exit();
