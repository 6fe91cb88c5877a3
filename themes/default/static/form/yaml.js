// A content file from answers: what `segue` writes, written in the browser, to the byte.
//
// Knows no page. An answer is a string as it was typed, a list, or a mapping by the names of fields; `{ $none: true }` is
// the answer "none", `{ $open: { ask, by } }` an open question.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});

  /** The longest text that stands in one line with its key; the longest list that does; the longest line of a comment. */
  const LINE = 100;
  const FLOW = 80;
  const COMMENT = 96;

  const BODIES = {
    handoff: "<!-- Whatever no field asks for: how the deal was won, what to read first. Link with [[names]]. -->",
    account: "<!-- What lasts beyond one deal: history, structure, how they work. Link with [[names]]. -->",
    stakeholder: "<!-- What helps to work with them. -->",
    teammate: "<!-- What customers and colleagues should know. -->",
    receipt: "<!-- What was good, and what was missing. -->",
  };

  const length = (text) => [...text].length;
  // Blanks as Rust has them: a byte-order mark is none.
  const trim = (text) => text.replace(/^[\p{White_Space}]+|[\p{White_Space}]+$/gu, "");
  const printable = (text) => !/[\p{Cc}\u2028\u2029\ufeff\ufffe\uffff]/u.test(text);
  const WORDS = new Set(["null", "true", "false", "yes", "no", "on", "off", "y", "n"]);

  /** Whether every reader takes the bare text for text. Careful rather than exact: quotes without need do no harm. */
  function plain(text) {
    const word = text.split(/[^\p{Alphabetic}]/u).some((word) => length(word) >= 3);
    const begins = /^\p{Alphabetic}/u.test(text) || (/^[0-9]/.test(text) && text.includes(" ") && word);
    return (
      begins &&
      trim(text) === text &&
      printable(text) &&
      !text.includes(": ") &&
      !text.endsWith(":") &&
      !text.includes(" #") &&
      !WORDS.has(text.toLowerCase())
    );
  }

  function quoted(text) {
    let out = "";
    for (const c of text) {
      const named = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r" }[c];
      out += named ?? (printable(c) ? c : `\\u${c.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`);
    }
    return `"${out}"`;
  }

  /** Text in one line; with `flow`, fit to stand between brackets. */
  const inline = (text, flow) => (plain(text) && !(flow && /[,[\]{}:#]/.test(text)) ? text : quoted(text));

  /** One long line in several, broken at single blanks, where folding puts them back. */
  function folded(text, width) {
    const lines = [""];
    for (const part of text.match(/ *[^ ]+/g) ?? []) {
      const last = lines.length - 1;
      const single = /^ [^ ]/.test(part);
      if (single && length(lines[last]) + length(part) > width) lines.push(part.slice(1));
      else lines[last] += part;
    }
    return lines;
  }

  /** A text as a value whose lines may stand `indent` deep: its first line, and those below. */
  function text(value, indent) {
    const text = trim(value).replaceAll("\r\n", "\n");
    if (text.includes("\n")) {
      const lines = text.split("\n");
      const sound = lines.every((line) => line.replace(/[\p{White_Space}]+$/u, "") === line && printable(line));
      if (sound && !/^[ \n]/.test(text)) return ["|-", lines];
    } else if (length(text) > LINE && printable(text)) {
      return [">-", folded(text, Math.max(LINE + 10 - indent, 40))];
    }
    return [inline(text, false), []];
  }

  /** A value that is no text: a number, date or bool stands bare, since quotes would make it text. */
  function typed(type, value, flow) {
    const bare = trim(value);
    const isBare = /^(?!--)(?:[A-Za-z0-9]|-(?=.))[A-Za-z0-9.+-]*$/.test(bare) && bare.toLowerCase() !== "null";
    return ["integer", "number", "money", "date", "bool"].includes(type.is) && isBare ? bare : inline(bare, flow);
  }

  form.isEmpty = (answer) => {
    if (answer === undefined || answer === null) return true;
    if (typeof answer === "string") return trim(answer) === "";
    if (Array.isArray(answer)) return answer.length === 0;
    if (answer.$none || answer.$open) return false;
    return Object.values(answer).every(form.isEmpty);
  };

  const pad = (indent, line) => " ".repeat(indent) + line;

  function scalar(type, before, value, indent) {
    if (type.is !== "text") return [pad(indent, `${before} ${typed(type, value, false)}`)];
    const [first, lines] = text(value, indent + 2);
    return [pad(indent, `${before} ${first}`), ...lines.map((line) => line && pad(indent + 2, line))];
  }

  /** A short list of words in one line. */
  function flow(type, items) {
    const words = [];
    for (const item of items) {
      if (typeof item !== "string" || (type.is === "text" && trim(item).includes("\n"))) return undefined;
      words.push(type.is === "text" ? inline(trim(item), true) : typed(type, item, true));
    }
    const line = `[${words.join(", ")}]`;
    return length(line) <= FLOW ? line : undefined;
  }

  function item(type, answer, indent) {
    if (typeof answer === "string") return scalar(type, "-", answer, indent);
    const lines = mapping(type.fields, answer, indent + 2, false);
    if (!lines.length) return [pad(indent, "- {}")];
    // The dash stands before the first key.
    lines[0] = pad(indent, `- ${lines[0].trimStart()}`);
    return lines;
  }

  function value({ name, type }, answer, indent) {
    if (answer.$none) return [pad(indent, `${name}: none`)];
    if (answer.$open) {
      const { ask, by } = answer.$open;
      return [pad(indent, `${name}: {unknown: {ask: ${inline(ask, true)}, by: ${typed({ is: "date" }, by, true)}}}`)];
    }
    if (typeof answer === "string") return scalar(type, `${name}:`, answer, indent);
    if (!Array.isArray(answer)) return [pad(indent, `${name}:`), ...mapping(type.fields, answer, indent + 2, false)];
    const line = flow(type.item, answer);
    if (line !== undefined) return [pad(indent, `${name}: ${line}`)];
    return [pad(indent, `${name}:`), ...answer.flatMap((one) => item(type.item, one, indent + 2))];
  }

  function comment(words) {
    const lines = ["#"];
    for (const word of words.split(/\s+/).filter(Boolean)) {
      const last = lines[lines.length - 1];
      if (length(last) + 1 + length(word) > COMMENT && last.length > 1) lines.push(`# ${word}`);
      else lines[lines.length - 1] = `${last} ${word}`;
    }
    return lines;
  }

  function mapping(fields, answers, indent, top) {
    return fields.flatMap((field) => {
      const answer = answers[field.name];
      if (form.isEmpty(answer)) return [];
      const inner = field.type.fields ?? field.type.item?.fields;
      return [...(top && inner?.length ? comment(field.help) : []), ...value(field, answer, indent)];
    });
  }

  /** The file of a kind that holds these answers, with `body` below its front matter. */
  form.write = (description, kind, answers, body = "") => {
    const lines = mapping(description.kinds[kind].fields, answers, 0, true);
    const below = trim(body).replaceAll("\r\n", "\n") || BODIES[kind];
    return `${["---", ...lines, "---", "", below].join("\n")}\n`;
  };

  /** A name as an id: marks dropped, lower case, every run of other characters one `-`. */
  form.slug = (name) =>
    name
      .normalize("NFD")
      .toLowerCase()
      .replace(/\p{M}+/gu, "")
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "");

  /** What a new file is called, from what it answers; nothing where that does not say it. */
  form.name = (kind, answers, today) => {
    const scalar = (value) => (typeof value === "string" ? trim(value) : "");
    if (kind === "receipt") return scalar(answers.handoff);
    if (kind !== "handoff") return form.slug(scalar(answers.name) || scalar(answers.title));
    if (!scalar(answers.account)) return "";
    const year = /^[0-9]{4}/.exec(scalar(answers.deal?.closed_on))?.[0] ?? today.slice(0, 4);
    const deal = scalar(answers.deal?.type).replace("new_business", "new");
    return form.slug(`${scalar(answers.account)} ${year} ${deal}`);
  };
})();
