//! Knows the bar that tells a waiting person how far a long run has come: who gets to see one, and from when on.
//! Refuses to know what is being done.

use std::io::IsTerminal;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// What is done sooner is not worth a flicker.
const PATIENCE: Duration = Duration::from_millis(300);

/// A bar on stderr that exists only once somebody has waited for it.
#[derive(Clone)]
pub struct Progress {
    started: Instant,
    bar: Arc<OnceLock<ProgressBar>>,
    /// Whether anybody looks: on a terminal that can move its cursor, and not in the log of a CI.
    watched: bool,
}

impl Progress {
    pub fn new(started: Instant, quiet: bool) -> Progress {
        let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
        let logged = set("CI").is_some_and(|ci| ci != "false") || set("TERM").is_some_and(|term| term == "dumb");
        Progress { started, bar: Arc::default(), watched: !quiet && !logged && std::io::stderr().is_terminal() }
    }

    pub fn tell(&self, done: usize, of: usize) {
        if self.watched && self.started.elapsed() >= PATIENCE {
            self.bar.get_or_init(|| bar(of)).set_position(done as u64);
        }
    }

    /// Takes the bar away, so that what comes next stands where it stood.
    pub fn clear(&self) {
        if let Some(bar) = self.bar.get() {
            bar.finish_and_clear();
        }
    }
}

fn bar(of: usize) -> ProgressBar {
    let style = ProgressStyle::with_template("{pos}/{len} files [{wide_bar}]").map(|style| style.progress_chars("=> "));
    let bar = ProgressBar::with_draw_target(Some(of as u64), ProgressDrawTarget::stderr());
    bar.with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}
