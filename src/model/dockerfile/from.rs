//! Knows how a stage begins: its base, its platform, what it inherits, and what ONBUILD runs in it.
//! Refuses to know what images hold ([`images`] does).

use super::loaders::Loaders;
use super::{Config, Driver, Stage, StageBase, Startable};
use crate::model::files::{Base, Files};
use crate::model::go::{GoVersion, Platform};
use crate::model::images::{self, Libc, Os};
use crate::model::path::Path;
use crate::model::trace::{Cause, Place};
use crate::model::tri::Tri;
use crate::model::value::{Text, Value, Why};
use crate::model::world::{Env, Rest, Toolchain, World};
use crate::syntax::dockerfile::expand::{self, Piece};
use crate::syntax::dockerfile::{Instruction, Kind, Word};
use std::collections::BTreeMap;
use std::sync::Arc;

impl Driver<'_> {
    pub(super) fn from(&mut self, index: usize, instruction: &Instruction, image: &Word, alias: Option<&Word>) {
        let reference = self.expand_global(image);
        let platform = instruction.flag("platform").and_then(|f| f.value.as_ref()).map(|word| self.expand_global(word));
        let base = match &reference {
            Value::Unknown(why) => StageBase::Unknown(why.clone()),
            Value::Unset => StageBase::Unknown(Why::at("the image's name is empty", image.span)),
            Value::Text(text) => match text.as_literal() {
                Some("scratch") if image.raw.text.contains('$') && !self.begins_with_files(index) => {
                    StageBase::Unknown(Why::at("`scratch` only stands for what `--build-arg` names", image.span))
                }
                Some("scratch") => StageBase::Scratch,
                Some(name) if self.stage_named(name).is_some() => StageBase::Stage(self.stage_named(name).unwrap_or(0)),
                _ if self.is_for_windows(text, platform.as_ref()) => {
                    StageBase::Unknown(Why::at(format!("what `{text}` holds for Windows is not known"), image.span))
                }
                _ => match self.assumed.images.lookup(text) {
                    Some(known) => StageBase::Image(Arc::new(known)),
                    None => {
                        StageBase::Unknown(Why::at(format!("what the image `{text}` holds is not known"), image.span))
                    }
                },
            },
        };
        let on_builder = match &base {
            StageBase::Stage(parent) => self.stages[*parent].on_builder,
            _ => {
                instruction.flag("platform").and_then(|f| f.value.as_ref()).is_some_and(|word| self.names_builder(word))
            }
        };
        let (world, config) = match &base {
            StageBase::Stage(parent) => {
                let parent = &self.stages[*parent];
                (parent.world.clone(), parent.config.clone())
            }
            base => self.new_world(base, platform.as_ref()),
        };
        self.stages.push(Stage {
            name: alias.map(|word| word.raw.text.clone()),
            from: image.span,
            reference,
            base,
            instructions: index..index + 1,
            on_builder,
            world,
            config,
            loaders: Loaders::UNKNOWN,
            leaf: false,
            shipped: false,
            needs: Vec::new(),
            missing_user: None,
        });
        let stage = self.stages.len() - 1;
        self.shell.place = Place::Stage { stage, instruction: index };
        let reference = &self.stages[stage].reference;
        if reference.expand().is_ok_and(|text| text.literal_suffix().ends_with([':', '@', '/']) || text.is_empty()) {
            let reason = format!("`{reference}` is no image's name");
            self.stop(image.span, Cause::BadReference, reason);
        }
        if let StageBase::Stage(parent) = self.stages[stage].base {
            self.stages[stage].needs.push(parent);
            self.triggers(parent, stage);
        }
    }

    /// Whether Windows runs an image: as its platform says, or because it is there for Windows too and the Dockerfile is named for that.
    fn is_for_windows(&self, image: &Text, platform: Option<&Value>) -> bool {
        if let Some(platform) = platform {
            return platform.as_literal().is_some_and(|platform| platform.split('/').next() == Some("windows"));
        }
        let path = &self.shell.sources.get(self.document.file).path;
        let named_for_it = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase().contains("windows");
        let tag = image.as_literal().and_then(|image| image.rsplit('/').next()?.strip_prefix("golang"));
        named_for_it && tag.is_some_and(|tag| !tag.contains('-'))
    }

    /// Whether the stage of a FROM gets a file before it runs a command. One that does not is of no use on an empty base.
    fn begins_with_files(&self, from: usize) -> bool {
        let own = self.document.instructions[from + 1..].iter().take_while(|i| !matches!(i.kind, Kind::From { .. }));
        let mut does = own.filter(|i| matches!(i.kind, Kind::Run(_) | Kind::Copy(_) | Kind::Add(_)));
        does.next().is_some_and(|first| !matches!(first.kind, Kind::Run(_)))
    }

    /// What ONBUILD says runs in the stage that is built on this one, and in no later one.
    fn triggers(&mut self, parent: usize, stage: usize) {
        let document = self.document;
        for index in self.stages[parent].instructions.clone() {
            if let Kind::Onbuild(inner) = &document.instructions[index].kind {
                self.shell.place = Place::Stage { stage, instruction: index };
                self.log_unset(stage, inner);
                self.in_stage(stage, index, inner);
            }
        }
    }

    fn new_world(&self, base: &StageBase, platform: Option<&Value>) -> (World, Config) {
        let mut config = Config::default();
        let (files, rest, cwd, user, os) = match base {
            StageBase::Image(image) => {
                let inherited = |fact: Option<&'static [&'static str]>| match fact {
                    Some([]) => None,
                    Some(words) => Some(Startable::Inherited(words.iter().map(|w| (*w).to_string()).collect())),
                    None => Some(Startable::Unknown(Why::new(format!("what {} starts is not known", image.name)))),
                };
                config.entrypoint = inherited(image.entrypoint.known());
                config.cmd = inherited(image.cmd.known());
                let cwd = image.workdir.known().map(Path::new);
                let cwd = cwd.ok_or_else(|| Why::new(format!("the working directory of {} is not known", image.name)));
                let user =
                    image.user.known().map_or_else(|| Value::unknown("the image's user is not known"), Value::literal);
                (Files::new(Base::Image(image.clone())), Rest::Image(image.clone()), cwd, user, image.os)
            }
            StageBase::Unknown(why) => {
                config.entrypoint = Some(Startable::Unknown(why.clone()));
                config.cmd = Some(Startable::Unknown(why.clone()));
                let files = Files::new(Base::Unknown(why.clone()));
                (files, Rest::Unknown(why.clone()), Err(why.clone()), Value::Unknown(why.clone()), Os::Linux)
            }
            StageBase::Scratch | StageBase::Stage(_) => {
                (Files::new(Base::Empty), Rest::Unset, Ok(Path::root()), Value::literal(""), Os::Linux)
            }
        };
        let image = match base {
            StageBase::Image(image) => Some(image),
            _ => None,
        };
        let mut env = Env::new(rest);
        if *base == StageBase::Scratch {
            env.set("PATH", Value::literal(images::DEFAULT_PATH), true, None);
        }
        let toolchain = Toolchain {
            go: image.and_then(|i| i.go).map_or(GoVersion::UNKNOWN, |go| go.version),
            c_compiler: match base {
                StageBase::Scratch => Tri::No,
                _ => image.map_or(Tri::Unknown, |i| i.c_compiler),
            },
            libc: match base {
                StageBase::Scratch => Libc::None,
                _ => image.map_or(Libc::Unknown, |i| i.libc),
            },
            glibc: image.and_then(|i| i.glibc_release()),
            platform: self.stage_platform(platform, os),
        };
        let settings_rest = match base {
            StageBase::Unknown(why) => Value::Unknown(why.clone()),
            _ => Value::Unset,
        };
        let settings = BTreeMap::new();
        let world = World {
            files,
            env,
            cwd,
            user,
            toolchain,
            settings,
            settings_rest,
            loader_shims: Vec::new(),
            accounts: Default::default(),
        };
        (world, config)
    }

    /// What a stage's programs run on. Linux images are built for linux; which architecture, the caller says.
    fn stage_platform(&self, flag: Option<&Value>, os: Os) -> Platform {
        let image_os = match os {
            Os::Linux => Value::literal("linux"),
            Os::Windows => Value::literal("windows"),
        };
        let (os, arch) = match flag {
            None | Some(Value::Unset) => (image_os, self.passed("TARGETARCH")),
            Some(Value::Text(text)) if *text == Text::symbol("BUILDPLATFORM") => (image_os, self.passed("BUILDARCH")),
            Some(Value::Text(text)) if *text == Text::symbol("TARGETPLATFORM") => (image_os, self.passed("TARGETARCH")),
            Some(Value::Text(text)) => match text.split('/').as_slice() {
                [os, arch, ..] => (Value::Text(os.clone()), architecture(arch)),
                _ => (image_os, Value::unknown("the stage's platform is not known")),
            },
            Some(Value::Unknown(why)) => (image_os, Value::Unknown(why.clone())),
        };
        Platform { os, arch }
    }

    /// `$BUILDPLATFORM`, whatever value it was given.
    fn names_builder(&self, word: &Word) -> bool {
        let pieces = expand::lex(&word.raw, self.document.escape).unwrap_or_default();
        pieces.iter().any(|piece| matches!(piece, Piece::Variable { name, .. } if name == "BUILDPLATFORM"))
    }
}

/// An architecture by Go's name. The builder takes those of the kernel, too.
fn architecture(text: &Text) -> Value {
    match text.as_literal() {
        Some("x86_64" | "x86-64") => Value::literal("amd64"),
        Some("aarch64") => Value::literal("arm64"),
        Some("i386" | "i686") => Value::literal("386"),
        Some("armhf" | "armel") => Value::literal("arm"),
        _ => Value::Text(text.clone()),
    }
}
