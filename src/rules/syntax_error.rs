//! Asks: which lines would docker build or make reject?

use crate::finding::Finding;
use crate::model::Model;

pub fn check(model: &Model) -> Vec<Finding> {
    let finding = |error: &crate::syntax::SyntaxError| {
        let finding = Finding::new(error.span, error.message.clone());
        match &error.help {
            Some(help) => finding.help(help.clone()),
            None => finding,
        }
    };
    model.syntax_errors().map(finding).collect()
}
