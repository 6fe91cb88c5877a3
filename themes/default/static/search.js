// Search, as far as every page carries it: a button, two shortcuts, and the loading of the rest at the first use.
//
// Nothing of the site needs this file. Scripts and not modules, so that a page opened from a disk can search as well.
"use strict";

(() => {
  const { root, parts, titles, worker, engine } = document.currentScript.dataset;
  const top = new URL(root || "./", location.href);
  const at = (path) => path && new URL(path, top).href;
  // What the parts share.
  const segue = { top, titlesTable: at(titles), worker: at(worker), engine: at(engine), index: at("search/index/") };
  window.segue = segue;

  const mac = /Mac|iPhone|iPad/.test(navigator.platform);
  segue.shortcut = mac ? "⌘K" : "Ctrl K";

  /** Runs a script beside this one. */
  segue.load = (address) =>
    new Promise((done, failed) => {
      const script = document.createElement("script");
      // Those asked for together run in the order in which they were asked for.
      script.async = false;
      script.src = address;
      script.onload = done;
      script.onerror = () => {
        script.remove();
        failed(new Error(`${address} could not be loaded`));
      };
      document.head.append(script);
    });

  /** Has the engine opened, which takes longest, while the scripts that ask it are on their way. */
  function begin() {
    if (!segue.engine || location.protocol === "file:" || typeof Worker !== "function") return;
    try {
      segue.begun = new Worker(segue.worker);
      segue.begun.postMessage({ open: { engine: segue.engine, index: segue.index } });
      // Whoever asks then starts another, and learns what is wrong.
      segue.begun.onerror = () => (segue.begun = undefined);
    } catch {
      segue.begun = undefined;
    }
  }

  let ready;
  segue.ready = () => {
    if (!ready) begin();
    ready ??= Promise.all(parts.split(" ").map((part) => segue.load(at(part)))).catch((error) => {
      ready = undefined;
      throw error;
    });
    return ready;
  };

  const button = document.querySelector(".search-open");
  const key = button?.querySelector("kbd");
  const failed = () => {
    if (!button) return;
    let note = button.parentElement.querySelector(".search-failed");
    if (!note) {
      note = document.createElement("p");
      note.className = "search-failed";
      note.setAttribute("role", "status");
      button.after(note);
    }
    note.textContent = navigator.onLine ? "Search could not be loaded." : "Search needs a connection to begin.";
  };

  // What is typed while the palette is on its way is not lost.
  let early;
  function open() {
    const page = document.getElementById("_q");
    if (page && !page.closest("[hidden]")) {
      page.focus();
      page.select();
      return;
    }
    if (early !== undefined) return;
    early = "";
    segue
      .ready()
      .then(() => segue.palette.open(early))
      .catch(failed)
      .finally(() => (early = undefined));
  }

  const editable = (element) =>
    element instanceof HTMLElement && (element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName));

  addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    const wanted =
      (event.key.toLowerCase() === "k" && (event.metaKey || event.ctrlKey) && !event.shiftKey && !event.altKey) ||
      (event.key === "/" && !event.metaKey && !event.ctrlKey && !event.altKey && !editable(event.target));
    if (wanted) {
      event.preventDefault();
      if (segue.palette?.close()) return;
      open();
    } else if (early !== undefined && event.key.length === 1 && !event.metaKey && !event.ctrlKey && !event.altKey) {
      event.preventDefault();
      early += event.key;
    }
  });

  if (button) {
    button.hidden = false;
    button.setAttribute("aria-keyshortcuts", mac ? "Meta+K /" : "Control+K /");
    if (key) key.textContent = "/";
    button.title = `Search (/ or ${segue.shortcut})`;
    button.addEventListener("click", open);
    for (const sign of ["pointerenter", "focus"]) {
      button.addEventListener(sign, () => segue.ready().catch(() => {}), { once: true });
    }
  }
  if (document.getElementById("_search")) segue.ready().then(() => segue.page.start(), () => segue.pageFailed());
  segue.pageFailed = () => {
    const note = document.querySelector("#_without p");
    if (note) note.textContent = "Search could not be loaded. The lists lead everywhere:";
  };
})();
