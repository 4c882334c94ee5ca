//! Knows the arguments and their help.
//! Refuses to know what they do.

use std::path::PathBuf;

use clap::{Parser, Subcommand, ValueEnum};

use crate::finding::Severity;
use crate::report::Format;
use crate::report::flow::FlowFormat;

/// Follows a Go program from `go build` to `ENTRYPOINT` through Makefiles and Dockerfiles and says where the road breaks.
#[derive(Parser, Debug)]
#[command(version, args_conflicts_with_subcommands = true, disable_help_subcommand = true, max_term_width = 100, after_help = AFTER)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Files and directories; `-` reads stdin [default: .]
    pub paths: Vec<PathBuf>,

    /// Apply safe fixes; a text from stdin goes to stdout, its findings to stderr
    #[arg(long)]
    pub fix: bool,

    /// Let --fix and --diff also apply fixes that change where or how something lands
    #[arg(long)]
    pub unsafe_fixes: bool,

    /// Print what --fix would do as a unified diff; write nothing; exit 1 if there is any
    #[arg(long)]
    pub diff: bool,

    /// How the findings are shown
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,

    /// Write the report to a file instead of stdout
    #[arg(long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Ask only these rules
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Do not ask these rules
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// The mildest finding that makes the exit code 1
    #[arg(long, value_enum, value_name = "SEVERITY", default_value_t = FailOn::Warning)]
    pub fail_on: FailOn,

    /// Where the text on stdin belongs; its neighbours in the checkout are read from there
    #[arg(long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,

    /// `auto` heeds NO_COLOR and CLICOLOR_FORCE
    #[arg(long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Findings only, no closing line
    #[arg(long, short)]
    pub quiet: bool,

    /// With --fix or --diff, say which fixes were withheld, and why
    #[arg(long, short)]
    pub verbose: bool,

    /// How often each rule found something, instead of the findings
    #[arg(long)]
    pub statistics: bool,
}

const AFTER: &str = "\
Exit code: 0 nothing at or above --fail-on, 1 findings (with --diff: a diff), 2 could not run.
A path that is named like a command is written with its directory: `gobin-lint ./explain`.";

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show a rule's page; without an id list all rules
    Explain { id: Option<String> },
    /// Show each binary's road, hop by hop
    Flow {
        /// Files and directories [default: .]
        paths: Vec<PathBuf>,

        /// How the roads are shown
        #[arg(long, value_enum, default_value_t = FlowFormat::Text)]
        format: FlowFormat,
    },
}

#[derive(Clone, Copy, ValueEnum, Debug)]
pub enum FailOn {
    Error,
    Warning,
    Note,
    Never,
}

impl FailOn {
    /// The mildest severity that fails a run.
    pub fn threshold(self) -> Option<Severity> {
        match self {
            FailOn::Error => Some(Severity::Error),
            FailOn::Warning => Some(Severity::Warning),
            FailOn::Note => Some(Severity::Note),
            FailOn::Never => None,
        }
    }
}

#[derive(Clone, Copy, ValueEnum, Debug)]
pub enum Color {
    Auto,
    Always,
    Never,
}
