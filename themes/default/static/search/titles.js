// Finds pages by the words of their titles, where the engine cannot run: no WebAssembly, no index, a page on a disk.
//
// The titles stand in files in the order of their words; the table says with which word each begins. Answers have the
// form that the engine's have.
"use strict";

(() => {
  const { segue } = window;
  const MOST_FILES = 3;
  /** More than any number of pages: the rank of a list that does not have them all. */
  const CUT = 1e6;
  let table;
  let tableLoading;
  let stale = false;
  const files = new Map();
  const loading = new Map();

  const LETTERS = { ı: "i", ø: "o", ł: "l", đ: "d", ß: "ss", æ: "ae", œ: "oe" };
  /** Text without case and accents, as the words in the files are. */
  const fold = (text) =>
    text.normalize("NFKD").toLowerCase().replace(/\p{M}/gu, "").replace(/[ıøłđßæœ]/g, (letter) => LETTERS[letter]);
  const ALONE = "\\u3041-\\u30ff\\u3400-\\u9fff\\u{20000}-\\u{3ffff}";
  const WORD = new RegExp(`[${ALONE}]|(?:(?![${ALONE}])[\\p{Alphabetic}\\p{N}])+`, "gu");
  const split = (text) => fold(text).match(WORD) ?? [];

  async function readTable() {
    if (table) return table;
    const address = stale ? `${segue.titlesTable}?${Date.now()}` : segue.titlesTable;
    tableLoading ??= segue.load(address).finally(() => (tableLoading = undefined));
    await tableLoading;
    return table;
  }

  async function readFile(name) {
    if (files.has(name)) return files.get(name);
    if (!loading.has(name)) {
      const address = new URL(name, segue.titlesTable).href;
      loading.set(name, segue.load(address).finally(() => loading.delete(name)));
    }
    await loading.get(name);
    return files.get(name);
  }

  /** The files that may hold words that begin with this one. */
  function filesFor(word) {
    let first = table.findLastIndex(([begins]) => begins <= word);
    if (first < 0) first = 0;
    let last = first;
    while (last + 1 < table.length && table[last + 1][0].startsWith(word)) last += 1;
    const names = table.slice(first, last + 1).map(([, name]) => name);
    return { names: names.slice(0, MOST_FILES), more: names.length > MOST_FILES };
  }

  /** What is typed, taken apart: words wanted, words not wanted, and what only the engine understands. */
  function parse(query) {
    const wanted = [];
    const unwanted = [];
    let fields = false;
    for (const [, minus, field, text] of query.matchAll(/(-?)(\p{L}[\p{L}_]*:)?("[^"]*"?|\S+)/gu)) {
      if (field) fields = true;
      else (minus ? unwanted : wanted).push(...split(text));
    }
    return { wanted, unwanted, fields };
  }

  /** How well a page's words answer; nought where they do not. */
  function score(page, { wanted, unwanted }) {
    const [kind, title, , , aliases] = page;
    const words = split(title);
    const others = aliases.flatMap(split);
    const begins = (word) => (known) => known.startsWith(word);
    if (unwanted.some((word) => words.includes(word))) return 0;
    let sum = kind === "account" ? 1.5 : 1;
    for (const [at, word] of wanted.entries()) {
      if (words.includes(word)) sum += 3;
      else if (words.some(begins(word))) sum += 2;
      else if (others.some(begins(word))) sum += 1.5;
      else return 0;
      if (words[at]?.startsWith(word)) sum += 1;
    }
    return sum - words.length / 100;
  }

  /** A title in pieces, what was typed marked. */
  function marked(title, wanted) {
    const pieces = [];
    const add = (text, mark) => text && pieces.push(mark ? { text, mark } : { text });
    let end = 0;
    for (const { 0: token, index } of title.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
      const folded = fold(token);
      const long = Math.max(0, ...wanted.filter((word) => folded.startsWith(word)).map((word) => word.length));
      if (!long) continue;
      let to = 0;
      for (const c of token) {
        if (fold(token.slice(0, to)).length >= long) break;
        to += c.length;
      }
      add(title.slice(end, index));
      add(token.slice(0, to), true);
      end = index + to;
    }
    add(title.slice(end));
    return pieces;
  }

  /** Whether two words are at most `most` letters apart; two letters that changed places are one. */
  function near(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return false;
    let before = [];
    let last = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i += 1) {
      const row = [i];
      for (let j = 1; j <= b.length; j += 1) {
        row[j] = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) row[j] = Math.min(row[j], before[j - 2] + 1);
      }
      [before, last] = [last, row];
    }
    return last[b.length] <= most;
  }

  /** The query with the words that no title has replaced by the nearest that one has. */
  function meant(query, wanted) {
    const known = [...files.values()].flatMap(({ words }) => words.map(([word, , all]) => [word, all]));
    let text = fold(query);
    let changed = false;
    for (const word of wanted) {
      if (word.length < 3 || known.some(([other]) => other.startsWith(word))) continue;
      const most = word.length < 8 ? 1 : 2;
      const close = known.filter(([other]) => !other.includes(" ") && near(word, other, most)).sort((a, b) => b[1] - a[1])[0];
      if (!close) return undefined;
      text = text.replace(word, close[0]);
      changed = true;
    }
    return changed ? text : undefined;
  }

  const FACETS = {
    kind: ([kind]) => ({ id: kind, name: kind }),
    account: ([, , , account]) => account && { id: account[0], name: account[1] },
  };

  function count(pages, filters) {
    return Object.entries(FACETS).map(([field, value]) => {
      const counts = new Map();
      for (const page of pages.filter((page) => passes(page, filters.filter(([of]) => of !== field)))) {
        const of = value(page);
        if (!of) continue;
        const known = counts.get(of.id) ?? { ...of, hits: 0 };
        known.hits += 1;
        counts.set(of.id, known);
      }
      return { field, values: [...counts.values()].sort((a, b) => b.hits - a.hits) };
    });
  }

  const passes = (page, filters) =>
    Object.entries(FACETS).every(([field, value]) => {
      const wanted = filters.filter(([of]) => of === field).map(([, id]) => id);
      return wanted.length === 0 || wanted.includes(value(page)?.id);
    });

  /** Answers, from a newer table where the one at hand names files that are gone: the site was published anew. */
  async function search(question) {
    try {
      return await answer(question);
    } catch {
      stale = true;
      table = undefined;
      return answer(question);
    }
  }

  async function answer({ query, limit = 10, filters = [], count: counted = [] }) {
    const parsed = parse(query);
    const { wanted, fields } = parsed;
    const results = { hits: [], total: 0 };
    if (fields) results.hint = "Only titles can be searched here, so what is typed as field:value is passed over.";
    if (wanted.length === 0) return results;
    await readTable();
    // The word that tells most: few pages have it, and all of them are listed.
    let best;
    const pairs = wanted.slice(1).map((word, at) => `${wanted[at]} ${word}`);
    for (const word of [...wanted, ...pairs]) {
      // Two words that many pages have each stand in the files as one, too.
      if (word.includes(" ") && best.rank < CUT) break;
      const pages = new Set();
      const { names, more } = filesFor(word);
      let cut = more ? 1 : 0;
      for (const file of await Promise.all(names.map(readFile))) {
        for (const [known, places, all] of file.words) {
          if (!known.startsWith(word)) continue;
          for (const place of places) pages.add(file.pages[place]);
          cut += all - places.length;
        }
      }
      const rank = (cut ? CUT : 0) + pages.size;
      if (!best || (rank < best.rank && (pages.size || !word.includes(" ")))) best = { pages, rank };
    }
    const found = new Map();
    for (const page of best.pages) {
      const points = score(page, parsed);
      if (points) found.set(page[2], [page, points]);
    }
    const all = [...found.values()].sort((a, b) => b[1] - a[1]).map(([page]) => page);
    const passing = all.filter((page) => passes(page, filters));
    results.total = passing.length;
    results.hits = passing.slice(0, limit).map(([kind, title, href, account]) => ({
      kind,
      title: marked(title, wanted),
      url: `/${href.replace(/index\.html$/, "")}`,
      account: account && { id: account[0], name: account[1] },
      snippet: [],
    }));
    if (counted.length) results.facets = count(all, filters);
    if (all.length === 0 && best.rank >= CUT) results.hint ??= "Many titles begin like this: the next letters will find them.";
    if (all.length === 0) results.did_you_mean = meant(query, wanted);
    return results;
  }

  segue.titles = {
    search,
    /** Called by the table. */
    table: (rows) => (table = rows),
    /** Called by a file of titles. */
    take: (name, file) => files.set(name, file),
  };
})();
