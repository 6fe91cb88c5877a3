// Asks the engine that the page runs, from Node: what it answers must be what the native one answers, byte for byte.
//
//   node search/browser/ask.mjs DIR QUERIES.tsv | cmp - <(segue-search ask DIR QUERIES.tsv)
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";

const [dir, queries] = argv.slice(2);
let engine;
let fetched;
const bytes = (pointer, length) => new Uint8Array(engine.memory.buffer, pointer, length);
const text = (pointer, length) => new TextDecoder().decode(bytes(pointer, length));
const segue = {
  fetch(pointer, length) {
    try {
      fetched = readFileSync(join(dir, text(pointer, length)));
      return fetched.length;
    } catch {
      return -1;
    }
  },
  take: (pointer) => bytes(pointer, fetched.length).set(fetched),
};
const module = readFileSync(new URL("engine.wasm", import.meta.url));
engine = (await WebAssembly.instantiate(module, { segue })).instance.exports;
const answer = (length) => text(engine.answer(), length);
const failed = JSON.parse(answer(engine.open())).error;
if (failed) throw new Error(failed);

const count = ["kind", "account", "csm", "ae", "stage", "industry", "severity", "status"];
for (const line of readFileSync(queries, "utf8").split("\n").filter((line) => line.includes("\t"))) {
  const query = line.slice(line.indexOf("\t") + 1);
  const question = new TextEncoder().encode(JSON.stringify({ query, count }));
  bytes(engine.buffer(question.length), question.length).set(question);
  stdout.write(answer(engine.search()) + "\n");
}
