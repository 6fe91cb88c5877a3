//! The elements that take more than a tag: links, images, code and tables.

use super::{
    Alignment, CodeBlockKind, Destination, Event, Image, LinkType, OpenLink, Resolved, Tag, TagEnd, Writer,
    destination, push_address, push_escaped, run,
};

impl Writer<'_> {
    /// Where the next link or image leads. Whatever the resolver says, an address leaves only by an allowed scheme.
    fn resolve(&mut self) -> Resolved {
        let resolved = (self.rendering.links)(self.link);
        self.link += 1;
        match resolved {
            Resolved::External(address) if !matches!(destination(&address), Destination::External(_)) => {
                Resolved::Unsafe
            }
            Resolved::Page { href, .. } | Resolved::File(href)
                if !matches!(destination(&href), Destination::Local { .. }) =>
            {
                Resolved::Unsafe
            }
            resolved => resolved,
        }
    }

    pub(super) fn start_link(&mut self, link_type: LinkType) {
        let wiki = matches!(link_type, LinkType::WikiLink { .. });
        let resolved = self.resolve();
        let (close, title) = self.open(resolved);
        let replaced = title.is_some() && matches!(link_type, LinkType::WikiLink { has_pothole: false });
        let label = self.html.len();
        self.links.push(OpenLink { close, title: title.filter(|_| wiki), label, replaced });
    }

    pub(super) fn end_link(&mut self) {
        let Some(link) = self.links.pop() else { return };
        if self.html.len() == link.label
            && let Some(title) = link.title
        {
            push_escaped(&mut self.html, &title);
        }
        self.html.push_str(link.close);
    }

    /// Opens what a link becomes; gives its end and its page's title.
    fn open(&mut self, resolved: Resolved) -> (&'static str, Option<String>) {
        if !self.links.is_empty() {
            // A link inside another, as an image from elsewhere can be, is only its label.
            let title = if let Resolved::Page { title, .. } = resolved { Some(title) } else { None };
            return ("", title);
        }
        let (href, title) = match resolved {
            Resolved::Page { href, title } => (href, Some(title)),
            Resolved::File(href) => (href, None),
            Resolved::External(address) => {
                run::push_external(&mut self.html, &address);
                return ("</a>", None);
            }
            Resolved::Broken(why) => {
                self.html.push_str("<span class=\"broken-link\" title=\"");
                push_escaped(&mut self.html, &why);
                self.html.push_str("\">");
                return ("</span>", None);
            }
            Resolved::Unsafe => {
                self.html.push_str("<span class=\"broken-link\" title=\"This address is not allowed\">");
                return ("</span>", None);
            }
        };
        self.html.push_str("<a href=\"");
        push_address(&mut self.html, &href);
        self.html.push_str("\">");
        ("</a>", title)
    }

    pub(super) fn start_image(&mut self, link_type: LinkType) {
        let bare = matches!(link_type, LinkType::WikiLink { has_pothole: false });
        self.image = Some(Image { target: self.resolve(), alt: String::new(), depth: 0, bare });
    }

    /// Inside an image all is its alternative text.
    pub(super) fn in_image(&mut self, event: Event<'_>) {
        self.quiet.see(&event);
        if let Event::Start(Tag::Link { .. } | Tag::Image { .. }) = event {
            // Met in the outline too, so counted; but it leads nowhere from here.
            self.link += 1;
        }
        let Some(image) = &mut self.image else { return };
        match event {
            Event::Text(text) | Event::Code(text) => image.alt.push_str(&text),
            Event::SoftBreak | Event::HardBreak => image.alt.push(' '),
            Event::Start(Tag::Image { .. }) => image.depth += 1,
            Event::End(TagEnd::Image) if image.depth > 0 => image.depth -= 1,
            Event::End(TagEnd::Image) => self.end_image(),
            _ => {}
        }
    }

    fn end_image(&mut self) {
        let Some(Image { target, alt, bare, .. }) = self.image.take() else { return };
        match target {
            Resolved::File(src) => {
                self.html.push_str("<img src=\"");
                push_address(&mut self.html, &src);
                self.html.push_str("\" alt=\"");
                push_escaped(&mut self.html, if bare { "" } else { &alt });
                self.html.push_str("\" loading=\"lazy\">");
            }
            // An image from elsewhere would send the reader's browser there, so it becomes a link.
            target => {
                let address = match &target {
                    Resolved::External(address) => address.clone(),
                    _ => String::new(),
                };
                let (close, title) = self.open(target);
                let label =
                    [alt, title.unwrap_or_default(), address].into_iter().find(|label| !label.trim().is_empty());
                push_escaped(&mut self.html, label.as_deref().unwrap_or("image"));
                self.html.push_str(close);
            }
        }
    }

    pub(super) fn start_code(&mut self, kind: &CodeBlockKind<'_>) {
        // Long lines scroll, also by keyboard.
        self.html.push_str("<pre tabindex=\"0\"><code");
        if let CodeBlockKind::Fenced(info) = kind
            && let Some(language) = info.split_whitespace().next()
        {
            self.html.push_str(" class=\"language-");
            push_escaped(&mut self.html, language);
            self.html.push('"');
        }
        self.html.push('>');
    }

    pub(super) fn start_table(&mut self, columns: Vec<Alignment>) {
        self.columns = columns;
        self.tables += 1;
        let heading = self.heading.checked_sub(1).and_then(|at| self.rendering.body.headings.get(at));
        self.html.push_str("<div class=\"table\" tabindex=\"0\" role=\"region\" aria-label=\"");
        push_escaped(&mut self.html, &format!("Table {}", self.tables));
        if let Some(heading) = heading {
            self.html.push_str(": ");
            push_escaped(&mut self.html, &heading.text);
        }
        self.html.push_str("\"><table>\n");
    }

    pub(super) fn start_cell(&mut self, column: usize) {
        self.html.push_str(if self.head { "<th scope=\"col\"" } else { "<td" });
        self.html.push_str(match self.columns.get(column) {
            Some(Alignment::Right) => " class=\"right\">",
            Some(Alignment::Center) => " class=\"center\">",
            Some(Alignment::Left | Alignment::None) | None => ">",
        });
    }
}
