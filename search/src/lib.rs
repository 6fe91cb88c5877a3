//! What Segue indexes and how it is asked.
//!
//! One engine for the command line, the preview and the page: schema, query language, ranking, typo tolerance and
//! snippets stand here and nowhere else, so the same query gives the same hits in the same order everywhere. The crate
//! knows no files, threads or clock.
//!
//! ```text
//! Record ─► Analyser ─► Analysed ─► IndexBuilder ─► Index (name → bytes) ─► Store ─► Searcher ─► Results
//! ```
//!
//! [`Analyser::analyse`] is the expensive half and needs no other record: a caller with threads runs it in parallel and
//! hands the results to [`IndexBuilder::add`] in order. [`build`] does both, one record after the other.
//!
//! Steps of an answer are marked as never to be inlined: a browser translates a function whole when it is first called,
//! and what a question does not need is best not translated.
//!
//! ```
//! use segue_search::{build, Named, Options, Record, Request, Searcher};
//!
//! let index = build([
//!     Record::new("account", "Northwind Robotics", "/accounts/northwind/").account(Named::new("northwind", "Northwind Robotics")),
//!     Record::new("promise", "Single sign-on by March", "/handoffs/northwind-2026/#promise-1").body("Okta, SAML 2.0"),
//! ], &Options::default()).unwrap();
//! let searcher = Searcher::open(index).unwrap();
//! let results = searcher.search(&Request::new("northw")).unwrap();
//! assert_eq!(results.hits[0].url, "/accounts/northwind/");
//! ```

mod analyse;
mod chunks;
mod columns;
mod count;
mod dictionary;
mod error;
mod filter;
mod index;
mod layer;
mod layers;
mod near;
mod options;
mod plan;
mod postings;
mod publish;
mod published;
mod query;
mod rank;
mod ranked;
mod record;
mod results;
mod rows;
mod schema;
mod searcher;
mod snippet;
mod stem;
mod store;
mod text;
mod wire;

pub use analyse::{Analysed, Analyser};
pub use error::Error;
pub use index::{IndexBuilder, build};
pub use options::{Language, Options};
pub use publish::{Cut, Packed, publish, publish_upon};
pub use published::{ENTRY, Fetch, open};
pub use record::{Day, Facet, Named, Ordered, Record};
pub use results::{Count, FacetCounts, Hit, Marked, Piece, Request, Results};
pub use searcher::{Found, Planned, Searcher};
pub use store::{Index, Store};
pub use text::folded;
