//! Knows every tag that the official golang image ever had since 1.9, and asks the image table about each.
//! Refuses to pull images: the tags are data.

use gobin_lint::model::images::{Libc, Os, lookup};
use gobin_lint::model::tri::{Fact, Tri};

#[test]
fn every_golang_tag_is_read_as_it_was_built() {
    let mut wrong = Vec::new();
    let mut known = 0;
    for line in include_str!("data/go/golang_tags.tsv").lines().filter(|line| !line.starts_with('#')) {
        let mut columns = line.split('\t');
        let (tag, minor, variant) = (columns.next().unwrap(), columns.next().unwrap(), columns.next().unwrap());
        let image = lookup(&format!("golang:{tag}")).unwrap();
        let version = image.go.unwrap().version;
        let glibc = match variant {
            "stretch" => Fact::Known("2.24"),
            "buster" => Fact::Known("2.28"),
            "bullseye" => Fact::Known("2.31"),
            "bookworm" => Fact::Known("2.36"),
            "trixie" => Fact::Known("2.41"),
            _ => Fact::Unknown,
        };
        let alpine: Option<u32> = variant.strip_prefix("alpine3.").map(|n| n.parse().unwrap());
        let merged = match alpine {
            Some(..=22) => Tri::No,
            Some(_) => Tri::Unknown,
            None => image.usr_merged,
        };
        let fits = match variant {
            _ if variant.starts_with("alpine") => {
                image.libc == Libc::Musl && [merged, Tri::Unknown].contains(&image.usr_merged)
            }
            _ if variant.contains("server") => image.os == Os::Windows,
            _ => image.libc == Libc::Glibc && [glibc, Fact::Unknown].contains(&image.glibc_version),
        };
        let version_fits = version.minor.is_none_or(|own| own.to_string() == minor);
        if !fits || !version_fits {
            wrong.push(format!("{line}: {:?} {:?} {version:?}", image.libc, image.glibc_version));
        }
        known += usize::from(version.minor.is_some());
    }
    assert!(known > 3_000, "{known}");
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}
