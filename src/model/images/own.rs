//! Knows the images that a project describes itself: by which references, and what of them.
//! Refuses to know where that is written, and doubts none of it.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::table::{GLIBC_LOADERS, MUSL_LOADERS, OPAQUE};
use super::{DEFAULT_PATH, Fact, GoImage, Image, Libc, PackageManager, lookup_text};
use crate::model::go::GoVersion;
use crate::model::tri::Tri;
use crate::model::value::Text;

/// What a project says of an image. The rest is as in the image that it is based on, or unknown.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Described {
    /// A reference that the table or another description knows. More files, programs and accounts may have come since.
    pub based_on: Option<String>,
    pub libc: Option<Libc>,
    /// A path, or that there is none.
    pub shell: Option<Option<String>>,
    pub user: Option<String>,
    pub workdir: Option<String>,
    pub path: Option<String>,
    pub env: BTreeMap<String, String>,
    pub entrypoint: Option<Vec<String>>,
    pub cmd: Option<Vec<String>>,
    pub go: Option<GoVersion>,
    pub package_manager: Option<PackageManager>,
    pub users: BTreeMap<String, u32>,
    pub groups: BTreeMap<String, u32>,
    /// Absolute paths, and names of programs on PATH.
    pub has: Vec<String>,
    /// As `has`, for what is not there.
    pub lacks: Vec<String>,
}

/// What a reference stands for.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Meaning {
    /// The same image under another name. `*` is what the key's `*` stands for; without a tag it has that of the reference.
    Mirror(String),
    Described(Box<Described>),
}

/// Why a description cannot be used.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Mistake {
    /// The key has two `*`, or nothing else.
    Key,
    /// Nobody knows the image that it is based on, or that it mirrors.
    UnknownBase,
}

/// The images that a project describes itself.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct OwnImages(Vec<(Key, Known)>);

#[derive(Clone, PartialEq, Debug)]
enum Known {
    Mirror(String),
    Image(Box<Image>),
}

impl OwnImages {
    /// Nothing described.
    pub const NONE: OwnImages = OwnImages(Vec::new());

    /// An error names a description by its place in the list.
    pub fn new(described: &[(String, Meaning)]) -> Result<OwnImages, Vec<(usize, Mistake)>> {
        let mut keys = Vec::new();
        let mut mistakes = Vec::new();
        for (at, (key, _)) in described.iter().enumerate() {
            match Key::parse(key) {
                Some(key) => keys.push((at, key)),
                None => mistakes.push((at, Mistake::Key)),
            }
        }
        keys.sort_by_key(|(_, key)| std::cmp::Reverse(key.weight()));
        let mut known: BTreeMap<usize, Known> = BTreeMap::new();
        // Each round knows what those that the others are based on were in the round before.
        loop {
            let before = known.len();
            for (at, key) in &keys {
                let (name, meaning) = &described[*at];
                if !known.contains_key(at) {
                    known.extend(know(name, key, meaning, &keys, &known).map(|known| (*at, known)));
                }
            }
            if known.len() == before {
                break;
            }
        }
        mistakes
            .extend(keys.iter().filter(|(at, _)| !known.contains_key(at)).map(|(at, _)| (*at, Mistake::UnknownBase)));
        mistakes.sort_by_key(|(at, _)| *at);
        let images = keys.into_iter().filter_map(|(at, key)| Some((key, known.remove(&at)?)));
        if mistakes.is_empty() { Ok(OwnImages(images.collect())) } else { Err(mistakes) }
    }

    /// The image that a FROM names: as it is described here, or else in the table.
    pub fn lookup(&self, reference: &Text) -> Option<Image> {
        let written = reference.to_string();
        for (key, known) in &self.0 {
            match key.read(&written) {
                Reading::Other => {}
                // It may be this one.
                Reading::Undecided => return None,
                Reading::This(between) => {
                    return known.image(&between, &written);
                }
            }
        }
        lookup_text(reference)
    }
}

impl Known {
    fn image(&self, between: &str, written: &str) -> Option<Image> {
        match self {
            Known::Image(image) => Some(**image),
            Known::Mirror(of) => lookup_text(&mirrored(of, between, written)),
        }
    }
}

/// What a description comes to, once all that it is based on is known.
fn know(
    name: &str,
    key: &Key,
    meaning: &Meaning,
    keys: &[(usize, Key)],
    known: &BTreeMap<usize, Known>,
) -> Option<Known> {
    let described = match meaning {
        Meaning::Mirror(of) => {
            let is_known = of.contains('*') && key.star || lookup_text(&text(of)).is_some();
            return is_known.then(|| Known::Mirror(of.clone()));
        }
        Meaning::Described(described) => described,
    };
    let base = match &described.based_on {
        None => None,
        Some(reference) => {
            // What stands for an image of the table may build on that one.
            let own =
                keys.iter().filter(|(_, other)| other != key).find_map(|(at, other)| match other.read(reference) {
                    Reading::This(between) => Some((at, between)),
                    _ => None,
                });
            Some(match own {
                Some((at, between)) => known.get(at)?.image(&between, reference)?,
                None => lookup_text(&text(reference))?,
            })
        }
    };
    Some(Known::Image(Box::new(keep(name, base, described))))
}

/// What a mirror's reference is called where the image comes from.
fn mirrored(of: &str, between: &str, written: &str) -> Text {
    let name = of.replacen('*', between, 1);
    let rest = tag(written).filter(|_| tag(&name).is_none()).map_or("", |at| &written[at..]);
    text(&format!("{name}{rest}"))
}

/// A text as it is written, with `${NAME}` for what a build argument without default says.
fn text(written: &str) -> Text {
    let mut out = Text::default();
    let mut rest = written;
    while let Some((before, after)) = rest.split_once("${") {
        let Some((name, behind)) = after.split_once('}') else { break };
        out.push_str(before);
        out.push(&Text::symbol(name));
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// A reference with at most one `*`, which stands for any characters. Without tag and `*` it names the image whatever the tag.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Key {
    before: String,
    star: bool,
    after: String,
    any_tag: bool,
}

enum Reading {
    /// With what `*` stands for.
    This(String),
    /// A build argument in the tag decides.
    Undecided,
    Other,
}

impl Key {
    fn parse(key: &str) -> Option<Key> {
        let (before, after) = key.split_once('*').unwrap_or((key, ""));
        let star = key.contains('*');
        let wrong = after.contains('*') || before.is_empty() && after.is_empty() || key.contains(char::is_whitespace);
        (!wrong).then(|| Key {
            before: before.to_string(),
            star,
            after: after.to_string(),
            any_tag: !star && tag(key).is_none(),
        })
    }

    /// The more of a reference it names, the sooner it is asked.
    fn weight(&self) -> (usize, bool) {
        (self.before.len() + self.after.len(), !self.star)
    }

    fn read(&self, written: &str) -> Reading {
        let rest = written.strip_prefix(self.before.as_str());
        let this = match rest {
            Some(rest) if self.star => rest.strip_suffix(self.after.as_str()),
            Some(rest) => (rest.is_empty() || self.any_tag && rest.starts_with([':', '@'])).then_some(""),
            None => None,
        };
        if let Some(between) = this {
            return Reading::This(between.to_string());
        }
        let own = tag(&self.before).map(|at| &self.before[..at]);
        let other = tag(written).map_or((written, ""), |at| written.split_at(at));
        match own == Some(other.0) && other.1.contains("${") {
            true => Reading::Undecided,
            false => Reading::Other,
        }
    }
}

/// Where the tag or digest of a written reference begins.
fn tag(written: &str) -> Option<usize> {
    let name = written.rfind('/').map_or(0, |slash| slash + 1);
    written[name..].find([':', '@']).map(|at| name + at)
}

/// Paths and programs that a description names.
#[derive(PartialEq, Eq, Debug)]
pub(super) struct Own {
    has: Vec<String>,
    lacks: Vec<String>,
}

impl Own {
    /// Whether an absolute path is there, as far as the description says.
    pub(super) fn has(&self, image: &Image, path: &str) -> Option<Tri> {
        let within = |inner: &str, outer: &str| {
            inner.strip_prefix(outer.trim_end_matches('/')).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let on_path = |name: &str| {
            let directories = image.path.known().unwrap_or(DEFAULT_PATH).split(':');
            directories.filter(|dir| !dir.is_empty()).any(|dir| path == format!("{}/{name}", dir.trim_end_matches('/')))
        };
        if self.has.iter().any(|own| own.starts_with('/') && within(own.trim_end_matches('/'), path)) {
            return Some(Tri::Yes);
        }
        let lacks = |own: &&String| if own.starts_with('/') { within(path, own) } else { on_path(own) };
        if self.lacks.iter().any(|own| lacks(&own)) {
            return Some(Tri::No);
        }
        // Where /bin is a link, it leads to /usr/bin.
        match path.strip_prefix("/usr").unwrap_or(path) {
            "/bin/sh" if image.bin_sh.is_no() || path == "/bin/sh" => Some(image.bin_sh),
            "/bin/bash" if image.bash.is_no() || path == "/bin/bash" => Some(image.bash),
            _ => None,
        }
    }
}

/// What is described is looked up as often as a Dockerfile says FROM, and lives as long as the table: each description is kept once.
fn keep(name: &str, base: Option<Image>, described: &Described) -> Image {
    struct Kept(Description, Image);
    type Description = (String, Option<Image>, Described);
    static ALL: Mutex<Vec<Kept>> = Mutex::new(Vec::new());
    let mut all = ALL.lock().unwrap_or_else(|e| e.into_inner());
    let description = (name.to_string(), base, described.clone());
    if let Some(Kept(_, image)) = all.iter().find(|Kept(other, _)| *other == description) {
        return *image;
    }
    let image = image(name, base, described);
    all.push(Kept(description, image));
    image
}

fn image(name: &str, base: Option<Image>, described: &Described) -> Image {
    let base = base.unwrap_or(OPAQUE);
    let libc = described.libc.unwrap_or(base.libc);
    let said = |program: &str, before: Tri| {
        let named = |all: &[String]| all.iter().any(|own| own == program);
        match (named(&described.has), named(&described.lacks)) {
            (true, _) => Tri::Yes,
            (_, true) => Tri::No,
            // It may have been installed since.
            _ if before == Tri::No => Tri::Unknown,
            _ => before,
        }
    };
    let maybe = |before: Tri| if before == Tri::No { Tri::Unknown } else { before };
    let (shell, bin_sh, bash) = match &described.shell {
        Some(None) => (Fact::Known(None), Tri::No, Tri::No),
        Some(Some(path)) => {
            let is = |shell: &str, before: Tri| if path == shell { Tri::Yes } else { maybe(before) };
            (Fact::Known(Some(leak(path))), is("/bin/sh", base.bin_sh), is("/bin/bash", base.bash))
        }
        None => (base.shell, base.bin_sh, said("bash", base.bash)),
    };
    let mut has = described.has.clone();
    has.extend(described.shell.clone().flatten());
    has.extend((!described.users.is_empty()).then(|| "/etc/passwd".to_string()));
    has.extend((!described.groups.is_empty()).then(|| "/etc/group".to_string()));
    let more = base.own.map(|own| (own.has.clone(), own.lacks.clone())).unwrap_or_default();
    let has: Vec<String> = has.into_iter().chain(more.0).collect();
    let lacks: Vec<String> = described.lacks.iter().cloned().chain(more.1).filter(|own| !has.contains(own)).collect();
    let known = |told: &Option<String>, before: Fact<&'static str>| match told {
        Some(told) => Fact::Known(leak(told)),
        None => before,
    };
    let words = |told: &Option<Vec<String>>, before: Fact<&'static [&'static str]>| match told {
        Some(told) => Fact::Known(&*told.iter().map(|word| leak(word)).collect::<Vec<_>>().leak()),
        None => before,
    };
    let ids = |told: &BTreeMap<String, u32>, before: super::Ids| -> super::Ids {
        let kept = before.iter().copied().filter(|(name, _)| !told.contains_key(*name));
        let told = told.iter().map(|(name, number)| (leak(name), *number));
        told.chain(kept).collect::<Vec<_>>().leak()
    };
    let kept = base.env.iter().copied().filter(|(name, _)| !described.env.contains_key(*name));
    let env = described.env.iter().map(|(name, value)| (leak(name), Fact::Known(leak(value))));
    Image {
        name: leak(name),
        libc,
        loaders: match (described.libc, libc) {
            (None, _) => base.loaders,
            (_, Libc::Glibc) => Fact::Known(GLIBC_LOADERS),
            (_, Libc::Musl) => Fact::Known(MUSL_LOADERS),
            (_, Libc::None) => Fact::Known(&[]),
            (_, Libc::Unknown) => Fact::Unknown,
        },
        shell,
        bin_sh,
        bash,
        user: known(&described.user, base.user),
        workdir: known(&described.workdir, base.workdir),
        path: known(&described.path, base.path),
        env: env.chain(kept).collect::<Vec<_>>().leak(),
        entrypoint: words(&described.entrypoint, base.entrypoint),
        cmd: words(&described.cmd, base.cmd),
        c_compiler: said("gcc", base.c_compiler),
        make: said("make", base.make),
        git: said("git", base.git),
        package_manager: described.package_manager.unwrap_or(base.package_manager),
        users: ids(&described.users, base.users),
        groups: ids(&described.groups, base.groups),
        ids_complete: false,
        wheel: if described.groups.contains_key("wheel") { Tri::Yes } else { maybe(base.wheel) },
        ca_certificates: maybe(base.ca_certificates),
        tzdata: maybe(base.tzdata),
        go: match described.go {
            Some(version) => Some(GoImage { version, goroot: base.go.map_or(Fact::Unknown, |go| go.goroot) }),
            None => base.go,
        },
        own: Some(Box::leak(Box::new(Own { has, lacks }))),
        ..base
    }
}

fn leak(text: &str) -> &'static str {
    text.to_string().leak()
}

#[cfg(test)]
mod tests;
