//! Knows the one list of rules, and which page and which question belong to each.
//! Refuses to know when rules run and what becomes of their findings.

use crate::finding::Finding;
use crate::model::Model;
use crate::page::Page;

/// One question to the model, with a page.
pub struct Rule {
    /// Reads well behind "allow"; stable once released.
    pub id: &'static str,
    page: &'static str,
    pub check: fn(&Model) -> Vec<Finding>,
}

impl Rule {
    pub const fn new(id: &'static str, page: &'static str, check: fn(&Model) -> Vec<Finding>) -> Rule {
        Rule { id, page, check }
    }

    pub fn page(&self) -> Page {
        Page::parse(self.page)
    }
}

/// A rule of this list: its id, which names its page, and its module, which has `check`.
#[expect(unused_macros, reason = "the list is still empty; delete this line with the first rule")]
macro_rules! rule {
    ($id:literal, $module:ident) => {
        Rule::new($id, include_str!(concat!("../rules/", $id, ".md")), $module::check)
    };
}

/// All rules, in the order of the documentation.
pub static RULES: &[Rule] = &[];
