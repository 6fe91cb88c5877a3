// The page of the form: how far it is, and where what was written goes.
//
// In a preview somebody is there to judge and to save (`form.server`); in a published site the page judges each answer by
// itself, and makes the file to download, to copy, or to open at the repository's host.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});
  const { make, words, prose } = form;
  /** Hosts refuse longer addresses. */
  const LONGEST = 7000;

  const SILENT = "The preview does not answer.";
  const NOTES = "Whatever no field asks for, in Markdown. Link with `[[names]]`.";
  const plural = (count, one) => `${count} ${one}${count === 1 ? "" : "s"}`;
  const GAPS = new Set(["missing-field", "missing-role", "missing-next-step", "placeholder"]);

  function start() {
    const home = document.getElementById("_form");
    if (!home || !form.description) return;
    const { id, href } = home.dataset;
    const { description, server } = form;
    const asked = new URLSearchParams(location.search).get("kind");
    const kind = !id && description.kinds[asked] ? asked : home.dataset.kind;
    const kept = `segue-form:${location.pathname}:${kind}`;
    const began = { answers: {}, body: "", base: "" };
    let judged;
    let tried = false;
    let busy = false;

    // ── What is drawn ──────────────────────────────────────────────────────────────────────────────────────────────
    const context = {
      changed: () => changed(),
      account: () => sections.get().account ?? "",
      stakeholders: () =>
        (sections.get().stakeholders ?? [])
          .filter((person) => typeof person.name === "string")
          .map((person) => [person.id ?? form.slug(person.name), person.name, person.title ?? ""]),
    };
    const sections = form.Sections(description.kinds[kind].fields, context);
    const summary = make("div", { className: "form-summary", role: "alert", tabIndex: -1, hidden: true });
    const notes = form.control({ is: "text" }, context);
    notes.input.className += " form-notes";
    notes.input.setAttribute("aria-describedby", "_notes-help");
    const body = make(
      "section",
      { className: "form-section form-text" },
      make("div", { className: "form-head" }, make("label", { for: notes.input.id }, make("span", { textContent: "Notes" }))),
      make("p", { className: "form-help", id: "_notes-help" }, ...prose(NOTES)),
      notes.element,
    );
    // No form element: nothing is ever submitted, and Enter in a field must not try.
    const element = make("div", { role: "form", "aria-labelledby": "_form-title" }, summary, sections.element, body);

    const bar = make("progress", { max: 1, value: 0, "aria-labelledby": "_form-far" });
    const far = make("p", { id: "_form-far", role: "status" });
    const missing = make("ul", {});
    const lacking = make("details", {}, make("summary", { textContent: "What is missing" }), missing);
    const meter = make("section", { className: "meter info" }, make("h2", { textContent: "Completeness" }), bar, far, lacking);
    const name = make("input", { id: "_form-name", className: "control", spellcheck: false, autocapitalize: "off" });
    name.setAttribute("aria-describedby", "_form-name-fault");
    const nameFault = make("p", { className: "form-faults", id: "_form-name-fault" });
    const naming = make(
      "section",
      { hidden: Boolean(id) },
      make("h2", {}, make("label", { for: name.id, textContent: "File name" })),
      make("div", { className: "form-name" }, name, make("span", { className: "muted", textContent: ".md" })),
      nameFault,
    );
    const said = make("p", { className: "form-said", role: "status" });
    const actions = make("div", { className: "form-actions" });
    const aside = document.getElementById("_form-aside");
    aside.append(meter, naming, make("section", { className: "form-do" }, actions, said));

    if (!id) {
      const kinds = description.order.map((other) =>
        make("a", { href: `?kind=${other}`, textContent: words(other), "aria-current": other === kind ? "page" : undefined }),
      );
      element.prepend(make("nav", { className: "form-kinds", "aria-label": "What is new" }, ...kinds));
      for (const said of document.querySelectorAll("#_form-title, .crumbs [aria-current]")) said.textContent = `New ${kind}`;
      document.title = document.title.replace("New handoff", `New ${kind}`);
    }

    // ── What it says ───────────────────────────────────────────────────────────────────────────────────────────────
    const clean = (answers) => JSON.parse(JSON.stringify(answers));
    const payload = () => {
      const answers = clean(sections.get());
      return { kind, id, base: began.base, name: name.value.trim(), answers, body: notes.get() };
    };

    function show(result) {
      judged = result;
      const { stage, due, filled, asked } = result;
      meter.hidden = due === 0;
      bar.max = Math.max(due, 1);
      bar.value = filled;
      const questions = asked ? `, ${plural(asked, "open question")}` : "";
      far.textContent = `${filled} of ${due} fields due${stage ? ` at ${stage.replaceAll("_", " ")}` : ""}${questions}`;
      meter.classList.toggle("good", filled + asked === due);
      meter.classList.toggle("info", filled + asked !== due);
      missing.replaceChildren(
        ...result.missing.map((path) => {
          const link = make("a", { href: "#", textContent: path });
          link.addEventListener("click", (event) => {
            event.preventDefault();
            lead(path);
          });
          return make("li", {}, link);
        }),
      );
      lacking.hidden = result.missing.length === 0;
      sections.tally(result.missing);
      tell();
    }

    const lead = (path) => {
      const field = sections.find(path, true);
      field?.element.scrollIntoView({ block: "center" });
      field?.focus();
    };

    /** Puts what is wrong beside its field: at once where something stands there, what is missing after a try to save. */
    let marked = [];
    function tell() {
      const by = new Map();
      const others = [];
      for (const problem of judged.problems) {
        if (GAPS.has(problem.code) && !tried && problem.code !== "placeholder") continue;
        const field = problem.field ? sections.find(problem.field) : undefined;
        if (!field) others.push(problem);
        else by.set(field, [...(by.get(field) ?? []), problem]);
      }
      for (const field of marked) if (!by.has(field)) field.tell([]);
      by.forEach((problems, field) => field.tell(problems));
      marked = [...by.keys()];
      if (!summary.hidden && summary.dataset.of === "faults") summarise();
      return others;
    }

    const faults = () => (judged?.problems ?? []).filter((problem) => problem.severity === "error" && !GAPS.has(problem.code));

    /** What keeps a file from being saved at the first try, with the way to each. */
    function summarise() {
      const list = faults();
      summary.dataset.of = "faults";
      summary.hidden = list.length === 0;
      const items = list.map((problem) => {
        const link = make("a", { href: "#" }, ...prose(`${problem.field ? `\`${problem.field}\`: ` : ""}${problem.message}`));
        link.addEventListener("click", (event) => {
          event.preventDefault();
          if (problem.field) lead(problem.field);
        });
        return make("li", {}, link);
      });
      const title = list.length === 1 ? "There is a problem" : `There are ${list.length} problems`;
      summary.replaceChildren(make("h2", { textContent: title }), make("ul", {}, ...items));
      const label = server?.saves ? "Save it as it is" : "Make it as it is";
      const anyway = make("button", { type: "button", className: "button", textContent: label });
      anyway.addEventListener("click", () => void perform(wanted, true));
      summary.append(make("p", {}, anyway));
    }

    function alarm(...children) {
      summary.dataset.of = "trouble";
      summary.replaceChildren(...children);
      summary.hidden = false;
      summary.focus();
    }

    // ── What changes ───────────────────────────────────────────────────────────────────────────────────────────────
    let named = false;
    name.addEventListener("input", () => {
      named = name.value.trim() !== "";
      changed();
    });

    let timer;
    let last = 0;
    function changed() {
      home.dataset.dirty = "";
      const sent = payload();
      sections.place(sent.answers.stage ?? description.stages[0]);
      const draft = { began, answers: sent.answers, body: sent.body, name: named ? sent.name : "" };
      sessionStorage.setItem(kept, JSON.stringify(draft));
      if (!id && !named) name.placeholder = form.name(kind, sent.answers, description.today) || `${kind}-name`;
      clearTimeout(timer);
      if (!server) show(form.judge(description, kind, sent.answers, description.today));
      else timer = setTimeout(check, judged ? 150 : 0);
    }

    async function check() {
      const mine = (last += 1);
      try {
        const result = await server.check(payload());
        if (mine !== last) return;
        if (result.judged) show(result.judged);
        nameFault.textContent = !id && (named || tried) ? (result.name ?? "") : "";
        if (!id && !named && !result.name) name.placeholder = /([^/]+)\.md$/.exec(result.path)?.[1] ?? name.placeholder;
        said.textContent = result.stale ? "The file has changed on disk since this form was opened." : (result.message ?? "");
      } catch {
        if (mine === last) said.textContent = SILENT;
      }
    }

    // ── Where it goes ──────────────────────────────────────────────────────────────────────────────────────────────
    let wanted;
    async function perform(what, anyway = false) {
      if (busy) return;
      wanted = what;
      tried = true;
      clearTimeout(timer);
      if (server) await check();
      else show(form.judge(description, kind, payload().answers, description.today));
      tell();
      if (faults().length && !anyway) {
        summarise();
        summary.focus();
        return;
      }
      summary.hidden = true;
      busy = true;
      try {
        await what();
      } finally {
        busy = false;
      }
    }

    async function save() {
      said.textContent = "Saving…";
      const { status, result } = await server.save(payload());
      said.textContent = "";
      if (status === 200) {
        sessionStorage.removeItem(kept);
        // It stays dirty while it leads away, so that what was saved does not load it again on the way.
        if (result.href) return location.assign(result.href);
        delete home.dataset.dirty;
        said.textContent = `Saved ${result.path}.`;
      } else if (status === 409) {
        conflict(result);
      } else if (result.name) {
        nameFault.textContent = result.name;
        name.focus();
      } else {
        alarm(make("h2", { textContent: "Nothing was saved" }), make("p", {}, ...prose(result.message ?? SILENT)));
      }
      return undefined;
    }

    /** The file is another by now: what differs, and the way to go on. */
    function conflict({ message, diff = [], start }) {
      const kinds = { "+": "added", "-": "gone", "@": "gap" };
      const lines = diff.map(([sign, text]) =>
        make("span", { className: kinds[sign] ?? "" }, sign === "@" ? "⋯\n" : `${sign} ${text.replace(/\r?\n$/, "")}\n`),
      );
      const children = [
        make("h2", { textContent: "The file has changed meanwhile" }),
        make("p", {}, ...prose(message)),
      ];
      if (diff.length) {
        children.push(
          make("p", { className: "muted", textContent: "− stands in the file now, + is what this form would write." }),
          make("pre", { className: "form-diff", tabIndex: 0, role: "group", "aria-label": "The difference" }, ...lines),
        );
      }
      if (start) {
        const take = make("button", { type: "button", className: "button", textContent: "Take over their changes" });
        take.addEventListener("click", () => {
          const merged = merge(began.answers, sections.get(), start.answers);
          const mine = notes.get();
          fill(start, merged, mine === began.body ? start.body : mine);
          changed();
          alarm(
            make("h2", { textContent: "Their changes are in the form now" }),
            make("p", { textContent: "Where both of you changed an answer, yours is shown. Look it over, then save again." }),
          );
        });
        children.push(make("p", {}, take));
      }
      alarm(...children);
    }

    const same = (one, other) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
    const isMapping = (value) => value && typeof value === "object" && !Array.isArray(value) && !value.$open && !value.$none;
    /** What I changed of what was there, over what is there now. */
    function merge(before, mine, theirs) {
      const merged = {};
      for (const key of new Set([...Object.keys(theirs), ...Object.keys(mine)])) {
        if (isMapping(mine[key]) && isMapping(theirs[key])) merged[key] = merge(before[key] ?? {}, mine[key], theirs[key]);
        else merged[key] = same(before[key], mine[key]) ? theirs[key] : mine[key];
        if (merged[key] === undefined) delete merged[key];
      }
      return merged;
    }

    function made() {
      const sent = payload();
      const file = sent.name || form.name(kind, sent.answers, description.today);
      const text = form.write(description, kind, sent.answers, sent.body);
      if (file) return { file, text };
      nameFault.textContent = "The file needs a name: it is made of the account and the deal, or typed here.";
      name.focus();
      return undefined;
    }

    function download() {
      const file = made();
      if (!file) return;
      const blob = new Blob([file.text], { type: "text/markdown" });
      const link = make("a", { href: URL.createObjectURL(blob), download: `${file.file}.md` });
      link.click();
      setTimeout(() => URL.revokeObjectURL(link.href), 1000);
      said.textContent = `Put it into content/${description.kinds[kind].folder}/.`;
    }

    async function copy() {
      const file = made();
      if (!file) return;
      try {
        await navigator.clipboard.writeText(file.text);
        said.textContent = `Copied. It belongs into content/${description.kinds[kind].folder}/${file.file}.md.`;
      } catch {
        const shown = make("textarea", { className: "control form-out", readOnly: true, value: file.text });
        shown.setAttribute("aria-label", "The file");
        alarm(make("h2", { textContent: "Copy this" }), shown);
        shown.focus();
        shown.select();
      }
    }

    async function host() {
      const file = made();
      if (!file) return;
      const { page, folder, path, text } = description.host;
      const place = `${decodeURIComponent(folder)}content/${description.kinds[kind].folder}/${file.file}.md`;
      const begin = `${page}?${path}=${encodeURIComponent(place)}`;
      const whole = `${begin}&${text}=${encodeURIComponent(file.text)}`;
      const short = whole.length > LONGEST;
      if (short) await copy();
      window.open(short ? begin : whole, "_blank", "noopener,noreferrer");
      if (short) said.textContent = "The file is too long for an address: it was copied, so paste it there.";
    }

    const button = (label, what, main) => {
      const element = make("button", { type: "button", className: main ? "button main-button" : "button", textContent: label });
      element.addEventListener("click", () => void perform(what));
      actions.append(element);
      return element;
    };
    if (server?.saves) {
      button("Save", save, true);
      if (href) actions.append(make("a", { className: "button", href, textContent: "Cancel" }));
    } else {
      if (description.host) button(`Open on ${description.host.name}`, host, true);
      button("Download", download, !description.host);
      button("Copy", copy);
    }
    element.addEventListener("input", () => changed());
    element.addEventListener("change", () => changed());
    addEventListener("keydown", (event) => {
      if (event.key.toLowerCase() !== "s" || !(event.metaKey || event.ctrlKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      void perform(server?.saves ? save : download);
    });

    // ── How it begins ──────────────────────────────────────────────────────────────────────────────────────────────
    function fill(from, answers, body) {
      Object.assign(began, { answers: from.answers, body: from.body, base: from.base });
      sections.set(answers);
      notes.set(body);
    }

    function ready() {
      const draft = JSON.parse(sessionStorage.getItem(kept) ?? "null");
      if (draft) {
        fill(draft.began, draft.answers, draft.body);
        name.value = draft.name;
        named = draft.name !== "";
      } else if (!id && kind === "handoff") {
        sections.set({ stage: description.stages[0] });
      }
      sections.place(sections.get().stage ?? description.stages[0], true);
      document.getElementById("_form-without").hidden = true;
      home.append(element);
      aside.hidden = false;
      if (draft) {
        changed();
        const drop = make("button", { type: "button", className: "linked", textContent: "Begin anew" });
        drop.addEventListener("click", () => {
          sessionStorage.removeItem(kept);
          location.reload();
        });
        said.replaceChildren("What you wrote before is still here. ", drop);
      } else if (server) {
        void check();
      } else {
        show(form.judge(description, kind, sections.get(), description.today));
      }
      home.dataset.ready = "";
    }

    if (!id) {
      ready();
    } else {
      server?.start(kind, id).then(({ status, result }) => {
        if (status === 200) {
          fill(result, result.answers, result.body);
          return ready();
        }
        const without = document.getElementById("_form-without");
        without.replaceChildren(make("p", { className: "notice bad" }, ...prose(result.message ?? SILENT)));
        return undefined;
      });
    }
  }

  addEventListener("DOMContentLoaded", start);
})();
