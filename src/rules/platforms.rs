//! Knows which findings hold only where an image is built on some machine, or for some platform, and says so in them.
//! Refuses to know what they say.

use crate::finding::{Finding, Severity};
use crate::model::dockerfile::{Build, Machine};
use crate::model::trace::GoRun;
use crate::source::Span;

/// What a question has to say of a build: of every machine at once, and then of each on its own. The question is told the
/// machine where it is one of its own.
pub fn findings(build: &Build, question: &dyn Fn(&Build, Option<Machine>) -> Vec<Finding>) -> Vec<Finding> {
    let mut out = question(build, None);
    let each = build.bound.iter().map(|bound| (bound.machine, question(&bound.build, Some(bound.machine))));
    let each: Vec<(Machine, Vec<Finding>)> = each.collect();
    for finding in each.iter().flat_map(|(_, findings)| findings) {
        let same = |other: &Finding| other.primary.span == finding.primary.span;
        if out.iter().any(same) {
            continue;
        }
        let holding = each.iter().filter(|(_, findings)| findings.iter().any(same)).map(|(machine, _)| *machine);
        let holding: Vec<Machine> = holding.collect();
        out.push(if holding.len() == each.len() { finding.clone() } else { only(finding, &holding, &each) });
    }
    out
}

/// Shows where a platform is set, and what else decides with it, as far as that is not in the command itself.
pub fn set_here(finding: Finding, command: Span, run: &GoRun, names: &[&str]) -> Finding {
    names.iter().fold(finding, |finding, name| {
        let at = run.setting(name).and_then(|setting| setting.span).filter(|at| !command.contains(*at));
        at.into_iter().fold(finding, |finding, at| finding.label(at, format!("{name} is set here")))
    })
}

fn only(finding: &Finding, holding: &[Machine], each: &[(Machine, Vec<Finding>)]) -> Finding {
    let native = each.iter().map(|(machine, _)| machine).filter(|machine| machine.is_native());
    let place = match holding {
        // Whatever the platform, as long as go need not cross-compile.
        _ if native.eq(holding) => "the platform that builds it".to_string(),
        [first, ..] => format!("linux/{}", first.target),
        [] => return finding.clone(),
    };
    let message = format!("{}, where the image is for {place}", finding.message);
    Finding { message, ..finding.clone() }.severity(Severity::Warning)
}
