// The search page: the same answers with more room, filters with counts, and an address that can be shared.
"use strict";

(() => {
  const { segue } = window;
  const { make } = segue;
  const STEP = 20;
  const FEW = 6;
  const FIELDS = {
    kind: "Kind", account: "Account", csm: "CSM", ae: "AE", stage: "Stage",
    industry: "Industry", severity: "Severity", status: "Status",
  };
  const NAMES = Object.keys(FIELDS);
  const find = (id) => document.getElementById(id);

  /** Chosen values by field, with their names as far as they are known. */
  let chosen = [];
  let limit = STEP;
  let box;
  let counts = [];
  const names = new Map();
  const unfolded = new Set();
  const title = document.title;

  const has = (field, id) => chosen.some(([of, value]) => of === field && value === id);
  const nameOf = (field, id) => (field === "kind" ? segue.kindName(id) : (names.get(`${field} ${id}`) ?? id.replaceAll(/[-_]/g, " ")));

  function choose(field, id, yes) {
    chosen = chosen.filter(([of, value]) => of !== field || value !== id);
    if (yes) chosen.push([field, id]);
    limit = STEP;
    address(true);
    box.ask();
  }

  function clear() {
    chosen = [];
    limit = STEP;
    address(true);
    box.field.focus();
    box.ask();
  }

  let addressing;
  /** Writes what is asked into the page's address; as a step that Back undoes, where it was a choice. */
  function address(step) {
    clearTimeout(addressing);
    const write = () => {
      const to = segue.searchPage(box.query, chosen);
      if (to === location.href) return;
      document.title = box.query ? `${box.query} · ${title}` : title;
      try {
        history[step ? "pushState" : "replaceState"](null, "", to);
      } catch {
        // Some browsers keep the address of a page on a disk as it is.
      }
    };
    if (step) write();
    else addressing = setTimeout(write, 350);
  }

  function read() {
    const asked = new URLSearchParams(location.search);
    chosen = [...asked].filter(([field]) => NAMES.includes(field));
    limit = STEP;
    box.field.value = asked.get("q") ?? "";
    document.title = box.query ? `${box.query} · ${title}` : title;
    box.ask();
  }

  /** Asks for the counts once the hits are there: they read more of the index, and nobody waits for them. */
  async function count() {
    const { turn } = box;
    const question = { query: box.query, typing: true, filters: chosen, limit: 0, count: NAMES };
    const answer = await segue.ask(question).catch(() => undefined);
    if (turn !== box.turn) return;
    counts = answer?.results.facets ?? [];
    filters();
  }

  function filters() {
    const focused = document.activeElement?.id;
    const parts = [];
    for (const field of NAMES) {
      const values = [...(counts.find((one) => one.field === field)?.values ?? [])];
      for (const { id, name } of values) names.set(`${field} ${id}`, name);
      // A value that is chosen stays in sight, even where nothing has it any more.
      for (const [of, id] of chosen) {
        if (of === field && !values.some((value) => value.id === id)) values.push({ id, hits: 0 });
      }
      if (values.length === 0 || (values.length === 1 && !has(field, values[0].id))) continue;
      values.sort((a, b) => has(field, b.id) - has(field, a.id));
      const shown = unfolded.has(field) ? values.slice(0, 60) : values.slice(0, FEW);
      const rows = shown.map(({ id, hits }) => {
        const tick = make("input", {
          type: "checkbox", id: `_filter-${field}-${id}`, checked: has(field, id),
          onchange: (event) => choose(field, id, event.target.checked),
        });
        const label = make("span", {}, nameOf(field, id));
        return make("label", { class: hits ? "tick" : "tick nothing" }, tick, label, make("span", { class: "count" }, hits.toLocaleString("en")));
      });
      if (values.length > FEW) {
        const open = unfolded.has(field);
        rows.push(make("button", {
          type: "button", class: "linked fewer", id: `_unfold-${field}`, "aria-expanded": String(open),
          onclick: () => {
            if (open) unfolded.delete(field);
            else unfolded.add(field);
            filters();
          },
        }, open ? "Show fewer" : `Show ${Math.min(values.length, 60) - FEW} more`));
      }
      parts.push(make("fieldset", {}, make("legend", {}, FIELDS[field]), ...rows));
    }
    find("_filters").replaceChildren(...parts);
    find("_filter-tally").textContent = chosen.length ? ` (${chosen.length})` : "";
    find("_filtering").hidden = parts.length === 0;
    if (focused) find(focused)?.focus();
    chips();
  }

  function chips() {
    const row = find("_chosen");
    const list = chosen.map(([field, id]) =>
      make("button", { type: "button", class: "chip taken", onclick: () => choose(field, id, false), "aria-label": `Remove ${FIELDS[field]}: ${nameOf(field, id)}` },
        make("span", { class: "muted" }, `${FIELDS[field]} `), nameOf(field, id), make("span", { "aria-hidden": "true" }, " ×")));
    if (list.length > 1) list.push(make("button", { type: "button", class: "linked", onclick: clear }, "Clear all"));
    row.replaceChildren(...list);
    row.hidden = list.length === 0;
  }

  function start() {
    find("_without").hidden = true;
    find("_search").hidden = false;
    find("_q").placeholder = segue.placeholder;
    box = new segue.Box({
      field: find("_q"), list: find("_hits"), live: find("_live"), notes: find("_notes"), name: "_hit", clear,
      question: () => ({ limit, filters: chosen }),
      asked: () => address(false),
      answered: (answer) => {
        find("_tally").textContent = answer ? tally(answer.results) : "";
        more(answer);
        chips();
        if (answer || box.query === "") count();
        else {
          counts = [];
          filters();
        }
      },
      submitted: () => address(true),
      empty: () => segue.tries("_page"),
    });
    box.field.addEventListener("input", () => (limit = STEP));
    box.field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || box.field.value === "") return;
      event.preventDefault();
      box.again("");
    });
    addEventListener("popstate", read);
    if (matchMedia("(max-width: 54rem)").matches) find("_filtering").open = false;
    segue.warm();
    read();
    if (!location.search && matchMedia("(hover: hover)").matches) box.field.focus();
  }

  const tally = ({ total }) => (total === 1 ? "1 hit" : `${total.toLocaleString("en")} hits`);

  function more(answer) {
    const button = find("_more");
    const left = answer ? answer.results.total - answer.results.hits.length : 0;
    button.hidden = left <= 0;
    button.textContent = `Show ${Math.min(left, STEP)} more`;
    button.onclick = () => {
      limit += STEP;
      box.ask();
    };
  }

  segue.page = { start };
})();
