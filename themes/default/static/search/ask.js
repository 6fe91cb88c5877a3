// Asks: the engine in its worker where that can run, the titles where it cannot. Nobody else asks the worker, though
// `search.js` has it open the index beforehand.
"use strict";

(() => {
  const { segue } = window;
  const OFFLINE = /could not be reached|Failed to fetch|NetworkError|Load failed/;
  const FORBIDDEN = /CompileError|unsafe-eval|WebAssembly is not/;

  // Why the engine cannot run at all; it is not tried again on this page.
  let unable = !segue.engine
    ? "absent"
    : location.protocol === "file:"
      ? "file"
      : typeof WebAssembly !== "object" || typeof Worker !== "function"
        ? "unsupported"
        : undefined;
  let worker;
  let last = 0;
  let waiting;

  function start() {
    if (worker) return worker;
    const begun = segue.begun;
    worker = begun ?? new Worker(segue.worker);
    worker.onerror = null;
    segue.begun = undefined;
    worker.addEventListener("message", ({ data }) => {
      if (data.id !== undefined && data.id === waiting?.id) settle(data);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      // It did not load, or a policy forbids it.
      if (navigator.onLine) unable = "unsupported";
      worker.terminate();
      worker = undefined;
      if (waiting) settle({ error: navigator.onLine ? "the worker did not start" : "could not be reached" });
    });
    if (!begun) worker.postMessage({ open: { engine: segue.engine, index: segue.index } });
    return worker;
  }

  function settle(answer) {
    const { done } = waiting;
    waiting = undefined;
    done(answer);
  }

  function fromIndex(question) {
    return new Promise((done) => {
      // Whoever asked before has typed on: the worker passes over it too.
      if (waiting) settle({});
      last += 1;
      waiting = { id: last, done };
      try {
        start().postMessage({ id: last, ...question });
      } catch (error) {
        unable = "unsupported";
        settle({ error: String(error) });
      }
    });
  }

  /**
   * Answers a question: `{ results, by, trouble }`. `by` is `index` or `titles`; `trouble` says why it is only titles:
   * `offline`, `broken`, `unsupported`, `absent`, `file`. Nothing where a later question came in between. Rejects,
   * with a `trouble`, where not even titles can be had.
   */
  segue.ask = async (question) => {
    let trouble = unable;
    if (!trouble) {
      const { results, error } = await fromIndex(question);
      if (results) return { results, by: "index" };
      if (error === undefined) return undefined;
      if (FORBIDDEN.test(error)) unable = "unsupported";
      trouble = unable ?? (OFFLINE.test(error) || !navigator.onLine ? "offline" : "broken");
    }
    const mine = (last += 1);
    try {
      const results = await segue.titles.search(question);
      return mine === last ? { results, by: "titles", trouble } : undefined;
    } catch (error) {
      if (mine !== last) return undefined;
      error.trouble = navigator.onLine && trouble !== "offline" ? "broken" : "offline";
      throw error;
    }
  };

  // In a preview an edit makes the index find something else.
  addEventListener("segue:index", () => worker?.postMessage({ open: { engine: segue.engine, index: segue.index } }));

  /** Fetches the engine ahead of the first question. */
  segue.warm = () => {
    if (!unable) start();
  };
  // It is on its way while the rest of search still loads.
  try {
    segue.warm();
  } catch {
    unable = "unsupported";
  }
})();
