//! Knows which rules of a Makefile build images, and so which goals tell something of images.
//! Refuses to know how recipes run, and what the images are.

use super::rules::{Rule, Rules, has_percent, stem};
use super::variables::Definition;
use super::{Call, Make, names};
use crate::model::commands::BUILDERS;
use crate::model::invocation::is_for_images;
use crate::model::path::Path;
use crate::model::tri::Tri;
use crate::model::value::Text;
use crate::source::{FileId, Sources, Span};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::{Expression, Piece, Unexpanded};
use foldhash::{HashMap, HashMapExt, HashSet, HashSetExt};
use std::collections::{BTreeMap, BTreeSet};

/// Whether commands build an image, in whatever way, or start a make that may.
#[derive(Clone, Debug)]
pub struct Builds {
    /// Not known where a command is not.
    images: Tri,
    /// Goals of makes, with the Makefiles that they read: what these build, the goals build where somebody asks for them.
    goals: BTreeSet<(FileId, Text)>,
}

impl Default for Builds {
    fn default() -> Builds {
        Builds { images: Tri::No, goals: BTreeSet::new() }
    }
}

impl Builds {
    /// One more command.
    pub fn add(&mut self, images: Tri) {
        self.images = self.images.or(images);
    }

    /// One more make, on anybody's machine.
    pub fn add_make(&mut self, sources: &Sources, call: &Call) {
        let source = sources.get(call.document.file);
        let own = source.path.rsplit_once('/').map_or("", |(directory, _)| directory);
        let as_it_is = call.variables.is_empty() && call.evals.is_empty() && !call.environment;
        let goals: Option<Vec<Text>> = call.goals.iter().map(|goal| goal.value.expand().ok()).collect();
        match goals.filter(|goals| as_it_is && !goals.is_empty() && call.directory == Path::in_checkout(own)) {
            Some(goals) => self.goals.extend(goals.iter().map(|goal| (call.document.file, names::bare(goal)))),
            None => self.add(Tri::Yes),
        }
    }

    /// What other commands did.
    pub fn join(&mut self, other: &Builds) {
        self.add(other.images);
        self.goals.extend(other.goals.iter().cloned());
    }

    /// What is not known builds no image where `may` says so.
    pub(super) fn settle(&mut self, may: impl FnOnce() -> bool) {
        if !self.images.is_yes() && !self.images.is_no() && !may() {
            self.images = Tri::No;
        }
    }

    /// An image is built, or may be by a make that reads another Makefile than this one.
    pub fn tells(&self, makefile: FileId) -> bool {
        self.images.is_yes() || self.goals.iter().any(|(other, _)| *other != makefile)
    }
}

/// Without one of these words, or a builder's name, nothing in a recipe builds an image, or starts what may.
const WORDS: [&str; 3] = ["make", ".sh", "bash"];

/// How much text a line may refer to, and how deep references may nest in it, until it is taken to speak of images.
const LENGTH: usize = 64 << 10;
const DEPTH: usize = 32;

fn may_speak(text: &str) -> bool {
    let text = text.to_ascii_lowercase();
    WORDS.iter().chain(&BUILDERS).any(|word| text.contains(word))
}

impl Make<'_> {
    /// Whether a line of a recipe may build an image on the plain machine, where variables hold what the Makefile says: whether it, or
    /// any text that it refers to, speaks of that.
    pub(super) fn may_build(&self, line: &Expression) -> bool {
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut open = vec![line.clone()];
        let mut length = 0;
        while let Some(text) = open.pop() {
            let mut names = Vec::new();
            length += text.text.len();
            if length > LENGTH || may_speak(&text.text) || !referred(&text, text.part(), &mut names, DEPTH) {
                return true;
            }
            for name in names.into_iter().filter(|name| seen.insert(name.to_string())) {
                let scoped = self.scope.iter().filter(|scoped| scoped.name == name).map(|scoped| &scoped.definition);
                let own = self.state.table.get(name).map(|variable| &variable.definition);
                if !scoped.chain(own).all(|definition| texts(definition, &mut open)) {
                    return true;
                }
            }
        }
        false
    }
}

/// The names that a text refers to, be it as a shell does: it has what make exports. `false` where one of them is not written out, or
/// lies too deep.
fn referred<'t>(text: &'t Folded, part: &'t Unexpanded, names: &mut Vec<&'t str>, depth: usize) -> bool {
    let Some(depth) = depth.checked_sub(1) else { return false };
    part.pieces(text).iter().all(|piece| match piece {
        Piece::Literal { .. } | Piece::Automatic { .. } => true,
        Piece::Dollar { range } => {
            let behind = text.text[range.end..].trim_start_matches('{');
            let end = behind.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(behind.len());
            names.push(&behind[..end]);
            !behind.starts_with('!')
        }
        Piece::Reference { name, substitution, .. } => {
            names.push(name.written(text).trim());
            let both = substitution.iter().flat_map(|both| [&both.0, &both.1]);
            !name.written(text).contains('$') && both.into_iter().all(|part| referred(text, part, names, depth))
        }
        Piece::Call { function: "eval", .. } => false,
        Piece::Call { function, arguments, .. } => {
            let called = arguments.first().filter(|_| *function == "call");
            names.extend(called.map(|name| name.written(text).trim()));
            arguments.iter().all(|argument| referred(text, argument, names, depth))
        }
    })
}

/// Adds the texts of a variable. `false` where it may hold what no text says.
fn texts(definition: &Definition, out: &mut Vec<Expression>) -> bool {
    match definition {
        Definition::Recursive(all) => {
            out.extend(all.iter().cloned());
            true
        }
        Definition::Simple(Ok(text)) => !may_speak(&text.to_string()),
        Definition::Simple(Err(_)) => false,
        Definition::Alternatives(all) => all.iter().all(|definition| texts(definition, out)),
        Definition::Outside => true,
    }
}

/// What a Makefile's rules, and all that they need, have done.
#[derive(Clone, Debug)]
pub struct Images {
    makefile: FileId,
    /// By the place of the rule. Of a rule that never ran nothing is known.
    rules: BTreeMap<Span, Builds>,
}

impl Images {
    /// Given what one run of each rule, and of all that it needs, came to.
    pub fn of(makefile: FileId, rules: BTreeMap<Span, Builds>) -> Images {
        Images { makefile, rules }
    }

    /// The targets for which an image may be built, patterns as they are written.
    pub(super) fn targets(&self, rules: &Rules) -> HashSet<Text> {
        let mut needed: HashMap<&Text, Vec<&Rule>> = HashMap::new();
        let mut found: Vec<&Text> = Vec::new();
        for rule in rules.iter() {
            let needs: Vec<&Text> = match self.rules.get(&rule.span) {
                _ if rule.recipe.is_empty() => rule.prerequisites.iter().chain(&rule.order_only).collect(),
                Some(builds) if builds.images.is_no() && !builds.tells(self.makefile) => {
                    builds.goals.iter().map(|(_, goal)| goal).collect()
                }
                _ => {
                    found.extend(&rule.targets);
                    continue;
                }
            };
            needs.into_iter().for_each(|name| needed.entry(name).or_default().push(rule));
        }
        let mut out = HashSet::new();
        while let Some(target) = found.pop() {
            if !out.insert(target.clone()) {
                continue;
            }
            match has_percent(target) {
                true => {
                    let made = needed.iter().filter(|(name, _)| stem(target, name).is_some());
                    found.extend(made.flat_map(|(_, rules)| rules).flat_map(|rule| &rule.targets));
                }
                false => found.extend(needed.get(target).into_iter().flatten().flat_map(|rule| &rule.targets)),
            }
        }
        out
    }
}

/// The goals that have a turn.
#[derive(Clone, Copy)]
pub(super) enum Goals<'t> {
    /// Every target that has a recipe.
    WithRecipe,
    /// Those that only have others made, too.
    All,
    /// Of all those these, and those that are for images by their name.
    ForImages(&'t HashSet<Text>),
}

impl Goals<'_> {
    /// Whether a target is among them that has a recipe.
    pub fn has(self, rule: &Rule, target: &Text) -> bool {
        match self {
            Goals::WithRecipe | Goals::All => true,
            Goals::ForImages(building) => {
                is_for_images(&target.to_string()) || rule.targets.iter().any(|target| building.contains(target))
            }
        }
    }

    /// Whether a target is among them that only has others made.
    pub fn gathers(self, target: &Text) -> bool {
        match self {
            Goals::WithRecipe => false,
            Goals::All => true,
            Goals::ForImages(building) => is_for_images(&target.to_string()) || building.contains(target),
        }
    }

    /// Whether what lies on the machine after a goal is asked for.
    pub fn keeps(self, target: &Text) -> bool {
        match self {
            Goals::WithRecipe => false,
            Goals::All => true,
            Goals::ForImages(_) => is_for_images(&target.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::follow;
    use crate::model::parsed::Parsed;
    use crate::source::{MemoryCheckout, Sources};
    use std::sync::Arc;

    fn targets(makefile: &str) -> Vec<String> {
        let checkout = MemoryCheckout::new([("Makefile", makefile), ("sub/Makefile", "all:\n\techo\n")]);
        let sources = Sources::new(Arc::new(checkout));
        let parsed = Parsed::of(&sources);
        let recipes = follow(&parsed, parsed.makefile(sources.load("Makefile").unwrap()));
        let found = recipes.images.targets(&recipes.rules);
        let mut names: Vec<String> = found.iter().map(|name| name.to_string()).collect();
        names.sort();
        names
    }

    #[test]
    fn goals_tell_of_images_that_have_one_built() {
        let build = "build:\n\tgo build -o bin/app .\nlint:\n\t$(BIN)/linter run\n";
        let direct = "all: image\nimage: build\n\tdocker build .\npush: image\n\tdocker push x\n";
        assert_eq!(targets(&format!("{direct}{build}")), ["all", "image", "push"]);
        let patterns = "%.img: build\n\tpodman build .\nrelease: app.img\nother: app.txt\n";
        assert_eq!(targets(&format!("{patterns}{build}")), ["%.img", "release"]);
        let makes = "again:\n\t$(MAKE) image\nclean:\n\t$(MAKE) build\nimage:\n\tdocker build .\n";
        assert_eq!(targets(&format!("{makes}{build}")), ["again", "image"]);
    }

    #[test]
    fn what_is_not_known_may_build_an_image() {
        let variables = "ifdef CI\nTOOL = podman\nQ = @echo\nendif\nexport TOOL\nRUN = $(BUILDER)\nA = $(TOOL)\n";
        for recipe in [
            "$(MAKE) -C sub",
            "$(MAKE) build A=b",
            "$$TOOL build .",
            "sh -c \"$${A}\"",
            "docker $(ARGUMENTS)",
            "$(RUN:x=docker) build .",
            "$($(X)) build .",
            "$(call A,x) build .",
            "$(eval B = $(X))$$B build .",
            &format!("$$B{}", "$(if $(A),".repeat(40) + &")".repeat(40)),
        ] {
            let makefile = format!("{variables}x:\n\t{recipe}\nbuild:\n\tgo build .\n");
            assert_eq!(targets(&makefile), ["x"], "{recipe}");
        }
        for recipe in [
            "kubectl apply -f x",
            "./bin/$(NAME)/tool",
            "$(BIN)/golint ./...",
            "docker run x",
            "$(RUN) build .",
            "$(Q) build .",
            "$$TOOLS build .",
            "sh -c \"$$RUN\"",
            "$(shell cat linter) run",
        ] {
            assert_eq!(targets(&format!("{variables}x:\n\t{recipe}\n")), Vec::<String>::new(), "{recipe}");
        }
    }

    #[test]
    fn long_chains_are_followed_to_their_end() {
        let chain: String = (0..20_000).map(|n| format!("t{n}: t{}\n", n + 1)).collect();
        assert_eq!(targets(&format!("{chain}t20000:\n\tdocker build .\n")).len(), 20_001);
    }
}
