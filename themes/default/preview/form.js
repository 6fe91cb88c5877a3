// Lets the form ask and save here. Never published.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});
  const { root, token } = document.querySelector("script[data-token]").dataset;
  const saves = document.currentScript.dataset.saves !== undefined;
  const own = `${root}/_segue/form`;

  async function post(what, payload) {
    const answer = await fetch(`${own}/${what}`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-segue-token": token },
      body: JSON.stringify(payload),
    });
    const isJson = answer.headers.get("content-type") === "application/json";
    return { status: answer.status, result: isJson ? await answer.json() : { message: await answer.text() } };
  }

  form.server = {
    saves,
    start: async (kind, id) => {
      const answer = await fetch(`${own}/start?kind=${encodeURIComponent(kind)}&id=${encodeURIComponent(id)}`);
      return { status: answer.status, result: await answer.json() };
    },
    check: async (payload) => (await post("check", payload)).result,
    save: (payload) => post("save", payload).catch(() => ({ status: 0, result: {} })),
  };
})();
