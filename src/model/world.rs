//! Knows what is true at one step in one realm: variables, working directory, user, files, toolchain.
//! Refuses to know how commands change it.

use super::accounts::Accounts;
use super::files::Files;
use super::go::{GoVersion, Platform};
use super::images::{Image, Libc};
use super::path::Path;
use super::trace::Argument;
use super::tri::Tri;
use super::value::{Text, Value, Why};
use crate::source::Span;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A variable.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Binding {
    pub value: Value,
    /// Commands see it.
    pub exported: bool,
    /// Where it was set, if in a file we read.
    pub span: Option<Span>,
    /// A Dockerfile's ARG: RUN sees it, the running container does not.
    pub argument: bool,
}

/// What a variable is that nothing in sight sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Rest {
    /// Certainly not set.
    Unset,
    /// What the base image's configuration says.
    Image(Arc<Image>),
    /// May be set to anything.
    Unknown(Why),
    /// Whatever the caller's environment holds: one symbol a name.
    Caller,
}

/// Variables by name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Env {
    /// Shared by all copies until one of them changes.
    vars: Arc<BTreeMap<String, Binding>>,
    /// What a name holds that was not set here.
    pub rest: Rest,
}

impl Env {
    /// No variable is set here yet.
    pub fn new(rest: Rest) -> Env {
        Env { vars: Arc::default(), rest }
    }

    /// Gives a variable a value, whatever it was.
    pub fn set(&mut self, name: &str, value: Value, exported: bool, span: Option<Span>) {
        Arc::make_mut(&mut self.vars).insert(name.to_string(), Binding { value, exported, span, argument: false });
    }

    /// A Dockerfile's ARG.
    pub fn set_argument(&mut self, name: &str, value: Value, span: Span) {
        Arc::make_mut(&mut self.vars)
            .insert(name.to_string(), Binding { value, exported: true, span: Some(span), argument: true });
    }

    /// A shell assignment: keeps the export of a variable that has it, be it from the image.
    pub fn assign(&mut self, name: &str, value: Value, span: Option<Span>) {
        let exported = match (self.vars.get(name), &self.rest) {
            (Some(binding), _) => binding.exported,
            (None, Rest::Image(image)) => matches!(image.variable(name), Value::Text(_)),
            (None, _) => false,
        };
        self.set(name, value, exported, span);
    }

    /// Puts a variable back to what [`Env::binding`] said of it.
    pub fn restore(&mut self, name: &str, binding: Option<Binding>) {
        match binding {
            Some(binding) => Arc::make_mut(&mut self.vars).insert(name.to_string(), binding),
            None => Arc::make_mut(&mut self.vars).remove(name),
        };
    }

    /// What a script or function is called with: `$1` and so on, and `$0` where it is a script's.
    pub fn set_parameters(&mut self, zero: Option<Value>, arguments: &[Argument]) {
        let open = arguments.iter().any(|a| a.glob || matches!(a.value, Value::Unset | Value::Unknown(_)));
        for i in 1..=arguments.len().max(9) {
            let value = match arguments.get(i - 1) {
                // A word before it may have become several, or none.
                _ if open => Value::unknown("the script's arguments are not known"),
                Some(argument) => argument.value.clone(),
                None => Value::Unset,
            };
            self.set(&i.to_string(), value, false, arguments.get(i - 1).map(|a| a.span));
        }
        let all = match arguments {
            _ if open => Value::unknown("the script's arguments are not known"),
            [] => Value::Unset,
            [only] => only.value.clone(),
            _ => Value::unknown("several arguments"),
        };
        for name in ["@", "*"] {
            self.set(name, all.clone(), false, None);
        }
        if let Some(zero) = zero {
            self.set("0", zero, false, None);
        }
    }

    /// Puts `$1` and so on back to what they were.
    pub fn restore_parameters(&mut self, before: &Env) {
        let is_parameter = |name: &str| matches!(name, "@" | "*") || name.parse::<u32>().is_ok();
        Arc::make_mut(&mut self.vars).retain(|name, _| !is_parameter(name));
        let old = before.vars.iter().filter(|(name, _)| is_parameter(name));
        Arc::make_mut(&mut self.vars).extend(old.map(|(name, binding)| (name.clone(), binding.clone())));
    }

    /// Hands a variable to the commands that are started from now on.
    pub fn export(&mut self, name: &str) {
        if let Some(binding) = Arc::make_mut(&mut self.vars).get_mut(name) {
            binding.exported = true;
        }
    }

    /// Takes a variable away, also one of the environment.
    pub fn unset(&mut self, name: &str) {
        self.set(name, Value::Unset, false, None);
    }

    /// Something that we cannot read may have set any variable.
    pub fn open(&mut self, why: &Why) {
        if self.rest != Rest::Caller {
            self.rest = Rest::Unknown(why.clone());
        }
    }

    /// A command sets a variable to something that we cannot see.
    pub fn forget(&mut self, name: &str, why: &Why) {
        self.assign(name, Value::Unknown(why.clone()), why.span);
    }

    /// What was set here; `None` where the name is left to the rest.
    pub fn binding(&self, name: &str) -> Option<&Binding> {
        self.vars.get(name)
    }

    /// What `$name` is here.
    pub fn get(&self, name: &str) -> Value {
        match self.vars.get(name) {
            Some(binding) => binding.value.clone(),
            None => self.rest_of(name),
        }
    }

    fn rest_of(&self, name: &str) -> Value {
        match &self.rest {
            Rest::Unset => Value::Unset,
            Rest::Image(image) => image.variable(name),
            Rest::Unknown(why) => Value::Unknown(why.clone()),
            Rest::Caller => Value::Text(Text::symbol(name)),
        }
    }

    /// What a command started here sees as `name`.
    pub fn exported(&self, name: &str) -> Value {
        match self.vars.get(name) {
            Some(binding) if binding.exported => binding.value.clone(),
            // A shell's own variable does not hide the exported one it shadows: there is none, or it would be that one.
            Some(_) if !matches!(self.rest, Rest::Caller | Rest::Unknown(_)) => Value::Unset,
            Some(binding) if binding.value == Value::Unset => Value::Unset,
            Some(_) | None => self.rest_of(name),
        }
    }

    /// What a program in the finished container sees as `name`.
    pub fn runtime(&self, name: &str) -> Value {
        match self.vars.get(name) {
            Some(binding) if binding.argument => self.rest_of(name),
            _ => self.exported(name),
        }
    }

    /// Where the value that a command sees was set.
    pub fn exported_span(&self, name: &str) -> Option<Span> {
        self.vars.get(name).filter(|b| b.exported).and_then(|b| b.span)
    }

    /// Whether no variable was set since the other was copied from this one. Both have to be alive.
    pub fn is_untouched(&self, other: &Env) -> bool {
        Arc::ptr_eq(&self.vars, &other.vars) && self.rest == other.rest
    }

    /// What was set here, by name.
    pub fn names(&self) -> impl Iterator<Item = (&String, &Binding)> {
        self.vars.iter()
    }

    /// What the files that we read put into a command's environment: names, values and where each was set.
    pub fn passed_on(&self) -> impl Iterator<Item = (&str, &Value, Span)> {
        let passed = self.vars.iter().filter(|(_, binding)| binding.exported);
        passed.filter_map(|(name, binding)| Some((name.as_str(), &binding.value, binding.span?)))
    }

    /// What two branches agree on.
    pub fn join(&self, other: &Env) -> Env {
        let mut out = self.clone();
        let others = other.vars.keys().filter(|name| !self.vars.contains_key(*name));
        for name in self.vars.keys().chain(others) {
            if self.vars.get(name) == other.vars.get(name) {
                continue;
            }
            let (a, b) = (self.get(name), other.get(name));
            let exported = |env: &Env| env.vars.get(name).is_some_and(|v| v.exported);
            let span = self.vars.get(name).or(other.vars.get(name)).and_then(|b| b.span);
            out.set(name, a.join(&b), exported(self) || exported(other), span);
        }
        out
    }
}

/// What compiles here.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Toolchain {
    /// The release that a command named `go` runs.
    pub go: GoVersion,
    /// gcc or clang on PATH.
    pub c_compiler: Tri,
    /// The C library a C compiler here links, and the one of a precompiled Go standard library.
    pub libc: Libc,
    /// Where that is glibc: the N of its release 2.N, if known.
    pub glibc: Option<u32>,
    /// What the realm's programs run on.
    pub platform: Platform,
}

/// What is true at one step.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct World {
    pub files: Files,
    pub env: Env,
    /// The working directory.
    pub cwd: Result<Path, Why>,
    /// USER, where known.
    pub user: Value,
    pub toolchain: Toolchain,
    /// What `go env -w` has stored for later go commands.
    pub settings: BTreeMap<String, Value>,
    /// What is stored there that we did not see being stored.
    pub settings_rest: Value,
    /// Libraries whose loader a package brought (`libc6-compat`, `gcompat`, `musl`), beside the image's own.
    pub loader_shims: Vec<Libc>,
    /// Users and groups that commands created.
    pub accounts: Accounts,
}

impl World {
    /// Whose the files are that a command here makes, as far as USER says.
    pub fn owner(&self) -> Option<Text> {
        match &self.user {
            Value::Text(user) if matches!(user.as_literal(), Some("" | "0" | "root" | "0:0" | "root:root")) => {
                Some("0:0".into())
            }
            Value::Text(user) => Some(user.clone()),
            Value::Unset => Some("0:0".into()),
            Value::Unknown(_) => None,
        }
    }

    /// A path as a command here would take it.
    pub fn path(&self, value: &Value) -> Result<Path, Why> {
        let text = match value {
            Value::Text(text) => text.clone(),
            Value::Unset => Text::default(),
            Value::Unknown(why) => return Err(why.clone()),
        };
        let unknown_start = || Why::new(format!("`{text}` may be absolute or relative"));
        if text.literal_prefix().starts_with('/') {
            return Path::root().join(&text).ok_or_else(unknown_start);
        }
        self.cwd.clone()?.join(&text).ok_or_else(unknown_start)
    }

    /// Goes on with what several ends agree on. `false` where there is none.
    pub fn end_as(&mut self, ends: impl IntoIterator<Item = World>) -> bool {
        let joined = ends.into_iter().reduce(|joined, end| joined.join(&end));
        joined.map(|joined| *self = joined).is_some()
    }

    /// What two branches agree on.
    pub fn join(&self, other: &World) -> World {
        if self == other {
            return self.clone();
        }
        let cwd = if self.cwd == other.cwd {
            self.cwd.clone()
        } else {
            Err(Why::new("the working directory differs between the branches that lead here"))
        };
        let mut loader_shims = self.loader_shims.clone();
        for shim in &other.loader_shims {
            if !loader_shims.contains(shim) {
                loader_shims.push(*shim);
            }
        }
        let mut toolchain = self.toolchain.clone();
        if toolchain.c_compiler != other.toolchain.c_compiler {
            toolchain.c_compiler = Tri::Unknown;
        }
        World {
            files: self.files.join(&other.files),
            env: self.env.join(&other.env),
            cwd,
            user: self.user.join(&other.user),
            toolchain,
            settings: if self.settings == other.settings { self.settings.clone() } else { BTreeMap::new() },
            settings_rest: match self.settings == other.settings {
                true => self.settings_rest.join(&other.settings_rest),
                false => Value::unknown("`go env -w` ran in only one of the branches that lead here"),
            },
            loader_shims,
            accounts: self.accounts.join(&other.accounts),
        }
    }
}
