use super::*;
use crate::model::modules::{GoFiles, ModuleView};
use crate::source::MemoryCheckout;
use proptest::prelude::*;

/// A call in the making: a checkout at /src, sources visible, gcc there.
struct Ask {
    env: Vec<(&'static str, Value)>,
    files: Vec<(&'static str, &'static str)>,
    version: GoVersion,
    host: Platform,
    c_compiler: Tri,
    libc: Libc,
    glibc: Option<u32>,
    dirs: Vec<&'static str>,
    is_dir_else: Tri,
    visible: bool,
    settings: Vec<(&'static str, &'static str)>,
}

const MAIN: &str = "package main\nfunc main() {}\n";
const HTTP: &str = "package main\nimport \"net/http\"\nfunc main() {}\n";
const MODULE: (&str, &str) = ("go.mod", "module example.com/m\n\ngo 1.21\n");

fn ask() -> Ask {
    Ask {
        env: vec![("HOME", Value::literal("/root")), ("GOTOOLCHAIN", Value::literal("local"))],
        files: vec![MODULE, ("main.go", MAIN), ("cmd/app/main.go", HTTP)],
        version: GoVersion::of(24),
        host: Platform::new("linux", "amd64"),
        c_compiler: Tri::Yes,
        libc: Libc::Glibc,
        glibc: None,
        dirs: Vec::new(),
        is_dir_else: Tri::No,
        visible: true,
        settings: Vec::new(),
    }
}

impl Ask {
    fn env(mut self, key: &'static str, value: &str) -> Ask {
        self.env.push((key, Value::literal(value)));
        self
    }

    fn symbol(mut self, key: &'static str, name: &str) -> Ask {
        self.env.push((key, Value::Text(Text::symbol(name))));
        self
    }

    fn version(mut self, minor: u32) -> Ask {
        self.version = GoVersion::of(minor);
        self
    }

    fn values(&self, args: &[Value]) -> Answer {
        let checkout = MemoryCheckout::new(self.files.iter().copied());
        let map = |path: &Path| {
            let below = path.relative_to(&Path::new("/src"))?;
            self.visible.then(|| below.as_literal().map(str::to_string)).flatten()
        };
        let exists = |path: &Path| match map(path) {
            Some(place) => Tri::of(self.files.iter().any(|(name, _)| *name == place)),
            None if path.is_below(&Path::new("/src")) == crate::model::value::Relation::Equal => Tri::Unknown,
            None => Tri::No,
        };
        let is_dir = |path: &Path| {
            if self.dirs.iter().any(|dir| path.as_literal() == Some(dir)) { Tri::Yes } else { self.is_dir_else }
        };
        run(&Call {
            version: self.version,
            env: &|key| self.env.iter().rev().find(|(k, _)| *k == key).map_or(Value::Unset, |(_, v)| v.clone()),
            settings: &|key| {
                self.settings.iter().find(|(k, _)| *k == key).map_or(Value::Unset, |(_, v)| Value::literal(*v))
            },
            args,
            cwd: &Path::new("/src"),
            host: &self.host,
            c_compiler: self.c_compiler,
            libc: self.libc,
            glibc: self.glibc,
            packages: &ModuleView::new(&checkout, &map, &exists, &GoFiles::default()),
            is_dir: &is_dir,
        })
    }

    fn go(&self, line: &str) -> Answer {
        let args: Vec<Value> = line
            .split(' ')
            .map(|word| match word.strip_prefix('$') {
                Some(name) => Value::Text(Text::symbol(name)),
                None => Value::literal(word.replace('+', " ")),
            })
            .collect();
        self.values(&args)
    }

    /// The outputs' paths, `?` where not known; or the failure, or the kind of outcome.
    fn wrote(&self, line: &str) -> String {
        match self.go(line).outcome {
            Outcome::Writes(outputs) => outputs
                .iter()
                .map(|output| match (&output.path, &output.dir) {
                    (Ok(path), _) => path.to_string(),
                    (Err(_), Some(dir)) => format!("{dir}/?"),
                    (Err(_), None) => "?".into(),
                })
                .collect::<Vec<_>>()
                .join(" "),
            Outcome::Fails(failure) => format!("{:?}", failure.kind),
            Outcome::Nothing => "nothing".into(),
            Outcome::Opaque(_) => "opaque".into(),
            Outcome::Settings(_) => "settings".into(),
            Outcome::Unknown(_) => "unknown".into(),
        }
    }

    fn linkage(&self, line: &str) -> Linkage {
        match self.go(line).outcome {
            Outcome::Writes(mut outputs) if outputs.len() == 1 => outputs.remove(0).linkage,
            other => panic!("{line}: {other:?}"),
        }
    }
}

#[test]
fn gobin_wins_over_gopath_over_home() {
    assert_eq!(ask().wrote("install ./cmd/app"), "/root/go/bin/app");
    assert_eq!(ask().env("GOPATH", "/go").wrote("install ./cmd/app"), "/go/bin/app");
    assert_eq!(ask().env("GOPATH", "/a:/b").wrote("install ./cmd/app"), "/a/bin/app");
    let both = ask().env("GOPATH", "/go").env("GOBIN", "/out");
    assert_eq!(both.wrote("install ./cmd/app"), "/out/app");
    assert_eq!(both.go("install ./cmd/app").facts.destination, Destination::Gobin);
    assert_eq!(ask().go("install ./cmd/app").facts.destination, Destination::Home);
    assert_eq!(ask().env("GOBIN", "").wrote("install ./cmd/app"), "/root/go/bin/app");
}

#[test]
fn a_relative_gobin_is_an_error_for_install_only() {
    for gobin in ["bin", "./bin", "~/bin"] {
        assert_eq!(ask().env("GOBIN", gobin).wrote("install ./..."), "RelativeGobin", "{gobin}");
        assert_eq!(ask().env("GOBIN", gobin).wrote("build -o /out/a ./cmd/app"), "/out/a", "{gobin}");
    }
    assert_eq!(ask().symbol("GOBIN", "DIR").wrote("install ./cmd/app"), "?");
    let below = Ask { env: vec![("GOBIN", Value::Text(Text::symbol("HOME").concat(&"/bin".into())))], ..ask() };
    assert_eq!(below.wrote("install ./cmd/app"), "?");
}

#[test]
fn the_settings_file_counts_where_the_environment_is_empty() {
    let stored = || Ask { settings: vec![("GOBIN", "/stored")], ..ask() };
    assert_eq!(stored().wrote("install ./cmd/app"), "/stored/app");
    assert_eq!(stored().env("GOBIN", "").wrote("install ./cmd/app"), "/stored/app");
    assert_eq!(stored().env("GOENV", "off").wrote("install ./cmd/app"), "/root/go/bin/app");
    assert_eq!(stored().env("GOENV", "/other").wrote("install ./cmd/app"), "?");
    let written = ask().go("env -w GOBIN=/x GOFLAGS=-mod=mod").outcome;
    let expected = [("GOBIN", "/x"), ("GOFLAGS", "-mod=mod")];
    let expected = expected.map(|(key, value)| (key.to_string(), Some(Value::literal(value)))).to_vec();
    assert_eq!(written, Outcome::Settings(expected));
    assert_eq!(ask().go("env -u GOBIN").outcome, Outcome::Settings(vec![("GOBIN".into(), None)]));
    assert_eq!(ask().wrote("env GOBIN"), "nothing");
}

#[test]
fn cross_compiling_adds_a_directory_or_refuses_gobin() {
    let cross = || ask().env("GOPATH", "/go").env("GOARCH", "arm64");
    assert_eq!(cross().wrote("install ./cmd/app"), "/go/bin/linux_arm64/app");
    assert_eq!(cross().env("GOBIN", "/out").wrote("install ./cmd/app"), "CrossGobin");
    assert_eq!(cross().env("GOBIN", "/out").wrote("install main.go"), "/out/main");
    assert_eq!(cross().env("GOOS", "windows").wrote("install ./cmd/app"), "/go/bin/windows_arm64/app.exe");
    assert_eq!(ask().env("GOAMD64", "v3").env("GOBIN", "/out").wrote("install ./cmd/app"), "/out/app");
    assert_eq!(ask().env("GOARCH", "x86_64").wrote("build"), "UnsupportedPair");
}

#[test]
fn platforms_with_symbols_are_cross_only_where_that_is_certain() {
    let build = Platform { os: Value::literal("linux"), arch: Value::Text(Text::symbol("BUILDARCH")) };
    let mixed = Ask { host: build.clone(), ..ask() }.symbol("GOARCH", "TARGETARCH").env("GOBIN", "/out");
    assert_eq!(mixed.go("install ./cmd/app").facts.cross, Tri::Unknown);
    assert_eq!(mixed.wrote("install ./cmd/app"), "unknown");
    let same = Ask { host: build, ..ask() }.symbol("GOARCH", "BUILDARCH").env("GOBIN", "/out");
    assert_eq!(same.wrote("install ./cmd/app"), "/out/app");
    assert_eq!(mixed.wrote("build -o /out/app ./cmd/app"), "/out/app");
}

#[test]
fn flags_and_settings_that_go_refuses() {
    assert_eq!(ask().wrote("install -o x ./cmd/app"), "InstallOutputFlag");
    assert_eq!(ask().env("GOFLAGS", "-o=x").wrote("install ./cmd/app"), "/root/go/bin/app");
    assert_eq!(ask().env("GOFLAGS", "-o=x").wrote("build ./cmd/app"), "/src/x");
    assert_eq!(ask().env("GOPATH", "rel").wrote("build ./cmd/app"), "GopathRelative");
    assert_eq!(ask().wrote("build . -o x"), "BadFlag");
    assert_eq!(ask().wrote("build -v -C sub ."), "BadFlag");
    assert_eq!(ask().env("CGO_ENABLED", "0").wrote("test -race ./..."), "RaceWithoutCgo");
    let refused = ask().env("CGO_ENABLED", "0").version(17).go("build -race").outcome;
    let Outcome::Fails(failure) = refused else { panic!("{refused:?}") };
    assert_eq!(failure.text, "go build: -race requires cgo; enable cgo by setting CGO_ENABLED=1");
    assert_eq!(failure.argument, Some(1));
    assert_eq!(ask().wrote("install ./x@latest"), "VersionedArgument");
    assert_eq!(ask().wrote("build cmd/app"), "NotInStd");
    assert_eq!(ask().wrote("install -buildmode=c-shared ./cmd/app"), "NoInstallLocation");
}

#[test]
fn build_writes_where_o_says() {
    for (line, expected) in [
        ("build ./cmd/app", "/src/app"),
        ("build", "/src/m"),
        ("build ./...", "nothing"),
        ("build -o out/x ./cmd/app", "/src/out/x"),
        ("build -o /out/ ./cmd/app .", "/out/app /out/m"),
        ("build -o /out/ ./...", "/out/m /out/app"),
        ("build -o /out/x ./...", "MultipleToFile"),
        ("build -o /dev/null ./...", "nothing"),
        ("build -C cmd/app -o x", "/src/cmd/app/x"),
        ("-C cmd/app build", "/src/cmd/app/app"),
        ("build -buildmode=c-archive ./cmd/app", "/src/app.a"),
        ("build -buildmode=c-shared ./cmd/app", "/src/app"),
        ("build main.go", "/src/main"),
    ] {
        assert_eq!(ask().wrote(line), expected, "{line}");
    }
    let dir = || Ask { dirs: vec!["/src/app", "/out"], ..ask() };
    assert_eq!(dir().wrote("build ./cmd/app"), "OutputIsDirectory");
    assert_eq!(dir().wrote("build -o /out ./cmd/app"), "/out/app");
    assert_eq!(Ask { is_dir_else: Tri::Unknown, ..ask() }.wrote("build -o /out/x ./cmd/app"), "/out/?");
    assert_eq!(ask().env("GOOS", "windows").wrote("build -o /out/ ./cmd/app"), "/out/app.exe");
    assert_eq!(ask().env("GOOS", "windows").wrote("build -o /out/x ./cmd/app"), "/out/x");
}

#[test]
fn without_sources_arguments_name_programs() {
    let blind = || Ask { visible: false, ..ask() }.env("GOBIN", "/out");
    for (line, expected) in [
        ("install ./cmd/api", "/out/api"),
        ("install ./cmd/api/v2", "/out/api"),
        ("install ./v2", "/out/?"),
        ("install .", "/out/?"),
        ("install ./...", "/out/?"),
        ("install example.com/x/cmd/tool@v1.2.3", "/out/tool"),
        ("install example.com/tool/v3@latest", "/out/tool"),
        ("install example.com/x/...@latest", "/out/?"),
        ("build -o /bin/x .", "/bin/x"),
        ("build -o /bin/x $PKG", "/bin/x"),
        ("build $FLAGS ./cmd/api", "unknown"),
        ("build -o /bin/x $FLAGS ./cmd/api", "/bin/x"),
        ("build", "/src/?"),
        ("generate ./...", "opaque"),
        ("mod download", "nothing"),
        ("$COMMAND", "unknown"),
    ] {
        assert_eq!(blind().wrote(line), expected, "{line}");
    }
    let symbol = Value::Text(Text::literal("./cmd/").concat(&Text::symbol("APP")));
    let Outcome::Writes(outputs) = blind().values(&[Value::literal("install"), symbol]).outcome else { panic!() };
    assert_eq!(outputs[0].path, Ok(Path::new("/out").child(&Text::symbol("APP"))));
}

#[test]
fn old_releases_install_with_get() {
    assert_eq!(ask().version(16).wrote("get example.com/x@v1"), "/root/go/bin/x");
    assert_eq!(ask().version(18).wrote("get example.com/x@v1"), "nothing");
    assert_eq!(Ask { version: GoVersion::UNKNOWN, ..ask() }.wrote("get example.com/x@v1"), "unknown");
}

#[test]
fn the_default_of_cgo_follows_compiler_release_and_platform() {
    let state = |ask: Ask| ask.go("build").facts.cgo.tri();
    let bare = || Ask { c_compiler: Tri::No, ..ask() };
    assert_eq!(state(ask()), Tri::Yes);
    assert_eq!(state(bare()), Tri::No);
    assert_eq!(state(bare().version(19)), Tri::Yes);
    assert_eq!(state(bare().env("CC", "nowhere")), Tri::Yes);
    assert_eq!(state(ask().env("GOARCH", "arm64")), Tri::No);
    assert_eq!(state(ask().env("CGO_ENABLED", "false")), Tri::Yes);
    assert_eq!(state(ask().env("CGO_ENABLED", "0")), Tri::No);
    assert_eq!(state(ask().symbol("CGO_ENABLED", "X")), Tri::Unknown);
    assert_eq!(state(Ask { version: GoVersion::UNKNOWN, ..bare() }), Tri::Unknown);
}

#[test]
fn linkage_follows_imports_flags_and_cgo() {
    use LinkKind::*;
    let kind = |ask: Ask, line: &str| ask.linkage(line).kind;
    assert_eq!(kind(ask(), "build ."), Static);
    assert_eq!(kind(ask(), "build ./cmd/app"), DynamicGlibc);
    assert_eq!(kind(Ask { libc: Libc::Musl, ..ask() }, "build ./cmd/app"), DynamicMusl);
    assert_eq!(kind(ask().env("CGO_ENABLED", "0"), "build ./cmd/app"), Static);
    assert_eq!(kind(ask(), "build -tags=netgo ./cmd/app"), Static);
    assert_eq!(kind(ask(), "build -ldflags=-extldflags=-static ./cmd/app"), DynamicGlibc);
    assert_eq!(kind(ask(), "build -ldflags=-linkmode=external+-extldflags=-static ./cmd/app"), Static);
    assert_eq!(kind(ask().env("CGO_ENABLED", "0"), "build -buildmode=pie ."), DynamicGlibc);
    let musl = || Ask { libc: Libc::Musl, c_compiler: Tri::No, ..ask() };
    assert_eq!(kind(musl(), "build ./cmd/app"), Static);
    assert_eq!(kind(musl().version(19), "build ./cmd/app"), DynamicMusl);
    assert_eq!(kind(musl().version(19).env("CGO_ENABLED", "0"), "build -buildmode=pie ."), DynamicGlibc);
    assert_eq!(
        ask().env("CGO_ENABLED", "1").linkage("build ./cmd/app").why,
        "imports net/http and cgo is on: CGO_ENABLED=1"
    );
    let blind = || Ask { visible: false, ..ask() };
    assert_eq!(kind(blind(), "build -o x ."), Unknown);
    assert_eq!(kind(blind().env("CGO_ENABLED", "0"), "build -o x ."), Static);
    assert_eq!(kind(ask(), "build -o x -ldflags $LDFLAGS ./cmd/app"), Unknown);
    assert_eq!(kind(ask(), "build -o x -ldflags=-s+-w+-X+main.v=1 ./cmd/app"), DynamicGlibc);
    assert_eq!(kind(ask().env("GOOS", "darwin"), "build ."), Dynamic);
    let wanted = Ask { c_compiler: Tri::No, ..ask() }.env("CGO_ENABLED", "1").wrote("build ./cmd/app");
    assert_eq!(wanted, "CgoWithoutCompiler");
}

#[test]
fn symbols_inside_ldflags_do_not_hide_the_flags_around_them() {
    let flags = Text::literal("-s -X main.v=").concat(&Text::symbol("V")).concat(&" -w".into());
    let args = [Value::literal("build"), Value::literal("-ldflags"), Value::Text(flags), Value::literal("./cmd/app")];
    let Outcome::Writes(outputs) = ask().values(&args).outcome else { panic!() };
    assert_eq!(outputs[0].linkage.kind, LinkKind::DynamicGlibc);
}

#[test]
fn a_go_mod_in_gopath_stops_every_command_up_to_1_21() {
    assert_eq!(ask().version(21).env("GOPATH", "/src").wrote("build"), "GopathModule");
    assert_eq!(ask().version(22).env("GOPATH", "/src").wrote("build"), "/src/m");
}

#[test]
fn a_module_may_demand_a_newer_toolchain() {
    let newer = |version| {
        Ask { files: vec![("go.mod", "module m.x/m\n\ngo 1.25.0\n"), ("main.go", MAIN)], ..ask() }.version(version)
    };
    assert_eq!(newer(24).wrote("build"), "ToolchainTooOld");
    assert_eq!(newer(20).wrote("build"), "/src/m");
    assert_eq!(newer(24).env("GOTOOLCHAIN", "auto").go("build").facts.version, GoVersion::from(24));
}

fn word() -> impl Strategy<Value = Value> {
    prop_oneof![
        "[-a-z./=@ '\"]{0,12}".prop_map(Value::literal),
        prop::sample::select(vec![
            "-o", "build", "install", "-ldflags", "-C", "./...", ".", "main.go", "-tags", "tool"
        ])
        .prop_map(Value::literal),
        "[A-Z]".prop_map(|name| Value::Text(Text::symbol(name))),
        Just(Value::Unset),
        Just(Value::unknown("x")),
    ]
}

proptest! {
    #[test]
    fn any_command_has_an_answer(args in prop::collection::vec(word(), 0..8), gobin in word(), gopath in word()) {
        let mut ask = ask();
        ask.env.extend([("GOBIN", gobin), ("GOPATH", gopath.clone()), ("GOFLAGS", gopath)]);
        ask.values(&args);
    }
}

#[test]
fn the_glibc_that_a_program_asks_for() {
    let asks = |ask: Ask, line: &str| ask.linkage(line).glibc;
    let on = |glibc| Ask { glibc: Some(glibc), ..ask() };
    assert_eq!(asks(on(36), "build ./cmd/app"), Some(34));
    assert_eq!(asks(on(34), "build -ldflags=-linkmode=external ./cmd/app"), Some(34));
    assert_eq!(asks(on(31), "build ./cmd/app"), None);
    assert_eq!(asks(ask(), "build ./cmd/app"), None);
    assert_eq!(asks(on(36).version(19), "build ./cmd/app"), None, "the release brought runtime/cgo");
    assert_eq!(asks(on(36), "build ."), None, "static");
    assert_eq!(asks(on(36).env("CGO_ENABLED", "0"), "build -buildmode=pie ."), None, "a loader alone");
}
