use super::*;
use crate::model::images;
use crate::model::trace::HopId;

struct NoContext;

impl Context for NoContext {
    fn find(&self, _tree: &Tree, checkout_path: &str) -> Found {
        match checkout_path {
            "go.mod" | "cmd/app/main.go" => Found::Exists,
            "cmd" | "cmd/app" | "" => Found::Dir,
            _ => Found::NotInCheckout { context_path: checkout_path.to_string() },
        }
    }

    fn executable(&self, _checkout_path: &str) -> bool {
        false
    }
}

fn file(hop: u32) -> File {
    File { mode: Some(0o755), ..File::new(HopId(hop)) }
}

fn image(reference: &str) -> Files {
    Files::new(Base::Image(Arc::new(images::lookup(reference).unwrap())))
}

fn find(files: &Files, path: &str) -> Found {
    files.find(&Path::new(path), &NoContext)
}

fn why() -> Why {
    Why::new("a script")
}

#[test]
fn scratch_has_what_was_put_there_and_its_directories() {
    let mut files = Files::new(Base::Empty);
    files.put_file(&Path::new("/usr/local/bin/app"), file(1));
    assert_eq!(find(&files, "/usr/local/bin/app").file().map(|f| f.hop), Some(HopId(1)));
    assert_eq!(find(&files, "/usr/local"), Found::Dir);
    assert_eq!(find(&files, "/app"), Found::Missing);
}

#[test]
fn a_usr_merged_base_has_one_bin() {
    let mut files = image("debian:bookworm");
    files.put_file(&Path::new("/bin/app"), file(1));
    assert!(find(&files, "/usr/bin/app").file().is_some());
    let mut files = image("alpine:3.20");
    files.put_file(&Path::new("/bin/app"), file(1));
    assert_eq!(find(&files, "/usr/bin/app"), Found::Missing);
}

#[test]
fn what_may_have_written_makes_absence_unknown_and_presence_doubtful() {
    let mut files = Files::new(Base::Empty);
    files.put_file(&Path::new("/app"), file(1));
    files.taint(&Path::root(), why());
    assert!(matches!(find(&files, "/other"), Found::Unknown(_)));
    assert!(matches!(find(&files, "/app"), Found::File { doubt: Some(_), .. }));
    files.put_file(&Path::new("/app"), file(2));
    assert!(matches!(find(&files, "/app"), Found::File { doubt: None, .. }));
}

#[test]
fn a_bounded_taint_reaches_only_what_is_below() {
    let mut files = Files::new(Base::Empty);
    files.taint(&Path::new("/opt"), why());
    assert!(matches!(find(&files, "/opt/x"), Found::Unknown(_)));
    assert_eq!(find(&files, "/optional"), Found::Missing);
}

#[test]
fn removing_forgets_what_came_before_and_not_after() {
    let mut files = Files::new(Base::Empty);
    files.put_file(&Path::new("/out/app"), file(1));
    files.remove(&Path::new("/out"));
    assert_eq!(find(&files, "/out/app"), Found::Missing);
    files.put_file(&Path::new("/out/app"), file(2));
    assert!(find(&files, "/out/app").file().is_some());
}

#[test]
fn links_are_followed_and_written_through() {
    let mut files = Files::new(Base::Empty);
    files.link(&Path::new("/app"), Path::new("/opt/app/app"), HopId(1));
    assert_eq!(find(&files, "/app"), Found::Missing);
    files.put_file(&Path::new("/opt/app/app"), file(2));
    assert_eq!(find(&files, "/app").file().map(|f| f.hop), Some(HopId(2)));
    files.link(&Path::new("/a"), Path::new("/b"), HopId(3));
    files.link(&Path::new("/b"), Path::new("/a"), HopId(4));
    assert!(matches!(find(&files, "/a"), Found::Unknown(_)));
}

#[test]
fn the_checkout_shows_through_and_proves_no_absence() {
    let mut files = Files::new(Base::Empty);
    let tree = Tree { directory: String::new(), context: Some(String::new()), hop: HopId(1) };
    files.put_tree(&Path::new("/src"), tree);
    assert_eq!(find(&files, "/src/go.mod").file().and_then(|f| f.origin.clone()).as_deref(), Some("go.mod"));
    assert_eq!(find(&files, "/src/cmd/app"), Found::Dir);
    assert!(matches!(find(&files, "/src/bin/app"), Found::NotInCheckout { .. }));
    assert_eq!(find(&files, "/go.mod"), Found::Missing);
    assert_eq!(files.checkout_dir(&Path::new("/src/cmd")).as_deref(), Some("cmd"));
}

#[test]
fn a_directory_is_grafted_with_its_files_and_its_doubts() {
    let mut from = Files::new(Base::Empty);
    from.put_file(&Path::new("/out/app"), file(1));
    from.taint(&Path::new("/out/more"), why());
    let mut to = Files::new(Base::Empty);
    to.graft(&from, &Path::new("/out"), &Path::new("/usr/local/bin"), HopId(9), &mut |_, file| File {
        hop: HopId(9),
        ..file.clone()
    });
    assert_eq!(find(&to, "/usr/local/bin/app").file().map(|f| f.hop), Some(HopId(9)));
    assert!(matches!(find(&to, "/usr/local/bin/more/x"), Found::Unknown(_)));
    assert_eq!(find(&to, "/usr/local/bin/other"), Found::Missing);
}

#[test]
fn a_merged_base_has_two_names_for_its_programs_and_libraries_only() {
    let files = image("debian:bookworm");
    assert_eq!(find(&files, "/usr/bin/sh"), Found::Exists);
    assert_eq!(find(&files, "/usr/bin/app"), Found::Missing);
    for directory in ["/usr/local/lib/python3", "/usr/local/include", "/usr/share/keyrings", "/usr/games", "/usr/src"] {
        assert!(matches!(find(&files, directory), Found::Unknown(_)), "{directory}");
    }
    for own in ["/usr/src/app", "/usr/local/app/bin"] {
        assert_eq!(find(&files, own), Found::Missing, "{own}");
    }
}

#[test]
fn packages_bring_their_programs_and_other_files_we_do_not_list() {
    let mut files = image("alpine:3.20");
    assert_eq!(find(&files, "/sbin/tini"), Found::Missing);
    files.add_programs(&["tini"]);
    assert_eq!(find(&files, "/sbin/tini"), Found::Exists);
    assert_eq!(find(&files, "/usr/bin/app"), Found::Missing);
    assert!(matches!(find(&files, "/usr/share/zoneinfo/UTC"), Found::Unknown(_)));
    assert_eq!(find(&files, "/usr/local/bin/app"), Found::Missing);
}

#[test]
fn joining_branches_keeps_what_both_have() {
    let mut base = Files::new(Base::Empty);
    base.put_file(&Path::new("/both"), file(1));
    let (mut a, b) = (base.clone(), base.clone());
    a.put_file(&Path::new("/one"), file(2));
    for joined in [a.join(&b), b.join(&a)] {
        assert!(find(&joined, "/both").file().is_some());
        assert!(matches!(find(&joined, "/one"), Found::Unknown(_)));
    }
    assert_eq!(a.join(&a), a);
}

#[test]
fn a_mount_takes_away_what_was_written_below_it() {
    let mut files = Files::new(Base::Empty);
    files.put_file(&Path::new("/go/keep"), file(1));
    let before = files.clone();
    files.put_file(&Path::new("/go/bin/app"), file(2));
    files.put_file(&Path::new("/out/app"), file(3));
    files.restore_below(&Path::new("/go"), &before);
    assert_eq!(find(&files, "/go/bin/app"), Found::Missing);
    assert!(find(&files, "/go/keep").file().is_some());
    assert!(find(&files, "/out/app").file().is_some());
}

#[test]
fn a_grafted_directory_brings_what_its_image_has_there() {
    let mut alpine = image("alpine:3.22");
    let from = image("golang:1.24-bookworm");
    alpine.graft(&from, &Path::new("/bin"), &Path::new("/bin"), HopId(1), &mut |_, file| file.clone());
    let found = find(&alpine, "/bin/sh");
    assert_eq!(found.file().and_then(|f| f.content.clone()), Some(Content::Linked(Libc::Glibc)));
    assert_eq!(find(&alpine, "/bin/app"), Found::Missing);
}

#[test]
fn an_applet_is_written_through_its_link() {
    let mut files = image("alpine:3.22");
    files.put_file(&Path::new("/bin/ls"), file(1));
    assert_eq!(find(&files, "/bin/sh").file().map(|f| f.hop), Some(HopId(1)));
    let mut merged = image("debian:bookworm");
    merged.put_file(&Path::new("/bin/ls"), file(1));
    assert_eq!(find(&merged, "/bin/sh"), Found::Exists);
    let mut replaced = image("alpine:3.22");
    replaced.add_programs(&["ls"]);
    replaced.put_file(&Path::new("/bin/ls"), file(1));
    assert!(find(&replaced, "/bin/sh").file().is_none());
}

#[test]
fn a_directory_is_listed_only_where_all_of_it_is_known() {
    let out = Path::new("/out");
    let mut files = image("golang:1.24-bookworm");
    files.put_file(&out.child(&"app".into()), file(1));
    files.put_file(&Path::new("/out/deep/tool"), file(2));
    assert_eq!(files.entries(&out), Some(vec![Path::new("/out/app"), Path::new("/out/deep")]));
    files.remove(&Path::new("/out/app"));
    assert_eq!(files.entries(&out), Some(vec![Path::new("/out/deep")]));
    assert_eq!(files.entries(&Path::new("/usr/bin")), None);
    files.taint(&out, why());
    assert_eq!(files.entries(&out), None);
}

#[test]
fn a_directory_stands_in_the_way_of_a_link_only_at_the_root_of_a_merged_base() {
    let mut from = Files::new(Base::Empty);
    from.put_file(&Path::new("/out/bin/app"), file(1));
    let out = Path::new("/out");
    let debian = image("debian:bookworm");
    assert_eq!(debian.link_in_the_way(&from, &out, &Path::root()), Some(Path::new("/bin")));
    assert_eq!(debian.link_in_the_way(&from, &out, &Path::new("/opt")), None);
    assert_eq!(image("alpine:3.22").link_in_the_way(&from, &out, &Path::root()), None);
    assert_eq!(debian.link_above(&Path::new("/bin/app"), false), Some(Path::new("/bin")));
    assert_eq!(debian.link_above(&Path::new("/bin"), false), None);
}

#[test]
fn modes_that_were_changed_below_a_directory_are_not_those_of_the_checkout() {
    let mut files = Files::new(Base::Empty);
    let tree = Tree { directory: String::new(), context: Some(String::new()), hop: HopId(1) };
    files.put_tree(&Path::new("/src"), tree);
    let mode = |files: &Files| find(files, "/src/go.mod").file().map(|f| f.mode);
    assert_eq!(mode(&files), Some(Some(0o644)));
    files.change_below(&Path::new("/src"));
    assert_eq!(mode(&files), Some(None));
}

#[test]
fn a_mount_is_read_only_for_its_time() {
    let mut files = Files::new(Base::Empty);
    files.set_read_only(&[Path::new("/src")]);
    assert!(files.is_read_only(&Path::new("/src/bin/app")) && !files.is_read_only(&Path::new("/out/app")));
    files.set_read_only(&[]);
    assert!(!files.is_read_only(&Path::new("/src/bin/app")));
}

#[test]
fn removing_a_pattern_brings_nothing_and_takes_only_what_it_matches() {
    let mut files = Files::new(Base::Empty);
    files.put_file(&Path::new("/app"), file(1));
    files.put_file(&Path::new("/opt/cache/app"), file(2));
    files.remove_matching(&Path::new("/*.zip"), why());
    files.remove_matching(&Path::new("/opt/ca*"), why());
    assert!(matches!(find(&files, "/app"), Found::File { doubt: None, .. }));
    assert_eq!(find(&files, "/entrypoint"), Found::Missing);
    assert!(matches!(find(&files, "/opt/cache/app"), Found::File { doubt: Some(_), .. }));
    let mut image = Files::new(Base::Empty);
    image.graft(&files, &Path::new("/opt"), &Path::new("/usr"), HopId(3), &mut |_, file| file.clone());
    assert!(matches!(find(&image, "/usr/cache/app"), Found::File { doubt: Some(_), .. }));
    assert_eq!(find(&image, "/usr/other"), Found::Missing);
}
