// Code that the peers in JavaScript share: it reads and writes the lines that remote_peer.py explains.

import { createInterface } from "node:readline";

export const WAIT_MS = 30_000;

const table = new Uint32Array(256).map((_, n) => {
  for (let bit = 0; bit < 8; bit++) n = n & 1 ? (n >>> 1) ^ 0xedb88320 : n >>> 1;
  return n;
});

function crc32(bytes) {
  let crc = 0xffffffff;
  for (let n = 0; n < bytes.length; n++) crc = (crc >>> 8) ^ table[(crc ^ bytes[n]) & 255];
  return (crc ^ 0xffffffff) >>> 0;
}

export function partOf(word) {
  if (word === "-") return Buffer.alloc(0);
  if (word[0] !== "@") return Buffer.from(word, "hex");
  const [size, seed] = word.slice(1).split(".").map(Number);
  return Buffer.alloc(size, Buffer.from(Array.from({ length: 251 }, (_, n) => (7 * n + seed) & 255)));
}

export function wordOf(part) {
  if (part.length === 0) return "-";
  if (part.length <= 32) return part.toString("hex");
  return `#${part.length}.${crc32(part).toString(16).padStart(8, "0")}`;
}

export function numberOf(part) {
  return Number(part.readBigUInt64BE());
}

export function partOfNumber(number) {
  const part = Buffer.alloc(8);
  part.writeBigUInt64BE(BigInt(number));
  return part;
}

// Returns the promise's value, or undefined after this time.
export async function within(ms, promise) {
  let timer;
  const late = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function serve(commands) {
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, ...words] = line.trim().split(" ");
    try {
      const answer = await commands[command](...words);
      console.log(`ok ${answer ?? ""}`.trimEnd());
    } catch (error) {
      console.log(`error ${error.message}`);
    }
  }
  process.exit();
}
