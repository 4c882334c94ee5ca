#!/usr/bin/env bash
# A look-alike of rust:VERSION-alpine as a tree of files, with the crates of this checkout's Cargo.lock in it, for builds get no network:
# rust.sh DIR VERSION, after `engine.sh fetch DIR`.
#
# The compiler is the one for glibc, which stands beside musl as gcompat would have it; what it compiles for is musl, as in the real image.
# The package musl-dev must be asked of apk.
set -euo pipefail

dir=$1
version=$2
here=$(cd "$(dirname "$0")" && pwd)
debs=$dir/debs/bookworm
tree=$dir/trees/rust
own=$dir/rustup
toolchain=$version-x86_64-unknown-linux-gnu
musl=x86_64-unknown-linux-musl
LIBRARIES=(libc6 libgcc-s1 zlib1g libgmp10 libisl23 libmpc3 libmpfr6 libzstd1 libbinutils libctf0 libctf-nobfd0 libjansson4)
COMPILER=(gcc-12 cpp-12 binutils binutils-x86-64-linux-gnu libgcc-12-dev libcc1-0 libc6-dev linux-libc-dev)

[ ! -e "$tree-complete" ] || exit 0
# Nothing goes into the toolchains of who calls this.
RUSTUP_HOME=$own rustup --quiet toolchain install "$version" --profile minimal --target "$musl" --no-self-update > /dev/null
bash "$here/engine.sh" fetch_packages "$dir" bookworm musl-dev musl-tools

unpack() { # TREE PACKAGE…
    mkdir -p "$1"
    local package
    for package in "${@:2}"; do dpkg-deb --fsys-tarfile "$debs/$package"_*.deb | tar -x -C "$1"; done
    rm -rf "$1"/usr/share/{doc,man,info,locale,lintian,bug}
}
unpack "$tree" "${LIBRARIES[@]}" "${COMPILER[@]}" musl-tools
unpack "$tree/usr/share/packages/musl-dev" musl-dev
for name in gcc cc x86_64-linux-gnu-gcc; do ln -sf gcc-12 "$tree/usr/bin/$name"; done

mkdir -p "$tree"/usr/local/{cargo/bin,rustup/toolchains}
mv "$own/toolchains/$toolchain" "$tree/usr/local/rustup/toolchains"
for name in cargo rustc rustdoc; do
    ln -sf "../../rustup/toolchains/$toolchain/bin/$name" "$tree/usr/local/cargo/bin/$name"
done
cargo vendor --quiet --locked --manifest-path "$here/../../Cargo.toml" "$tree/usr/local/cargo/vendor" > /dev/null
cat > "$tree/usr/local/cargo/config.toml" << END
[build]
target = "$musl"

[source.crates-io]
replace-with = "vendored"

[source.vendored]
directory = "/usr/local/cargo/vendor"
END
touch "$tree-complete"
