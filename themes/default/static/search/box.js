// A field with a list of answers beneath: what the palette and the search page have in common. Follows the ARIA pattern
// of a combobox with a listbox: focus stays in the field, the arrow keys move through the list.
"use strict";

(() => {
  const { segue } = window;
  const { make } = segue;

  /** Recent searches, on this device only; each site on a host has its own. */
  const KEY = `segue.recent:${segue.top.pathname}`;
  const MOST_RECENT = 6;
  segue.recent = {
    all() {
      try {
        const kept = JSON.parse(localStorage.getItem(KEY) ?? "[]");
        return Array.isArray(kept) ? kept.filter((one) => typeof one === "string").slice(0, MOST_RECENT) : [];
      } catch {
        // Storage is switched off, or holds what is not ours: nothing is recent.
        return [];
      }
    },
    keep(query) {
      const text = query.trim();
      if (text.length < 2) return;
      const others = this.all().filter((one) => one.toLowerCase() !== text.toLowerCase());
      write(JSON.stringify([text, ...others].slice(0, MOST_RECENT)));
    },
    clear: () => write("[]"),
  };
  function write(text) {
    try {
      localStorage.setItem(KEY, text);
    } catch {
      // Not kept then.
    }
  }

  /**
   * `options`: `field`, `list`, `live` and `notes` are elements; `name` is the beginning of the rows' ids; `question()`
   * is what to ask beside the query; `empty()` gives more rows to show before anything is typed; `more(answer)` gives rows
   * after the hits; `asked()` and `answered(answer)` are told; `clear` takes filters away, where there are some;
   * `first` makes the first hit the one that Enter opens; `narrow` gives snippets one line.
   */
  segue.Box = class {
    constructor(options) {
      Object.assign(this, options);
      const { field, list } = this;
      field.setAttribute("role", "combobox");
      field.setAttribute("aria-autocomplete", "list");
      field.setAttribute("aria-expanded", "false");
      field.setAttribute("aria-controls", list.id);
      list.setAttribute("role", "listbox");
      // What is no row stands beside the list: a listbox holds options and nothing else.
      this.said = make("div", { hidden: true });
      list.after(this.said);
      field.addEventListener("input", () => this.ask());
      field.addEventListener("keydown", (event) => this.key(event));
      list.addEventListener("click", (event) => {
        const row = event.target.closest("[role=option]");
        if (row) this.follow(row, event);
      });
      list.addEventListener("pointermove", (event) => {
        const row = event.target.closest("[role=option]");
        if (row && row !== this.active) this.mark(row, false);
      });
      // Pressing on the list must not take the focus out of the field.
      list.addEventListener("pointerdown", (event) => event.target.closest("[role=option]") && event.preventDefault());
      addEventListener("online", () => this.answer?.trouble === "offline" && this.ask());
      // In a preview, what is asked finds something else after an edit.
      addEventListener("segue:index", () => this.answer && this.ask());
    }

    get query() {
      return this.field.value.trim();
    }

    get rows() {
      return [...this.list.querySelectorAll("[role=option]")];
    }

    /** Asks what stands in the field, and shows the answer unless another question came in between. */
    async ask() {
      const { query } = this;
      const question = this.question?.() ?? {};
      this.asked?.();
      this.turn = (this.turn ?? 0) + 1;
      const { turn } = this;
      clearTimeout(this.slow);
      if (query === "" && !question.filters?.length) {
        this.answer = undefined;
        this.busy(false);
        this.begin();
        this.answered?.(undefined);
        return;
      }
      // An answer mostly comes before the eye would see that it is waited for.
      this.slow = setTimeout(() => this.busy(true), 150);
      try {
        const answer = await segue.ask({ query, typing: true, ...question });
        if (!answer || turn !== this.turn) return;
        this.answer = answer;
        this.draw(query, answer, question);
      } catch (error) {
        if (turn !== this.turn) return;
        this.answer = { trouble: error.trouble };
        this.show([], [], undefined, segue.failure(error));
        this.say("Search could not be read.");
        this.answered?.(undefined);
      }
      clearTimeout(this.slow);
      this.busy(false);
    }

    draw(query, answer, question) {
      const { results } = answer;
      const notes = segue.notes(answer);
      if (results.hits.length === 0) {
        const clear = question.filters?.length ? this.clear : undefined;
        this.show([], notes, undefined, segue.nothing(query, answer, { again: (other) => this.again(other), clear }));
        this.say(results.did_you_mean ? `No hits. Did you mean ${results.did_you_mean}?` : "No hits.");
      } else {
        this.show([...segue.groups(results.hits, this.name, this.narrow), ...(this.more?.(answer, query) ?? [])], notes, results);
        const meant = results.did_you_mean ? ` for ${results.did_you_mean}` : "";
        this.say(results.total === 1 ? `1 hit${meant}.` : `${results.total} hits${meant}.`);
      }
      this.answered?.(answer);
    }

    /** What is shown before anything is typed: what was looked for lately, and what `empty()` adds. */
    begin() {
      const recent = segue.recent.all();
      const rows = recent.map((query, at) => {
        const row = segue.way(`${this.name}-recent-${at}`, "recent", query, segue.searchPage(query));
        row.dataset.query = query;
        return row;
      });
      const forget = () => {
        segue.recent.clear();
        this.again("");
      };
      const clear = make("button", { type: "button", class: "linked search-forget", onclick: forget }, "Clear");
      const groups = rows.length ? [segue.group(`${this.name}-recent`, "Recent searches", rows)] : [];
      this.show([...groups, ...(this.empty?.() ?? [])], rows.length ? [["Recent searches are kept on this device only. ", clear]] : []);
    }

    show(children, notes, results, said) {
      const meant = results?.did_you_mean;
      const lines = notes.map((note) => make("p", {}, ...[note].flat()));
      if (meant) {
        const other = make("button", { type: "button", class: "linked", onclick: () => this.again(meant) }, meant);
        lines.unshift(make("p", { class: "meant" }, "Showing hits for ", other, "."));
      }
      this.notes.replaceChildren(...lines);
      this.notes.hidden = lines.length === 0;
      this.list.replaceChildren(...children);
      this.said.replaceChildren(...(said ? [said] : []));
      this.said.hidden = !said;
      this.list.scrollTop = 0;
      const { rows } = this;
      this.field.setAttribute("aria-expanded", String(rows.length > 0));
      this.mark(this.first && results ? rows[0] : undefined, false);
      this.moved = false;
    }

    /** Asks for something else. */
    again(query) {
      this.field.value = query;
      this.field.focus();
      this.ask();
    }

    busy(yes) {
      this.field.parentElement.classList.toggle("busy", yes);
      this.list.setAttribute("aria-busy", String(yes));
    }

    /** Tells a screen reader, once typing pauses. */
    say(text) {
      clearTimeout(this.saying);
      this.saying = setTimeout(() => (this.live.textContent = text), 400);
    }

    mark(row, scroll = true) {
      this.active?.setAttribute("aria-selected", "false");
      this.active = row;
      if (!row) {
        this.field.removeAttribute("aria-activedescendant");
        return;
      }
      row.setAttribute("aria-selected", "true");
      this.field.setAttribute("aria-activedescendant", row.id);
      if (!scroll) return;
      // The first row brings its group's name into view with it.
      const group = row.closest("[role=group]");
      const above = group?.querySelector("[role=option]") === row ? group : row;
      above.scrollIntoView({ block: "nearest" });
      row.scrollIntoView({ block: "nearest" });
    }

    key(event) {
      if (event.isComposing || event.altKey) return;
      const { rows } = this;
      const at = rows.indexOf(this.active);
      const to = {
        ArrowDown: at + 1 < rows.length ? at + 1 : 0,
        ArrowUp: at > 0 ? at - 1 : rows.length - 1,
        PageDown: Math.min(at + 6, rows.length - 1),
        PageUp: Math.max(at - 6, 0),
        // In the text until the arrows have led into the list.
        Home: this.moved ? 0 : undefined,
        End: this.moved ? rows.length - 1 : undefined,
      }[event.key];
      if (to !== undefined && rows.length && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.moved = true;
        this.mark(rows[to]);
      } else if (event.key === "Enter") {
        event.preventDefault();
        this.enter(event);
      } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
        this.moved = false;
      }
    }

    enter(event) {
      if (!this.active) {
        segue.recent.keep(this.query);
        this.submitted?.(this.query);
      } else if (event.ctrlKey || event.metaKey) {
        segue.recent.keep(this.query);
        open(this.active.href, "_blank", "noopener");
      } else {
        this.active.click();
      }
    }

    /** A row was chosen. The browser follows its link; what is left is to remember the search. */
    follow(row, event) {
      segue.recent.keep(row.dataset.query ?? this.query);
      if (row.dataset.query !== undefined && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
        event.preventDefault();
        this.again(row.dataset.query);
        return;
      }
      this.left?.(row, event);
      arrive(row.href);
    }
  };

  /** A place on the page that is open is shown again: the browser would not, if it is the one it was last sent to. */
  function arrive(href) {
    if (href !== location.href || !location.hash) return;
    const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!place) return;
    place.classList.remove("arrived");
    requestAnimationFrame(() => place.classList.add("arrived"));
    place.scrollIntoView({ block: "center" });
  }
})();
