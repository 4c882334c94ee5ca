//! Knows git's index as far as it lists the paths of tracked files: versions 2 to 4, SHA-1 and SHA-256.
//! Refuses to know objects, stages and extensions. What it cannot read it leaves out.
//!
//! Format: <https://git-scm.com/docs/index-format>. A crate for it brings the whole of git's object model along.

use std::fs;
use std::path::{Path, PathBuf};

/// The tracked files and links of the repository whose work tree a directory is, by path from it.
pub fn tracked(root: &Path) -> Vec<String> {
    let Some(git) = git_directory(root) else { return Vec::new() };
    let Ok(index) = fs::read(git.join("index")) else { return Vec::new() };
    paths(&index, hash_length(&git))
}

/// `.git`, or for a linked work tree and a submodule the directory that the file of that name points at.
fn git_directory(root: &Path) -> Option<PathBuf> {
    let git = root.join(".git");
    if git.is_dir() {
        return Some(git);
    }
    let text = fs::read_to_string(&git).ok()?;
    Some(root.join(text.strip_prefix("gitdir:")?.trim()))
}

fn hash_length(git: &Path) -> usize {
    // A linked work tree has its configuration where its main one has it.
    let common = fs::read_to_string(git.join("commondir")).map_or_else(|_| git.to_path_buf(), |at| git.join(at.trim()));
    let config = fs::read_to_string(common.join("config")).unwrap_or_default().to_lowercase();
    let format = config.lines().filter_map(|line| line.split_once('=')).find(|(name, _)| name.trim() == "objectformat");
    if format.is_some_and(|(_, value)| value.trim() == "sha256") { 32 } else { 20 }
}

/// Of every entry: the times, device, inode, mode, owner and size.
const STAT: usize = 40;
/// Where the mode lies in it.
const MODE: usize = 24;

fn paths(index: &[u8], hash: usize) -> Vec<String> {
    let mut out = Vec::new();
    let _ = read(index, hash, &mut out);
    out
}

fn read(index: &[u8], hash: usize, out: &mut Vec<String>) -> Option<()> {
    let version = number(index, 4).filter(|version| index.starts_with(b"DIRC") && (2..=4).contains(version))?;
    let mut at = 12;
    let mut name: Vec<u8> = Vec::new();
    for _ in 0..number(index, 8)? {
        let start = at;
        let mode = number(index, at + MODE)?;
        at += STAT + hash;
        let extended = index.get(at)? & 0x40 != 0;
        at += if extended && version >= 3 { 4 } else { 2 };
        if version == 4 {
            // The path shares its beginning with the one before.
            let dropped = varint(index, &mut at)?;
            name.truncate(name.len().checked_sub(dropped)?);
        } else {
            name.clear();
        }
        let length = index.get(at..)?.iter().position(|byte| *byte == 0)?;
        name.extend_from_slice(index.get(at..at + length)?);
        at += length + 1;
        if version < 4 {
            // At least one zero, and as many as make the entry a multiple of eight.
            at = start + (at - start).next_multiple_of(8);
        }
        // Regular files and links; not submodules and directories of a sparse index.
        if matches!(mode >> 12, 0o10 | 0o12)
            && let Ok(path) = std::str::from_utf8(&name)
        {
            out.push(path.to_string());
        }
    }
    Some(())
}

fn number(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

/// Git's offset encoding: seven bits a byte, the highest first, and one more for every byte that follows.
fn varint(bytes: &[u8], at: &mut usize) -> Option<usize> {
    let mut value = 0usize;
    loop {
        let byte = *bytes.get(*at)?;
        *at += 1;
        value = value.checked_shl(7)?.checked_add(usize::from(byte & 0x7f))?;
        if byte & 0x80 == 0 {
            return Some(value);
        }
        value = value.checked_add(1)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An index as git writes it: `(path, mode, extended flags)`.
    fn index(version: u32, hash: usize, entries: &[(&str, u32, bool)]) -> Vec<u8> {
        let mut out = b"DIRC".to_vec();
        out.extend(version.to_be_bytes());
        out.extend((entries.len() as u32).to_be_bytes());
        let mut before = "";
        for (path, mode, extended) in entries {
            let start = out.len();
            out.extend([0xab; MODE]);
            out.extend(mode.to_be_bytes());
            out.extend(vec![0xcd; STAT - MODE - 4 + hash]);
            out.extend(if *extended { vec![0x40, 0, 0x40, 0] } else { vec![0, 0] });
            if version == 4 {
                let shared = path.bytes().zip(before.bytes()).take_while(|(a, b)| a == b).count();
                let dropped = before.len() - shared;
                if dropped > 127 {
                    out.extend([0x80 | (((dropped - 128) >> 7) as u8), (dropped & 0x7f) as u8]);
                } else {
                    out.push(dropped as u8);
                }
                out.extend(path.as_bytes()[shared..].iter().chain(&[0]));
                before = path;
            } else {
                out.extend(path.bytes());
                let length = out.len() - start;
                out.extend(vec![0; (length + 1).next_multiple_of(8) - length]);
            }
        }
        out.extend(b"TREE\0\0\0\0");
        out
    }

    #[test]
    fn every_version_and_hash_is_read() {
        let long = format!("dir/{}", "x".repeat(200));
        let entries = [
            ("a", 0o100644, false),
            ("bin/tool", 0o100755, false),
            (long.as_str(), 0o100644, true),
            ("dir/y", 0o120000, false),
            ("sub", 0o160000, false),
            ("z/longer", 0o100644, false),
        ];
        for version in [2, 3, 4] {
            for hash in [20, 32] {
                let entries = entries.map(|(path, mode, extended)| (path, mode, extended && version > 2));
                let found = paths(&index(version, hash, &entries), hash);
                assert_eq!(found, ["a", "bin/tool", long.as_str(), "dir/y", "z/longer"], "version {version}, {hash}");
            }
        }
    }

    #[test]
    fn what_is_cut_off_or_no_index_is_left_out() {
        let whole = index(4, 20, &[("a", 0o100644, false), ("b", 0o100644, false)]);
        for end in 0..whole.len() {
            assert!(paths(&whole[..end], 20).len() <= 2);
        }
        assert_eq!(paths(&whole[..70], 20), Vec::<String>::new());
        assert_eq!(paths(b"DIRC\0\0\0\x05\0\0\0\x01", 20), Vec::<String>::new());
        assert_eq!(paths(&[0xff; 400], 20), Vec::<String>::new());
        let mut dropped = index(4, 20, &[("a", 0o100644, false)]);
        dropped[12 + STAT + 20 + 2] = 9;
        assert_eq!(paths(&dropped, 20), Vec::<String>::new());
    }
}
