//! Knows whom a file's mode and owner let execute it.
//! Refuses to know which names an image has ([`super::accounts`]) and where a program is found.

use super::files::{Base, Directory, File, Files, Found};
use super::images::Family;
use super::lookup::Resolution;
use super::path::Path;
use super::tri::Tri;
use super::value::{Relation, Text, Value};

/// Whether a user other than root may execute a file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Access {
    /// Everybody, or root's group, or the user is root; or too little is known.
    Open,
    /// Its owner, who the user is or may be, and nobody else.
    OwnerAlone(Text),
    /// Its owner alone, and the user certainly is somebody else. Root's capabilities may let it, where the runtime leaves them.
    Refused(Text),
    /// It lies in a directory that this owner alone may enter. Likewise.
    Behind {
        directory: Path,
        owner: Text,
        /// How COPY made the directory, where the base image did not bring it.
        made: Option<Directory>,
    },
}

/// What `user` may do with what was found.
pub fn to(resolution: &Resolution, user: &Value, files: &Files) -> Access {
    let Resolution::Found { path, found: Found::File { file, path: real, doubt: None } } = resolution else {
        return Access::Open;
    };
    for (home, owner) in HOMES.iter().map(|(home, owner)| (Path::new(home), *owner)) {
        let below = [path, real].iter().any(|path| path.is_below(&home) == Relation::Equal);
        if below && is_closed(&home, owner, files) && is_another(user, owner) {
            return Access::Behind { directory: home, owner: owner.into(), made: None };
        }
    }
    let access = execution(file, user);
    if matches!(access, Access::Refused(_)) {
        return access;
    }
    let made = [path, real].into_iter().flat_map(|path| files.made_above(path));
    let behind = made.filter_map(|(directory, made)| {
        let owner = keeps_out(made, user)?;
        Some(Access::Behind { directory, owner, made: Some(made.clone()) })
    });
    behind.into_iter().next().unwrap_or(access)
}

/// The one who may enter a directory, where a user may not.
fn keeps_out(directory: &Directory, user: &Value) -> Option<Text> {
    let (Some(owner), Value::Text(text)) = (&directory.owner, user) else { return None };
    if directory.mode & 0o111 == 0 {
        return (is_root(text) == Tri::No).then(|| "0".into());
    }
    match permission(directory.mode, owner, text) {
        Access::Refused(owner) => Some(owner),
        _ => None,
    }
}

/// Distributions make root's home for root alone: 0700, Red Hat's 0550. Distroless makes its other user's 0700 too.
const HOMES: &[(&str, &str)] = &[("/root", "0"), ("/home/nonroot", "65532")];

fn is_closed(home: &Path, owner: &str, files: &Files) -> bool {
    let known = match &files.base {
        Base::Image(image) if owner == "0" => matches!(
            image.family,
            Family::Alpine | Family::Debian | Family::Ubuntu | Family::Distroless | Family::Fedora | Family::Ubi
        ),
        Base::Image(image) => image.family == Family::Distroless && image.has_user("nonroot") == Tri::Yes,
        _ => false,
    };
    known && files.has_own_mode(home)
}

/// Whether a user certainly is neither root, nor in root's group, nor the owner.
fn is_another(user: &Value, owner: &str) -> bool {
    let Value::Text(user) = user else { return false };
    let alone = is_root(user) == Tri::No && !user.literal_suffix().ends_with(":0");
    alone && (owner == "0" || same(&user_of(user), &owner.into()) == Tri::No)
}

/// What `user`, as USER or su-exec has it, may do with a file.
pub fn execution(file: &File, user: &Value) -> Access {
    let (Some(mode), Some(owner), Value::Text(user)) = (file.mode, &file.owner, user) else { return Access::Open };
    permission(mode, owner, user)
}

fn permission(mode: u32, owner: &Text, user: &Text) -> Access {
    if mode & 0o001 != 0 || mode & 0o111 == 0 || is_root(user) != Tri::No {
        return Access::Open;
    }
    let group = owner.split_once(':').map(|(_, group)| group);
    let by_group = mode & 0o010 != 0;
    // A user that is no name in /etc/passwd is in root's group; OpenShift counts on it.
    if by_group && group.as_ref().is_none_or(|group| group.is_empty() || is_root(group) != Tri::No) {
        return Access::Open;
    }
    let owner = user_of(owner);
    match same(&owner, &user_of(user)) {
        Tri::No if by_group => Access::Open,
        Tri::No => Access::Refused(owner),
        Tri::Yes | Tri::Unknown if mode & 0o100 != 0 => Access::OwnerAlone(owner),
        Tri::Yes | Tri::Unknown => Access::Open,
    }
}

/// The user of `user:group`.
pub fn user_of(owner: &Text) -> Text {
    owner.split_once(':').map_or_else(|| owner.clone(), |(user, _)| user)
}

fn is_root(user: &Text) -> Tri {
    match user_of(user).as_literal() {
        Some("" | "0" | "root") => Tri::Yes,
        Some(_) => Tri::No,
        None => Tri::Unknown,
    }
}

/// Two names are two users, and so are two numbers. A name may have any number, but root's is 0, and only root's.
fn same(a: &Text, b: &Text) -> Tri {
    match (is_root(a), is_root(b)) {
        (Tri::Yes, other) | (other, Tri::Yes) => return other,
        (Tri::Unknown, _) | (_, Tri::Unknown) => return if a == b { Tri::Yes } else { Tri::Unknown },
        (Tri::No, Tri::No) => {}
    }
    let number = |text: &Text| text.as_literal().is_some_and(|t| t.chars().all(|c| c.is_ascii_digit()));
    if a == b {
        Tri::Yes
    } else if number(a) == number(b) {
        Tri::No
    } else {
        Tri::Unknown
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::trace::HopId;

    fn access(mode: u32, owner: &str, user: &str) -> Access {
        let file = File { mode: Some(mode), owner: Some(owner.into()), ..File::new(HopId(0)) };
        execution(&file, &Value::literal(user))
    }

    #[test]
    fn who_may_execute() {
        let (alone, refused) = (|who: &str| Access::OwnerAlone(who.into()), |who: &str| Access::Refused(who.into()));
        for (mode, owner, user, expected) in [
            (0o755, "0:0", "app", Access::Open),
            (0o700, "0:0", "", Access::Open),
            (0o700, "app:app", "root", Access::Open),
            (0o700, "0:0", "app", refused("0")),
            (0o700, "root", "65532:65532", refused("root")),
            (0o700, "1000", "1001", refused("1000")),
            (0o700, "app:app", "web", refused("app")),
            (0o544, "app:app", "app", alone("app")),
            (0o544, "app", "65532", alone("app")),
            (0o550, "app:app", "app", alone("app")),
            (0o550, "app:staff", "web", Access::Open),
            (0o550, "app:0", "app", Access::Open),
            (0o550, "app:root", "app", Access::Open),
            (0o750, "0:0", "1001", Access::Open),
            (0o644, "app", "app", Access::Open),
        ] {
            assert_eq!(access(mode, owner, user), expected, "{mode:o} {owner} {user}");
        }
        let file = File { mode: Some(0o700), owner: Some("0:0".into()), ..File::new(HopId(0)) };
        assert_eq!(execution(&file, &Value::unknown("x")), Access::Open);
        assert_eq!(execution(&file, &Value::Text(Text::symbol("UID"))), Access::Open);
        assert_eq!(execution(&File { owner: None, ..file }, &Value::literal("app")), Access::Open);
    }
}
