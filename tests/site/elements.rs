//! What stands in a page, as a browser takes it apart.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, CharacterTokens, ParseError, StartTag, TagToken, Token, TokenSink, TokenSinkResult, Tokenizer,
    TokenizerOpts,
};
use std::cell::RefCell;
use std::path::Path;

/// A page's elements in their order, and what is wrong with how they are written.
#[derive(Default)]
pub struct Page {
    pub elements: Vec<Element>,
    pub faults: Vec<String>,
    /// Where in `elements` those that are not closed yet stand.
    open: Vec<usize>,
}

/// An element: its tag and the text in it, that of the elements in it included.
pub struct Element {
    pub name: String,
    pub attributes: Vec<(String, String)>,
    pub text: String,
}

impl Element {
    /// The value of an attribute.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

impl Page {
    /// Reads a page.
    pub fn read(html: &str) -> Self {
        let queue = BufferQueue::default();
        queue.push_back(StrTendril::from(html));
        let sink = Reader(RefCell::default());
        let tokenizer = Tokenizer::new(sink, TokenizerOpts { exact_errors: true, ..TokenizerOpts::default() });
        let _scripts_are_not_run = tokenizer.feed(&queue);
        tokenizer.end();
        let mut page = tokenizer.sink.0.into_inner();
        let open = std::mem::take(&mut page.open);
        page.faults.extend(open.iter().map(|at| format!("<{}> is never closed", page.elements[*at].name)));
        page
    }

    /// Every page among files, by its path.
    pub fn all(files: &std::collections::BTreeMap<String, Vec<u8>>) -> Vec<(&str, Self)> {
        let pages = files.iter().filter(|(path, _)| Path::new(path).extension().is_some_and(|e| e == "html"));
        pages
            .map(|(path, bytes)| {
                let html = std::str::from_utf8(bytes).unwrap_or_else(|e| panic!("{path}: {e}"));
                (path.as_str(), Self::read(html))
            })
            .collect()
    }

    /// Elements of a name.
    pub fn named(&self, name: &str) -> impl Iterator<Item = &Element> {
        self.elements.iter().filter(move |element| element.name == name)
    }

    /// The values of an attribute, whatever element it stands on.
    pub fn attributes(&self, name: &str) -> impl Iterator<Item = &str> {
        self.elements.iter().filter_map(move |element| element.attribute(name))
    }
}

/// Elements that hold nothing and are not closed.
const VOID: &[&str] = &["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"];

struct Reader(RefCell<Page>);

impl TokenSink for Reader {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            TagToken(tag) if tag.kind == StartTag => {
                let name = tag.name.to_string();
                if tag.had_duplicate_attributes {
                    page.faults.push(format!("line {line}: <{name}> has an attribute twice"));
                }
                let attributes =
                    tag.attrs.iter().map(|one| (one.name.local.to_string(), one.value.to_string())).collect();
                let at = page.elements.len();
                let raw = match &*name {
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    "style" | "iframe" | "noscript" => Some(RawKind::Rawtext),
                    "script" => Some(RawKind::ScriptData),
                    _ => None,
                };
                if !VOID.contains(&&*name) && !tag.self_closing {
                    page.open.push(at);
                }
                page.elements.push(Element { name, attributes, text: String::new() });
                if let Some(raw) = raw {
                    return TokenSinkResult::RawData(raw);
                }
            }
            TagToken(tag) => match page.open.pop() {
                Some(at) if page.elements[at].name == *tag.name => {}
                other => {
                    let open = other.map_or("nothing", |at| &page.elements[at].name).to_owned();
                    page.faults.push(format!("line {line}: </{}> where {open} is open", tag.name));
                }
            },
            CharacterTokens(text) => {
                for at in page.open.clone() {
                    page.elements[at].text.push_str(&text);
                }
            }
            ParseError(error) => page.faults.push(format!("line {line}: {error}")),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}
