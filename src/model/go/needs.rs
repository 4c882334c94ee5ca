//! Knows what imports need of cgo, and what several packages need together.
//! Refuses to know how imports are found, and what becomes of a need.

use crate::model::tri::Tri;
use crate::model::value::Why;

/// Whether something is among the transitive imports, and one import that brings it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Need {
    Yes(String),
    No,
    Unknown(Why),
}

impl Need {
    /// The same without the import that brings it.
    pub fn tri(&self) -> Tri {
        match self {
            Need::Yes(_) => Tri::Yes,
            Need::No => Tri::No,
            Need::Unknown(_) => Tri::Unknown,
        }
    }

    /// Both are linked together: Yes if one is.
    pub fn with(self, other: Need) -> Need {
        match (self, other) {
            (Need::Yes(a), Need::Yes(b)) => Need::Yes(a.min(b)),
            (Need::Yes(a), _) | (_, Need::Yes(a)) => Need::Yes(a),
            (Need::Unknown(a), Need::Unknown(b)) => Need::Unknown(a.min(b)),
            (Need::Unknown(a), _) | (_, Need::Unknown(a)) => Need::Unknown(a),
            (Need::No, Need::No) => Need::No,
        }
    }
}

/// The transitive imports that decide the linkage (facts 77, 80, 88).
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Imports {
    /// `net`, which `-tags netgo` frees of cgo.
    pub net: Need,
    /// `os/user`, which `-tags osusergo` frees of cgo.
    pub os_user: Need,
    /// `plugin` or `runtime/cgo`, which no tag frees.
    pub plugin: Need,
    /// `import "C"` outside the standard library, in a file that is built when cgo is on.
    pub user_cgo: Need,
    /// A package that has only cgo files: with cgo off it does not build.
    pub cgo_only: Need,
}

impl Imports {
    /// A package in pure Go that imports none of them.
    pub fn none() -> Imports {
        Imports { net: Need::No, os_user: Need::No, plugin: Need::No, user_cgo: Need::No, cgo_only: Need::No }
    }

    /// Sources that nobody here sees.
    pub fn unknown(why: Why) -> Imports {
        let need = Need::Unknown(why);
        Imports {
            net: need.clone(),
            os_user: need.clone(),
            plugin: need.clone(),
            user_cgo: need.clone(),
            cgo_only: need,
        }
    }

    /// Both are linked into one program.
    pub fn with(self, other: Imports) -> Imports {
        Imports {
            net: self.net.with(other.net),
            os_user: self.os_user.with(other.os_user),
            plugin: self.plugin.with(other.plugin),
            user_cgo: self.user_cgo.with(other.user_cgo),
            cgo_only: self.cgo_only.with(other.cgo_only),
        }
    }
}
