//! From a page's subject to the records it is found by.

mod fields;

use fields::{CONTACT, day, label, line};

use crate::document::markdown::plain_text;
use crate::fields::Kind;
use crate::knowledge::{KnowledgeBase, PersonId, RecordId, Target, item_anchor};
use crate::project::Audience;
use crate::record::{Group, Value};
use segue_search::{Named, Record};

/// The records that a target is found by, in the order of its page.
pub fn of(base: &KnowledgeBase, target: Target) -> Vec<Record> {
    let subject = Subject { base, company: base.project.audience == Audience::Company };
    match target {
        Target::Person(person) => vec![subject.person(person)],
        Target::Record(id) => match base.record(id).kind {
            Kind::Account => subject.account(id),
            Kind::Handoff => subject.handoff(id),
            Kind::Teammate => subject.teammate(id),
            Kind::Page => subject.page(id),
            // Shown on the handoff's and the person's pages.
            Kind::Receipt | Kind::Stakeholder => Vec::new(),
        },
    }
}

struct Subject<'a> {
    base: &'a KnowledgeBase,
    company: bool,
}

impl Subject<'_> {
    fn account(&self, id: RecordId) -> Vec<Record> {
        let (base, record) = (self.base, self.base.record(id));
        let (fields, url) = (&record.fields, format!("/accounts/{}/", record.id));
        let mut found = Record::new("account", base.title(id), url.clone())
            .name(&record.id)
            .account(Named::new(&record.id, base.title(id)))
            .body(self.prose(Kind::Account, fields, &["name", "aliases", "domain", "redirect_from"]));
        for alias in fields.items("aliases").iter().filter_map(Value::text) {
            found = found.name(alias);
        }
        for name in [fields.text("domain"), fields.text("crm.account_id")].into_iter().flatten() {
            found = found.name(name);
        }
        found = self.facets(found, Kind::Account, fields);
        if let Some(handoff) = base.handoffs_of(id).first() {
            found = self.deal(found, *handoff);
        }
        let mut records = vec![found];
        let like = Like { url: &url, account: Some(Named::new(&record.id, base.title(id))), handoff: None };
        self.sections(id, &like, &mut records);
        records
    }

    fn handoff(&self, id: RecordId) -> Vec<Record> {
        let (base, record) = (self.base, self.base.record(id));
        let (fields, url) = (&record.fields, format!("/handoffs/{}/", record.id));
        let account = fields.text("account").map(|slug| {
            Named::new(slug, base.account_of(id).map_or_else(|| slug.to_owned(), |account| base.title(account)))
        });
        let like = Like { url: &url, account, handoff: Some(id) };
        let own = ["account", "title", "stage", "redirect_from", "team", "stakeholders", "promises", "risks", "deal"];
        let mut found = self
            .like(Record::new("handoff", base.title(id), url.clone()), &like)
            .name(&record.id)
            .body(self.prose(Kind::Handoff, fields, &own));
        // Last, so that a hit shows first why they bought and not an order number.
        for (name, without) in [("deal", &["opportunity_id"][..]), ("team", &[])] {
            if let (Some(group), Some(table)) =
                (fields.get(name).and_then(Value::group), base.project.schema.field(Kind::Handoff, name))
            {
                let mut text = String::new();
                self.collect(table.ty.fields(), group, without, &mut text);
                found = found.body(text);
            }
        }
        if let Some(receipt) = base.receipt_of(id) {
            found = found.body(self.prose(Kind::Receipt, base.fields(receipt), &["questions", "redirect_from"]));
            found = found.body(plain_text(base.source(receipt).text(), base.body(receipt).span));
        }
        found = self.facets(found, Kind::Handoff, fields);
        if let Some(opportunity) = fields.text("deal.opportunity_id") {
            found = found.name(opportunity);
        }
        for (field, path) in [("closed", "deal.closed_on"), ("starts", "deal.starts_on"), ("renews", "deal.renews_on")]
        {
            if let Some(date) = fields.date(path) {
                found = found.date(field, day(date));
            }
        }
        if let Some(acv) = fields.number("deal.acv") {
            found = found.number("acv", acv as i64);
        }
        let mut records = vec![found];
        for (at, promise) in fields.groups("promises") {
            records.extend(self.promise(&like, at, promise));
        }
        for (at, risk) in fields.groups("risks") {
            records.extend(self.risk(&like, at, risk));
        }
        if let Some(receipt) = base.receipt_of(id) {
            for (_, question) in base.fields(receipt).groups("questions") {
                let Some(text) = question.text("text") else { continue };
                let mut found = self.like(Record::new("question", text, format!("{url}#receipt")), &like);
                found = found.body(self.questions_prose(question));
                if let Some(asked) = question.date("asked_on") {
                    found = found.date("asked", day(asked));
                }
                let state = if question.text("answer").is_some() { "answered" } else { "open" };
                records.push(found.facet("status", state, label(state)));
            }
        }
        self.sections(id, &like, &mut records);
        records
    }

    fn promise(&self, like: &Like<'_>, at: usize, promise: &Group) -> Option<Record> {
        let url = format!("{}#{}", like.url, item_anchor("promises", at + 1));
        let mut found = self.like(Record::new("promise", promise.text("what")?, url), like);
        found = found.body(self.list_prose("promises", promise, &["what"]));
        found = self.list_facets(found, "promises", promise);
        if promise.text("status").is_none() {
            found = found.facet("status", "not_started", label("not_started"));
        }
        if let Some(due) = promise.date("due") {
            found = found.date("due", day(due));
        }
        for path in ["made_to"] {
            if let Some(person) = promise.text(path).and_then(|id| self.base.find_person(id)) {
                let person = self.base.person(person);
                found = found.person(Named::new(&person.id, &person.name));
            }
        }
        Some(found)
    }

    fn risk(&self, like: &Like<'_>, at: usize, risk: &Group) -> Option<Record> {
        let url = format!("{}#{}", like.url, item_anchor("risks", at + 1));
        let mut found = self.like(Record::new("risk", risk.text("what")?, url), like);
        found = found.body(self.list_prose("risks", risk, &["what"]));
        found = self.list_facets(found, "risks", risk);
        if risk.text("status").is_none() {
            found = found.facet("status", "open", label("open"));
        }
        Some(found)
    }

    fn person(&self, id: PersonId) -> Record {
        let (base, person) = (self.base, self.base.person(id));
        let mut found =
            Record::new("stakeholder", &*person.name, format!("/stakeholders/{}/", person.id)).name(&person.id);
        // Last, so that a hit shows first who they are and not a number.
        let mut contacts = String::new();
        if let Some(account) = person.accounts.first() {
            found = found.account(Named::new(&base.record(*account).id, base.title(*account)));
        }
        if let Some(file) = person.file {
            let fields = base.fields(file);
            for alias in fields.items("aliases").iter().filter_map(Value::text) {
                found = found.name(alias);
            }
            found = found.body(self.prose(
                Kind::Stakeholder,
                fields,
                &[&["name", "aliases", "account", "moved_from", "redirect_from"], CONTACT].concat(),
            ));
            found = found.body(plain_text(base.source(file).text(), base.body(file).span));
            line(&mut contacts, &self.contacts(base.project.schema.fields(Kind::Stakeholder), fields));
        }
        let entries = base.project.schema.field(Kind::Handoff, "stakeholders").map_or(&[][..], |list| list.ty.fields());
        for (at, (handoff, place)) in person.appearances.iter().enumerate() {
            let Some(entry) = base.appearance(*handoff, *place) else { continue };
            if let Some(name) = entry.text("name").filter(|name| *name != person.name) {
                found = found.name(name);
            }
            found = found.body(self.list_prose("stakeholders", entry, &[&["name", "id", "roles"], CONTACT].concat()));
            line(&mut contacts, &self.contacts(entries, entry));
            if at == 0 {
                found = self.list_facets(found, "stakeholders", entry);
                found = self.deal(found, *handoff);
            }
        }
        found.body(contacts)
    }

    fn teammate(&self, id: RecordId) -> Vec<Record> {
        let (base, record) = (self.base, self.base.record(id));
        let mut found = Record::new("teammate", base.title(id), format!("/team/{}/", record.id)).name(&record.id);
        if let Some(email) = record.fields.text("email") {
            found = found.name(email);
        }
        found = self.facets(found, Kind::Teammate, &record.fields);
        found = found.body(self.prose(Kind::Teammate, &record.fields, &["name", "email", "redirect_from"]));
        vec![found.body(plain_text(base.source(id).text(), base.body(id).span))]
    }

    fn page(&self, id: RecordId) -> Vec<Record> {
        let (base, record) = (self.base, self.base.record(id));
        let url = if record.id.is_empty() { "/".to_owned() } else { format!("/{}/", record.id) };
        // By its address too: "playbook integrations" is the page in that folder.
        let mut found = Record::new("page", base.title(id), url.clone()).name(&record.id);
        for tag in record.fields.items("tags").iter().filter_map(Value::text) {
            found = found.name(tag);
        }
        found = found.body(self.prose(Kind::Page, &record.fields, &["title", "tags", "redirect_from"]));
        let mut records = vec![found];
        self.sections(id, &Like { url: &url, account: None, handoff: None }, &mut records);
        records
    }

    /// The sections of a body. What stands before the first heading belongs to the page's own record.
    fn sections(&self, id: RecordId, like: &Like<'_>, records: &mut Vec<Record>) {
        let (body, text) = (self.base.body(id), self.base.source(id).text());
        for section in &body.sections {
            let plain = plain_text(text, section.span);
            match section.heading.and_then(|at| body.headings.get(at)) {
                Some(heading) => {
                    let url = format!("{}#{}", like.url, heading.anchor);
                    let plain = plain.strip_prefix(heading.text.as_str()).unwrap_or(&plain);
                    records.push(self.like(Record::new("section", &*heading.text, url), like).body(plain));
                }
                None => {
                    if let Some(page) = records.first_mut() {
                        *page = std::mem::take(page).body(plain);
                    }
                }
            }
        }
    }

    /// What a part has from the page it stands on.
    fn like(&self, mut record: Record, like: &Like<'_>) -> Record {
        if let Some(account) = &like.account {
            record = record.account(account.clone());
        }
        match like.handoff {
            Some(handoff) => self.deal(record, handoff),
            None => record,
        }
    }

    /// What everything of a deal is filtered by and ranked with.
    fn deal(&self, mut record: Record, handoff: RecordId) -> Record {
        let fields = self.base.fields(handoff);
        for (field, path) in [("ae", "team.ae"), ("csm", "team.csm")] {
            if let Some(id) = fields.text(path) {
                let name = self.base.find(Kind::Teammate, id).map_or_else(|| id.to_owned(), |id| self.base.title(id));
                record = record.facet(field, id, name);
            }
        }
        if let Some(stage) = fields.text("stage") {
            record = record.facet("stage", stage, label(stage));
        }
        let account = self.base.account_of(handoff);
        if let Some(industry) = account.and_then(|account| self.base.fields(account).text("industry")) {
            record =
                record.facet("industry", crate::route::slug(industry).unwrap_or_else(|| industry.to_owned()), industry);
        }
        if let Some(closed) = fields.date("deal.closed_on") {
            record = record.recency(day(closed));
        }
        record.settled(fields.text("stage") == Some("handed_off"))
    }
}

/// The page that a part stands on.
struct Like<'a> {
    url: &'a str,
    account: Option<Named>,
    handoff: Option<RecordId>,
}
