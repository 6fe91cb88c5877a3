// The fields of a file in sections, in the checklist's order: open where something is due or filled.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});
  const { make } = form;

  /** The fields of a kind in sections: one for each mapping or list of mappings, and one for what comes before them. */
  form.Sections = (fields, context) => {
    const sections = [];
    const element = make("div", { className: "form-sections" });
    function section(id, title) {
      const tally = make("span", { className: "tally" });
      const body = make("div", { className: "form-body" });
      const summary = make("summary", {}, make("h2", { id: `_s-${id}`, textContent: title }), tally);
      const details = make("details", { className: "form-section", id: `_section-${id}` }, summary, body);
      const made = { details, body, tally, fields: [], plain: undefined };
      sections.push(made);
      element.append(details);
      return made;
    }
    const isLarge = ({ type }) => type.is === "group" || type.item?.is === "group";
    let current = section("basics", "The basics");
    for (const field of fields) {
      if (isLarge(field)) {
        current = section(field.name, field.label);
        const made = form.Field(field, context);
        made.element.classList.add("form-whole");
        current.fields.push(made);
        current.body.append(made.element);
      } else {
        // Single fields between sections belong to the one before them.
        (current.plain ??= []).push(field);
      }
    }
    for (const section of sections.filter(({ plain }) => plain)) {
      section.group = form.Group(section.plain, context);
      section.body.append(section.group.element);
    }
    const children = sections.flatMap(({ fields, group }) => [...fields, ...(group?.children ?? [])]);
    const get = () => form.gather(children);
    return {
      element,
      get,
      set: (answers) => children.forEach((child) => child.set(answers[child.field.name])),
      /** Opens, at a stage, the sections that matter there; `fold` closes the others. */
      place: (stage, fold) => {
        const isDue = ({ field, holdsDue }) => form.isDue(form.description, field, {}, stage) || holdsDue(stage);
        for (const { details, fields, group } of sections) {
          group?.place(stage);
          for (const field of fields) {
            field.mark(isDue(field));
            field.place(stage);
          }
          const seen = [...fields, ...(group?.children ?? [])].filter(({ element }) => !element.closest(".form-more"));
          const matters = seen.some((field) => isDue(field) || !form.isEmpty(field.get()));
          if (fold) details.open = matters;
          // Who closed it meant to.
          else if (matters && details.dataset.met === undefined) details.open = true;
          if (matters) details.dataset.met = "";
        }
      },
      find: (path, open) => {
        const name = /^[a-z0-9_]+/.exec(path)?.[0];
        const child = children.find((child) => child.field.name === name);
        if (!child) return undefined;
        const home = sections.find(({ fields, group }) => fields.includes(child) || group?.children.includes(child));
        if (open) home.details.open = true;
        const parts = /^[a-z0-9_]+(?:\[([0-9]+)\])?\.?(.*)$/.exec(path);
        return child.find(parts[1] ? Number(parts[1]) - 1 : undefined, parts[2], open) ?? child;
      },
      tally: (missing) => {
        for (const { tally, fields, group } of sections) {
          const names = [...fields, ...(group?.children ?? [])].map(({ field }) => field.name);
          const count = missing.filter((path) => names.includes(/^[a-z0-9_]+/.exec(path)?.[0])).length;
          tally.textContent = count ? `${count} to fill` : "";
        }
      },
    };
  };
})();
