// Runs the search engine off the page's own thread, so that typing never waits for it.
//
// The engine reads the published index a file at a time and waits for each. A worker may do that: here, and only here,
// a request may be synchronous. What the engine is known to read next is fetched beforehand, several files together.
// Every file but the first is named by its content, so the browser's cache keeps it for good.
//
// in:  { open: { engine, index } }       addresses of the engine and of the index's folder, ending in a slash
//      { id, query, limit, offset, typing, filters, count }
// out: { open: { records } | { error } }
//      { id, results } | { id, error }
"use strict";

let engine;
let base;
let fetched;
const ENTRY = "index.json";
const MISSING = -1;
const OFFLINE = -2;
const FAILED = -3;
// What the engine says of a file that is missing.
const GONE = /does not have this file/;

/** Files by name that were fetched before the engine asks for them. */
const ahead = new Map();

async function fetchAhead(name) {
  if (ahead.has(name)) return;
  try {
    // The one name that stays while its content changes.
    const response = await fetch(base + name, name === ENTRY ? { cache: "no-cache" } : {});
    if (response.ok) ahead.set(name, new Uint8Array(await response.arrayBuffer()));
  } catch {
    // The engine asks again, and is told why there is none.
  }
}

/** What every question needs: the entry, and what that names. */
async function fetchOpening() {
  await fetchAhead(ENTRY);
  try {
    await fetchAhead(JSON.parse(new TextDecoder().decode(ahead.get(ENTRY))).prelude);
  } catch {
    // The engine says what is wrong with it.
  }
}

const text = (pointer, length) => new TextDecoder().decode(new Uint8Array(engine.memory.buffer, pointer, length));

const host = {
  fetch(pointer, length) {
    const name = text(pointer, length);
    if (ahead.has(name)) {
      fetched = ahead.get(name);
      ahead.delete(name);
      return fetched.length;
    }
    const request = new XMLHttpRequest();
    try {
      request.open("GET", base + name, false);
      request.responseType = "arraybuffer";
      if (name === ENTRY) request.setRequestHeader("Cache-Control", "no-cache");
      request.send();
    } catch {
      return OFFLINE;
    }
    if (request.status === 404) return MISSING;
    if (request.status < 200 || request.status > 299) return FAILED;
    fetched = new Uint8Array(request.response);
    return fetched.length;
  },
  take(pointer) {
    new Uint8Array(engine.memory.buffer, pointer, fetched.length).set(fetched);
    fetched = undefined;
  },
};

const reply = (length) => JSON.parse(text(engine.answer(), length));

async function open({ engine: address, index }) {
  base = index;
  ahead.clear();
  const opening = fetchOpening();
  const response = await fetch(address);
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  // Compiled as it streams in; not every host says that a .wasm file is one.
  const wasm = new Response(response.body, { headers: { "Content-Type": "application/wasm" } });
  const { instance } = await WebAssembly.instantiateStreaming(wasm, { segue: host });
  engine = instance.exports;
  await opening;
  return reply(engine.open());
}

/** Answers a question; nothing where another came in between. */
async function search(question) {
  const asked = engine;
  const bytes = new TextEncoder().encode(JSON.stringify(question));
  new Uint8Array(engine.memory.buffer, engine.buffer(bytes.length), bytes.length).set(bytes);
  let answer = reply(engine.ask());
  while (answer.ahead) {
    const fetched = Promise.all(answer.ahead.map(fetchAhead));
    engine.warm();
    await fetched;
    if (waiting) return undefined;
    // The index was opened anew meanwhile, as in a preview after an edit.
    if (engine !== asked) return search(question);
    answer = reply(engine.next());
  }
  return answer;
}

// What was typed since is answered; what was typed before and not yet answered no longer matters.
let waiting;
let busy = false;
let opening;
let opened;

addEventListener("message", ({ data }) => {
  if (data.open) {
    opening = data.open;
    start();
    opened.then((answer) => postMessage({ open: answer }));
    return;
  }
  waiting = data;
  if (!busy) {
    busy = true;
    setTimeout(next);
  }
});

const start = () => {
  opened = open(opening).catch((error) => ({ error: String(error) }));
  // While nobody asks, what the first question would have to do is done.
  opened.then(({ error }) => setTimeout(() => error || busy || engine.warm()));
};

async function next() {
  while (waiting) {
    const answer = opened ? await opened : { error: "the index was not opened" };
    const { id, ...question } = waiting;
    waiting = undefined;
    if (answer.error) {
      // Perhaps the reader was offline: the next question tries again.
      if (opening) start();
      postMessage({ id, error: answer.error });
      continue;
    }
    try {
      let results = await search(question);
      if (GONE.test(results?.error)) {
        // The site was published anew since the index was opened: once more, with what belongs to it now.
        start();
        results = (await opened).error ? results : await search(question);
      }
      if (results) postMessage(results.error ? { id, error: results.error } : { id, results });
    } catch (error) {
      // An engine that has stopped in the middle of a step is not to be trusted with another.
      start();
      postMessage({ id, error: String(error) });
    }
  }
  busy = false;
}
