//! Knows names of programs: what base images certainly have, certainly lack, and all that a distribution might bring.
//! Refuses to know which image has which list.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Every name that some distribution's base, its core utilities, busybox or a build tool chain puts into a system
/// directory: Debian bookworm's packages, busybox' applets, and the package managers of the other families.
/// A name that is not here is no base image's program.
const COMMON: &str = "\
X11 [ [[ accessdb acpid activate-global-python-argcomplete add-apt-repository add-shell addgnupghome \
addgroup addpart addr2line adduser adjtimex agetty apk applygnupgdefaults appres appstreamcli apropos apt \
apt-add-repository apt-cache apt-cdrom apt-config apt-get apt-key apt-mark ar arch arp arpd arping as ascii \
ash awk b2sum badblocks base32 base64 basename basenc bash bashbug bbconfig bc beep blkdeactivate blkdiscard \
blkid blkzone blockdev brctl bridge bunzip2 busctl busybox bzcat bzcmp bzdiff bzegrep bzexe bzfgrep bzgrep \
bzip2 bzip2recover bzless bzmore c++ c++filt c89 c89-gcc c99 c99-gcc c_rehash cal capsh captoinfo cat \
catatonit catman cc chage chat chattr chcon chcpu chfn chgpasswd chgrp chmem chmod choom chown chpasswd \
chpst chroot chrt chsh chvt cksum clear clear_console cmp col colcrt colrm column comm conspy corelist cp \
cpan cpan5.36-x86_64-linux-gnu cpgr cpio cpp cpp-12 cppw crc32 crond crontab cryptpw cscope cscope-indexer \
csplit ctags ctags-universal ctrlaltdel ctstat cttyhack curl cut dash date dbus-cleanup-sockets dbus-daemon \
dbus-monitor dbus-run-session dbus-send dbus-update-activation-environment dbus-uuidgen dc dcb dd deallocvt \
deb-systemd-helper deb-systemd-invoke debconf debconf-apt-progress debconf-communicate debconf-copydb \
debconf-escape debconf-set-selections debconf-show debugfs delgroup delpart deluser depmod derb devlink \
devmem df dh_installxmlcatalogs dhcprelay diff diff3 dir dircolors dirmngr dirmngr-client dirname dmesg \
dmsetup dmstats dnf dnsd dnsdomainname domainname dos2unix dpkg dpkg-architecture dpkg-buildflags \
dpkg-buildpackage dpkg-checkbuilddeps dpkg-deb dpkg-distaddfile dpkg-divert dpkg-fsys-usrunmess \
dpkg-genbuildinfo dpkg-genchanges dpkg-gencontrol dpkg-gensymbols dpkg-maintscript-helper \
dpkg-mergechangelogs dpkg-name dpkg-parsechangelog dpkg-preconfigure dpkg-query dpkg-realpath \
dpkg-reconfigure dpkg-scanpackages dpkg-scansources dpkg-shlibdeps dpkg-source dpkg-split dpkg-statoverride \
dpkg-trigger dpkg-vendor du dumb-init dumpe2fs dumpkmap dumpleases dumpsexp dwp e2freefrag e2fsck e2image \
e2label e2mmpstatus e2scrub e2scrub_all e2undo e4crypt e4defrag echo ed editor editres egrep eject elfedit \
enc2xs encguess env envdir envsubst envuidgid eqn escapesrc etags ether-wake ex expand expiry expr factor \
faillock faillog faked-sysv faked-tcp fakeidentd fakeroot fakeroot-sysv fakeroot-tcp fallocate false fatattr \
fbset fbsplash fc-cache fc-cat fc-conflist fc-list fc-match fc-pattern fc-query fc-scan fc-validate fdflush \
fdisk fgrep file filefrag fincore find findfs findmnt flock fmt fold free freeramdisk fsck fsck.cramfs \
fsck.ext2 fsck.ext3 fsck.ext4 fsck.minix fsfreeze fstab-decode fstrim fsync ftpd ftpget ftpput funzip fuser \
g++ g++-12 gapplication gcc gcc-12 gcc-ar gcc-ar-12 gcc-nm gcc-nm-12 gcc-ranlib gcc-ranlib-12 gcov gcov-12 \
gcov-dump gcov-dump-12 gcov-tool gcov-tool-12 gdbus gdk-pixbuf-csource gdk-pixbuf-pixdata \
gdk-pixbuf-thumbnailer genbrk gencat genccode gencfu gencmn gencnval gendict genl gennorm2 genrb gensprep \
geqn getcap getconf getent getopt getpcaps gettext gettext.sh gettextize getty gio gio-querymodules git \
git-receive-pack git-shell git-upload-archive git-upload-pack glib-compile-schemas gmake gold gosu \
gp-archive gp-collect-app gp-display-html gp-display-src gp-display-text gpasswd gpg gpg-agent \
gpg-connect-agent gpg-wks-server gpg-zip gpgcompose gpgconf gpgparsemail gpgrt-config gpgsm gpgsplit gpgtar \
gpgv gpic gprof gprofng grep gresource groff grog grops grotty groupadd groupdel groupmems groupmod groups \
grpck grpconv grpunconv gsettings gtbl gtk-update-icon-cache gunzip gzexe gzip h2ph h2xs halt hardlink hd \
hdparm head hexdump hg hg-ssh hmac256 hostid hostname hostnamectl httpd hush hwclock i2cdetect i2cdump \
i2cget i2cset i2ctransfer i386 i486 iconv iconvconfig icuexportdata icuinfo icupkg id ifconfig ifdown \
ifenslave ifup inetd infocmp infotocap init inotifyd insmod install install-sgmlcatalog installkernel \
instmodsh invoke-rc.d ionice iostat ip ipaddr ipcalc ipcmk ipcrm ipcs iplink ipmaddr ipneigh iproute iprule \
iptunnel ischroot isosize jar jarsigner java javac javadoc javap jcmd jconsole jdb jdeprscan jdeps jexec jfr \
jhsdb jimage jinfo jlink jmap jmod join journalctl jpackage jps jrunscript jshell json_pp jstack jstat \
jstatd kbd_mode kbxutil kernel-install keytool kill killall killall5 klogd last lastb lastlog lcf ld ld.bfd \
ld.gold ld.so ldattach ldconfig ldd less lessecho lessfile lesskey lesspipe lexgrog libgcrypt-config \
libnetcfg libpng-config libpng16-config link linux32 linux64 linuxrc listres ln lnstat loadfont loadkmap \
locale locale-gen localectl localedef logger login loginctl logname logread logsave look losetup lpd lpq lpr \
ls lsattr lsb_release lsblk lscpu lsfd lsipc lsirq lslocks lslogins lsmem lsmod lsns lsof lspci lspgpot \
lsscsi lsusb lto-dump lto-dump-12 luit lz4 lz4c lz4cat lzcat lzcmp lzdiff lzegrep lzfgrep lzgrep lzless lzma \
lzmainfo lzmore lzop lzopcat make make-first-existing-target make-ssl-cert makeconv makedevs makemime man \
man-recode mandb manpath mawk mcookie md5sum md5sum.textutils mdev memusage memusagestat mesg microcom \
microdnf migrate-pubring-from-classic-gpg mii-tool mim mkdir mkdosfs mke2fs mkfifo mkfs mkfs.bfs mkfs.cramfs \
mkfs.ext2 mkfs.ext3 mkfs.ext4 mkfs.minix mkfs.vfat mkhomedir_helper mklost+found mknod mkpasswd mkswap \
mktemp modinfo modprobe more mount mountpoint mpicalc mpstat msgattrib msgcat msgcmp msgcomm msgconv msgen \
msgexec msgfilter msgfmt msggrep msginit msgmerge msgunfmt msguniq mt mtrace mv mvn mvnDebug namei nameif \
nanddump nandwrite nawk nbd-client nc ncurses5-config ncurses6-config ncursesw5-config ncursesw6-config neqn \
netstat networkctl newgrp newusers ngettext nice nisdomainname nl nm nmeter nodejs nohup nologin nproc nroff \
nsenter nslookup nspr-config nss-config nstat ntpd nuke numfmt objcopy objdump ocs od openrc openssl openvt \
optscript osslsigncode pager pam-auth-update pam_getenv pam_namespace_helper pam_timestamp_check partprobe \
partx passwd paste patch pathchk pdb3 pdb3.11 pebble peekfd perf perl perl5 perl5.36-x86_64-linux-gnu \
perl5.36.0 perlbug perldoc perlivp perlthanks pg_config pgrep pic piconv pidof pidwait pinentry \
pinentry-curses ping ping6 pinky pip pip3 pip3.11 pipe_progress pivot_root pkaction pkcheck pkcon pkg-config \
pkgconf pkgdata pkill pkmon pkttyagent pl2pm pldd plipconfig pmap png-fix-itxt pngfix pod2html pod2man \
pod2text pod2usage podchecker popmaildir posixshells poweroff powertop pr preconv printenv printf prlimit \
pro prove prtstat ps pscan pslog pstree pstree.x11 ptar ptardiff ptargrep ptx pwck pwconv pwd pwdx \
pwhistory_helper pwunconv py3clean py3compile py3versions pydoc3 pydoc3.11 pygettext3 pygettext3.11 \
pygmentize python python-argcomplete-check-easy-install-script python-argcomplete-tcsh python3 \
python3-config python3.11 python3.11-config python3.13 python3.7 python3.9 pzstd qemu-img qemu-io qemu-nbd \
qemu-storage-daemon raidautorun ranlib rarp rbash rc rc-service rc-status rc-update rdate rdev rdma \
readahead readelf readlink readprofile readtags realpath reboot recode-sr-latin red reformime \
register-python-argcomplete remove-shell rename.ul renice reset resize resize2fs resizepart resume rev rgrep \
rm rmdir rmiregistry rmmod rmt rmt-tar route routel rpcgen rpm rpm2cpio rpmkeys rtacct rtcwake rtmon rtstat \
run-init run-parts runcon runlevel runsv runsvdir runuser rview rvim rx savelog scalar scanelf scp script \
scriptlive scriptreplay sdiff sed seedrng select-editor sendmail sensible-browser sensible-editor \
sensible-pager seq serialver service setarch setcap setconsole setfattr setfont setkeycodes setlogcons \
setpriv setserial setsid setterm setuidgid setup-alpine sftp sg sh sha1sum sha224sum sha256sum sha384sum \
sha3sum sha512sum shadowconfig shasum shell showkey shred shuf shutdown size skill slabtop slattach sleep \
slogin smemcap snice soelim softlimit sort sotruss splain split sprof sq sqv ss ssh ssh-add ssh-agent \
ssh-argv0 ssh-copy-id ssh-keygen ssh-keyscan ssl_client start start-stop-daemon stat stdbuf streamzip \
strings strip stty su su-exec sudo sulogin sum svc svlogd svn svnadmin svnauthz svnbench svndumpfilter svnfs \
svnlook svnmucc svnrdump svnserve svnsync svnversion svok swaplabel swapoff swapon switch_root sync sysctl \
syslogd systemctl systemd systemd-analyze systemd-ask-password systemd-cat systemd-cgls systemd-cgtop \
systemd-creds systemd-cryptenroll systemd-delta systemd-detect-virt systemd-escape systemd-firstboot \
systemd-id128 systemd-inhibit systemd-machine-id-setup systemd-mount systemd-notify systemd-path \
systemd-repart systemd-run systemd-socket-activate systemd-stdio-bridge systemd-sysext systemd-sysusers \
systemd-tmpfiles systemd-tty-ask-password-agent systemd-umount tabs tac tail tar tarcat taskset tbl tc tclsh \
tclsh8.6 tcltk-depends tcpsvd tee telinit telnet telnetd tempfile test tftp tftpd tic time timedatectl \
timeout tini tipc tload toe tomlq top touch tput tr traceroute traceroute6 tree troff true truncate ts tset \
tsort tty ttysize tunctl tune2fs tzselect ua ubiattach ubidetach ubimkvol ubirename ubirmvol ubirsvol \
ubiupdatevol ubuntu-advantage ucf ucfq ucfr uclampset uconv udhcpc udhcpc6 udhcpd udpsvd uevent ul umount \
uname uncompress unexpand uniq unix2dos unix_chkpwd unix_update unlink unlz4 unlzma unlzop unminimize \
unshare unxz unzip unzipsfx unzstd update-alternatives update-ca-certificates update-catalog \
update-icon-caches update-locale update-mime-database update-passwd update-rc.d update-shells \
update-xmlcatalog uptime useradd userdel usermod users usleep utmpdump uudecode uuencode validlocale vconfig \
vdir vdpa vi view viewres vigr vim vimdiff vipw vlock vmstat volname w wall watch watchdog watchgnupg wc \
wdctl wget whatis whereis which which.debianutils who whoami whois wipefs wish wish8.6 write x86_64 \
x86_64-linux-gnu-addr2line x86_64-linux-gnu-ar x86_64-linux-gnu-as x86_64-linux-gnu-c++filt \
x86_64-linux-gnu-cpp x86_64-linux-gnu-cpp-12 x86_64-linux-gnu-dwp x86_64-linux-gnu-elfedit \
x86_64-linux-gnu-g++ x86_64-linux-gnu-g++-12 x86_64-linux-gnu-gcc x86_64-linux-gnu-gcc-12 \
x86_64-linux-gnu-gcc-ar x86_64-linux-gnu-gcc-ar-12 x86_64-linux-gnu-gcc-nm x86_64-linux-gnu-gcc-nm-12 \
x86_64-linux-gnu-gcc-ranlib x86_64-linux-gnu-gcc-ranlib-12 x86_64-linux-gnu-gcov x86_64-linux-gnu-gcov-12 \
x86_64-linux-gnu-gcov-dump x86_64-linux-gnu-gcov-dump-12 x86_64-linux-gnu-gcov-tool \
x86_64-linux-gnu-gcov-tool-12 x86_64-linux-gnu-gold x86_64-linux-gnu-gp-archive \
x86_64-linux-gnu-gp-collect-app x86_64-linux-gnu-gp-display-html x86_64-linux-gnu-gp-display-src \
x86_64-linux-gnu-gp-display-text x86_64-linux-gnu-gprof x86_64-linux-gnu-gprofng x86_64-linux-gnu-ld \
x86_64-linux-gnu-ld.bfd x86_64-linux-gnu-ld.gold x86_64-linux-gnu-lto-dump x86_64-linux-gnu-lto-dump-12 \
x86_64-linux-gnu-nm x86_64-linux-gnu-objcopy x86_64-linux-gnu-objdump x86_64-linux-gnu-pkg-config \
x86_64-linux-gnu-pkgconf x86_64-linux-gnu-python3-config x86_64-linux-gnu-python3.11-config \
x86_64-linux-gnu-ranlib x86_64-linux-gnu-readelf x86_64-linux-gnu-size x86_64-linux-gnu-strings \
x86_64-linux-gnu-strip xargs xauth xdg-user-dir xdg-user-dirs-update xdpyinfo xdriinfo xev xfd xfontsel \
xgettext xkill xlsatoms xlsclients xlsfonts xmessage xml2-config xmlsec1-config xprop xq-python xslt-config \
xsubpp xvinfo xwininfo xxd xz xzcat xzcmp xzdiff xzegrep xzfgrep xzgrep xzless xzmore yes ypdomainname yq \
yum zcat zcip zcmp zdiff zdump zegrep zfgrep zforce zgrep zic zip zipcloak zipdetails zipgrep zipinfo \
zipnote zipsplit zless zmore znew zramctl zstd zstdcat zstdgrep zstdless zstdmt";

static COMMON_NAMES: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.split_ascii_whitespace().collect());

/// Whether some distribution's base may bring a program of this name.
pub(super) fn is_common(name: &str) -> bool {
    // Versioned and prefixed tools: `gcc-12`, `x86_64-linux-gnu-gcc`, `python3.11`.
    name.contains("linux-gnu")
        || name.starts_with("python")
        || name.starts_with("perl")
        || name.starts_with("gcc-")
        || name.starts_with("g++-")
        || COMMON_NAMES.contains(name)
}

/// A directory and what is certainly in it.
pub(super) type Certain = &'static [(&'static str, &'static [&'static str])];

/// busybox as Alpine links it (read in 3.6 to 3.20; alpine).
pub(super) const ALPINE: Certain = &[
    (
        "/bin",
        &[
            "ash", "busybox", "cat", "chgrp", "chmod", "chown", "cp", "date", "dd", "df", "dmesg", "echo", "egrep",
            "false", "fgrep", "grep", "gunzip", "gzip", "hostname", "kill", "ln", "login", "ls", "mkdir", "mknod",
            "mktemp", "more", "mount", "mv", "netstat", "nice", "pidof", "ping", "ps", "pwd", "rm", "rmdir", "sed",
            "sh", "sleep", "stat", "stty", "su", "sync", "tar", "touch", "true", "umount", "uname", "usleep", "watch",
            "zcat",
        ],
    ),
    (
        "/usr/bin",
        &[
            "[",
            "awk",
            "basename",
            "bunzip2",
            "bzip2",
            "cksum",
            "clear",
            "cmp",
            "cut",
            "diff",
            "dirname",
            "du",
            "env",
            "expr",
            "find",
            "fold",
            "free",
            "head",
            "hexdump",
            "id",
            "install",
            "killall",
            "ldd",
            "less",
            "md5sum",
            "mkfifo",
            "nc",
            "nohup",
            "nslookup",
            "od",
            "passwd",
            "printf",
            "readlink",
            "realpath",
            "seq",
            "sha256sum",
            "sort",
            "split",
            "strings",
            "tail",
            "tee",
            "test",
            "time",
            "top",
            "tr",
            "tty",
            "uniq",
            "unzip",
            "uptime",
            "vi",
            "wc",
            "wget",
            "which",
            "who",
            "whoami",
            "xargs",
            "yes",
        ],
    ),
    ("/usr/sbin", &["addgroup", "adduser", "chroot", "crond", "delgroup", "deluser"]),
];

/// Essential packages of Debian and Ubuntu. All directories are one after the /usr merge.
pub(super) const DEBIAN: Certain = &[
    (
        "/bin",
        &[
            "bash", "cat", "chgrp", "chmod", "chown", "cp", "dash", "date", "dd", "df", "echo", "egrep", "false",
            "fgrep", "grep", "gunzip", "gzip", "hostname", "ln", "ls", "mkdir", "mknod", "mktemp", "mount", "mv",
            "pwd", "rm", "rmdir", "sed", "sh", "sleep", "stty", "su", "sync", "tar", "touch", "true", "umount",
            "uname", "zcat",
        ],
    ),
    (
        "/usr/bin",
        &[
            "[",
            "apt",
            "apt-cache",
            "apt-get",
            "awk",
            "basename",
            "cksum",
            "cmp",
            "cut",
            "diff",
            "dirname",
            "dpkg",
            "du",
            "env",
            "expr",
            "find",
            "fold",
            "getent",
            "groups",
            "head",
            "id",
            "install",
            "md5sum",
            "mkfifo",
            "nice",
            "nohup",
            "nproc",
            "od",
            "perl",
            "printenv",
            "printf",
            "readlink",
            "realpath",
            "seq",
            "sha1sum",
            "sha256sum",
            "sort",
            "split",
            "stat",
            "tail",
            "tee",
            "test",
            "timeout",
            "tr",
            "truncate",
            "tty",
            "uniq",
            "wc",
            "which",
            "who",
            "whoami",
            "xargs",
            "yes",
        ],
    ),
    ("/usr/sbin", &["chroot", "groupadd", "groupmod", "useradd", "userdel", "usermod"]),
];

/// What buildpack-deps and golang add to Debian (bpdeps, golang).
pub(super) const GO_DEBIAN: Certain = &[(
    "/usr/bin",
    &["cc", "curl", "g++", "gcc", "git", "gpg", "hg", "make", "pkg-config", "ps", "ssh", "svn", "wget"],
)];

/// The busybox image and its hard links (read and run; busybox).
pub(super) const BUSYBOX: Certain = &[
    (
        "/bin",
        &[
            "[", "adduser", "ash", "awk", "basename", "cat", "chgrp", "chmod", "chown", "cp", "cut", "date", "dd",
            "df", "dirname", "du", "echo", "env", "expr", "false", "find", "grep", "gunzip", "gzip", "head",
            "hostname", "id", "install", "kill", "ln", "ls", "mkdir", "mktemp", "mv", "nc", "ps", "pwd", "rm", "rmdir",
            "sed", "sh", "sleep", "sort", "stat", "sync", "tail", "tar", "tee", "test", "touch", "tr", "true", "uname",
            "uniq", "unzip", "vi", "wc", "wget", "which", "xargs",
        ],
    ),
    ("/usr/bin", &["env"]),
];

pub(super) const ALPINE_LACKS: &[&str] = &[
    "apt",
    "apt-get",
    "aptitude",
    "bash",
    "cc",
    "curl",
    "dnf",
    "dpkg",
    "g++",
    "gcc",
    "git",
    "go",
    "gofmt",
    "groupadd",
    "jq",
    "make",
    "microdnf",
    "node",
    "npm",
    "perl",
    "pip",
    "pip3",
    "python",
    "python3",
    "su-exec",
    "sudo",
    "tini",
    "dumb-init",
    "gosu",
    "useradd",
    "usermod",
    "yum",
];
pub(super) const DEBIAN_LACKS: &[&str] = &[
    "apk",
    "cc",
    "curl",
    "dnf",
    "dumb-init",
    "g++",
    "gcc",
    "git",
    "go",
    "gofmt",
    "gosu",
    "jq",
    "make",
    "microdnf",
    "node",
    "npm",
    "pip",
    "pip3",
    "python",
    "python3",
    "su-exec",
    "sudo",
    "tini",
    "wget",
    "yum",
];
pub(super) const GO_DEBIAN_LACKS: &[&str] = &[
    "apk",
    "dnf",
    "dumb-init",
    "go",
    "gofmt",
    "gosu",
    "jq",
    "microdnf",
    "node",
    "npm",
    "pip",
    "pip3",
    "su-exec",
    "sudo",
    "tini",
    "yum",
];
pub(super) const BUSYBOX_LACKS: &[&str] = &[
    "apk", "apt", "apt-get", "bash", "curl", "dnf", "dpkg", "g++", "gcc", "git", "go", "gofmt", "jq", "make",
    "microdnf", "node", "npm", "perl", "python", "python3", "sudo", "tini", "useradd", "yum",
];

/// Users and groups that a distribution's base may have: base-passwd, alpine-baselayout, setup, systemd and dbus.
const COMMON_IDS: &str = "\
_apt adm adwaita at audio avahi backup bin cdrom clock cron cyrus daemon dbus dialout dip disk fax floppy ftp games \
gnats gopher guest halt http input irc kmem kvm list locate lock lp lpadmin lxd mail man memcache messagebus munin mysql \
netdev news nginx nobody nogroup nonroot nscd ntp operator oprofile pcap plugdev polkitd postgres postfix postmaster ping \
proc proxy quarkus readproc render root rpc rtkit sasl saned scanner sgx shadow shutdown smmsp src ssh sshd sssd staff \
static sudo sync sys syslog systemd-bus-proxy systemd-coredump systemd-journal systemd-journal-remote systemd-network \
systemd-oom systemd-resolve systemd-timesync tape tcpdump tss tty ubuntu users usb utempter utmp uucp uuidd video voice \
vpopmail wheel www-data xfs squid abuild crontab _ssh default";

/// Whether some distribution's base may have a user or group of this name.
pub(super) fn is_common_id(name: &str) -> bool {
    name.starts_with("systemd-") || COMMON_IDS.split_ascii_whitespace().any(|known| known == name)
}
