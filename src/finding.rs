//! Knows what a rule's answer is: plain data.
//! Refuses to know how it was found, shown or applied.

use crate::source::Span;

/// How bad a finding is. Ordered: `Note < Warning < Error`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// A better way.
    Note,
    /// Works only by luck, on one machine, or at a needless cost.
    Warning,
    /// The model proves that the build or the start fails, or that something other than what was asked is shipped.
    Error,
}

impl Severity {
    /// As every format without words of its own writes it.
    pub fn name(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

/// How far a fix may be trusted. Ordered: `Manual < Unsafe < Safe`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Applicability {
    /// Shown to a person, never applied.
    Manual,
    /// Changes where or how something lands; applied only with `--unsafe-fixes`.
    Unsafe,
    /// What runs afterwards is proved the same, or proved mended.
    Safe,
}

/// Replaces the bytes of `span` by `text`; an empty span inserts, an empty text deletes.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Edit {
    pub span: Span,
    pub text: String,
}

/// Edits that belong together, in any files: all are applied or none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fix {
    /// What it does, in the imperative: "copy with `--chmod=0755` and drop the RUN".
    pub title: String,
    pub applicability: Applicability,
    pub edits: Vec<Edit>,
}

/// A place that explains a finding and what it has to do with it.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Label {
    pub span: Span,
    pub text: String,
}

/// A rule's answer. `lint` stamps it with the rule's id and page severity.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Finding {
    /// What is wrong, one clause, the concrete path in backticks.
    pub message: String,
    /// Where, and what that place has to do with it.
    pub primary: Label,
    /// Where each part came from, cause first. May lie in other files.
    pub labels: Vec<Label>,
    /// What to do.
    pub help: Option<String>,
    pub fix: Option<Fix>,
    /// Set where this finding is graver or milder than the rule's page says.
    pub severity: Option<Severity>,
}

impl Finding {
    /// A message about a place, with the severity of the rule's page.
    pub fn new(span: Span, message: impl Into<String>) -> Finding {
        Finding {
            message: message.into(),
            primary: Label { span, text: String::new() },
            labels: Vec::new(),
            help: None,
            fix: None,
            severity: None,
        }
    }

    /// The words under the primary span.
    pub fn here(mut self, text: impl Into<String>) -> Finding {
        self.primary.text = text.into();
        self
    }

    /// One more place, behind those that are there.
    pub fn label(mut self, span: Span, text: impl Into<String>) -> Finding {
        self.labels.push(Label { span, text: text.into() });
        self
    }

    /// What to do; takes the place of what was said before.
    pub fn help(mut self, text: impl Into<String>) -> Finding {
        self.help = Some(text.into());
        self
    }

    /// Another severity than the page's.
    pub fn severity(mut self, severity: Severity) -> Finding {
        self.severity = Some(severity);
        self
    }

    /// Edits that mend it; they take the place of those given before.
    pub fn fix(mut self, title: impl Into<String>, applicability: Applicability, edits: Vec<Edit>) -> Finding {
        self.fix = Some(Fix { title: title.into(), applicability, edits });
        self
    }
}
