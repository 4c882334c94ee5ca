//! Knows install(1): directories with `-d`, files with mode, owner and group.
//! Refuses to know BSD's other meanings of `-D` and `-T`.

use super::move_files::{Operands, opaque_destination};
use super::options::{Parsed, long_options};
use crate::model::files::{File, Found};
use crate::model::shell::Shell;
use crate::model::trace::{Argument, EventKind, HopKind, TransferKind};
use crate::model::world::World;
use crate::source::Span;

pub fn run(shell: &mut Shell, world: &mut World, arguments: &[Argument], span: Span) {
    let Parsed { flags, operands, raw } =
        long_options(arguments, "mogtS", &["group", "mode", "owner", "suffix", "target-directory"]);
    let given = |names: &[&str]| flags.iter().find(|flag| flag.is(names));
    let value = |names: &[&str]| given(names)?.value.as_ref()?.value.expand().ok();
    if given(&["d", "directory"]).is_some() {
        for operand in operands {
            match world.path(&operand.value) {
                Ok(path) => {
                    world.files.make_dir(&path);
                    // One that is there gets the mode too.
                    world.files.change_directory(&path);
                }
                Err(_) => world.files.open_directories(),
            }
        }
        return;
    }
    let Some(operands) = Operands::read(&flags, operands) else { return };
    // GNU install's default is 0755 whatever the source has.
    let mode = match given(&["m", "mode"]) {
        Some(_) => value(&["m", "mode"]).and_then(|text| u32::from_str_radix(text.as_literal()?, 8).ok()),
        None => Some(0o755),
    };
    let owner = match (value(&["o", "owner"]), value(&["g", "group"])) {
        (None, None) => world.owner(),
        (user, group) => {
            Some(user.unwrap_or_else(|| "0".into()).concat(&":".into()).concat(&group.unwrap_or_else(|| "0".into())))
        }
    };
    let creates = flags.iter().any(|flag| flag.is(&["D"]) || flag.name.len() > 1 && flag.value.is_none());
    if let (false, Some(directory)) = (creates, operands.directory(world, false)) {
        shell.needs_directory(world, &directory, span);
    }
    let mut landed = Vec::new();
    for source in &operands.sources {
        let target = operands.target(shell, world, source);
        landed.push(target.as_ref().ok().cloned());
        let (Ok(from), Ok(to), false) = (world.path(&source.value), target, source.glob) else {
            opaque_destination(world, &operands.destination, span);
            continue;
        };
        let found = world.files.find(&from, shell.context);
        let hop = shell.hop(HopKind::Copied, span, &to, found.file().map(|f| f.hop));
        let file = match found {
            Found::File { file, doubt: None, .. } => File { origin: None, ..file },
            _ => File::new(hop),
        };
        world.files.replace_file(&to, File { hop, mode, owner: owner.clone(), ..file });
    }
    let mode = given(&["m", "mode"]).and_then(|flag| flag.value.clone());
    let run = operands.run(TransferKind::Install, landed, mode, &raw, span);
    shell.event(span, EventKind::Transfer(Box::new(run)));
}
