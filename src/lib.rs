//! gobin-lint follows a Go program from `go build` to `ENTRYPOINT` and says where the road breaks.
//!
//! # The road
//!
//! ```text
//!  disk (project) ──┐
//!  page and case  ──┼─▶ Sources ─▶ Documents ─▶ Model ─▶ Findings ─▶ Report ─▶ human · concise · json · sarif · github
//!  blocks           │     text      syntax     flows     rules         │
//!                   └──── edits (fix) ◀───────────────── fixes ◀───────┘
//! ```
//!
//! # Reading order
//!
//! 1. [`source`]: texts, byte spans, and the checkout. [`kind`]: which files are read at all.
//! 2. [`syntax`]: Dockerfiles, shell and Makefiles as typed trees. [`syntax::fold`] maps every byte back to its file.
//! 3. [`model`]: the interpreter. Start at [`model::value`] (text with named holes), [`model::files`] (one file system),
//!    [`model::world`] (what is true at one step); then [`model::dockerfile`] and [`model::makefile`] drive
//!    [`model::shell`], which asks [`model::commands`], which asks [`model::go`], and for `RUN make x` [`model::makefile`] again.
//!    [`model::following`] is the order of it all: one document after the other, each asked and forgotten.
//!    Where a recipe runs `docker build`, [`model::invocation`] takes what it made into the Dockerfile; [`model::builders`] is what
//!    compose files, CI and goreleaser say of images.
//!    [`model::trace`] is what rules read. [`model::parsed`] keeps what a run has parsed.
//!    [`model::assumptions`]: what the project says of the world around it.
//! 4. [`rules`]: one question a file; its page is `rules/<id>.md`. [`finding`]: what a rule answers. [`page`]: what a page is.
//! 5. [`mod@lint`]: the one road from texts to a report, and the loop that fixes. [`fix`]: edits. [`report`]: bytes out.
//! 6. [`config`]: `gobin-lint.toml`, and which one governs which path.
//! 7. [`project`]: the only one that touches the disk. [`cli`]: arguments in, exit code out.
//!
//! # Invariants, each held by a test
//!
//! 1. Parsing never fails; one broken line does not hide the rest of the file (`tests/dockerfile_parser.rs`, `tests/shell_and_make.rs`).
//! 2. The core does no I/O and cannot fail; a panic in one rule is reported with its id, the rest of the run is kept (`src/lint/tests.rs`).
//! 3. Positions are bytes until a renderer.
//! 4. A rule is named in its page, its file and the list, nowhere else; no rule asks whether another is on (`tests/layers.rs`).
//! 5. **Rules speak only of what is Known** (`tests/rules.rs`: every Good block is silent under all rules; `tests/properties.rs`).
//! 6. One road: command line, pages and fixtures all go through [`lint()`].
//!
//! # Where it differs from the plan it was built by
//!
//! - A rule is a function `check(&Model) -> Vec<Finding>` in a list, not a trait object: there is no state to hold.
//! - `relative-entrypoint` and the plain case of `chmod-before-chown` are notes: both work today, and real projects are full of
//!   correct ones. `unpinned-install` is a note, or silent, for what only a developer's machine gets. `copy-source-missing` warns
//!   instead of failing where only the repository, not the build, proves the absence.
//! - `shadowed-platform-arg` fails only where the file builds for other platforms, and `missing-directory` judges recipes only where a RUN runs them:
//!   the directories of somebody's machine are not known.
//! - `tool-not-on-path` is a note where only a developer's own PATH decides. `colliding-binaries` looks at one command at a time: who
//!   builds two programs to one path one after the other may take the first away in between. `gobin-from-goenv` says nothing of `?=`,
//!   which is what the other pages recommend.
//! - `missing-script` is not in the plan, and `unknown-make-target` there knows goals only: commits that mended such faults in real Makefiles
//!   asked for both.

pub mod allow;
pub mod cli;
pub mod config;
pub mod finding;
pub mod fix;
pub mod kind;
pub mod lint;
pub mod model;
pub mod page;
pub mod project;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;

pub use lint::lint;
