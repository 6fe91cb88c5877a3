// The fields of a form as the table describes them: each with its label, its help, what is wrong with it, and the ways to
// say that nobody knows yet or that there is none.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});
  const { make } = form;

  /** Help with its `code` set as code. */
  function prose(text) {
    const parts = text.split("`");
    return parts.map((part, at) => (at % 2 ? make("code", { textContent: part }) : part));
  }
  form.prose = prose;

  /** What one of a list is called: "stakeholder" of "Stakeholders". */
  const single = (label) => {
    const word = label.toLowerCase();
    return word.endsWith("ies") ? `${word.slice(0, -3)}y` : word.replace(/([^s])s$/, "$1");
  };

  const isDue = (field, siblings, stage) => form.isDue(form.description, field, siblings, stage);

  const holdsDue = (fields, stage) =>
    fields.some((field) => isDue(field, undefined, stage) || holdsDue(field.type.fields ?? [], stage));

  /** Types whose controls need little room. */
  const SHORT = new Set(["integer", "number", "money", "date", "bool", "choice", "currency", "time_zone", "ref", "slug"]);

  /** Fields in their places: those that are due or filled, and the others folded away. */
  function Places() {
    const shown = make("div", { className: "fields" });
    const rest = make("div", { className: "fields" });
    const tally = make("span");
    const more = make("details", { className: "form-more" }, make("summary", {}, tally), rest);
    const element = make("div", {}, shown, more);

    /** Puts each field where it belongs at a stage. A field stays where it is while somebody is in it. */
    function place(fields, siblings, stage) {
      let folded = 0;
      for (const [at, field] of fields.entries()) {
        const due = isDue(field.field, siblings, stage) || field.holdsDue(stage);
        field.mark(due);
        const wanted = due || field.pinned || !form.isEmpty(field.get()) ? shown : rest;
        if (wanted === rest) folded += 1;
        const { element } = field;
        const inUse = element.isConnected && element.contains(document.activeElement);
        if (inUse || element.parentElement === wanted) continue;
        const next = fields.slice(at + 1).find((other) => other.element.parentElement === wanted);
        wanted.insertBefore(element, next?.element ?? null);
      }
      tally.textContent = shown.childElementCount ? `${folded} more` : `${folded} fields, none of them due yet`;
      more.hidden = folded === 0;
      // Where nothing is due there is nothing else to see; what opened by itself closes by itself.
      const alone = !shown.childElementCount && folded > 0;
      if (alone || more.dataset.alone !== undefined) more.open = alone;
      if (alone) more.dataset.alone = "";
      else delete more.dataset.alone;
    }
    return { element, place, reveal: (field) => rest.contains(field.element) && (more.open = true) };
  }

  /** What is answered in some fields, by their names. */
  form.gather = (fields) => {
    const answers = {};
    for (const { field, get } of fields) {
      const answer = get();
      if (!form.isEmpty(answer)) answers[field.name] = answer;
    }
    return answers;
  };

  /** The fields of a mapping. */
  form.Group = (fields, context) => {
    const places = Places();
    const children = fields.map((field) => Field(field, context));
    const named = (name) => children.find((child) => child.field.name === name);
    const get = () => form.gather(children);
    const set = (answers) => children.forEach((child) => child.set(answers?.[child.field.name]));
    const place = (stage, there = true) => {
      const answers = get();
      places.place(children, there || Object.keys(answers).length ? answers : undefined, stage);
      children.forEach((child) => child.place(stage));
    };
    /** The field at a path below, or the nearest above it; opens what it is folded in. */
    const find = (path, open) => {
      const parts = /^([a-z0-9_]+)(?:\[([0-9]+)\])?\.?(.*)$/.exec(path);
      const child = parts && named(parts[1]);
      if (!child) return undefined;
      if (open) places.reveal(child);
      return child.find(parts[2] ? Number(parts[2]) - 1 : undefined, parts[3], open) ?? child;
    };
    return { element: places.element, children, get, set, place, find };
  };

  /** What an item is known by, whichever it has. */
  const NAMES = ["name", "what", "metric", "description", "label", "system", "text", "summary"];

  /** A list of mappings: a card each. */
  function Cards(field, context) {
    const { fields } = field.type.item;
    const list = make("div", { className: "form-cards" });
    const add = make("button", { type: "button", className: "button", textContent: `Add a ${single(field.label)}` });
    const element = make("div", {}, list, add);
    let cards = [];
    let stage = "";
    const number = () =>
      cards.forEach((card, at) => {
        const answers = card.group.get();
        const name = NAMES.map((key) => answers[key]).find((text) => typeof text === "string");
        const called = name ? `: ${name.split("\n")[0].slice(0, 60)}` : "";
        card.legend.textContent = `${form.words(single(field.label))} ${at + 1}${called}`;
        card.remove.setAttribute("aria-label", `Remove ${card.legend.textContent}`);
      });
    function insert(answers) {
      const group = form.Group(fields, context);
      const legend = make("legend", {});
      const remove = make("button", { type: "button", className: "form-remove", textContent: "Remove" });
      const card = { group, legend, remove };
      card.element = make("fieldset", { className: "card form-card" }, legend, remove, group.element);
      remove.addEventListener("click", () => {
        const at = cards.indexOf(card);
        cards.splice(at, 1);
        card.element.remove();
        (cards[Math.min(at, cards.length - 1)]?.remove ?? add).focus();
        number();
        context.changed();
      });
      card.element.addEventListener("input", number);
      cards.push(card);
      list.append(card.element);
      group.set(answers);
      group.place(stage);
      return card;
    }
    add.addEventListener("click", () => {
      const card = insert({});
      number();
      card.element.querySelector("input, textarea, select")?.focus();
      context.changed();
    });
    return {
      element,
      focus: () => add.focus(),
      get: () => cards.map((card) => card.group.get()).filter((answers) => !form.isEmpty(answers)),
      set: (items) => {
        list.replaceChildren();
        cards = [];
        items.forEach(insert);
        number();
      },
      place: (now) => {
        stage = now;
        cards.forEach((card) => card.group.place(now));
      },
      // Items that say nothing yet are no items of the file.
      find: (at, path, open) => cards.filter((card) => !form.isEmpty(card.group.get()))[at]?.group.find(path, open),
    };
  }

  /** A list of single values: a line each. */
  function Lines(field, context, label) {
    const list = make("div", { className: "form-lines" });
    const add = make("button", { type: "button", className: "form-add", textContent: `Add ${label.toLowerCase()}` });
    let lines = [];
    function insert(value) {
      const control = form.control(field.type.item, context);
      const remove = make("button", { type: "button", className: "form-remove", textContent: "Remove" });
      const line = { control, element: make("div", { className: "form-line" }, control.element, remove) };
      control.input?.setAttribute("aria-label", label);
      remove.setAttribute("aria-label", `Remove this line of ${label}`);
      remove.addEventListener("click", () => {
        lines = lines.filter((other) => other !== line);
        line.element.remove();
        add.focus();
        context.changed();
      });
      control.set(value);
      lines.push(line);
      list.append(line.element);
      return line;
    }
    add.addEventListener("click", () => insert("").control.input?.focus());
    return {
      element: make("div", {}, list, add),
      focus: () => (lines[0]?.control.input ?? add).focus(),
      get: () => lines.map((line) => line.control.get()).filter((value) => value !== ""),
      set: (values) => {
        list.replaceChildren();
        lines = [];
        values.forEach(insert);
      },
    };
  }

  /** "We don't know yet": whom to ask, and by when. */
  function Open(field, context) {
    const ask = form.control({ is: "ref", to: "teammate" }, context);
    const by = form.control({ is: "date" }, context);
    const label = (text, control) =>
      make("div", { className: "form-part" }, make("label", { for: control.input.id, textContent: text }), control.element);
    const element = make(
      "div",
      { className: "form-open", role: "group", "aria-label": `${field.label}: nobody knows yet` },
      label("Ask", ask),
      label("By", by),
    );
    return {
      element,
      focus: () => ask.input.focus(),
      get: () => ({ $open: { ask: ask.get(), by: by.get() } }),
      set: (open) => {
        ask.set(open.ask);
        by.set(open.by);
      },
    };
  }

  /** One field of the table. */
  function Field(field, context) {
    const { type } = field;
    const isGroup = type.is === "group";
    const isCards = type.is === "list" && type.item.is === "group";
    let inner;
    if (isGroup) inner = form.Group(type.fields, context);
    else if (isCards) inner = Cards(field, context);
    else if (type.is === "list" && type.item.is === "choice") inner = form.ticks(type.item.values);
    else if (type.is === "list") inner = Lines(field, context, field.label);
    else inner = form.control(type, context);
    const nothing = type.is === "list" ? [] : isGroup ? {} : "";

    const id = form.id();
    const help = make("p", { className: "form-help", id: `${id}-help` }, ...prose(field.help));
    const faults = make("div", { className: "form-faults", id: `${id}-faults` });
    const due = make("span", { className: "form-due", textContent: "due", hidden: true });
    const lock = field.restricted ? make("span", { className: "lock", textContent: "restricted" }) : null;
    const open = field.open ? Open(field, context) : undefined;
    const none = make("p", { className: "form-none", textContent: "We asked: there is none." });
    let state = "answer";

    const ways = make("span", { className: "form-ways" });
    const way = (name, label, title) => {
      const properties = { type: "button", className: "form-way", textContent: label, title, "aria-pressed": "false" };
      const button = make("button", properties);
      button.addEventListener("click", () => {
        become(state === name ? "answer" : name);
        if (state === "open") open.focus();
        context.changed();
      });
      ways.append(button);
      return { name, button };
    };
    const buttons = [];
    if (field.open) buttons.push(way("open", "Don’t know yet", `${field.label}: say whom to ask, and by when`));
    if (field.none) buttons.push(way("none", "None", `${field.label}: we asked, and there is none`));

    const body = make("div", { className: "form-value" }, inner.element);
    const described = `${id}-help ${id}-faults`;
    inner.input?.setAttribute("aria-describedby", described);
    const labelled = inner.input !== undefined;
    const text = [make("span", { textContent: field.label }), due, lock];
    const head = labelled
      ? make("div", { className: "form-head" }, make("label", { for: inner.input.id }, ...text), ways)
      : make("div", { className: "form-head" }, make("span", { id: `${id}-label`, className: "form-label" }, ...text), ways);
    const group = labelled ? {} : { role: "group", "aria-labelledby": `${id}-label`, "aria-describedby": described };
    const wide = isGroup || isCards || !(SHORT.has(type.is) || type.is === "url");
    const className = `field${wide ? " wide" : ""}${isGroup ? " form-nested" : ""}`;
    const element = make("div", { className, ...group }, head, help, body, faults);

    function become(next) {
      state = next;
      for (const { name, button } of buttons) button.setAttribute("aria-pressed", String(name === state));
      body.replaceChildren(state === "open" ? open.element : state === "none" ? none : inner.element);
      element.classList.toggle("is-open", state === "open");
    }

    const self = {
      field,
      element,
      head,
      pinned: false,
      isDue: false,
      get: () => (state === "none" ? { $none: true } : state === "open" ? open.get() : inner.get()),
      set: (answer) => {
        if (answer?.$open && open) {
          open.set(answer.$open);
          become("open");
        } else {
          become(answer?.$none ? "none" : "answer");
          // What has another shape than its field is left to the file.
          const fits = typeof answer === typeof nothing && Array.isArray(answer) === Array.isArray(nothing);
          inner.set(fits && !answer.$none ? answer : nothing);
        }
        self.pinned = !form.isEmpty(answer);
      },
      place: (stage) => inner.place?.(stage, self.isDue),
      /** Whether something in it is due at a stage, though it is not itself. */
      holdsDue: (stage) => isGroup && holdsDue(type.fields, stage),
      mark: (isDue) => {
        self.isDue = isDue;
        due.hidden = !isDue || !form.isEmpty(self.get());
      },
      find: (at, path, reveal) => {
        if (state !== "answer") return self;
        if (isGroup) return path ? inner.find(path, reveal) : self;
        return isCards && at !== undefined ? inner.find(at, path, reveal) : self;
      },
      focus: () => {
        if (state === "open") open.focus();
        else if (inner.input) inner.input.focus();
        else if (inner.focus) inner.focus();
        else inner.children?.[0]?.focus();
      },
      /** Shows what is wrong with it. */
      tell: (problems) => {
        faults.replaceChildren(...problems.map((problem) => told(problem, self)));
        const wrong = problems.some((problem) => problem.severity === "error");
        element.classList.toggle("is-wrong", wrong);
        if (inner.input) {
          if (wrong) inner.input.setAttribute("aria-invalid", "true");
          else inner.input.removeAttribute("aria-invalid");
        }
      },
      /** Takes a suggestion. */
      take: (value) => {
        if (inner.input) inner.set(value);
        context.changed();
      },
    };
    return self;
  }
  form.Field = Field;

  /** A problem in the checker's words. */
  function told(problem, field) {
    const tone = problem.severity === "error" ? "bad" : "warn";
    const line = make("p", { className: tone }, make("span", { className: "tone" }, ...prose(problem.message)));
    if (problem.expected) line.append(problem.expected.startsWith("expected") ? ". " : "; expected ", ...prose(problem.expected));
    line.append(". ");
    if (problem.help && problem.code !== "missing-field") line.append(...prose(problem.help), " ");
    const { to } = field.field.type;
    if (problem.code === "unknown-ref" && form.description.kinds[to]) {
      const { root } = document.getElementById("_form").dataset;
      const href = `${root}new/index.html?kind=${to}`;
      line.append(make("a", { className: "linked", href, target: "_blank", rel: "noopener", textContent: `New ${to}` }), " ");
    }
    const plain = problem.suggestion !== null && !/[[\]{}\n]/.test(problem.suggestion);
    if (plain && typeof field.get() === "string" && field.get() !== "") {
      const take = make("button", { type: "button", className: "linked", textContent: `Write ${problem.suggestion}` });
      take.addEventListener("click", () => field.take(problem.suggestion));
      line.append(take);
    }
    return line;
  }
})();
