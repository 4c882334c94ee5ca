//! Knows which dynamic programs an image can load: the loaders that are there, and the release of its glibc.
//! Refuses to know which programs are started.

use super::Stage;
use crate::model::context::BuildContext;
use crate::model::files::{Base, Found};
use crate::model::go::Linkage;
use crate::model::images::{Libc, PackageManager};
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::world::World;

/// Whether an image can load a dynamic program.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Loaders {
    /// Whether a program that was linked against it finds its loader.
    pub glibc: Tri,
    pub musl: Tri,
    /// The N of the glibc's release 2.N, where it certainly is the base image's own.
    pub release: Option<u32>,
}

impl Loaders {
    pub(super) const UNKNOWN: Loaders = Loaders { glibc: Tri::Unknown, musl: Tri::Unknown, release: None };

    /// The N of glibc 2.N that a program asks for and that is certainly not there.
    pub fn too_old_for(self, linkage: &Linkage) -> Option<u32> {
        linkage.glibc.filter(|asked| self.release.is_some_and(|there| there < *asked))
    }

    /// Whether a program linked against a library finds its loader.
    pub fn of(self, libc: Libc) -> Tri {
        match libc {
            Libc::Glibc => self.glibc,
            Libc::Musl => self.musl,
            _ => Tri::Unknown,
        }
    }
}

/// Loader paths by C library, for the architectures that images are commonly built for.
const LOADERS: &[(Libc, &[&str])] = &[
    (
        Libc::Glibc,
        &[
            "/lib64/ld-linux-x86-64.so.2",
            "/lib/ld-linux-aarch64.so.1",
            "/lib/ld-linux-armhf.so.3",
            "/lib/ld-linux.so.2",
        ],
    ),
    (Libc::Musl, &["/lib/ld-musl-x86_64.so.1", "/lib/ld-musl-aarch64.so.1", "/lib/ld-musl-armhf.so.1"]),
];

/// What a stage's world can load.
pub(super) fn of(stage: &Stage, context: &BuildContext) -> Loaders {
    Loaders {
        glibc: loader(&stage.world, context, Libc::Glibc),
        musl: loader(&stage.world, context, Libc::Musl),
        release: glibc_release(&stage.world),
    }
}

/// A newer glibc may come from another release's packages, or be copied.
fn glibc_release(world: &World) -> Option<u32> {
    let Base::Image(image) = &world.files.base else { return None };
    let own = world.files.without_packages();
    let untouched = |dir: &str| {
        let dir = Path::new(dir);
        own.below(&dir).is_empty() && own.doubt_of(&dir).is_none()
    };
    let libraries = ["/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/apt", "/etc/yum.repos.d"];
    image.glibc_release().filter(|_| libraries.into_iter().all(untouched))
}

/// Whether a world can load programs that are linked against a C library.
pub fn loader(world: &World, context: &BuildContext, libc: Libc) -> Tri {
    if world.loader_shims.contains(&libc) {
        return Tri::Yes;
    }
    let files = &world.files;
    // Packages of these families leave glibc's loader where it is, and musl comes under its own name.
    let settled = match &files.base {
        Base::Image(image) => !matches!(image.package_manager, PackageManager::Apk | PackageManager::Unknown),
        _ => false,
    };
    let files = if settled { &files.without_packages() } else { files };
    let mut out = Tri::No;
    for path in LOADERS.iter().filter(|(of, _)| *of == libc).flat_map(|(_, paths)| *paths) {
        match files.find(&Path::new(path), context) {
            Found::File { .. } | Found::Exists => return Tri::Yes,
            Found::Missing | Found::Dir => {}
            Found::Unknown(_) | Found::NotInCheckout { .. } => out = Tri::Unknown,
        }
    }
    out
}
