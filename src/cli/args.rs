//! Knows the arguments and their help.
//! Refuses to know what they do.

use std::path::{Path, PathBuf};

use clap::{Parser, Subcommand, ValueEnum};

use crate::config::FailOn;
use crate::project::Choice;
use crate::report::Format;
use crate::report::flow::FlowFormat;

/// Follows a Go program from `go build` to `ENTRYPOINT` through Makefiles and Dockerfiles and says where the road breaks.
#[derive(Parser, Debug)]
#[command(version, args_override_self = true, args_conflicts_with_subcommands = true, max_term_width = 100, after_help = AFTER)]
pub struct Args {
    #[command(subcommand)]
    pub command: Option<Command>,

    /// Files and directories; `-` reads stdin [default: .]
    pub paths: Vec<PathBuf>,

    /// Apply safe fixes; a text from stdin goes to stdout, its findings to stderr
    #[arg(help_heading = "Fixing", long)]
    pub fix: bool,

    /// Let --fix and --diff also apply fixes that change where or how something lands
    #[arg(help_heading = "Fixing", long)]
    pub unsafe_fixes: bool,

    /// Print what --fix, or --add-allow, would do as a unified diff; write nothing; exit 1 if there is any
    #[arg(help_heading = "Fixing", long)]
    pub diff: bool,

    /// Write a comment that allows each finding from --fail-on up; the reason goes behind it
    #[arg(help_heading = "Keeping findings", long, value_name = "REASON", num_args = 0..=1, require_equals = true, default_missing_value = "", conflicts_with_all = ["fix", "unsafe_fixes"])]
    pub add_allow: Option<String>,

    /// Also show what comments allow
    #[arg(help_heading = "Keeping findings", long)]
    pub show_allowed: bool,

    /// Report only what is not in this file; entries without a finding are told
    #[arg(help_heading = "Keeping findings", long, value_name = "FILE")]
    pub baseline: Option<PathBuf>,

    /// Write all findings to this file, for --baseline
    #[arg(help_heading = "Keeping findings", long, value_name = "FILE", conflicts_with_all = ["fix", "diff", "add_allow", "baseline"])]
    pub write_baseline: Option<PathBuf>,

    /// How the findings are shown
    #[arg(help_heading = "Report", long, value_enum, default_value_t = Format::Human)]
    pub format: Format,

    /// Write the report to a file instead of stdout; `-` is stdout
    #[arg(help_heading = "Report", long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Ask only these rules; several with commas
    #[arg(help_heading = "Rules", long, value_name = "ID", value_delimiter = ',')]
    pub select: Vec<String>,

    /// Do not ask these rules; several with commas
    #[arg(help_heading = "Rules", long, value_name = "ID", value_delimiter = ',')]
    pub ignore: Vec<String>,

    /// The mildest finding that makes the exit code 1 [default: warning]
    #[arg(help_heading = "Rules", long, value_enum, value_name = "SEVERITY")]
    pub fail_on: Option<FailOn>,

    #[command(flatten)]
    pub configured: Configured,

    /// Leave out what the configuration excludes even where it was named
    #[arg(help_heading = "Files", long)]
    pub force_exclude: bool,

    /// Where the text on stdin belongs; its neighbours in the checkout are read from there
    #[arg(help_heading = "Files", long, value_name = "PATH")]
    pub stdin_filename: Option<PathBuf>,

    /// Whether the report is in colour; `auto` asks the terminal, NO_COLOR and CLICOLOR_FORCE
    #[arg(help_heading = "Report", long, value_enum, default_value_t = Color::Auto)]
    pub color: Color,

    /// Findings only, no closing line
    #[arg(help_heading = "Report", long, short)]
    pub quiet: bool,

    /// Say which configuration is used, and with --fix, --diff or --add-allow what was withheld, and why
    #[arg(help_heading = "Report", long, short)]
    pub verbose: bool,

    /// How often each rule found something, instead of the findings
    #[arg(help_heading = "Report", long, conflicts_with = "format")]
    pub statistics: bool,
}

const AFTER: &str = "\
Exit code: 0 nothing at or above --fail-on, 1 findings (with --diff: a diff), 2 could not run.
A path that is named like a command is written with its directory: `gobin-lint ./explain`.";

#[derive(Subcommand, Debug)]
pub enum Command {
    /// Show a rule's page; without an id list all rules
    Explain {
        /// As it stands above a finding, or in brackets
        id: Option<String>,
    },
    /// Show each binary's road, hop by hop
    Flow {
        /// Files and directories [default: .]
        paths: Vec<PathBuf>,

        /// How the roads are shown
        #[arg(long, value_enum, default_value_t = FlowFormat::Text)]
        format: FlowFormat,

        #[command(flatten)]
        configured: Configured,
    },
    /// Write a gobin-lint.toml that explains every key
    Init,
    /// Print the JSON schema of what gobin-lint reads or writes, for editors and programs
    Schema {
        /// What the schema is of
        of: Shape,
    },
    /// Print the completions of a shell
    Completions {
        /// Whose completions; where they go is in the shell's manual
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

/// Which configuration is used.
#[derive(clap::Args, Debug)]
pub struct Configured {
    /// Use this configuration for all files; its globs begin in the current directory [default: the nearest gobin-lint.toml above each file]
    #[arg(help_heading = "Configuration", long, value_name = "FILE", conflicts_with = "no_config")]
    pub config: Option<PathBuf>,

    /// Read no configuration
    #[arg(help_heading = "Configuration", long)]
    pub no_config: bool,
}

impl Configured {
    pub fn choice(&self) -> Choice<'_> {
        match (&self.config, self.no_config) {
            (Some(file), _) => Choice::File(file),
            (None, true) => Choice::None,
            (None, false) => Choice::Nearest,
        }
    }
}

/// What has a schema.
#[derive(Clone, Copy, ValueEnum, Debug)]
pub enum Shape {
    /// gobin-lint.toml
    Config,
    /// What `--format json` prints
    Report,
    /// What `flow --format json` prints
    Flow,
}

#[derive(Clone, Copy, ValueEnum, Debug)]
pub enum Color {
    Auto,
    Always,
    Never,
}

impl Args {
    /// The file that takes the report, if not stdout.
    pub fn output(&self) -> Option<&Path> {
        self.output.as_deref().filter(|file| *file != Path::new("-"))
    }
}
