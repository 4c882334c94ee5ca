//! Knows answers that may be yes, no, or not known, and facts that may be missing.
//! Refuses to know what the questions are.

/// Yes, no, or nobody can tell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Tri {
    Yes,
    No,
    Unknown,
}

impl Tri {
    /// For what is certain.
    pub fn of(known: bool) -> Tri {
        if known { Tri::Yes } else { Tri::No }
    }

    /// Certainly.
    pub fn is_yes(self) -> bool {
        self == Tri::Yes
    }

    /// Certainly not.
    pub fn is_no(self) -> bool {
        self == Tri::No
    }

    /// What two ways of getting here agree on. Commutative, associative, idempotent.
    pub fn join(self, other: Tri) -> Tri {
        if self == other { self } else { Tri::Unknown }
    }

    /// Yes only if both are, No as soon as one is.
    pub fn and(self, other: Tri) -> Tri {
        match (self, other) {
            (Tri::No, _) | (_, Tri::No) => Tri::No,
            (Tri::Yes, Tri::Yes) => Tri::Yes,
            _ => Tri::Unknown,
        }
    }

    /// Yes as soon as one is, No only if both are.
    pub fn or(self, other: Tri) -> Tri {
        !((!self).and(!other))
    }
}

impl std::ops::Not for Tri {
    type Output = Tri;

    fn not(self) -> Tri {
        match self {
            Tri::Yes => Tri::No,
            Tri::No => Tri::Yes,
            Tri::Unknown => Tri::Unknown,
        }
    }
}

/// Something read from a source, or something no source we could read says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Fact<T> {
    Known(T),
    Unknown,
}

impl<T: PartialEq + Copy> Fact<T> {
    /// What a source says, if one does.
    pub fn known(self) -> Option<T> {
        match self {
            Fact::Known(value) => Some(value),
            Fact::Unknown => None,
        }
    }

    /// What two ways of getting here agree on. Commutative, associative, idempotent.
    pub fn join(self, other: Fact<T>) -> Fact<T> {
        if self == other { self } else { Fact::Unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::Tri::{self, *};

    #[test]
    fn three_valued_logic_keeps_what_is_decided() {
        for a in [Yes, No, Unknown] {
            assert_eq!(a.join(a), a);
            assert_eq!(No.and(a), No);
            assert_eq!(Yes.or(a), Yes);
            assert_eq!(!!a, a);
            for b in [Yes, No, Unknown] {
                assert_eq!(a.join(b), b.join(a));
                assert_eq!(a.and(b), b.and(a));
                for c in [Yes, No, Unknown] {
                    assert_eq!(a.and(b).and(c), a.and(b.and(c)));
                }
            }
        }
        assert_eq!(Tri::of(true).and(Unknown), Unknown);
    }
}
