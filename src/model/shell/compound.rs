//! Knows how lists and compound commands run: what may be skipped, what runs several times, and what the worlds behind it agree on.
//! Refuses to know what single commands do, and decides no condition it cannot prove.

use super::{Control, Shell};
use crate::model::value::Value;
use crate::model::world::World;
use crate::syntax::shell::{Arm, Connector, Node, Word};

impl Shell<'_> {
    pub(super) fn list(&mut self, world: &mut World, first: &Node, rest: &[(Connector, Node)]) -> Control {
        // What stands in front of the last `||` may fail.
        let caught = rest.iter().rposition(|(connector, _)| *connector == Connector::Or).map_or(0, |at| at + 1);
        self.conditions += usize::from(caught > 0);
        let mut control = self.node(world, first);
        self.conditions -= usize::from(caught > 0);
        let mut previous = first;
        for (at, (connector, node)) in rest.iter().enumerate() {
            let failure = self.failure.take();
            let may_fail = usize::from(at + 1 < caught);
            self.conditions += may_fail;
            match connector {
                Connector::And if control == Control::Stop => {
                    self.failure = failure;
                    self.conditions -= may_fail;
                    return Control::Stop;
                }
                // `test … && command`: the command may be skipped.
                Connector::And if is_test(previous) => {
                    let ends = vec![Some(world.clone()), self.branch(world, std::slice::from_ref(node))];
                    self.failure = failure;
                    control = join_ends(world, ends);
                }
                Connector::And => {
                    control = self.node(world, node);
                    self.failure = failure.or(self.failure.take());
                }
                // `a || b`: b runs only where a failed, and then mostly to give up.
                Connector::Or if control == Control::Stop => self.failure = failure,
                Connector::Or => {
                    // `|| { rm …; false; }` fails the whole, and what it did on the way is nobody's; so does `|| exit $?`.
                    let known = self.ends.len();
                    let after = self.branch(world, std::slice::from_ref(node)).filter(|_| !gives_up(node));
                    if !leaves_well(node) {
                        self.ends.truncate(known);
                    }
                    let ends = vec![Some(world.clone()), after];
                    // Where a certainly failed, how b ends is how both end.
                    self.failure = self.failure.take().filter(|_| failure.is_some());
                    control = join_ends(world, ends);
                }
            }
            previous = node;
            self.conditions -= may_fail;
        }
        control
    }

    /// A condition: whether it succeeds is asked, not demanded.
    pub(super) fn guarded(&mut self, world: &mut World, nodes: &[Node]) -> Control {
        self.conditions += 1;
        let control = self.body(world, nodes);
        self.conditions -= 1;
        control
    }

    /// Runs a body in a copy of the world. `None` where it ends the shell.
    pub(super) fn branch(&mut self, world: &World, body: &[Node]) -> Option<World> {
        let mut copy = world.clone();
        (self.guarded(&mut copy, body) == Control::Next).then_some(copy)
    }

    pub(super) fn subshell(&mut self, world: &mut World, body: &[Node]) {
        let (env, cwd) = (world.env.clone(), world.cwd.clone());
        self.run_out(world, body);
        (world.env, world.cwd) = (env, cwd);
    }

    pub(super) fn for_loop(&mut self, world: &mut World, name: &str, words: Option<&[Word]>, body: &[Node]) -> Control {
        let arguments = words.map(|words| self.arguments(world, words));
        if let Some(arguments) = &arguments
            && arguments.iter().all(|a| a.value.as_literal().is_some() && !a.glob)
        {
            for argument in arguments {
                if !self.may_go_on(world) {
                    return Control::Next;
                }
                world.env.assign(name, argument.value.clone(), Some(argument.span));
                if self.body(world, body) == Control::Stop {
                    return Control::Stop;
                }
            }
            return Control::Next;
        }
        let skipped = world.clone();
        world.env.assign(name, Value::unknown(format!("`{name}` runs over words that are not known")), None);
        let ran = self.branch(world, body);
        self.failure = None;
        join_ends(world, vec![Some(skipped), ran])
    }

    pub(super) fn case(&mut self, world: &mut World, subject: &Word, arms: &[Arm]) -> Control {
        let subject = self.value(world, subject);
        if let Some(subject) = subject.as_literal() {
            let literal = |w: &Word| w.literal().filter(|_| !w.is_glob());
            let chosen = arms.iter().find(|arm| arm.patterns.iter().any(|p| literal(p).as_deref() == Some(subject)));
            let decided = chosen.is_none_or(|chosen| {
                arms.iter()
                    .take_while(|arm| !std::ptr::eq(*arm, chosen))
                    .all(|arm| arm.patterns.iter().all(|p| literal(p).is_some()))
            });
            if let (Some(arm), true) = (chosen, decided) {
                return self.body(world, &arm.body);
            }
        }
        let mut ends: Vec<Option<World>> = arms.iter().map(|arm| self.branch(world, &arm.body)).collect();
        if !arms.iter().any(|arm| arm.patterns.iter().any(|p| p.literal().as_deref() == Some("*"))) {
            ends.push(Some(world.clone()));
        }
        self.failure = None;
        join_ends(world, ends)
    }
}

/// `[ … ]`, `[[ … ]]`, `test …`, and programs that are asked rather than used: `command -v`, `grep -q`, `which`.
fn is_test(node: &Node) -> bool {
    match node {
        Node::Opaque { .. } => true,
        Node::Not { command, .. } => is_test(command),
        Node::Simple(simple) => simple.words.first().and_then(Word::literal).is_some_and(|name| {
            matches!(name.as_str(), "[" | "test" | "command" | "which" | "grep" | "type" | "hash" | "cmp" | "diff")
        }),
        Node::Pipeline { commands, .. } => commands.last().is_some_and(is_test),
        _ => false,
    }
}

/// Ends with `false`.
fn gives_up(node: &Node) -> bool {
    match node {
        Node::Simple(simple) => simple.words.first().and_then(Word::literal).as_deref() == Some("false"),
        Node::Group { body, .. } | Node::Subshell { body, .. } => body.last().is_some_and(gives_up),
        _ => false,
    }
}

/// Ends with `exit 0` or `return 0`.
fn leaves_well(node: &Node) -> bool {
    let word = |words: &[Word], at: usize| words.get(at).and_then(Word::literal);
    match node {
        Node::Simple(simple) => {
            matches!(word(&simple.words, 0).as_deref(), Some("exit" | "return"))
                && word(&simple.words, 1).as_deref() == Some("0")
        }
        Node::Group { body, .. } => body.last().is_some_and(leaves_well),
        _ => false,
    }
}

pub(super) fn join_ends(world: &mut World, ends: Vec<Option<World>>) -> Control {
    if world.end_as(ends.into_iter().flatten()) { Control::Next } else { Control::Stop }
}
