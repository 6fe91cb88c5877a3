// Asks the engine that the page runs, from Node, to be compared with the native one: questions in, as the page puts
// them, a line of JSON each; answers out, a line each.
//
//   node search/browser/ask.mjs INDEX < QUESTIONS
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdin, stdout } from "node:process";
import { text as whole } from "node:stream/consumers";

const index = argv[2];
let engine;
let fetched;
const bytes = (pointer, length) => new Uint8Array(engine.memory.buffer, pointer, length);
const text = (pointer, length) => new TextDecoder().decode(bytes(pointer, length));
const segue = {
  fetch(pointer, length) {
    try {
      fetched = readFileSync(join(index, text(pointer, length)));
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

const answers = [];
for (const question of (await whole(stdin)).split("\n").filter(Boolean)) {
  const asked = new TextEncoder().encode(question);
  bytes(engine.buffer(asked.length), asked.length).set(asked);
  let said = answer(engine.ask());
  while (JSON.parse(said).ahead) said = answer(engine.next());
  answers.push(said + "\n");
}
stdout.write(answers.join(""));
