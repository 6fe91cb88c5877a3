// The palette: search over any page, by `/` and Ctrl or ⌘ K.
"use strict";

(() => {
  const { segue } = window;
  const { make } = segue;
  const HITS = 12;
  let dialog;
  let box;

  function build() {
    const field = make("input", {
      class: "search-field", type: "text", placeholder: segue.placeholder, "aria-label": "Search",
      autocomplete: "off", autocapitalize: "off", spellcheck: "false", enterkeyhint: "go", maxlength: "400",
    });
    const list = make("div", { class: "hits", id: "_palette-list", "aria-label": "Results" });
    const live = make("p", { class: "vh", role: "status" });
    const notes = make("div", { class: "search-notes" });
    const close = make("button", { type: "button", class: "search-close", "aria-label": "Close search", onclick: () => dialog.close() },
      make("span", { class: "wide" }, "Esc"), make("span", { class: "narrow" }, "Cancel"));
    const foot = make(
      "p",
      { class: "palette-foot", "aria-hidden": "true" },
      ...[["↑↓", "move"], ["↵", "open"], ["esc", "close"]].flatMap(([key, does]) => [make("kbd", {}, key), ` ${does} `]),
      make("span", { class: "palette-tips" }, make("code", {}, "kind:promise"), " ", make("code", {}, "status:at_risk"), " ", make("code", {}, "“a phrase”"), " ", make("code", {}, "-without")),
    );
    dialog = make("dialog", { class: "palette", "aria-label": "Search" }, make("div", { class: "search-line" }, field, close), notes, list, foot, live);
    // A press beside the sheet closes it.
    dialog.addEventListener("pointerdown", (event) => event.target === dialog && dialog.close());
    dialog.addEventListener("close", () => box.field.setAttribute("aria-expanded", "false"));
    document.body.append(dialog);
    foot.lastChild.hidden = !segue.engine;
    box = new segue.Box({
      field, list, live, notes, name: "_palette", first: true, narrow: true,
      question: () => ({ limit: HITS }),
      empty: start,
      more: ({ results }, query) => {
        if (results.total <= results.hits.length) return [];
        const label = `See all ${results.total.toLocaleString("en")} hits`;
        return [segue.way("_palette-all", "search", label, segue.searchPage(query))];
      },
      submitted: (query) => query && location.assign(segue.searchPage(query)),
      // A link into the page beneath is followed there; the focus goes with it.
      left: (row, event) => {
        if (!event.ctrlKey && !event.metaKey && !event.shiftKey) dialog.close();
      },
    });
  }

  /** Where one can go before anything is typed. */
  function start() {
    const rows = segue.places().map(({ label, href, icon }, at) => segue.way(`_palette-place-${at}`, icon, label, href));
    return [segue.group("_palette-places", "Go to", rows), ...segue.tries("_palette")];
  }

  segue.palette = {
    open(query = "") {
      if (!dialog) build();
      segue.warm();
      box.field.value = query;
      dialog.showModal();
      box.field.focus();
      box.ask();
    },
    /** Closes it; whether there was something to close. */
    close() {
      if (!dialog?.open) return false;
      dialog.close();
      return true;
    },
  };
})();
