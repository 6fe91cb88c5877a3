// What references may lead to: accounts, teammates, handoffs, and the people of one account. Fetched when first asked for.
"use strict";

(() => {
  const form = (globalThis.segueForm ??= {});
  const taken = new Map();
  const loads = new Map();

  /** Called by the scripts below `new/` with what is in them. */
  form.take = (key, value) => {
    if (key === "fields") form.description = value;
    taken.set(key, value);
  };

  const top = () => new URL(`${document.getElementById("_form").dataset.root}new/`, location.href);

  /** What a script below `new/` gives. A script, because a page that is opened from a disk may fetch nothing. */
  function load(name, key) {
    if (!loads.has(name)) {
      const load = new Promise((done, failed) => {
        const script = document.createElement("script");
        script.src = new URL(name, top()).href;
        script.onload = () => done(taken.get(key));
        script.onerror = () => {
          // It may be there the next time.
          loads.delete(name);
          script.remove();
          failed(new Error(`${name} could not be loaded`));
        };
        document.head.append(script);
      });
      loads.set(name, load);
    }
    return loads.get(name);
  }

  /** The people known at an account. */
  async function people(account) {
    const { people } = form.description;
    let shard = -1;
    while (shard + 1 < people.length && people[shard + 1] <= account) shard += 1;
    if (shard < 0) return [];
    return (await load(`people-${shard}.js`, `people-${shard}`))?.[account] ?? [];
  }

  /** All that a reference to `to` may name: `[id, name, title]`. Nothing where that cannot be had. */
  form.known = async (to, { account, stakeholders }) => {
    try {
      if (to !== "person") return form.description.lists[to] ? await load(form.description.lists[to], to) : [];
      const here = stakeholders();
      const ids = new Set(here.map(([id]) => id));
      return [...here, ...(await people(account())).filter(([id]) => !ids.has(id))];
    } catch {
      return to === "person" ? stakeholders() : [];
    }
  };

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  /** Those of a list that a text may mean, the likeliest first. */
  form.likely = (list, text, most = 40) => {
    const wanted = fold(text.trim());
    if (!wanted) return list.slice(0, most);
    const rank = ([id, name]) => {
      const folded = fold(name);
      if (id === wanted || folded === wanted) return 0;
      if (id.startsWith(wanted) || folded.startsWith(wanted)) return 1;
      return id.includes(wanted) || folded.includes(wanted) ? 2 : 3;
    };
    const ranked = list.map((one) => [rank(one), one]).filter(([rank]) => rank < 3);
    return ranked.sort(([one], [other]) => one - other).slice(0, most).map(([, one]) => one);
  };
})();
