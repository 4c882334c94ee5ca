//! Knows how a project's words for its own images become what the model believes of them.
//! Refuses to know which images there are otherwise.

use std::collections::BTreeMap;

use toml::Spanned;

use super::Wrong;
use super::file::Image;
use super::read::wrong;
use crate::model::go::GoVersion;
use crate::model::images::{Described, Meaning, Mistake, OwnImages};

pub(super) fn own(told: &BTreeMap<Spanned<String>, Image>, wrongs: &mut Vec<Wrong>) -> OwnImages {
    let all: Vec<(String, Meaning)> =
        told.iter().map(|(key, image)| (key.get_ref().clone(), meaning(key, image, wrongs))).collect();
    OwnImages::new(&all).unwrap_or_else(|mistakes| {
        for (at, mistake) in mistakes {
            let Some((key, image)) = told.iter().nth(at) else { continue };
            wrongs.push(match mistake {
                Mistake::Key => wrong(key, format!("`{}` names no image", key.get_ref()), "")
                    .help("a reference as FROM has it, with at most one `*`"),
                Mistake::UnknownBase => unknown_base(key, image),
            });
        }
        OwnImages::default()
    })
}

fn unknown_base(key: &Spanned<String>, image: &Image) -> Wrong {
    let at = image.same_as.as_ref().or(image.based_on.as_ref()).unwrap_or(key);
    if image.same_as.is_some() && at.get_ref().contains('*') {
        return wrong(at, "`*` stands for what the key's `*` stands for, and the key has none", "");
    }
    wrong(at, format!("what the image `{}` holds is not known either", at.get_ref()), "")
        .help("say what it has instead: `libc`, `shell`, `user`, …")
}

fn meaning(key: &Spanned<String>, image: &Image, wrongs: &mut Vec<Wrong>) -> Meaning {
    let before = wrongs.len();
    let described = described(image, wrongs);
    match &image.same_as {
        Some(of) => {
            if described != Described::default() {
                let help = "use `based-on` for an image that differs";
                wrongs.push(wrong(of, "what is the same as another image has nothing of its own", "").help(help));
            }
            Meaning::Mirror(of.get_ref().clone())
        }
        None => {
            if described == Described::default() && wrongs.len() == before {
                let help = "name the image that it is based on, or say what it has";
                wrongs.push(wrong(key, "nothing is said of this image", "").help(help));
            }
            Meaning::Described(Box::new(described))
        }
    }
}

fn described(image: &Image, wrongs: &mut Vec<Wrong>) -> Described {
    let mut absolute = |told: &Spanned<String>, what: &str| {
        if !told.get_ref().starts_with('/') {
            wrongs.push(wrong(told, format!("`{}` is no absolute path", told.get_ref()), "").help(what));
        }
    };
    let text = |told: &Spanned<String>| told.get_ref().clone();
    let shell = image.shell.as_ref().map(|shell| (shell.get_ref() != "none").then_some(shell));
    if let Some(Some(shell)) = shell {
        absolute(shell, "the shell's path, as in `/bin/sh`, or `none`");
    }
    if let Some(workdir) = &image.workdir {
        absolute(workdir, "the working directory that the image's configuration has");
    }
    for path in image.has.iter().chain(&image.lacks).filter(|path| path.get_ref().contains('/')) {
        absolute(path, "an absolute path, or the bare name of a program on PATH");
    }
    for path in image.lacks.iter().filter(|path| image.has.iter().any(|own| own.get_ref() == path.get_ref())) {
        wrongs.push(wrong(path, format!("the image has `{}`, and lacks it", path.get_ref()), ""));
    }
    let go = image.go.as_ref().and_then(|version| {
        let known = GoVersion::parse(version.get_ref());
        if known.is_none() {
            let message = format!("`{}` is no version of Go", version.get_ref());
            wrongs.push(wrong(version, message, "").help("as `go version` has it: `1.24`, `1.24.3`"));
        }
        known
    });
    Described {
        based_on: image.based_on.as_ref().map(text),
        libc: image.libc,
        shell: shell.map(|shell| shell.map(text)),
        user: image.user.clone(),
        workdir: image.workdir.as_ref().map(text),
        path: image.path.clone(),
        env: image.env.clone(),
        entrypoint: image.entrypoint.clone(),
        cmd: image.cmd.clone(),
        go,
        package_manager: image.package_manager,
        users: image.users.clone(),
        groups: image.groups.clone(),
        has: image.has.iter().map(text).collect(),
        lacks: image.lacks.iter().map(text).collect(),
    }
}
