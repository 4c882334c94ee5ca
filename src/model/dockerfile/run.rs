//! Knows RUN: which shell gets which text, and what mounts bring and take away again.
//! Refuses to know what the commands in it do.

use super::{Driver, loaders};
use crate::model::commands;
use crate::model::files::{Content, Files, Found};
use crate::model::lookup::{By, Resolution, find_program};
use crate::model::path::Path;
use crate::model::trace::{Argument, Cause, EventKind, HopKind};
use crate::model::tri::Tri;
use crate::model::value::{Value, Why};
use crate::model::world::World;
use crate::source::Span;
use crate::syntax::dockerfile::{Command, Flag, Instruction};

/// One `--mount=`.
struct Mount {
    kind: String,
    target: Option<Path>,
    source: Value,
    from: Option<Value>,
    /// `rw`, `readonly=false`: only for the time of the RUN, even so.
    writable: bool,
    span: Span,
}

impl Driver<'_> {
    pub(super) fn run(&mut self, stage: usize, instruction: &Instruction, command: &Command) {
        let before = self.stages[stage].world.files.clone();
        let mounts: Vec<Mount> =
            instruction.flags.iter().filter(|f| f.name == "mount").filter_map(|f| self.mount(stage, f)).collect();
        for mount in &mounts {
            self.enter(stage, mount);
        }
        let mut world = self.stages[stage].world.clone();
        let outer = (world.env.clone(), world.cwd.clone());
        set_home(&mut world);
        for (name, why) in instruction.flags.iter().filter_map(|flag| self.secret_variable(stage, flag)) {
            world.env.forget(&name, &why);
        }
        let read_only: Vec<Path> = mounts
            .iter()
            .filter(|mount| mount.kind == "bind" && !mount.writable)
            .filter_map(|mount| mount.target.clone())
            .collect();
        world.files.set_read_only(&read_only);
        self.shell.failure = None;
        match command {
            Command::Exec { elements, .. } => {
                let words: Vec<Argument> = elements
                    .iter()
                    .map(|e| Argument {
                        value: Value::literal(e.value.clone()),
                        span: e.span,
                        glob: false,
                        exact: true,
                    })
                    .collect();
                if let Some(program) = elements.first() {
                    self.needs(&world, &program.value, program.span);
                }
                commands::run(&mut self.shell, &mut world, &words, instruction.span);
            }
            Command::Shell { text, heredocs, .. } => {
                let posix = self.stages[stage].config.shell.as_ref().is_none_or(|shell| is_posix(shell));
                let body = heredocs.first().filter(|_| text.text.trim_start().starts_with("<<"));
                let foreign_script =
                    body.is_some_and(|b| b.body.text.starts_with("#!") && !is_shell_line(&b.body.text));
                let own = self.stages[stage].config.shell.as_ref().and_then(|shell| shell.first().cloned());
                let program = own.unwrap_or_else(|| "/bin/sh".into());
                if !foreign_script && !self.needs(&world, &program, instruction.keyword) {
                    world.files.taint(&Path::root(), Why::at("what this RUN is run by is no shell", instruction.span));
                } else if !posix || foreign_script {
                    world.files.taint(&Path::root(), Why::at("this RUN is not for a POSIX shell", instruction.span));
                } else if let Some(heredoc) = body {
                    self.shell.start(&mut world, &heredoc.body);
                } else {
                    self.shell.start(&mut world, text);
                }
            }
        }
        if let Some(failure) = self.shell.failure.take() {
            self.stop(failure.span, Cause::CommandFails, failure.reason);
        }
        (world.env, world.cwd) = outer;
        world.files.set_read_only(&[]);
        for mount in &mounts {
            if let Some(target) = &mount.target {
                world.files.restore_below(target, &before);
            }
        }
        self.note_removed(&world);
        self.stages[stage].world = world;
    }

    /// A program that BuildKit starts for a RUN. `false` where what is at its place may be something else than a shell.
    fn needs(&mut self, world: &World, program: &str, span: Span) -> bool {
        match find_program(program, By::Command, world, self.context) {
            Resolution::Missing { .. } | Resolution::BehindFile { .. } | Resolution::Directory(_) => {
                self.stop(span, Cause::NoProgram, format!("there is no `{program}`"));
            }
            Resolution::NotExecutable { path, .. } => {
                self.stop(span, Cause::NoProgram, format!("`{path}` is not executable"));
            }
            Resolution::Found { path, found: Found::File { file, doubt: None, .. } } => {
                if let Some(Content::Linked(libc)) = file.content
                    && loaders::loader(world, self.context, libc) == Tri::No
                {
                    self.stop(
                        span,
                        Cause::ForeignShell,
                        format!("`{path}` comes from another image, and its loader is not here"),
                    );
                }
                return file.program.is_none();
            }
            Resolution::Found { .. } | Resolution::RelativeEntry { .. } | Resolution::Unknown(_) => {}
        }
        true
    }

    /// Marks the targets of chmod and chown that the RUN which ends here has removed again.
    fn note_removed(&mut self, world: &World) {
        let here = self.shell.place.clone();
        let events = self.shell.trace.events.iter_mut().rev().take_while(|event| event.place == here);
        for event in events {
            let EventKind::Permission(run) = &mut event.kind else { continue };
            for target in &mut run.targets {
                let Some(path) = &target.path else { continue };
                target.removed = matches!(world.files.find(path, self.context), Found::Missing);
            }
        }
    }

    fn mount(&self, stage: usize, flag: &Flag) -> Option<Mount> {
        let word = flag.value.as_ref()?;
        let Value::Text(text) = self.expand(stage, word) else { return None };
        let mut mount = Mount {
            kind: "bind".into(),
            target: None,
            source: Value::Unset,
            from: None,
            writable: false,
            span: flag.span,
        };
        for field in text.split(',') {
            let (key, _) = field.literal_prefix().split_once('=').unwrap_or((field.literal_prefix(), ""));
            let key = key.to_string();
            let value = field.strip_prefix(&format!("{key}=")).map_or(Value::Unset, Value::Text);
            match key.as_str() {
                "type" => mount.kind = value.as_literal().unwrap_or("bind").to_string(),
                "target" | "dst" | "destination" => mount.target = self.stages[stage].world.path(&value).ok(),
                "source" | "src" => mount.source = value,
                "from" => mount.from = Some(value),
                "rw" | "readwrite" => mount.writable = !matches!(value.as_literal(), Some("false")),
                "ro" | "readonly" => mount.writable = matches!(value.as_literal(), Some("false")),
                _ => {}
            }
        }
        // Secrets and ssh sockets bring no program.
        matches!(mount.kind.as_str(), "bind" | "cache" | "tmpfs").then_some(mount)
    }

    /// The variable of `--mount=type=secret,env=NAME`.
    fn secret_variable(&self, stage: usize, flag: &Flag) -> Option<(String, Why)> {
        let word = flag.value.as_ref().filter(|_| flag.name == "mount")?;
        let text = self.expand(stage, word);
        let fields: Vec<&str> = text.as_literal()?.split(',').collect();
        let name =
            fields.iter().find_map(|field| field.strip_prefix("env=")).filter(|_| fields.contains(&"type=secret"))?;
        Some((name.to_string(), Why::at("a secret sets it", flag.span)))
    }

    /// Lays a mount's files over its target for the time of one RUN.
    fn enter(&mut self, stage: usize, mount: &Mount) {
        let Some(target) = &mount.target else {
            let why = Why::at("a mount whose target is not known", mount.span);
            self.stages[stage].world.files.taint(&Path::root(), why);
            return;
        };
        let hop = self.shell.hop(HopKind::FromContext, mount.span, target, None);
        let from_stage = mount.from.as_ref().and_then(Value::as_literal).and_then(|name| self.stage_named(name));
        self.taken_from.extend(from_stage);
        self.stages[stage].needs.extend(from_stage);
        let other: Option<Files> = from_stage.map(|index| self.stages[index].world.files.clone());
        let files = &mut self.stages[stage].world.files;
        files.make_dir(target);
        match (mount.kind.as_str(), &mount.from, other) {
            ("tmpfs", ..) => files.remove(target),
            ("bind", None, _) => {
                let source = mount.source.expand().ok().and_then(|t| t.as_literal().map(str::to_string));
                match source {
                    Some(source) if matches!(self.context.look(&source), Found::Dir) => {
                        files.put_tree(target, self.context.tree(&source, hop));
                    }
                    _ => files.taint(target, Why::at("mounted from the build context", mount.span)),
                }
            }
            ("bind", Some(_), Some(other)) => {
                let source = mount.source.expand().ok().and_then(|text| Path::root().join(&text));
                let source = source.unwrap_or_else(Path::root);
                files.graft(&other, &source, target, hop, &mut |_, file| file.clone());
            }
            _ => files.taint(target, Why::at("what the mount holds is not known", mount.span)),
        }
    }
}

/// HOME in a RUN: BuildKit takes it from the image's /etc/passwd; root's is /root everywhere.
fn set_home(world: &mut World) {
    if world.env.binding("HOME").is_some() {
        return;
    }
    let home = match world.user.as_literal() {
        Some("" | "0" | "root" | "0:0" | "root:root") => Value::literal("/root"),
        _ => Value::unknown("the home directory of the user is not known"),
    };
    if world.env.get("HOME").is_nothing() || matches!(world.env.get("HOME"), Value::Unknown(_)) {
        world.env.set("HOME", home, true, None);
    }
}

fn is_posix(shell: &[String]) -> bool {
    shell.first().is_some_and(|program| {
        matches!(program.rsplit(['/', '\\']).next(), Some("sh" | "bash" | "ash" | "dash" | "busybox" | "zsh"))
    })
}

fn is_shell_line(text: &str) -> bool {
    text.lines().next().is_some_and(|line| line.split(['/', ' ']).any(|w| matches!(w, "sh" | "bash" | "ash" | "dash")))
}
