// The preview's own part of a page: reloads it when it shows something else, swaps style sheets, says what is wrong.
// Never published.
(() => {
  "use strict";
  const script = document.currentScript;
  const { root, tag, token } = script.dataset;
  const missing = "missing" in script.dataset;
  const own = `${root}/_segue`;
  const key = `segue-preview:${location.pathname}`;
  const query = `page=${encodeURIComponent(location.pathname)}`;

  // ── Where the reader was ─────────────────────────────────────────────────────────────────────────────────────────
  const details = () => [...document.querySelectorAll("main details")];
  const name = (element, at) => element.id || `${at}:${element.querySelector("summary")?.textContent.trim() ?? ""}`;

  function reload() {
    // What is being written in the form is more than what the page would show anew.
    if (document.getElementById("_form")?.dataset.dirty !== undefined) return;
    const open = details().map((element, at) => [name(element, at), element.open]);
    sessionStorage.setItem(key, JSON.stringify({ x: scrollX, y: scrollY, open, at: Date.now() }));
    location.reload();
  }

  function restore() {
    const kept = sessionStorage.getItem(key);
    sessionStorage.removeItem(key);
    if (!kept) return;
    const { x, y, open, at } = JSON.parse(kept);
    if (Date.now() - at > 60_000) return;
    const states = new Map(open);
    details().forEach((element, at) => {
      const state = states.get(name(element, at));
      if (state !== undefined) element.open = state;
    });
    const back = () => scrollTo({ left: x, top: y, behavior: "instant" });
    back();
    addEventListener("load", back, { once: true });
  }

  // ── What is new ──────────────────────────────────────────────────────────────────────────────────────────────────
  function swap(sheets) {
    for (const link of document.querySelectorAll('link[rel="stylesheet"]')) {
      const path = new URL(link.href).pathname;
      for (const [sheet, href] of Object.entries(sheets)) {
        const stem = sheet.replace(/\.css$/, "").replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
        if (path === href || !new RegExp(`/assets/${stem}\\.[0-9a-f]{12}\\.css$`).test(path)) continue;
        const next = link.cloneNode();
        next.href = href;
        // The old one stays until the new one is there, so that nothing flickers.
        next.addEventListener("load", () => link.remove(), { once: true });
        next.addEventListener("error", () => next.remove(), { once: true });
        link.after(next);
      }
    }
  }

  let source;
  function listen() {
    source?.close();
    const flag = missing ? "&missing=1" : "";
    source = new EventSource(`${own}/live?${query}&tag=${encodeURIComponent(tag)}${flag}`);
    source.addEventListener("page", (event) => event.data !== tag && reload());
    source.addEventListener("styles", (event) => swap(JSON.parse(event.data)));
    source.addEventListener("gone", (event) => location.replace(event.data));
    source.addEventListener("status", ask);
    source.addEventListener("index", () => dispatchEvent(new Event("segue:index")));
    source.addEventListener("open", () => say("offline", false));
    source.addEventListener("error", () => {
      say("offline", true);
      // A browser tries again by itself unless it was told no.
      if (source.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
    });
  }
  // Browsers hold few connections to one host: pages nobody looks at give theirs back, and are told what they missed.
  document.addEventListener("visibilitychange", () => (document.hidden ? source?.close() : listen()));
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (event) => event.persisted && listen());

  // ── What is wrong ────────────────────────────────────────────────────────────────────────────────────────────────
  const make = (tag, attributes = {}, ...children) => {
    const element = Object.assign(document.createElement(tag), attributes);
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };
  const box = make("aside", { className: "segue-preview", ariaLabel: "Preview" });
  const panel = make("section", { className: "segue-panel", hidden: true, id: "segue-panel" });
  const pill = make("div", { className: "segue-pill" });
  box.append(panel, pill);
  const state = { offline: false, status: null, dismissed: sessionStorage.getItem("segue-dismissed") };

  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const words = (text) => text.replaceAll("_", " ");
  function say(what, value) {
    if (state[what] === value) return;
    state[what] = value;
    draw();
  }

  let asking = 0;
  async function ask() {
    const mine = ++asking;
    try {
      const answer = await fetch(`${own}/status?${query}`, { cache: "no-store" });
      if (!answer.ok) return;
      const status = await answer.json();
      if (mine === asking) say("status", status);
    } catch {
      // The preview is gone for the moment; the stream of events says so.
    }
  }

  // What opens the panel by itself: faults of this page's file, and files whose last good text is shown.
  const urgent = (status) =>
    status.trouble !== null ||
    status.diagnostics.some((one) => one.severity === "error" && one.about !== "other");
  const signature = (status) =>
    JSON.stringify([status.trouble, status.diagnostics.filter((one) => one.about !== "other" && one.severity === "error").map((one) => [one.code, one.path, one.message])]);

  function told(one) {
    const place = `${one.path}:${one.start.line}:${one.start.column}`;
    return make(
      "li",
      {},
      make("p", {}, make("strong", { className: `segue-${one.severity}`, textContent: `${one.severity}[${one.code}]` }), ` ${one.message}`),
      make("p", { className: "segue-quiet" }, make("a", { href: one.edit, textContent: place })),
      one.excerpt.trim() ? make("pre", { textContent: one.excerpt.trim() }) : null,
      one.expected ? make("p", { className: "segue-quiet", textContent: one.expected.startsWith("expected") ? one.expected : `expected ${one.expected}` }) : null,
      one.suggestion ? make("p", { textContent: `help: ${one.suggestion.message}` }) : null,
      one.help ? make("p", { textContent: `help: ${one.help}` }) : null,
    );
  }

  function draw() {
    const { status, offline } = state;
    pill.replaceChildren();
    if (offline) pill.append(make("span", { className: "segue-warning segue-quiet", role: "status", textContent: " Preview stopped; waiting for it… " }));
    if (!status) return;
    const scrolled = panel.scrollTop;
    const counts = make("button", { type: "button", ariaExpanded: String(!panel.hidden) });
    counts.setAttribute("aria-controls", panel.id);
    if (status.errors) counts.append(make("span", { className: "segue-error", textContent: plural(status.errors, "error") }));
    if (status.errors && status.warnings) counts.append(" · ");
    if (status.warnings) counts.append(make("span", { className: "segue-warning", textContent: plural(status.warnings, "warning") }));
    if (!status.errors && !status.warnings) counts.append(make("span", { className: "segue-good", textContent: "No problems" }));
    counts.addEventListener("click", () => {
      if (panel.hidden) delete state.dismissed;
      else if (urgent(status)) sessionStorage.setItem("segue-dismissed", (state.dismissed = signature(status)));
      panel.hidden = !panel.hidden;
      state.opened = !panel.hidden;
      counts.ariaExpanded = String(!panel.hidden);
    });
    pill.append(counts);
    const { handoff, page } = status;
    if (handoff) {
      const { next } = handoff;
      const blocks = !next ? "" : next.blocking.length === 0 ? ` · ready for ${words(next.stage)}` : ` · ${next.blocking.length} more for ${words(next.stage)}`;
      const title = next && next.blocking.length ? `Before ${words(next.stage)}: ${next.blocking.join(", ")}` : "";
      pill.append(make("button", { type: "button", title, textContent: `${handoff.filled} of ${handoff.due} filled${blocks}`, onclick: () => counts.click() }));
    }
    if (page) {
      pill.append(make("a", { href: page.edit, title: page.path, textContent: "Edit this file" }));
      if (page.form) pill.append(make("a", { href: page.form, textContent: "Edit in the form" }));
      if (page.hosted) pill.append(make("a", { href: page.hosted.href, target: "_blank", rel: "noopener noreferrer", textContent: page.hosted.label }));
    }
    const elsewhere = status.diagnostics.filter((one) => one.about === "other");
    const here = status.diagnostics.filter((one) => one.about !== "other");
    const left = status.errors + status.warnings - status.diagnostics.length;
    const unfolded = panel.querySelector("details")?.open;
    panel.replaceChildren();
    if (status.trouble) panel.append(make("p", { className: "segue-error", textContent: status.trouble }));
    if (here.some((one) => one.about === "held") || page?.held) {
      panel.append(make("h2", { textContent: "The last good text is shown until this is mended" }));
    }
    if (here.length) panel.append(make("ul", {}, ...here.map(told)));
    if (handoff?.next?.blocking.length) {
      const fields = handoff.next.blocking.map((field) => make("li", { textContent: field }));
      panel.append(make("h2", { textContent: `What ${words(handoff.next.stage)} still asks for` }), make("ul", { className: "segue-fields" }, ...fields));
    }
    if (elsewhere.length) {
      // Another file's faults are no reason to cover this page: they are a line until somebody wants them.
      const title = `In other files: ${plural(elsewhere.length + Math.max(left, 0), "problem")}`;
      const more = left > 0 ? make("p", { className: "segue-quiet", textContent: `… and ${left} more: segue check shows them all` }) : null;
      const open = unfolded ?? here.length === 0;
      panel.append(make("details", { open }, make("summary", { textContent: title }), make("ul", {}, ...elsewhere.map(told)), more));
    }
    if (!panel.hasChildNodes()) panel.append(make("p", { className: "segue-quiet", textContent: "Nothing is wrong here." }));
    if (urgent(status)) {
      panel.hidden = state.dismissed === signature(status);
      panel.setAttribute("role", "alert");
    } else {
      // What opened by itself goes by itself.
      panel.hidden = !state.opened;
      panel.removeAttribute("role");
    }
    counts.ariaExpanded = String(!panel.hidden);
    panel.scrollTop = scrolled;
  }

  // Others' scripts of the preview, such as a form that saves, write with this.
  globalThis.seguePreview = Object.freeze({ root, token });
  document.body.append(box);
  restore();
  listen();
})();
