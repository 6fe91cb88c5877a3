//! The table of rules: every code that a diagnostic can carry.
//!
//! A rule's documentation stands beside it in `explain/<code>.md` and comes back through `segue explain`; one without
//! a page does not compile.

use super::Severity;

/// One rule: a stable code, its severity and its documentation.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// The stable name, as printed and as written in `[rules]`.
    pub code: &'static str,
    /// Severity unless `[rules]` says otherwise.
    pub severity: Severity,
    /// What it is about, in one line.
    pub summary: &'static str,
    /// What it means, why it matters and how to mend it, in Markdown.
    pub explanation: &'static str,
}

/// The rule with this code.
pub fn rule(code: &str) -> Option<&'static Rule> {
    ALL.iter().copied().find(|rule| rule.code == code)
}

macro_rules! table {
    ($($name:ident $code:literal $severity:ident $summary:literal;)*) => {
        /// The rules by name.
        pub mod rules {
            use super::{Rule, Severity};
            $(
                #[doc = $summary]
                pub static $name: Rule = Rule {
                    code: $code,
                    severity: Severity::$severity,
                    summary: $summary,
                    explanation: include_str!(concat!("explain/", $code, ".md")),
                };
            )*
        }

        /// Every rule, in the order of the stages that find them broken.
        pub static ALL: &[&Rule] = &[$(&rules::$name),*];
    };
}

table! {
    UNREADABLE_FILE "unreadable-file" Error "The file cannot be read";
    INVALID_UTF8 "invalid-utf8" Error "The file is not UTF-8 text";
    FILE_TOO_LARGE "file-too-large" Error "The file is too large to be a handoff";
    OUTSIDE_LINK "outside-link" Error "A symbolic link leaves the project";
    BAD_FILE_NAME "bad-file-name" Error "The file's name cannot be a slug";
    NO_FRONT_MATTER "no-front-matter" Error "The file does not begin with front matter";
    UNCLOSED_FRONT_MATTER "unclosed-front-matter" Error "The front matter is never closed";
    INVALID_YAML "invalid-yaml" Error "The front matter is not valid YAML";
    YAML_ALIAS "yaml-alias" Error "Anchors and aliases are not allowed";
    YAML_TAG "yaml-tag" Error "YAML tags are not allowed";
    TOO_DEEP "too-deep" Error "The front matter is nested too deeply";
    DUPLICATE_KEY "duplicate-key" Error "A key is given twice";
    UNKNOWN_KEY "unknown-key" Error "A key that the schema does not have";
    WRONG_TYPE "wrong-type" Error "A value of another shape than its field";
    INVALID_VALUE "invalid-value" Error "A value that is not one of the field's own";
    INVALID_DATE "invalid-date" Error "Not a real date in the form YYYY-MM-DD";
    INVALID_NUMBER "invalid-number" Error "Not a number of the kind the field holds";
    INVALID_URL "invalid-url" Error "Not an address with an allowed scheme";
    INVALID_CURRENCY "invalid-currency" Error "Not an ISO 4217 currency code";
    INVALID_TIME_ZONE "invalid-time-zone" Error "Not an IANA time zone";
    INVALID_SLUG "invalid-slug" Error "Not a slug or id";
    EMPTY_SLUG "empty-slug" Error "A name from which no slug can be made";
    MISSING_FIELD "missing-field" Error "A field that is due is not there";
    PLACEHOLDER "placeholder" Error "A placeholder stands where an answer is due";
    PLACEHOLDER_OPTIONAL "placeholder-optional" Warning "A placeholder stands in a field that is not due yet";
    INVALID_OPEN_QUESTION "invalid-open-question" Error "An open question is not of the right form, or stands where none may";
    OPEN_QUESTION_EXPIRED "open-question-expired" Error "An open question is past its date";
    UNKNOWN_REF "unknown-ref" Error "A reference to a file that does not exist";
    UNKNOWN_STAKEHOLDER "unknown-stakeholder" Error "A reference to a stakeholder that this handoff and account do not have";
    DATE_ORDER "date-order" Error "The deal's dates are not in order";
    PROMISE_DATES "promise-dates" Error "A promise is due before it was made";
    REPORTING_LOOP "reporting-loop" Error "A reporting line leads back to itself";
    DUPLICATE_STAKEHOLDER "duplicate-stakeholder" Error "A stakeholder is listed twice in one handoff";
    AMBIGUOUS_PERSON "ambiguous-person" Error "One name at two accounts, without an id that tells whether it is one person";
    DUPLICATE_OPPORTUNITY "duplicate-opportunity" Error "Two handoffs with one opportunity id";
    RECEIPT_WITHOUT_HANDOFF "receipt-without-handoff" Error "A receipt whose handoff does not exist";
    RECEIPT_NAME "receipt-name" Error "A receipt that is not named after its handoff";
    BLOCKER_CONTRADICTION "blocker-contradiction" Error "A blocker beside `no_known_blocker: true`";
    MISSING_ROLE "missing-role" Error "A stakeholder role that is due is not there";
    MISSING_NEXT_STEP "missing-next-step" Error "A next step that is due is not there";
    PARENT_LOOP "parent-loop" Error "An account is its own ancestor";
    COLD_INTRODUCTION "cold-introduction" Warning "The introduction call came after the close";
    LATE_KICKOFF "late-kickoff" Warning "The kickoff comes late after the close";
    UNADDRESSED_STAKEHOLDER "unaddressed-stakeholder" Warning "A key stakeholder is negative and no risk says so";
    UNADDRESSED_EXPECTATION "unaddressed-expectation" Warning "A stretch or implied promise and no risk says so";
    UNOWNED_PROMISE "unowned-promise" Warning "A promise in trouble has no owner";
    OVERDUE_PROMISE "overdue-promise" Warning "A promise is past its due date";
    TARGET_IS_BASELINE "target-is-baseline" Warning "A metric's target equals its baseline";
    SIMILAR_ACCOUNT "similar-account" Warning "Two accounts with nearly the same name";
    COPIED_TEXT "copied-text" Warning "A paragraph copied from another account's handoff";
    MISSING_RECEIPT "missing-receipt" Warning "A handed-off handoff without a receipt";
    RETURNED_UNCHANGED "returned-unchanged" Warning "A returned handoff that has not changed since";
    DUPLICATE_SLUG "duplicate-slug" Error "Two files of one kind with one slug";
    DUPLICATE_ADDRESS "duplicate-address" Error "Two pages at one address";
    RESERVED_ADDRESS "reserved-address" Error "An address that Segue keeps for itself";
    BROKEN_LINK "broken-link" Error "A link whose target does not exist";
    BROKEN_ANCHOR "broken-anchor" Error "A link to a heading that does not exist";
    AMBIGUOUS_LINK "ambiguous-link" Warning "A link by a name that several pages have";
    UNSAFE_LINK "unsafe-link" Error "A link with a scheme that is not allowed";
    CONFIG_SYNTAX "config-syntax" Error "`segue.toml` is not valid TOML";
    CONFIG_KEY "config-key" Error "A key that `segue.toml` does not have";
    CONFIG_VALUE "config-value" Error "A value in `segue.toml` that cannot be used";
    TEMPLATE_ERROR "template-error" Error "A template of the project's own does not compile or render";
}
