//! The comments with which `segue new` asks for what is due and not answered.

use super::{Answers, Editor, Node};
use std::ops::Range;

impl Editor<'_> {
    /// The comment with which `segue new` asks for a field that is not filled, with what it says of the field's parts.
    pub(super) fn gap(&self, node: &Node, indent: usize, name: &str) -> Option<Range<usize>> {
        let own = format!("{:indent$}# {name}:", "");
        let part = format!("{:indent$}#   ", "");
        let mut at = self.first_line(node, indent);
        let mut found: Option<Range<usize>> = None;
        while at < self.text.len() {
            let next = self.next_line(at);
            let line = &self.text[at..next];
            match &mut found {
                Some(gap) if line.starts_with(&part) => gap.end = next,
                Some(gap) => return Some(gap.clone()),
                None if line.starts_with(&own) => found = Some(at..next),
                // Past the mapping only its own comments are looked at.
                None if at > node.span.end as usize && !line.trim_start().starts_with('#') => return None,
                None => {}
            }
            at = next;
        }
        found
    }

    /// Where a mapping begins, with the comments above its first key.
    fn first_line(&self, node: &Node, indent: usize) -> usize {
        let start = node.span.start as usize;
        let mut at = self.line_start(start);
        // Behind a dash, what is above belongs to the item before.
        if self.text[at..start].bytes().all(|byte| byte == b' ') {
            let comment = format!("{:indent$}#", "");
            while at > 0 && self.text[self.line_start(at - 1)..].starts_with(&comment) {
                at = self.line_start(at - 1);
            }
        }
        at
    }

    /// What a mapping's gap asked for and its answers do not say, as comments in the mapping.
    pub(super) fn gaps_left(&self, gap: &Range<usize>, indent: usize, given: &Answers) -> Vec<String> {
        let part = format!("{:indent$}#   ", "");
        let mut left = Vec::new();
        let mut asked = false;
        for line in self.text[gap.clone()].lines().filter_map(|line| line.strip_prefix(&part)) {
            if let Some((name, _)) = line.split_once(':').filter(|_| !line.starts_with(' ')) {
                asked = given.get(name).is_none();
            }
            if asked {
                left.push(format!("{:indent$}  # {line}", ""));
            }
        }
        left
    }
}
