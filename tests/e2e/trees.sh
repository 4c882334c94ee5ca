#!/usr/bin/env bash
# Look-alikes of the base images that the rule pages name, as trees of files: trees.sh DIR, after `engine.sh fetch DIR`.
#
# They are not the real images: no package database, and a package manager that has only what is written here.
set -euo pipefail

dir=$1
debs=$dir/debs/bookworm
trees=$dir/trees
mkdir -p "$trees"

unpack() { # TREE PACKAGE…; links of a merged /usr stay links
    local tree=$1 package
    shift
    mkdir -p "$tree"
    for package in "$@"; do
        dpkg-deb --fsys-tarfile "$debs/$package"_*.deb | tar -x --keep-directory-symlink -C "$tree"
    done
    rm -rf "$tree"/usr/share/{doc,man,info,locale,lintian,bash-completion,bug}
}

merged_usr() { # TREE
    mkdir -p "$1"/usr/{bin,sbin,lib,lib64}
    local name
    for name in bin sbin lib lib64; do ln -sfn "usr/$name" "$1/$name"; done
}

debian() {
    local tree=$trees/debian
    merged_usr "$tree"
    # shellcheck disable=SC2046
    unpack "$tree" $(cat "$dir/debian.list")
    cp "$tree/usr/share/base-passwd/passwd.master" "$tree/etc/passwd"
    cp "$tree/usr/share/base-passwd/group.master" "$tree/etc/group"
    ln -sf dash "$tree/usr/bin/sh"
    ln -sf mawk "$tree/usr/bin/awk"
    # Made by the maintainer scripts of a real system.
    mkdir -p "$tree"/usr/local/{bin,sbin,lib,share}
    package_manager apt-get > "$tree/usr/bin/apt-get"
    chmod 755 "$tree/usr/bin/apt-get"
    ldconfig -r "$tree"
}

build_tools() {
    local tree=$trees/build-tools name
    merged_usr "$tree"
    # shellcheck disable=SC2046
    unpack "$tree" $(cat "$dir/build.list")
    for name in gcc cpp; do ln -sf "$name-12" "$tree/usr/bin/$name"; done
    ln -sf gcc "$tree/usr/bin/cc"
    rm -f "$tree"/usr/lib/gcc/x86_64-linux-gnu/12/{lto1,lto-wrapper,lto-dump} "$tree"/usr/bin/{*lto-dump*,gp-*,gprof*}
    rm -rf "$tree"/usr/share/git-core/contrib "$tree"/usr/lib/git-core/git-{http,remote,imap,shell,daemon}*
    certificates "$tree"
}

# A package manager without a network: what lies in /usr/share/packages it has, of anything else it says so.
package_manager() { # NAME
    cat << END
#!/bin/sh
code=0
for word; do
    case \$word in
    -* | add | install | update | ca-certificates) ;;
    *)
        if [ -d "/usr/share/packages/\$word" ]; then
            cp -a "/usr/share/packages/\$word/." /
        else
            echo "$1: there is no network here to get \$word from"
            code=99
        fi
        ;;
    esac
done
exit \$code
END
}

# Debian's busybox lacks the two; of their options this has what Dockerfiles use.
users() { # NAME
    cat << 'END'
#!/bin/sh
next() { # FILE START
    id=$2
    while grep -q "^[^:]*:[^:]*:$id:" "$1"; do id=$((id + 1)); done
    echo "$id"
}
start=1000 id= group= home= shell=/bin/ash
while getopts DSHG:u:g:h:s: option; do
    case $option in
    S) start=100 ;;
    u) id=$OPTARG ;;
    G) group=$OPTARG ;;
    g) if [ "${0##*/}" = addgroup ]; then id=$OPTARG; fi ;;
    h) home=$OPTARG ;;
    s) shell=$OPTARG ;;
    esac
done
shift $((OPTIND - 1))
# Alpine's take options behind the name too: NAME -G GROUP.
name=$1
[ "$2" != -G ] || group=$3
END
    case $1 in
    addgroup) cat << 'END' ;;
! grep -q "^$name:" /etc/group || { echo "addgroup: group '$name' in use" >&2; exit 1; }
echo "$name:x:${id:-$(next /etc/group $start)}:" >> /etc/group
END
    adduser) cat << 'END' ;;
! grep -q "^$name:" /etc/passwd || { echo "adduser: user '$name' in use" >&2; exit 1; }
id=${id:-$(next /etc/passwd $start)}
if [ -z "$group" ]; then
    group=$name
    echo "$name:x:$id:" >> /etc/group
fi
gid=$(sed -n "s/^$group:[^:]*:\([0-9]*\):.*/\1/p" /etc/group)
[ -n "$gid" ] || { echo "adduser: unknown group $group" >&2; exit 1; }
home=${home:-/home/$name}
echo "$name:x:$id:$gid:Linux User,,,:$home:$shell" >> /etc/passwd
mkdir -p "$home"
chown "$id:$gid" "$home"
END
    esac
}

alpine() {
    local tree=$trees/alpine
    mkdir -p "$tree"/{bin,sbin,lib,etc,tmp,proc,sys,dev,root,home,mnt,opt,run,srv,var/log,usr/{bin,sbin,lib,share/packages,local/{bin,lib}}}
    chmod 1777 "$tree/tmp"
    chmod 700 "$tree/root"
    unpack "$trees/musl" musl
    unpack "$trees/busybox" busybox-static
    cp "$trees/busybox/bin/busybox" "$tree/bin/busybox"
    local applet
    "$tree/bin/busybox" --list-full | grep -v '^bin/busybox$' | while read -r applet; do
        mkdir -p "$tree/$(dirname "$applet")"
        ln -sf /bin/busybox "$tree/$applet"
    done
    cp -L "$(find "$trees/musl" -name libc.so)" "$tree/lib/ld-musl-x86_64.so.1"
    chmod 755 "$tree/lib/ld-musl-x86_64.so.1"
    ln -sf ld-musl-x86_64.so.1 "$tree/lib/libc.musl-x86_64.so.1"
    printf '%s\n' root:x:0:0:root:/root:/bin/sh bin:x:1:1:bin:/bin:/sbin/nologin guest:x:405:100:guest:/dev/null:/sbin/nologin \
        nobody:x:65534:65534:nobody:/:/sbin/nologin > "$tree/etc/passwd"
    printf '%s\n' root:x:0:root bin:x:1:root,bin,daemon wheel:x:10:root users:x:100:games nogroup:x:65533: nobody:x:65534: > "$tree/etc/group"
    printf '%s\n' 'NAME="Alpine Linux"' ID=alpine VERSION_ID=3.22.0 > "$tree/etc/os-release"
    certificates "$tree"
    unpack "$trees/bash" bash-static
    unpack "$trees/tini" tini
    mkdir -p "$tree"/usr/share/packages/{bash/bin,tini/sbin}
    cp "$trees/bash/bin/bash-static" "$tree/usr/share/packages/bash/bin/bash"
    cp "$trees/tini/usr/bin/tini-static" "$tree/usr/share/packages/tini/sbin/tini"
    users adduser > "$tree/usr/sbin/adduser"
    users addgroup > "$tree/usr/sbin/addgroup"
    chmod 755 "$tree"/usr/sbin/add{user,group}
    rm -f "$tree/sbin/apk" "$tree/usr/bin/apt-get" "$tree"/{bin,sbin,usr/bin}/{dpkg,dpkg-deb,rpm}
    package_manager apk > "$tree/sbin/apk"
    chmod 755 "$tree/sbin/apk"
}

certificates() { # TREE
    [ -d "$trees/ca" ] || unpack "$trees/ca" ca-certificates
    mkdir -p "$1/etc/ssl/certs"
    cat "$trees"/ca/usr/share/ca-certificates/mozilla/*.crt > "$1/etc/ssl/certs/ca-certificates.crt"
}

distroless() {
    local tree=$trees/static applet
    mkdir -p "$tree"/{etc,tmp,root,home/nonroot,usr/share,bin,sbin,lib,proc,var/lib/dpkg/status.d}
    chmod 1777 "$tree/tmp"
    chmod 700 "$tree/root" "$tree/home/nonroot"
    chown 65532:65532 "$tree/home/nonroot"
    printf '%s\n' root:x:0:0:root:/root:/sbin/nologin nobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin \
        nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin > "$tree/etc/passwd"
    printf '%s\n' root:x:0: nobody:x:65534: tty:x:5: staff:x:50: nonroot:x:65532: > "$tree/etc/group"
    printf '%s\n' 'PRETTY_NAME="Distroless"' ID=debian 'VERSION_ID="12"' > "$tree/etc/os-release"
    certificates "$tree"
    # Debian 12's distroless is not merged into /usr.
    unpack "$trees/base" libc6 libssl3
    mkdir -p "$trees/debug/busybox"
    cp "$trees/busybox/bin/busybox" "$trees/debug/busybox/busybox"
    "$trees/busybox/bin/busybox" --list | grep -v '^busybox$' | while read -r applet; do
        ln -sf /busybox/busybox "$trees/debug/busybox/$applet"
    done
}

go_tree() {
    local tree=$trees/go
    mkdir -p "$tree/usr/local/go" "$tree"/go/{src,bin}
    tar -C "$dir/pip/go" --exclude='*_test.go' --exclude=testdata --exclude=__pycache__ --exclude=./test --exclude=./misc -cf - . | tar -x -C "$tree/usr/local/go"
    chmod +x "$tree"/usr/local/go/bin/* "$tree"/usr/local/go/pkg/tool/*/*
    chmod -R 1777 "$tree/go"
}

if [ ! -e "$trees/complete" ]; then
    debian
    build_tools
    alpine
    distroless
    go_tree
    touch "$trees/complete"
fi
