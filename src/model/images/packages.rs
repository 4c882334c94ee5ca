//! Knows what well-known packages of apk, apt and the rpm family bring: programs, compilers, loaders, certificates.
//! Refuses to know any other package: that may bring any program into the system's directories.

use super::{Libc, PackageManager};

/// What a package brings besides its own data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Package {
    /// Programs that it puts on the default PATH, by name. Not complete unless `closed`.
    pub programs: &'static [&'static str],
    /// No other program comes with it or with what it depends on that a Dockerfile would start by name.
    pub closed: bool,
    /// `gcc` (the name that go looks for) comes with it.
    pub gcc: bool,
    /// A C compiler under another name comes with it.
    pub other_compiler: bool,
    /// Programs linked against this C library run once it is there, beside the image's own.
    pub loader: Option<Libc>,
    /// Headers and libraries that C programs need to link.
    pub libc_headers: bool,
    /// `/etc/ssl/certs/ca-certificates.crt`.
    pub ca_certificates: bool,
    /// `/usr/share/zoneinfo`.
    pub tzdata: bool,
    /// `useradd` and `groupadd`, or `adduser` and `addgroup`.
    pub user_tools: bool,
}

const DATA: Package = Package {
    programs: &[],
    closed: true,
    gcc: false,
    other_compiler: false,
    loader: None,
    libc_headers: false,
    ca_certificates: false,
    tzdata: false,
    user_tools: false,
};

const fn tool(programs: &'static [&'static str]) -> Package {
    Package { programs, ..DATA }
}

/// Brings more than is listed.
const fn suite(programs: &'static [&'static str]) -> Package {
    Package { programs, closed: false, ..DATA }
}

const GCC: Package = Package { gcc: true, ..suite(&["gcc", "cc", "cpp", "ld", "as", "ar", "nm", "strip", "objcopy"]) };
const BUILD: Package = Package {
    gcc: true,
    libc_headers: true,
    ..suite(&["gcc", "cc", "g++", "c++", "make", "ld", "as", "ar", "nm", "strip", "patch"])
};
const CLANG: Package = Package { other_compiler: true, ..suite(&["clang"]) };
const HEADERS: Package = Package { libc_headers: true, ..DATA };

/// Under the same name in all three families.
const COMMON: &[(&str, Package)] = &[
    ("bash", tool(&["bash"])),
    ("bzip2", tool(&["bzip2", "bunzip2", "bzcat"])),
    ("ca-certificates", Package { ca_certificates: true, ..tool(&["update-ca-certificates"]) }),
    ("clang", CLANG),
    ("cmake", tool(&["cmake", "ctest", "cpack"])),
    ("coreutils", suite(&["ls", "cp", "mv", "install", "chmod", "chown", "timeout", "stat", "env"])),
    ("curl", tool(&["curl"])),
    ("dumb-init", tool(&["dumb-init"])),
    ("file", tool(&["file"])),
    ("findutils", tool(&["find", "xargs"])),
    ("gcc", GCC),
    ("git", tool(&["git"])),
    ("git-lfs", tool(&["git-lfs"])),
    ("gettext", suite(&["gettext", "envsubst", "msgfmt"])),
    ("gawk", tool(&["gawk", "awk"])),
    ("gosu", tool(&["gosu"])),
    ("jq", tool(&["jq"])),
    ("less", tool(&["less"])),
    ("make", tool(&["make"])),
    ("mercurial", tool(&["hg"])),
    ("mingw-w64-gcc", CLANG),
    ("openssl", tool(&["openssl"])),
    ("patch", tool(&["patch"])),
    ("protobuf-compiler", tool(&["protoc"])),
    ("rsync", tool(&["rsync"])),
    ("sed", tool(&["sed"])),
    ("sudo", tool(&["sudo", "visudo"])),
    ("tar", tool(&["tar"])),
    ("tini", tool(&["tini", "tini-static"])),
    ("tree", tool(&["tree"])),
    ("tzdata", Package { tzdata: true, ..DATA }),
    ("unzip", tool(&["unzip"])),
    ("upx", tool(&["upx"])),
    ("wget", tool(&["wget"])),
    ("which", tool(&["which"])),
    ("zip", tool(&["zip"])),
];

const APK: &[(&str, Package)] = &[
    ("alpine-sdk", BUILD),
    ("bind-tools", suite(&["dig", "nslookup", "host"])),
    ("binutils", suite(&["ld", "as", "ar", "nm", "strip", "objcopy", "readelf"])),
    ("binutils-gold", suite(&["ld.gold"])),
    ("build-base", BUILD),
    ("busybox-extras", suite(&["telnet", "ftpget", "httpd"])),
    ("ca-certificates-bundle", Package { ca_certificates: true, ..DATA }),
    ("fortify-headers", DATA),
    ("g++", Package { gcc: true, ..suite(&["gcc", "cc", "g++", "c++", "ld", "as", "ar", "strip"]) }),
    // Both bring /lib64/ld-linux-x86-64.so.2 (DESIGN: they count as mended; fact 90: simple programs run).
    ("gcompat", Package { loader: Some(Libc::Glibc), ..DATA }),
    ("libc6-compat", Package { loader: Some(Libc::Glibc), ..DATA }),
    ("go", suite(&["go", "gofmt"])),
    ("libc-dev", HEADERS),
    ("libcap", tool(&["capsh", "getcap", "setcap"])),
    ("libcap-utils", tool(&["capsh", "getcap", "setcap"])),
    ("libgcc", DATA),
    ("libstdc++", DATA),
    ("linux-headers", DATA),
    ("lld", tool(&["ld.lld"])),
    ("musl-dev", HEADERS),
    ("musl-utils", suite(&["ldd", "getent", "iconv"])),
    ("nodejs", tool(&["node"])),
    ("npm", tool(&["npm", "npx"])),
    ("openssh", suite(&["ssh", "scp", "sshd", "ssh-keygen"])),
    ("openssh-client", suite(&["ssh", "scp", "ssh-keygen"])),
    ("pkgconf", tool(&["pkgconf", "pkg-config"])),
    ("pkgconfig", tool(&["pkgconf", "pkg-config"])),
    ("protobuf", tool(&["protoc"])),
    ("protoc", tool(&["protoc"])),
    ("python3", suite(&["python3"])),
    ("shadow", Package { user_tools: true, ..suite(&["useradd", "groupadd", "usermod", "groupmod", "userdel"]) }),
    ("sqlite", tool(&["sqlite3"])),
    ("sqlite-dev", DATA),
    ("su-exec", tool(&["su-exec"])),
    ("zlib-dev", DATA),
];

const APT: &[(&str, Package)] = &[
    ("adduser", Package { user_tools: true, ..tool(&["adduser", "addgroup", "deluser", "delgroup"]) }),
    ("apt-transport-https", DATA),
    ("apt-utils", tool(&["apt-ftparchive", "apt-extracttemplates"])),
    ("build-essential", Package { libc_headers: true, ..BUILD }),
    ("binutils", suite(&["ld", "as", "ar", "nm", "strip", "objcopy", "readelf"])),
    ("dnsutils", suite(&["dig", "nslookup"])),
    (
        "g++",
        Package { gcc: true, libc_headers: true, ..suite(&["gcc", "cc", "g++", "c++", "ld", "as", "ar", "strip"]) },
    ),
    ("gcc-aarch64-linux-gnu", Package { other_compiler: true, ..suite(&["aarch64-linux-gnu-gcc"]) }),
    ("gcc-arm-linux-gnueabihf", Package { other_compiler: true, ..suite(&["arm-linux-gnueabihf-gcc"]) }),
    ("gcc-mingw-w64", Package { other_compiler: true, ..suite(&["x86_64-w64-mingw32-gcc"]) }),
    ("gettext-base", tool(&["envsubst", "gettext"])),
    ("gnupg", suite(&["gpg", "gpgconf", "dirmngr"])),
    ("gnupg2", suite(&["gpg", "gpgconf", "dirmngr", "gpg2"])),
    ("golang", suite(&["go", "gofmt"])),
    ("golang-go", suite(&["go", "gofmt"])),
    ("iproute2", suite(&["ip", "ss", "tc"])),
    ("iputils-ping", tool(&["ping"])),
    ("libc6", DATA),
    ("libc6-dev", HEADERS),
    ("libcap2-bin", tool(&["capsh", "getcap", "setcap"])),
    ("libpcap-dev", DATA),
    ("libsqlite3-dev", DATA),
    ("libssl-dev", DATA),
    ("lsb-release", tool(&["lsb_release"])),
    // /lib/ld-musl-x86_64.so.1 comes with it.
    ("musl", Package { loader: Some(Libc::Musl), ..DATA }),
    ("musl-dev", HEADERS),
    ("musl-tools", Package { other_compiler: true, loader: Some(Libc::Musl), ..tool(&["musl-gcc"]) }),
    ("netbase", DATA),
    ("netcat-openbsd", tool(&["nc", "netcat"])),
    ("openssh-client", suite(&["ssh", "scp", "ssh-keygen"])),
    ("passwd", Package { user_tools: true, ..suite(&["useradd", "groupadd", "usermod", "groupmod"]) }),
    ("pkg-config", tool(&["pkg-config", "pkgconf"])),
    ("procps", suite(&["ps", "top", "free", "pgrep", "pkill", "kill"])),
    ("python3", suite(&["python3"])),
    ("software-properties-common", suite(&["add-apt-repository"])),
    ("sqlite3", tool(&["sqlite3"])),
    ("upx-ucl", tool(&["upx", "upx-ucl"])),
    ("vim", suite(&["vim", "vi"])),
    ("xz-utils", tool(&["xz", "unxz", "xzcat", "lzma"])),
    ("zlib1g-dev", DATA),
];

const RPM: &[(&str, Package)] = &[
    ("binutils", suite(&["ld", "as", "ar", "nm", "strip", "objcopy", "readelf"])),
    ("gcc-c++", Package { gcc: true, libc_headers: true, ..suite(&["gcc", "cc", "g++", "c++"]) }),
    ("glibc", DATA),
    ("glibc-devel", HEADERS),
    ("glibc-static", HEADERS),
    ("glibc-langpack-en", DATA),
    ("go-toolset", suite(&["go", "gofmt"])),
    ("golang", suite(&["go", "gofmt"])),
    ("gzip", tool(&["gzip", "gunzip", "zcat"])),
    ("hostname", tool(&["hostname"])),
    ("libcap", tool(&["capsh", "getcap", "setcap"])),
    ("openssl-devel", DATA),
    ("procps-ng", suite(&["ps", "top", "free", "pgrep", "pkill"])),
    ("shadow-utils", Package { user_tools: true, ..suite(&["useradd", "groupadd", "usermod", "groupmod", "adduser"]) }),
    ("util-linux", suite(&["mount", "su", "kill"])),
    ("xz", tool(&["xz", "unxz", "xzcat", "lzma"])),
];

/// What installing `package` with `manager` brings. A version (`pkg=1.2`, `pkg~=1`, `pkg@edge`) may follow the name.
/// `None` for a package that is in no list: it may bring any program into the system's directories.
pub fn package_brings(manager: PackageManager, package: &str) -> Option<Package> {
    let name = package.split(['=', '~', '<', '>', '@', '/']).next().unwrap_or(package);
    let own: &[(&str, Package)] = match manager {
        PackageManager::Apk => APK,
        PackageManager::Apt => APT,
        PackageManager::Dnf | PackageManager::Microdnf | PackageManager::Yum | PackageManager::Tdnf => RPM,
        PackageManager::None | PackageManager::Unknown => return None,
    };
    own.iter().chain(COMMON).find(|(known, _)| *known == name).map(|(_, package)| match manager {
        // apt's gcc recommends libc6-dev, rpm's requires glibc-devel; apk's leaves musl-dev to the user.
        PackageManager::Apk => *package,
        _ => Package { libc_headers: package.libc_headers || package.gcc, ..*package },
    })
}
