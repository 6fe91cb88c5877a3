// Draws answers: hits grouped by account, and what is said where there are none.
"use strict";

(() => {
  const { segue } = window;

  /** Makes an element: properties first, then what is in it. Text is never taken for HTML. */
  segue.make = (name, properties = {}, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(properties)) {
      if (value === undefined || value === false) continue;
      if (key === "class") element.className = value;
      else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else element.setAttribute(key, value === true ? "" : value);
    }
    element.append(...children.filter((child) => child !== undefined));
    return element;
  };
  const { make } = segue;

  segue.placeholder = segue.engine ? "Search accounts, people, promises…" : "Search accounts, handoffs, people…";

  const KINDS = {
    account: "Account",
    handoff: "Handoff",
    stakeholder: "Stakeholder",
    teammate: "Team",
    page: "Page",
    section: "Section",
    promise: "Promise",
    risk: "Risk",
    question: "Question",
  };
  segue.kindName = (kind) => KINDS[kind] ?? kind;

  const TONES = [
    [/^(delivered|done|answered|accepted|mitigated|closed|positive)$/i, "good"],
    [/^(at risk|renegotiated|medium|open)$/i, "warn"],
    [/^(broken|high|critical|negative|returned)$/i, "bad"],
    [/^(in progress|watching)$/i, "info"],
  ];
  const tone = (status) => TONES.find(([words]) => words.test(status))?.[1] ?? "idle";

  /** A hit's address, from this page's top; with the file's name, for hosts and disks that do not know folders. */
  segue.address = (url) => {
    const [path, anchor] = url.replace(/^\//, "").split("#");
    const file = path === "" || path.endsWith("/") ? `${path}index.html` : path;
    return new URL(anchor === undefined ? file : `${file}#${anchor}`, segue.top).href;
  };

  /** The address of the search page for a question. */
  segue.searchPage = (query, filters = []) => {
    const asked = new URLSearchParams(query ? [["q", query], ...filters] : filters);
    const text = asked.toString();
    return new URL(`search/index.html${text ? `?${text}` : ""}`, segue.top).href;
  };

  const marked = (pieces) =>
    pieces.map(({ text, mark }) => {
      const plain = text.replace(/\s+/g, " ");
      return mark ? make("mark", {}, plain) : plain;
    });

  /** A snippet that has one line only: it begins shortly before what was found. */
  function short([first, ...rest]) {
    if (first.mark || rest.length === 0 || first.text.length < 48) return [first, ...rest];
    const end = first.text.slice(-36);
    return [{ text: `… ${end.slice(end.indexOf(" ") + 1)}` }, ...rest];
  }

  /** Where a hit stands, in words: the handoff's name without that of its account, which the group says already. */
  function where({ kind, url, account }) {
    const [folder, ...path] = url.split("#")[0].split("/").filter(Boolean);
    const id = path.at(-1);
    if (!["promise", "risk", "question", "section"].includes(kind)) return undefined;
    if (folder === "accounts") return "Account page";
    if (folder !== "handoffs" || !id) return words(id ?? folder ?? "home");
    const rest = account && id.startsWith(`${account.id}-`) ? id.slice(account.id.length + 1) : id;
    return `Handoff ${words(rest)}`;
  }
  const words = (slug) => {
    const text = decodeURIComponent(slug ?? "").replaceAll("-", " ");
    return text && text[0].toUpperCase() + text.slice(1);
  };

  const day = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });

  function row(hit, id, narrow) {
    const place = where(hit);
    const about = make("span", { class: "hit-about" }, make("span", { class: "hit-kind" }, segue.kindName(hit.kind)));
    if (place) about.append(make("span", {}, place));
    const pieces = narrow && hit.snippet.length ? short(hit.snippet) : hit.snippet;
    const snippet = pieces.length ? make("span", { class: "hit-snippet" }, ...marked(pieces)) : undefined;
    const end = [];
    if (hit.status) end.push(make("span", { class: `state ${tone(hit.status)}` }, hit.status));
    if (hit.date) end.push(make("time", { datetime: hit.date }, day.format(new Date(`${hit.date}T00:00Z`))));
    return make(
      "a",
      { class: "hit", role: "option", id, tabindex: "-1", "aria-selected": "false", href: segue.address(hit.url), "data-kind": hit.kind },
      make("span", { class: "hit-icon", "aria-hidden": "true" }),
      make("span", { class: "hit-text" }, make("span", { class: "hit-title" }, ...marked(hit.title)), about, snippet),
      end.length ? make("span", { class: "hit-end" }, ...end) : undefined,
    );
  }

  /** Hits grouped by account; groups and the hits in them stand as the best of them do. */
  segue.groups = (hits, prefix, narrow) => {
    const groups = new Map();
    for (const hit of hits) {
      const key = hit.account?.id ?? "";
      if (!groups.has(key)) groups.set(key, { name: hit.account?.name ?? "Pages and team", hits: [] });
      groups.get(key).hits.push(hit);
    }
    let number = 0;
    return [...groups.values()].map(({ name, hits }, at) => {
      // Where the account itself is among them, its row says the name.
      const own = hits[0].kind === "account";
      const label = make("p", { class: own ? "vh" : "hit-group", id: `${prefix}-group-${at}`, role: "presentation" }, name);
      const rows = hits.map((hit) => row(hit, `${prefix}-${(number += 1)}`, narrow));
      return make("div", { role: "group", "aria-labelledby": label.id }, label, ...rows);
    });
  };

  /** A row that leads elsewhere: a recent search, a list, all results. */
  segue.way = (id, icon, label, href, note) =>
    make(
      "a",
      { class: "hit way", role: "option", id, tabindex: "-1", "aria-selected": "false", href, "data-kind": icon },
      make("span", { class: "hit-icon", "aria-hidden": "true" }),
      make("span", { class: "hit-text" }, make("span", { class: "hit-title" }, label)),
      note ? make("span", { class: "hit-end" }, note) : undefined,
    );

  /** A row that asks something, as an example of what can be asked. */
  segue.tries = (prefix) => {
    if (!segue.engine) return [];
    const today = new Date().toLocaleDateString("sv");
    const tries = [
      ["promise", "Promises at risk", "kind:promise status:at_risk,broken"],
      ["promise", "Promises past their day", `kind:promise due:<${today} -status:delivered`],
      ["risk", "High risks", "kind:risk severity:high"],
      ["question", "Open questions", "kind:question status:open"],
      ["stakeholder", "Champions", "role:champion"],
    ];
    const rows = tries.map(([icon, label, query], at) => {
      const row = segue.way(`${prefix}-try-${at}`, icon, label, segue.searchPage(query), make("code", {}, query));
      row.dataset.query = query;
      return row;
    });
    return [segue.group(`${prefix}-tries`, "Try", rows)];
  };

  /** Rows under a name. */
  segue.group = (id, title, rows) => {
    const label = make("p", { class: "hit-group", id, role: "presentation" }, title);
    return make("div", { role: "group", "aria-labelledby": id }, label, ...rows);
  };

  const TROUBLES = {
    offline: "You are offline. What was read before is still searched; the rest by title only, as far as it is at hand.",
    broken: "A part of the search index could not be read, so only titles are searched. Reloading the page may help; if not, the site needs to be published again.",
    unsupported: "This browser does not run the search engine, so only titles are searched.",
    absent: "Titles of accounts, handoffs, people and pages are searched.",
    file: "Opened from a disk, only titles are searched. On a web server, everything is.",
  };

  /** What to know about an answer: why it is by titles only, what of the query was not understood. */
  segue.notes = ({ results, trouble }) => [trouble && TROUBLES[trouble], results.hits.length > 0 && results.hint].filter(Boolean);

  /** What is said where not even titles could be read. */
  segue.failure = (error) => {
    const text =
      error.trouble === "offline"
        ? ["You are offline", "Search comes back with the connection. Pages that you have open stay readable."]
        : ["Search cannot be read", "A file of the search index is missing or broken. Reload the page; if it stays so, the site needs to be published again."];
    return said(text[0], text[1], lists());
  };

  /** What is said where nothing was found. `again` asks another question; `clear` takes the filters away. */
  segue.nothing = (query, { results, by }, { again, clear }) => {
    const more = [];
    if (results.did_you_mean) {
      const other = make("button", { type: "button", class: "linked", onclick: () => again(results.did_you_mean) }, results.did_you_mean);
      more.push(make("p", { class: "meant" }, "Did you mean ", other, "?"));
    }
    if (clear) more.push(make("p", {}, make("button", { type: "button", class: "linked", onclick: clear }, "Search without filters")));
    const general = by === "titles" ? "Titles only are searched: try a name." : "Fewer words, or another word for it, may find more.";
    const advice = !results.hint || results.hint === `Nothing holds “${query}”.` ? general : results.hint;
    return said(query ? `No hits for “${query}”` : "No hits", advice, ...more, lists());
  };

  function said(title, advice, ...more) {
    return make("div", { class: "search-said" }, make("p", { class: "search-said-title" }, title), make("p", {}, advice), ...more);
  }

  function lists() {
    const links = segue.places().slice(1).map(({ label, href }) => make("a", { href }, label));
    return make("p", { class: "search-lists" }, "Or browse ", ...links.flatMap((link, at) => (at ? [" · ", link] : [link])), ".");
  }

  /** The places of the main navigation. */
  segue.places = () =>
    [...document.querySelectorAll(".side nav:first-of-type .menu a")].map((link) => ({
      label: link.firstChild.textContent.trim(),
      href: link.href,
      icon: link.dataset.icon,
    }));
})();
