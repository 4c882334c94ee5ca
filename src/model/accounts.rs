//! Knows which user and group names a realm has: those of its base image, of the files that replaced `/etc/passwd` and
//! `/etc/group`, and those that commands created.
//! Refuses to know what a user may do.

use super::files::{Base, Content, Context, Found};
use super::path::Path;
use super::tri::Tri;
use super::value::Text;
use super::world::World;

/// Names that commands gave to new users and groups.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Accounts {
    /// Users and groups alike: creating a user creates a group of its name.
    created: Vec<Text>,
    /// One was created whose name is not known.
    unsure: bool,
}

/// A line of `/etc/passwd` or one of `/etc/group`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Account {
    User,
    Group,
}

impl Account {
    /// How a message calls it.
    pub fn noun(self) -> &'static str {
        match self {
            Account::User => "user",
            Account::Group => "group",
        }
    }
}

impl Accounts {
    /// A command creates an account; `None` where its name is not known, so that it may be any.
    pub fn create(&mut self, name: Option<&Text>) {
        match name {
            Some(name) if !self.created.contains(name) => self.created.push(name.clone()),
            Some(_) => {}
            None => self.unsure = true,
        }
    }

    /// What one of two branches created may be there.
    pub fn join(&self, other: &Accounts) -> Accounts {
        let mut out = self.clone();
        other.created.iter().for_each(|name| out.create(Some(name)));
        out.unsure |= other.unsure;
        out
    }
}

impl World {
    /// Whether the realm has a user or group. A number needs no entry.
    pub fn has_account(&self, account: Account, name: &str, context: &dyn Context) -> Tri {
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_digit()) {
            return Tri::Yes;
        }
        if self.accounts.created.iter().any(|created| created.as_literal() == Some(name)) {
            return Tri::Yes;
        }
        let file = if account == Account::User { "/etc/passwd" } else { "/etc/group" };
        let answer = match (self.files.find(&Path::new(file), context), &self.files.base) {
            (Found::File { file, doubt: None, .. }, _) => match &file.content {
                Some(Content::Text(text)) => {
                    Tri::of(text.lines().any(|line| line.split(':').next().is_some_and(|first| first == name)))
                }
                _ => Tri::Unknown,
            },
            (Found::Missing, _) => Tri::No,
            (Found::Exists, Base::Image(image)) => match account {
                Account::User => image.has_user(name),
                Account::Group => image.has_group(name),
            },
            _ => Tri::Unknown,
        };
        let symbols = self.accounts.created.iter().any(|created| created.as_literal().is_none());
        if answer == Tri::No && (self.accounts.unsure || symbols) { Tri::Unknown } else { answer }
    }

    /// The parts of `user:group` that the realm certainly does not have.
    pub fn missing_accounts(&self, owner: &str, context: &dyn Context) -> Vec<(Account, String)> {
        let (user, group) = owner.split_once(':').unwrap_or((owner, ""));
        [(Account::User, user), (Account::Group, group)]
            .into_iter()
            .filter(|(account, name)| !name.is_empty() && self.has_account(*account, name, context) == Tri::No)
            .map(|(account, name)| (account, name.to_string()))
            .collect()
    }
}
