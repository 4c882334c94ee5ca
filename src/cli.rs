//! Knows the commands: arguments and environment in, text and exit code out.
//! Refuses to know how anything is found, mended or shown; it only brings the others together.

mod args;
mod progress;

use std::io::{IsTerminal, Read, Write};
use std::path::{Component, Path, PathBuf};
use std::process::ExitCode;
use std::sync::{Arc, LazyLock};
use std::time::Instant;

use clap::{CommandFactory, Parser};

use crate::config::{self, Broken};
use crate::finding::{Applicability, Finding, Severity};
use crate::kind::Kind;
use crate::lint::{self, Diagnostic, Options, Problem, Report};
use crate::model::{self, Model};
use crate::page::Page;
use crate::project::{self, Choice, Project, Request, read_input, write_new, write_output};
use crate::report::baseline::{Accepted, Baseline};
use crate::report::flow::FlowFormat;
use crate::report::{self, Closing, Format, How, Look, Mended, View};
use crate::rules::{self, RULES};
use crate::source::{MemoryCheckout, Sources, Span};
use args::{Args, Color, Command, Shape};
use progress::Progress;

/// Parsers descend as deep as scripts are nested; the default 2 MiB of a thread is little for that.
const STACK: usize = 8 << 20;

/// Why a command could not run; printed for a person, exit code 2.
type Failure = String;

/// How a run ended; the exit code of the process.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Outcome {
    Clean = 0,
    Findings = 1,
    Failed = 2,
}

/// The program: reads the command line, and says by its exit code how it went.
pub fn main() -> ExitCode {
    let args = Args::parse();
    let outcome = run(&args).unwrap_or_else(|failure| {
        complain(&format!("error: {failure}"));
        Outcome::Failed
    });
    ExitCode::from(outcome as u8)
}

/// Follows the documents of a project on threads of their own, one for each core; for a single document none is worth its start.
fn on_threads<T: Send>(project: &Project, follow: impl FnOnce() -> T + Send) -> Result<T, Failure> {
    let threads = rayon::ThreadPoolBuilder::new().stack_size(STACK);
    let threads = match project.documents.len() {
        0 | 1 if has_room() => threads.num_threads(1).use_current_thread(),
        0 | 1 => threads.num_threads(1),
        _ => threads,
    };
    let pool = threads.build();
    Ok(pool.map_err(|e| format!("cannot start threads: {e}"))?.install(follow))
}

/// Whether the thread that the process began with may descend as deep as one of ours.
#[cfg(unix)]
fn has_room() -> bool {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Stack);
    limit.current.is_none_or(|bytes| bytes >= STACK as u64)
}

#[cfg(not(unix))]
fn has_room() -> bool {
    false
}

fn run(args: &Args) -> Result<Outcome, Failure> {
    match &args.command {
        Some(Command::Explain { id }) => explain(id.as_deref()),
        Some(Command::Flow { paths, format, configured }) => flow(paths, *format, configured.choice()),
        Some(Command::Init) => init(),
        Some(Command::Schema { of }) => schema(*of),
        Some(Command::Completions { shell }) => completions(*shell),
        Some(Command::Man) => man(),
        None => check(args),
    }
}

fn explain(id: Option<&str>) -> Result<Outcome, Failure> {
    let text = match id {
        Some(id) => report::page(id, RULES[known_rule(id)?].page, look(Color::Auto, std::io::stdout().is_terminal())),
        None => report::rules(&pages()),
    };
    print(&text)?;
    Ok(Outcome::Clean)
}

fn schema(of: Shape) -> Result<Outcome, Failure> {
    let schema = match of {
        Shape::Config => config::schema(),
        Shape::Report => report::schema(),
        Shape::Flow => report::flow::schema(),
    };
    print(&format!("{:#}\n", schema.as_value()))?;
    Ok(Outcome::Clean)
}

/// Writes a configuration that says nothing and explains everything.
fn init() -> Result<Outcome, Failure> {
    let [name, other] = config::NAMES.map(Path::new);
    if other.exists() {
        return Err(format!("{} is there already; nothing was written", other.display()));
    }
    write_new(name, &config::commented()).map_err(|e| e.to_string())?;
    complain(&format!("wrote {}; it changes nothing until a `#` is removed", name.display()));
    Ok(Outcome::Clean)
}

fn flow(paths: &[PathBuf], format: FlowFormat, config: Choice) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let project = open_paths(paths, Request { config, ..Request::default() }, Color::Auto)?;
    project.skipped.iter().for_each(|skipped| complain(&format!("warning: {skipped}")));
    let assumed = |path: &str| project.config.assumptions(path);
    let progress = Progress::new(started, false);
    let tell = |done, of| progress.tell(done, of);
    let flows = on_threads(&project, || {
        let model = Model::build_under(&project.sources, &project.documents, &assumed, &tell);
        model::flow::flows(&model)
    })?;
    progress.clear();
    match flows.is_empty() {
        true if project.documents.is_empty() => tell_of_nothing(&project),
        true => complain("no Go program is built, copied or started here"),
        false => {}
    }
    print(&report::flow::render(format, &flows, &project.sources, &|path| project.shown(path)))?;
    Ok(Outcome::Clean)
}

fn completions(shell: clap_complete::Shell) -> Result<Outcome, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Args::command(), env!("CARGO_PKG_NAME"), &mut script);
    print(&String::from_utf8_lossy(&script))?;
    Ok(Outcome::Clean)
}

fn man() -> Result<Outcome, Failure> {
    let mut page = Vec::new();
    clap_mangen::Man::new(Args::command()).render(&mut page).map_err(|e| format!("cannot write the page: {e}"))?;
    print(&String::from_utf8_lossy(&page))?;
    Ok(Outcome::Clean)
}

fn check(args: &Args) -> Result<Outcome, Failure> {
    let started = Instant::now();
    let options = options(args)?;
    let project = open(args).map_err(|failure| failure + &meant(args))?;
    let progress = Progress::new(started, args.quiet);
    let watched = progress.clone();
    let tell = Arc::new(move |done, of| watched.tell(done, of));
    let options = Options { config: project.config.clone(), progress: tell, ..options };
    if args.verbose {
        let files: Vec<&str> = project.config.files().collect();
        complain(&format!("configuration: {}", if files.is_empty() { "none".to_string() } else { files.join(", ") }));
    }
    project.skipped.iter().for_each(|skipped| complain(&format!("warning: {skipped}")));
    if !args.force_exclude {
        tell_of_nothing(&project);
    }
    let allowed = if args.unsafe_fixes { Applicability::Unsafe } else { Applicability::Safe };
    if !(args.fix || args.diff || args.add_allow.is_some()) {
        let report = on_threads(&project, || lint::lint(&project.sources, &project.documents, &options))?;
        progress.clear();
        if let Some(file) = &args.write_baseline {
            return write_baseline(file, &report, &project);
        }
        let closing = Closing { elapsed: started.elapsed(), mended: None };
        return show(args, &options, &project, &project.sources, &report, closing, &print);
    }
    let may_write = |path: &str| project.was_named(path);
    let fixed = on_threads(&project, || match &args.add_allow {
        Some(reason) => {
            let reason = Some(reason.trim()).filter(|reason| !reason.is_empty());
            lint::allow(&project.sources, &project.documents, &options, reason, &may_write)
        }
        None => lint::fix(&project.sources, &project.documents, &options, allowed, &may_write),
    })?;
    progress.clear();
    if args.verbose {
        let shown = |path: &str| project.shown(path);
        fixed.withheld.iter().for_each(|one| complain(&format!("withheld: {}", report::withheld(one, &shown))));
    }
    let changes: Vec<(String, String, String)> = fixed
        .before
        .iter()
        .filter_map(|(path, before)| {
            let after = fixed.sources.get(fixed.sources.load(path)?).text.clone();
            Some((path.clone(), before.clone(), after))
        })
        .collect();
    if args.diff {
        return diff(args, &project, &fixed.report, &changes);
    }
    let how = if args.add_allow.is_some() { How::Allowed } else { How::Fixed };
    let mended = Mended { how, findings: fixed.count, files: changes.len(), withheld: &fixed.withheld };
    if reads_stdin(args) {
        // The one text, fixed or not.
        let text = project.sources.ids()[0];
        print(&fixed.sources.get(text).text)?;
        let closing = Closing { elapsed: started.elapsed(), mended: Some(mended) };
        return show(args, &options, &project, &fixed.sources, &fixed.report, closing, &print_beside);
    }
    project.write(&changes).map_err(|errors| {
        let errors: Vec<String> = errors.iter().map(ToString::to_string).collect();
        errors.join("\n")
    })?;
    let closing = Closing { elapsed: started.elapsed(), mended: Some(mended) };
    show(args, &options, &project, &fixed.sources, &fixed.report, closing, &print)
}

/// Prints what `--fix` would do; writes nothing.
fn diff(
    args: &Args,
    project: &Project,
    report: &Report,
    changes: &[(String, String, String)],
) -> Result<Outcome, Failure> {
    tell_problems(&report.problems);
    // `git apply` and `patch` take paths from where they are called, but none that leads out of there.
    let below = changes.iter().all(|(path, ..)| Path::new(&project.shown(path)).components().all(is_name));
    let name = |path: &str| if below { project.shown(path) } else { path.to_string() };
    let diff = |(path, before, after): &(String, String, String)| report::diff::unified(&name(path), before, after);
    let text: String = changes.iter().map(diff).collect();
    let text = if look(args.color, std::io::stdout().is_terminal() && args.output().is_none()).color {
        report::diff::colored(&text)
    } else {
        text
    };
    emit(args, &text, &print)?;
    Ok(match (failed(report), changes.is_empty()) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Clean,
        (false, false) => Outcome::Findings,
    })
}

fn is_name(part: Component) -> bool {
    matches!(part, Component::Normal(_))
}

/// Accepts everything that was found.
fn write_baseline(file: &Path, report: &Report, project: &Project) -> Result<Outcome, Failure> {
    tell_problems(&report.problems);
    let baseline = Baseline::of(report, &project.sources);
    write_output(file, &baseline.text()).map_err(|e| e.to_string())?;
    let (count, file) = (baseline.len(), file.display());
    complain(&format!("{count} accepted; report what is new with `--baseline {file}`"));
    Ok(if failed(report) { Outcome::Failed } else { Outcome::Clean })
}

/// Leaves out what is accepted, and tells what of it this run would have found and did not.
fn compare(
    file: &Path,
    options: &Options,
    project: &Project,
    sources: &Sources,
    report: &Report,
) -> Result<Report, Failure> {
    let wrong = |e: String| format!("{}: {e}", file.display());
    let text = read_input(file).map_err(|e| e.to_string())?;
    let baseline = Baseline::parse(&text).map_err(wrong)?;
    let mut report = report.clone();
    let gone = baseline.take_out(&mut report, sources);
    let asked = |accepted: &&&Accepted| options.wants(&accepted.rule) && project.was_named(&accepted.path);
    let gone: Vec<&&Accepted> = gone.iter().filter(asked).collect();
    if let Some(first) = gone.first() {
        let (count, file) = (gone.len(), file.display());
        complain(&format!(
            "{count} of {file} found no more, the first {}: {}; write it anew with `--write-baseline {file}`",
            project.shown(&first.path),
            first.message
        ));
    }
    Ok(report)
}

fn show(
    args: &Args,
    options: &Options,
    project: &Project,
    sources: &Sources,
    report: &Report,
    closing: Closing,
    print: &Print,
) -> Result<Outcome, Failure> {
    tell_problems(&report.problems);
    let shown = |path: &str| project.shown(path);
    let new;
    let report = match &args.baseline {
        Some(file) => {
            new = compare(file, options, project, sources, report)?;
            &new
        }
        None => report,
    };
    let view = View {
        report,
        sources,
        rules: &pages(),
        shown: &shown,
        look: look(args.color, std::io::stdout().is_terminal() && args.output().is_none()),
        overrides: &options.overrides(),
        show_allowed: args.show_allowed,
        fails: &|diagnostic| options.fails(sources, diagnostic),
        closing: (!args.quiet).then_some(closing),
    };
    let text = if args.statistics { report::statistics(&view) } else { report::render(args.format, &view) };
    emit(args, &text, print)?;
    let bad = report.diagnostics.iter().any(|diagnostic| options.fails(sources, diagnostic));
    Ok(match (failed(report), bad) {
        (true, _) => Outcome::Failed,
        (false, true) => Outcome::Findings,
        (false, false) => Outcome::Clean,
    })
}

fn failed(report: &Report) -> bool {
    !report.problems.is_empty()
}

fn tell_problems(problems: &[Problem]) {
    for problem in problems {
        let (who, rest) = match problem.rule {
            None => ("the model".to_string(), "nothing was linted"),
            Some(rule) => (format!("the rule `{rule}`"), "the other rules ran"),
        };
        let message = &problem.message;
        complain(&format!(
            "internal problem in {who}: {message}; {rest}. This is a fault of gobin-lint, please report it"
        ));
    }
}

fn open(args: &Args) -> Result<Project, Failure> {
    let request = Request { config: args.configured.choice(), force_exclude: args.force_exclude };
    if !reads_stdin(args) {
        return open_paths(&args.paths, request, args.color);
    }
    if args.paths.iter().any(|path| path != Path::new("-")) {
        return Err("`-` reads one text from stdin; name no other path beside it".to_string());
    }
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text).map_err(|e| format!("cannot read stdin: {e}"))?;
    let name = args.stdin_filename.clone().unwrap_or_else(|| match Kind::of("-", &text) {
        Kind::Dockerfile => "Dockerfile".into(),
        Kind::Makefile => "Makefile".into(),
    });
    Project::of_text(&here()?, &name, text, request).map_err(|failure| unopened(failure, args.color))
}

fn tell_of_nothing(project: &Project) {
    if project.documents.is_empty() && project.skipped.is_empty() {
        complain("warning: no Dockerfile or Makefile here; name a file, or check .gitignore and `exclude`");
    }
}

/// What somebody may have meant whose path is not there.
fn meant(args: &Args) -> String {
    let Some(path) = args.paths.first().and_then(|path| path.to_str()) else { return String::new() };
    let commands = Args::command();
    let commands: Vec<&str> = commands.get_subcommands().map(|command| command.get_name()).collect();
    match similar::get_close_matches(path, &commands, 1, 0.6).first() {
        _ if args.add_allow.as_deref() == Some("") => format!("; a reason is written `--add-allow=\"{path}\"`"),
        Some(command) => format!("; did you mean the command `{command}`?"),
        None => String::new(),
    }
}

fn reads_stdin(args: &Args) -> bool {
    args.stdin_filename.is_some() || args.paths.iter().any(|path| path == Path::new("-"))
}

fn open_paths(paths: &[PathBuf], request: Request, color: Color) -> Result<Project, Failure> {
    let paths = if paths.is_empty() { &[PathBuf::from(".")][..] } else { paths };
    Project::open(&here()?, paths, request).map_err(|failure| unopened(failure, color))
}

/// Why a project cannot be opened; what is wrong with a configuration is shown in its text.
fn unopened(failure: project::Failure, color: Color) -> Failure {
    let broken = match failure {
        project::Failure::Disk(error) => return error.to_string(),
        project::Failure::Config(broken) => broken,
    };
    let sources = Sources::new(Arc::new(MemoryCheckout::default()));
    let mut report = Report::default();
    for Broken { path, text, wrongs } in broken {
        let file = sources.add(path, text);
        report.diagnostics.extend(wrongs.into_iter().map(|wrong| {
            let span = Span::new(file, wrong.place.start, wrong.place.end);
            let finding = Finding { help: wrong.help, ..Finding::new(span, wrong.message).here(wrong.here) };
            Diagnostic { rule: "configuration", severity: Severity::Error, finding }
        }));
    }
    let view = View {
        report: &report,
        sources: &sources,
        rules: &[],
        shown: &str::to_string,
        look: look(color, std::io::stderr().is_terminal()),
        overrides: &[],
        show_allowed: false,
        fails: &|_| true,
        closing: None,
    };
    format!("the configuration cannot be used\n\n{}", report::render(Format::Human, &view).trim_end())
}

fn here() -> Result<PathBuf, Failure> {
    std::env::current_dir().map_err(|e| format!("cannot tell the current directory: {e}"))
}

fn options(args: &Args) -> Result<Options, Failure> {
    for id in args.select.iter().chain(&args.ignore) {
        known_rule(id)?;
    }
    let select = (!args.select.is_empty()).then(|| args.select.clone());
    Ok(Options { select, ignore: args.ignore.clone(), fail_on: args.fail_on, ..Options::default() })
}

/// Where a rule stands in the list.
fn known_rule(id: &str) -> Result<usize, Failure> {
    RULES.iter().position(|rule| rule.id == id).ok_or_else(|| match rules::nearest(id) {
        Some(near) => format!("there is no rule `{id}`; did you mean `{near}`?"),
        None => format!("there is no rule `{id}`; `gobin-lint explain` lists them all"),
    })
}

fn pages() -> Vec<(&'static str, &'static LazyLock<Page>)> {
    RULES.iter().map(|rule| (rule.id, rule.page)).collect()
}

fn look(color: Color, terminal: bool) -> Look {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let color = match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if set("NO_COLOR").is_some() => false,
        Color::Auto if set("CLICOLOR_FORCE").is_some_and(|value| value != "0") => true,
        Color::Auto => terminal && set("TERM").is_none_or(|term| term != "dumb"),
    };
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| set(name)).unwrap_or_default().to_lowercase();
    let unicode = locale.contains("utf-8") || locale.contains("utf8") || cfg!(any(windows, target_os = "macos"));
    let columns = set("COLUMNS").and_then(|columns| columns.parse().ok());
    let measured = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    let width = columns.or_else(|| if terminal { measured() } else { None }).unwrap_or(100);
    Look { color, unicode, width: width.clamp(40, 160) }
}

/// Where a report goes when no `--output` takes it.
type Print = dyn Fn(&str) -> Result<(), Failure>;

/// To `--output`, else where `print` puts it.
fn emit(args: &Args, text: &str, print: &Print) -> Result<(), Failure> {
    match args.output() {
        Some(path) => write_output(path, text).map_err(|e| e.to_string()),
        None => print(text),
    }
}

/// To stdout. A reader that has seen enough (`| head`) is no failure.
fn print(text: &str) -> Result<(), Failure> {
    let mut out = std::io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(format!("cannot write to stdout: {e}")),
        _ => Ok(()),
    }
}

/// A report to stderr, where stdout has the fixed text.
fn print_beside(text: &str) -> Result<(), Failure> {
    let _ = std::io::stderr().lock().write_all(text.as_bytes());
    Ok(())
}

/// To stderr; where that is closed there is nobody to tell.
fn complain(text: &str) {
    let _ = writeln!(std::io::stderr().lock(), "gobin-lint: {text}");
}
