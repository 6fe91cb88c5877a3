// One control for each type of a single value. A control has an `element`, what its label names (`input`, or nothing where
// it is a group of its own), and `get` and `set` in the words of a file.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});

  /** An element with properties, attributes (with a dash, or `role`) and children. */
  form.make = (tag, properties = {}, ...children) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (value === undefined || value === null) continue;
      if (name.includes("-") || name === "role" || name === "list" || name === "for") element.setAttribute(name, value);
      else element[name] = value;
    }
    element.append(...children.filter((child) => child !== undefined && child !== null));
    return element;
  };
  const { make } = form;

  /** A word of the contract for people: `next_steps` is "Next steps". */
  form.words = (value) => {
    const words = value.replaceAll("_", " ");
    return words.charAt(0).toUpperCase() + words.slice(1);
  };

  let last = 0;
  form.id = () => `_f${(last += 1)}`;

  function box(properties) {
    const input = make("input", { id: form.id(), className: "control", autocomplete: "off", ...properties });
    return { element: input, input, get: () => input.value.trim(), set: (value) => (input.value = value) };
  }

  function text() {
    const input = make("textarea", { id: form.id(), className: "control", rows: 1 });
    // Where the style sheet cannot, it grows with what is typed.
    const grow = () => {
      if (CSS.supports("field-sizing", "content")) return;
      input.style.height = "auto";
      input.style.height = `${input.scrollHeight + 2}px`;
    };
    input.addEventListener("input", grow);
    const set = (value) => {
      input.value = value;
      requestAnimationFrame(grow);
    };
    return { element: input, input, get: () => input.value.trim(), set };
  }

  function date() {
    const control = box({ type: "date" });
    control.set = (value) => {
      // What is no date cannot stand in a date field, and must not get lost.
      control.input.type = value === "" || /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(value) ? "date" : "text";
      control.input.value = value;
    };
    return control;
  }

  function select(values) {
    const input = make("select", { id: form.id(), className: "control" }, make("option", { value: "", textContent: "–" }));
    const offer = (value) => input.append(make("option", { value, textContent: form.words(value) }));
    values.forEach(offer);
    const set = (value) => {
      if (value && !values.includes(value)) offer(value);
      input.value = value;
    };
    return { element: input, input, get: () => input.value, set };
  }

  function bool() {
    const name = form.id();
    const radio = (value, label) => {
      const input = make("input", { type: "radio", name, value, checked: value === "" });
      return make("label", { className: "choice" }, input, make("span", { textContent: label }));
    };
    const element = make("div", { className: "choices" }, radio("true", "Yes"), radio("false", "No"), radio("", "Not said"));
    const inputs = [...element.querySelectorAll("input")];
    let odd = "";
    const get = () => inputs.find((input) => input.checked)?.value ?? odd;
    const set = (value) => {
      odd = value;
      for (const input of inputs) input.checked = input.value === value;
    };
    return { element, get, set, focus: () => (inputs.find((input) => input.checked) ?? inputs[0]).focus() };
  }

  /** A text with a list of what is likely to be meant. */
  function listed(likely, name) {
    const options = make("datalist", { id: form.id() });
    const control = box({ list: options.id, spellcheck: false, autocapitalize: "off" });
    const { input } = control;
    const said = make("span", { className: "control-said" });
    let asked = 0;
    async function offer() {
      const mine = (asked += 1);
      const found = await likely(input.value);
      if (mine !== asked) return;
      options.replaceChildren(
        ...found.map(([value, label]) => make("option", { value, label: label && label !== value ? label : undefined })),
      );
    }
    async function tell() {
      if (!name) return;
      const { value } = input;
      const found = await name(value.trim());
      if (input.value !== value) return;
      // A name that was typed out stands for its id.
      if (found && found[0] !== value.trim()) {
        input.value = found[0];
        input.dispatchEvent(new Event("input", { bubbles: true }));
      }
      // Whoever judges the file says more about what is not there.
      const lacking = value.trim() && !form.server ? "There is no file of this name yet." : "";
      said.textContent = found ? (found[1] === found[0] ? "" : found[1]) : lacking;
    }
    input.addEventListener("focus", offer);
    input.addEventListener("input", offer);
    input.addEventListener("change", tell);
    const set = (value) => {
      input.value = value;
      if (value) void tell();
    };
    return { ...control, element: make("div", { className: "control-listed" }, input, options, said), set };
  }

  function reference(to, context) {
    const known = () => form.known(to, context);
    const likely = async (text) =>
      form.likely(await known(), text).map(([id, name, title]) => [id, title ? `${name}, ${title}` : name]);
    const name = async (text) => {
      if (!text) return undefined;
      const list = await known();
      const folded = text.toLowerCase();
      return list.find(([id]) => id === text) ?? list.find(([, name]) => name.toLowerCase() === folded);
    };
    return listed(likely, name);
  }

  const fixed = (values) => async (text) => form.likely(values.map((value) => [value, value]), text);
  const zones = () => (Intl.supportedValuesOf ? Intl.supportedValuesOf("timeZone") : []);

  /** The control of a type. */
  form.control = (type, context) => {
    switch (type.is) {
      case "integer":
        return box({ inputMode: "numeric" });
      case "number":
      case "money":
        return box({ inputMode: "decimal" });
      case "date":
        return date();
      case "bool":
        return bool();
      case "choice":
        return select(type.values);
      case "url":
        return box({ type: "url", placeholder: "https://" });
      case "currency":
        return listed(fixed(form.description.currencies));
      case "time_zone":
        return listed(fixed(zones()));
      case "ref":
        return reference(type.to, context);
      case "slug":
        return box({ spellcheck: false, autocapitalize: "off" });
      default:
        return text();
    }
  };

  /** Any of several values, each with a box to tick. */
  form.ticks = (values) => {
    const element = make("div", { className: "choices" });
    const offer = (value) => {
      const input = make("input", { type: "checkbox", value });
      element.append(make("label", { className: "choice" }, input, make("span", { textContent: form.words(value) })));
    };
    values.forEach(offer);
    let before = [];
    const inputs = () => [...element.querySelectorAll("input")];
    return {
      element,
      // What was there stays in its order; what is added comes in the table's.
      get: () => {
        const chosen = inputs().filter((input) => input.checked).map((input) => input.value);
        return [...before.filter((value) => chosen.includes(value)), ...chosen.filter((value) => !before.includes(value))];
      },
      set: (chosen) => {
        before = [...chosen];
        chosen.filter((value) => !values.includes(value)).forEach(offer);
        for (const input of inputs()) input.checked = chosen.includes(input.value);
      },
      focus: () => inputs()[0].focus(),
    };
  };
})();
