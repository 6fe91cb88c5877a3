// How far answers are, and what is wrong with each by itself: what a page can say that has nobody to ask.
//
// Counts as `segue check` counts. What needs other files, or several fields at once, stays with the checker.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});
  const trim = (text) => text.trim();

  const EXPECTED = {
    date: "a date in the form `YYYY-MM-DD`",
    bool: "`true` or `false`",
    number: "a number: digits only, no separators, no unit",
    money: "an amount of at least 0: digits only, no separators, no currency sign",
    url: "an address that begins with `https://`, `http://` or `mailto:`",
    currency: "an ISO 4217 code such as `EUR` or `USD`",
    time_zone: "an IANA name such as `Europe/Berlin`",
    slug: "lower-case letters, digits, `-`, `.` and `_`",
    choice: "one of the values of the list",
  };

  function isDate(text) {
    const parts = /^([0-9]{4})-([0-9]{2})-([0-9]{2})$/.exec(text);
    if (!parts) return false;
    const [year, month, day] = parts.slice(1).map(Number);
    const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
    const days = [31, leap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    return month >= 1 && month <= 12 && day >= 1 && day <= days[month - 1];
  }

  const isNumber = (text) => /^[0-9.-][0-9.eE+-]*$/.test(text) && Number.isFinite(Number(text));

  function isUrl(text) {
    const rest = /^(?:https?:\/\/|mailto:)(.*)$/is.exec(text)?.[1];
    return rest !== undefined && rest !== "" && !rest.startsWith("/") && !/[\s\p{Cc}]/u.test(text);
  }

  function isTimeZone(text) {
    try {
      // Offsets are understood by browsers, and are no zones.
      return /^[A-Za-z]/.test(text) && Boolean(new Intl.DateTimeFormat("en", { timeZone: text }));
    } catch {
      return false;
    }
  }

  /** What a value of a type has to be, where it is not that. */
  function fault(description, type, value) {
    const text = trim(value);
    const { min, max } = type;
    const good = {
      integer: () => /^-?[0-9]+$/.test(text) && Number(text) >= (min ?? -Infinity) && Number(text) <= (max ?? Infinity),
      number: () => isNumber(text),
      money: () => isNumber(text) && Number(text) >= 0,
      date: () => isDate(text),
      bool: () => text === "true" || text === "false",
      url: () => isUrl(text),
      currency: () => description.currencies.includes(text),
      time_zone: () => isTimeZone(text),
      slug: () => /^[a-z0-9_-](?:[a-z0-9._-]*[a-z0-9_-])?$/.test(text),
      choice: () => type.values.includes(text),
    }[type.is];
    if (!good || good()) return undefined;
    if (type.is !== "integer") return EXPECTED[type.is];
    if (max !== null && max !== undefined) return `a whole number from ${min} to ${max}`;
    return min === null || min === undefined ? "a whole number" : `a whole number of at least ${min}`;
  }

  /** Whether a field is due at a stage, among the answers of the mapping it stands in; nothing for one that is not there. */
  form.isDue = ({ stages }, field, siblings, stage) => {
    if (field.due === undefined) return false;
    if (field.due === "parent") return siblings !== undefined;
    if (stages.indexOf(field.due) > stages.indexOf(stage)) return false;
    return field.role === undefined || (Array.isArray(siblings?.roles) && siblings.roles.includes(field.role));
  };

  /** Judges answers as those of a file of a kind, on a day. */
  form.judge = (description, kind, answers, today) => {
    const at = (stage) => description.stages.indexOf(stage);
    const stage = at(answers.stage) >= 0 ? answers.stage : description.stages[0];
    const said = { stage, due: 0, filled: 0, asked: 0, missing: [], problems: [] };
    const problem = (code, field, message, more = {}) =>
      said.problems.push({ code, severity: "error", field, message, expected: null, help: null, suggestion: null, ...more });
    const isPlaceholder = (text) => {
      const word = trim(text).toLowerCase();
      return description.placeholders.includes(word) || word.startsWith("lorem ipsum");
    };

    const isDue = (field, siblings) => form.isDue(description, field, siblings, stage);

    function missing(field, path) {
      said.due += 1;
      said.missing.push(path);
      const since = at(field.due) > 0 ? `, due at \`${field.due}\`,` : "";
      const example = field.example ? ` For example: \`${field.name}: ${field.example}\`.` : "";
      problem("missing-field", path, `\`${path}\`${since} is missing`, { help: field.help + example });
    }

    function scalar(type, path, value, open) {
      const expected = fault(description, type, value);
      if (expected === undefined) return true;
      const code = type.is === "integer" || type.is === "money" ? "invalid-number" : `invalid-${type.is.replace("_", "-")}`;
      problem(code, path, `\`${trim(value).slice(0, 40)}\` cannot stand here`, {
        expected,
        help: open && isPlaceholder(value) ? "If nobody knows yet, say whom to ask and by when." : null,
      });
      return false;
    }

    function one(field, due, siblings, path) {
      const { type } = field;
      const answer = siblings?.[field.name];
      const count = () => {
        said.due += due ? 1 : 0;
        said.filled += due ? 1 : 0;
      };
      const gap = () => {
        if (!due) return;
        said.due += 1;
        said.missing.push(path);
      };
      if (form.isEmpty(answer)) {
        const inside = type.is === "group" && group(type.fields, undefined, `${path}.`);
        if (due && !inside) missing(field, path);
      } else if (answer.$open) {
        const { ask, by } = answer.$open;
        const parts = type.fields ?? type.item?.fields ?? [];
        if (!ask || !isDate(by)) {
          problem("invalid-open-question", path, "an open question says whom to ask and by when", {
            expected: "a teammate and a day",
          });
          gap();
        } else {
          if (due || parts.some((part) => isDue(part, undefined))) {
            said.due += 1;
            said.asked += today <= by ? 1 : 0;
          }
          if (today > by) {
            problem("open-question-expired", path, `the question about \`${path}\` should have been answered by ${by}`, {
              expected: "an answer, or a later day",
            });
          }
        }
      } else if (typeof answer === "string") {
        if (type.is === "text" && isPlaceholder(answer)) {
          gap();
          problem(due ? "placeholder" : "placeholder-optional", path, `\`${trim(answer)}\` is no answer`, {
            severity: due ? "error" : "warning",
            expected: "an answer",
          });
        } else if (scalar(type, path, answer, field.open)) {
          count();
        } else {
          gap();
        }
      } else if (Array.isArray(answer)) {
        count();
        const words = answer.map((item) => typeof item === "string" && isPlaceholder(item));
        if (due && answer.length > 0 && words.every(Boolean)) {
          said.filled -= 1;
          said.missing.push(path);
        }
        answer.forEach((item, number) => {
          const place = `${path}[${number + 1}]`;
          if (words[number]) {
            problem(due ? "placeholder" : "placeholder-optional", place, `\`${trim(item)}\` is no answer`, {
              severity: due ? "error" : "warning",
              expected: "an answer",
            });
          } else if (typeof item === "string") {
            scalar(type.item, place, item, false);
          } else {
            group(type.item.fields, item, `${place}.`);
          }
        });
      } else if (answer.$none) {
        count();
      } else {
        group(type.fields, answer, `${path}.`);
      }
    }

    function group(fields, answers, prefix) {
      const before = said.due;
      for (const field of fields) one(field, isDue(field, answers), answers, prefix + field.name);
      return said.due > before;
    }

    group(description.kinds[kind].fields, answers, "");
    if (kind === "handoff") {
      const people = Array.isArray(answers.stakeholders) ? answers.stakeholders : [];
      const roles = people.flatMap((person) => (Array.isArray(person.roles) ? person.roles : []));
      if (people.length && !people.some((person) => person.roles?.$open)) {
        for (const [from, role] of description.roles) {
          const excused = role === "blocker" && (answers.no_known_blocker === "true" || answers.no_known_blocker?.$open);
          if (at(from) <= at(stage) && !excused && !roles.includes(role)) {
            problem("missing-role", "stakeholders", `no stakeholder has the role \`${role}\`, due at \`${from}\``);
          }
        }
      }
      const steps = Array.isArray(answers.next_steps) ? answers.next_steps.map((step) => step.kind) : [];
      if (steps.length) {
        for (const [from, step] of description.steps) {
          if (at(from) <= at(stage) && !steps.includes(step)) {
            problem("missing-next-step", "next_steps", `there is no next step of the kind \`${step}\`, due at \`${from}\``);
          }
        }
      }
    }
    return said;
  };
})();
