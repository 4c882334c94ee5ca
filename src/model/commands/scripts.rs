//! Knows which scripts run: `sh -c text`, `. file`, `eval`, a script of the repository by its path.
//! Refuses to know what is in them ([`Shell`] does).

use super::make::ignores_failure;
use super::opaque;
use crate::model::files::Found;
use crate::model::path::Path;
use crate::model::shell::Shell;
use crate::model::trace::{Argument, EventKind};
use crate::model::tri::Tri;
use crate::model::value::{Value, Why};
use crate::model::world::World;
use crate::source::Span;
use crate::syntax::fold::Folded;

/// `sh -c text`, `bash script`, `. script`, `eval text`.
pub(super) fn interpreter(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    let arguments = if name == "busybox" { arguments.get(1..).unwrap_or_default() } else { arguments };
    let own_shell = !matches!(name, "source" | "." | "eval");
    let mut text = None;
    // `sh -c text name arguments`
    let mut parameters: &[Argument] = &[];
    for (i, argument) in arguments.iter().enumerate() {
        let Some(literal) = argument.value.as_literal() else { break };
        if name == "eval" {
            text = (arguments.len() == 1).then_some((literal.to_string(), argument.span));
            break;
        }
        if literal.starts_with('-') && own_shell {
            if !literal.starts_with("--") && literal.ends_with('c') {
                text = arguments.get(i + 1).and_then(|a| Some((a.value.as_literal()?.to_string(), a.span)));
                parameters = arguments.get(i + 2..).unwrap_or_default();
                break;
            }
            continue;
        }
        if !script_at(shell, world, literal, &arguments[i + 1..], argument.span, own_shell) && !own_shell {
            world.env.open(&Why::at(format!("`{literal}` is not followed and may set it"), argument.span));
        }
        return;
    }
    let Some((text, place)) = text else {
        if !own_shell {
            world.env.open(&Why::at(format!("`{name}` is not followed and may set it"), span));
        }
        shell.builds_images.add(Tri::Unknown);
        opaque(world, name, span);
        return;
    };
    let mut folded = Folded::new(place.file);
    folded.push_for(&text, place.range());
    let outer = (world.env.clone(), world.cwd.clone(), shell.errexit);
    shell.errexit &= !own_shell;
    if own_shell {
        let zero = parameters.first().map_or_else(|| Value::literal(name), |zero| zero.value.clone());
        world.env.set_parameters(Some(zero), parameters.get(1..).unwrap_or_default());
    }
    if !shell.nested(world, &folded) {
        opaque(world, name, span);
    }
    if own_shell {
        (world.env, world.cwd, shell.errexit) = outer;
    }
}

/// A program that is not known by name: a script of the repository is followed, what is nowhere on PATH does nothing,
/// anything else is opaque.
pub(super) fn script(shell: &mut Shell, world: &mut World, name: &str, arguments: &[Argument], span: Span) {
    if name.contains('/') {
        script_at(shell, world, name, arguments, span, true);
    } else if !is_nowhere(shell, world, name) {
        opaque(world, name, span);
    }
}

/// `command not found`: certainly nothing of that name in any directory of PATH.
fn is_nowhere(shell: &Shell, world: &World, name: &str) -> bool {
    let Ok(search) = world.env.exported("PATH").expand() else { return false };
    search.split(':').iter().filter(|directory| !directory.is_empty()).all(|directory| {
        let path = Path::root().join(directory).map(|directory| directory.child(&name.into()));
        directory.literal_prefix().starts_with('/')
            && path.is_some_and(|path| world.files.find(&path, shell.context) == Found::Missing)
    })
}

/// Whether it could be followed.
fn script_at(
    shell: &mut Shell,
    world: &mut World,
    name: &str,
    arguments: &[Argument],
    span: Span,
    own_shell: bool,
) -> bool {
    let path = world.path(&Value::literal(name));
    let origin = path.as_ref().ok().and_then(|path| match world.files.find(path, shell.context) {
        Found::File { file, doubt: None, .. } => file.origin,
        _ => None,
    });
    let lacks = |path: &Path| world.files.lacks(path, shell.context) && !ignores_failure(shell, span);
    if let Some(path) = path.ok().filter(lacks) {
        shell.event(span, EventKind::MissingScript(path));
    }
    let source = origin.and_then(|origin| shell.sources.load(&origin)).map(|id| (id, shell.sources.get(id)));
    let Some((id, _)) = source.filter(|(_, s)| is_shell_script(&s.text)) else {
        opaque(world, name, span);
        return false;
    };
    let outer = (world.env.clone(), world.cwd.clone(), shell.errexit);
    shell.errexit &= !own_shell;
    if own_shell {
        world.env.set_parameters(Some(Value::literal(name)), arguments);
    } else if !arguments.is_empty() {
        world.env.set_parameters(None, arguments);
    }
    world.env.set(BASH_SOURCE, Value::literal(name), false, None);
    let followed = shell.nested_file(world, id);
    if !followed {
        opaque(world, name, span);
    }
    if own_shell {
        (world.env, world.cwd, shell.errexit) = outer;
    } else {
        world.env.restore(BASH_SOURCE, outer.0.binding(BASH_SOURCE).cloned());
    }
    followed
}

/// The path of the script being read, as bash tells it.
const BASH_SOURCE: &str = "BASH_SOURCE";

fn is_shell_script(text: &str) -> bool {
    match text.lines().next().and_then(|line| line.strip_prefix("#!")) {
        Some(interpreter) => {
            ["sh", "bash", "ash", "dash"].iter().any(|shell| interpreter.split(['/', ' ']).any(|word| word == *shell))
        }
        None => true,
    }
}
