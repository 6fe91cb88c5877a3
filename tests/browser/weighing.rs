//! What search costs its reader: bytes, requests and milliseconds in a browser, over sites of any size.
//!
//! ```text
//! cargo run --release -p segue-bench -- run --handoffs 100,1000,10000
//! cargo test --test segue browser::weighing -- --ignored --nocapture
//! ```
//!
//! The sites are those that the first command leaves; `SITES=one:another` names others. Each first query is asked by a
//! browser that has nothing of the site yet, on its home page.

use super::chromium::chromium;
use super::server::Server;
use super::tab::Tab;
use std::path::{Path, PathBuf};

/// What is asked: names, common words, phrases, slips, fields.
const QUERIES: [&str; 16] = [
    "dana",
    "allied turbine",
    "data residency",
    "security review",
    "\"single sign-on\"",
    "customer",
    "plan",
    "promise",
    "migration",
    "whitfeild",
    "forecasting add-on",
    "renewal risk",
    "kind:promise rollout",
    "overtime customer service",
    "what did we promise about backups",
    "the customer team",
];
/// How often each query is asked again.
const AGAIN: usize = 6;

/// Asks as the palette does and gives the milliseconds it took; with counts, as the search page does afterwards.
const ASK: &str = "async (query, count) => {
    const start = performance.now();
    await segue.ready();
    const { results, by, trouble } = await segue.ask({ query, typing: true, limit: count.length ? 0 : 10, count });
    if (by !== 'index') throw new Error(`${by}: ${trouble}`);
    return performance.now() - start;
}";
/// Starts an engine of its own, compiled once before, and gives the milliseconds until the index is open.
const OPEN: &str = "async () => {
    const bytes = await (await fetch(segue.engine)).arrayBuffer();
    let start = performance.now();
    await WebAssembly.compile(bytes);
    const compiled = performance.now() - start;
    start = performance.now();
    const worker = new Worker(segue.worker);
    worker.postMessage({ open: { engine: segue.engine, index: segue.index } });
    await new Promise((done) => (worker.onmessage = done));
    worker.terminate();
    return [compiled, performance.now() - start];
}";
const COUNTED: &str = "['kind', 'account', 'csm', 'ae', 'stage', 'industry', 'severity', 'status']";

/// What one step cost.
struct Cost {
    bytes: usize,
    requests: usize,
    milliseconds: f64,
}

fn asked(server: &Server, tab: &mut Tab<'_>, query: &str, count: &str) -> Cost {
    server.answered();
    let milliseconds = tab.ask(&format!("({ASK})({}, {count})", serde_json::json!(query)));
    let read = server.answered().into_iter().filter(|(path, _)| path.contains("/search/index/"));
    let (requests, bytes) = read.fold((0, 0), |(requests, all), (_, bytes)| (requests + 1, all + bytes));
    Cost { bytes, requests, milliseconds }
}

/// The middle, the 95th percentile and the most.
fn spread(mut values: Vec<f64>) -> [f64; 3] {
    values.sort_by(f64::total_cmp);
    [values[values.len() / 2], values[(values.len() * 95 / 100).min(values.len() - 1)], values[values.len() - 1]]
}

fn row(name: &str, costs: &[Cost]) {
    let of = |value: fn(&Cost) -> f64| spread(costs.iter().map(value).collect());
    let [bytes, _, most_bytes] = of(|cost| cost.bytes as f64 / 1000.0);
    let [requests, _, most_requests] = of(|cost| cost.requests as f64);
    let [time, late, _] = of(|cost| cost.milliseconds);
    println!("| {name} | {bytes:.0} ({most_bytes:.0}) | {requests:.0} ({most_requests:.0}) | {time:.1} ({late:.1}) |");
}

fn sites() -> Vec<PathBuf> {
    if let Some(named) = std::env::var_os("SITES") {
        return std::env::split_paths(&named).collect();
    }
    let bench = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/bench");
    let sites = [100, 1_000, 10_000].map(|handoffs| bench.join(handoffs.to_string()).join("site"));
    sites.into_iter().filter(|site| site.is_dir()).collect()
}

#[test]
#[ignore = "measures sites that have to be made first"]
fn bytes_requests_and_milliseconds() {
    let Some(mut browser) = chromium() else { return };
    let sites = sites();
    assert!(!sites.is_empty(), "segue-bench run makes the sites, or SITES names some");
    for site in sites {
        let server = Server::start(&site, "");
        let [mut first, mut counted, mut later, mut warm] = [const { Vec::new() }; 4];
        for query in QUERIES {
            let mut tab = browser.tab();
            tab.visit(&server.root());
            first.push(asked(&server, &mut tab, query, "[]"));
            counted.push(asked(&server, &mut tab, query, COUNTED));
        }
        let mut tab = browser.tab();
        tab.visit(&server.root());
        asked(&server, &mut tab, "start", "[]");
        later.extend(QUERIES.map(|query| asked(&server, &mut tab, query, "[]")));
        warm.extend((0..AGAIN).flat_map(|_| QUERIES).map(|query| asked(&server, &mut tab, query, "[]")));
        let [compiled, opened]: [f64; 2] = tab.ask(&format!("({OPEN})()"));
        server.answered();
        tab.ask::<Vec<f64>>(&format!("({OPEN})()"));
        let opening = server.answered().into_iter().filter(|(path, _)| path.contains("/search/index/"));
        let opening: Vec<usize> = opening.map(|(_, bytes)| bytes).collect();

        println!(
            "\n{}: the middle of {} queries, and in brackets the most (of times: the 95th percentile)\n",
            site.display(),
            QUERIES.len()
        );
        println!("| | KB of index | requests | ms |\n| --- | ---: | ---: | ---: |");
        println!(
            "| starting the engine and opening | {:.0} | {} | {opened:.1}, of which compiling {compiled:.1} |",
            opening.iter().sum::<usize>() as f64 / 1000.0,
            opening.len()
        );
        row("first query on a cold page, opening included", &first);
        row("its counts", &counted);
        row("later queries", &later);
        row("asked again", &warm);
    }
}
