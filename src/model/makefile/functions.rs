//! Knows what make's functions compute from words that are literal or hold symbols.
//! Refuses to know rules and recipes. What cannot be computed becomes a symbol that is named after its own call.

use super::Make;
use super::expand::join_words;
use super::rules::{fill, stem};
use super::variables::Expansion;
use crate::model::tri::Tri;
use crate::model::value::{CHECKOUT, Part, Text, Why};
use crate::source::{Entry, Span};
use crate::syntax::fold::Folded;
use crate::syntax::makefile::Unexpanded;
use std::ops::Range;

/// How long the name of a symbol may get.
const NAME: usize = 400;

/// The arguments of a call as they are written, which are parts of a text.
pub(super) struct Arguments<'t> {
    pub text: &'t Folded,
    /// The whole call.
    pub range: Range<usize>,
    pub parts: &'t [Unexpanded],
}

impl Arguments<'_> {
    fn span(&self) -> Span {
        self.text.span(self.range.clone())
    }
}

impl Make<'_> {
    pub(super) fn function(&mut self, name: &str, arguments: &Arguments) -> Expansion {
        let first = |make: &mut Self| make.argument(arguments, 0);
        match name {
            "if" => self.choice(arguments),
            "or" => {
                for argument in arguments.parts {
                    let value = self.trimmed(arguments.text, argument)?;
                    match is_empty(&value) {
                        Some(true) => {}
                        Some(false) => return Ok(value),
                        None => return self.opaque(name, arguments),
                    }
                }
                Ok(Text::default())
            }
            "and" => {
                let mut last = Text::default();
                for argument in arguments.parts {
                    last = self.trimmed(arguments.text, argument)?;
                    match is_empty(&last) {
                        Some(true) => return Ok(Text::default()),
                        Some(false) => {}
                        None => return self.opaque(name, arguments),
                    }
                }
                Ok(last)
            }
            "foreach" => self.foreach(arguments),
            "call" => self.call(arguments),
            "eval" => {
                let text = first(self).inspect_err(|_| self.state.unread = true)?;
                self.evaluate(&text, arguments.span());
                Ok(Text::default())
            }
            "error" | "warning" | "info" | "file" => {
                // A message is for reading.
                let seen = self.slips.len();
                let text = first(self);
                self.slips.truncate(seen);
                text.map(|_| Text::default())
            }
            "shell" => {
                let command = first(self)?;
                self.shell_output(&command, arguments.span())
            }
            "origin" | "flavor" => {
                let variable = first(self)?;
                let said = variable.as_literal().and_then(|variable| match name {
                    "origin" => self.origin(variable),
                    _ => self.flavor(variable),
                });
                said.map_or_else(|| self.opaque(name, arguments), |said| Ok(said.into()))
            }
            "value" => {
                let variable = first(self)?;
                match variable.as_literal().and_then(|name| self.state.table.get(name)).map(|v| v.definition.clone()) {
                    Some(super::variables::Definition::Recursive(parts)) => {
                        let texts: Vec<Text> = parts.iter().map(|p| Text::literal(p.text.as_str())).collect();
                        Ok(join_words(&texts))
                    }
                    Some(super::variables::Definition::Simple(value)) => value,
                    _ => self.opaque(name, arguments),
                }
            }
            _ => {
                let values = self.expanded(arguments)?;
                self.of_values(name, &values)
            }
        }
    }

    /// The functions that need nothing but the expansions of their arguments.
    fn of_values(&self, name: &str, values: &[Text]) -> Expansion {
        let get = |i: usize| values.get(i).cloned().unwrap_or_default();
        let computed = match name {
            "abspath" => self.abspath(&get(0)),
            "realpath" => self.realpath(&get(0)),
            "wildcard" => self.wildcard(&get(0)),
            _ => compute(name, &get),
        };
        computed.map_or_else(|| symbol(name, values), Ok)
    }

    fn opaque(&mut self, name: &str, arguments: &Arguments) -> Expansion {
        let values = self.expanded(arguments)?;
        symbol(name, &values)
    }

    fn expanded(&mut self, arguments: &Arguments) -> Result<Vec<Text>, Why> {
        arguments.parts.iter().map(|part| self.expand_part(arguments.text, part)).collect()
    }

    /// What one argument expands to; nothing where it is not there.
    fn argument(&mut self, arguments: &Arguments, at: usize) -> Expansion {
        arguments.parts.get(at).map_or(Ok(Text::default()), |part| self.expand_part(arguments.text, part))
    }

    /// An argument without the blanks around it; those that a reference brings count.
    fn trimmed(&mut self, text: &Folded, argument: &Unexpanded) -> Expansion {
        let written = argument.written(text);
        if written.trim().len() == written.len() {
            return self.expand_part(text, argument);
        }
        let from = argument.range().start + written.len() - written.trim_start().len();
        self.expand_part(text, &Unexpanded::new(from..from + written.trim().len()))
    }

    fn choice(&mut self, arguments: &Arguments) -> Expansion {
        let Some(condition) = arguments.parts.first() else { return Ok(Text::default()) };
        let condition = self.trimmed(arguments.text, condition)?;
        match is_empty(&condition) {
            Some(false) => self.argument(arguments, 1),
            Some(true) => self.argument(arguments, 2),
            None => {
                let (yes, no) = (self.argument(arguments, 1)?, self.argument(arguments, 2)?);
                if yes == no { Ok(yes) } else { symbol("if", &[condition, yes, no]) }
            }
        }
    }

    fn foreach(&mut self, arguments: &Arguments) -> Expansion {
        let (text, [_, _, body]) = (arguments.text, arguments.parts) else { return Ok(Text::default()) };
        let name = self.argument(arguments, 0)?;
        let Some(name) = name.as_literal().map(|n| n.trim().to_string()) else {
            return Err(Why::new("the variable of a `foreach` is not known"));
        };
        let mut out = Vec::new();
        let list = self.argument(arguments, 1)?;
        for word in list.words() {
            self.locals.push((name.clone(), Ok(word)));
            let value = self.expand_part(text, body);
            self.locals.pop();
            out.push(value);
        }
        let out = out.into_iter().collect::<Result<Vec<Text>, Why>>()?;
        if solid(&list).is_some() || out.iter().all(Text::is_empty) {
            return Ok(join_words(&out));
        }
        // A symbol may be several words, or none.
        symbol("foreach", &[Text::literal(name), list, Text::literal(body.written(text))])
    }

    fn call(&mut self, arguments: &Arguments) -> Expansion {
        let frame: Vec<Expansion> = arguments.parts.iter().map(|part| self.expand_part(arguments.text, part)).collect();
        let name = match frame.first() {
            Some(Ok(name)) => strip(name),
            Some(Err(why)) => return Err(why.clone()),
            None => return Ok(Text::default()),
        };
        let Some(name) = name.as_literal().map(str::to_string) else {
            return Err(Why::new("which function is called is not known"));
        };
        // make lets a function of its own be called this way.
        if self.state.table.get(&name).is_none() && !self.locals.iter().any(|(local, _)| *local == name) {
            let values = frame.into_iter().skip(1).collect::<Result<Vec<_>, _>>()?;
            return self.of_values(&name, &values);
        }
        self.frames.push(frame);
        let value = self.variable(&name);
        self.frames.pop();
        value
    }

    fn abspath(&self, list: &Text) -> Option<Text> {
        each(list, |word| Some(self.cwd().join(word)?.text().clone()))
    }

    /// As `abspath` where the repository has the path; elsewhere it may be empty.
    fn realpath(&self, list: &Text) -> Option<Text> {
        each(list, |word| {
            let path = self.cwd().join(word)?;
            let entry = self.checkout_file(word).and_then(|file| self.sources.checkout().entry(&file));
            (self.has(word).is_yes() && !matches!(entry, Some(Entry::Symlink(_)))).then(|| path.text().clone())
        })
    }

    /// Files of the repository; others may have been made before, so that nothing found says nothing.
    fn wildcard(&self, list: &Text) -> Option<Text> {
        let mut out = Vec::new();
        for word in list.words() {
            let pattern = word.as_literal()?;
            if !pattern.contains(['*', '?', '[']) {
                match self.has(&word) {
                    Tri::Yes => out.push(word),
                    Tri::No => {}
                    Tri::Unknown => return None,
                }
                continue;
            }
            let found = self.matching_files(pattern);
            if found.is_empty() {
                return None;
            }
            out.extend(found.into_iter().map(Text::literal));
        }
        Some(join_words(&out))
    }
}

/// A result that nobody can compute, named after its call, so that the same call is the same text.
fn symbol(name: &str, arguments: &[Text]) -> Expansion {
    let arguments: Vec<String> = arguments.iter().map(Text::to_string).collect();
    let name = format!("$({name} {})", arguments.join(","));
    if name.len() > NAME {
        return Err(Why::new("a function of something that is not known"));
    }
    Ok(Text::symbol(name))
}

/// The functions of text alone. `None` where symbols leave the result open.
fn compute(name: &str, get: &dyn Fn(usize) -> Text) -> Option<Text> {
    let literals =
        |text: &Text| text.as_literal().map(|t| t.split_whitespace().map(str::to_string).collect::<Vec<_>>());
    let number = |text: &Text| text.as_literal().and_then(|t| t.trim().parse::<usize>().ok());
    match name {
        "strip" => Some(strip(&get(0))),
        "subst" => {
            let (from, to, text) = (get(0), get(1), get(2));
            substitute(from.as_literal()?, &to, &text)
        }
        "patsubst" => patsubst(&get(0), &get(1), &get(2)).ok(),
        "addprefix" => each(&get(1), |word| Some(get(0).concat(word))),
        "addsuffix" => each(&get(1), |word| Some(word.clone().concat(&get(0)))),
        "dir" => dir(&get(0)).ok(),
        "notdir" => notdir(&get(0)).ok(),
        "basename" => each(&get(0), |word| match extension(word)? {
            Some(dot) => word.strip_suffix(&dot),
            None => Some(word.clone()),
        }),
        "suffix" => {
            let list = literals(&get(0))?;
            let suffixes: Vec<Text> =
                list.iter().filter_map(|w| extension(&Text::literal(w.as_str()))?).map(Text::literal).collect();
            Some(join_words(&suffixes))
        }
        "join" => {
            let (a, b) = (solid(&get(0))?, solid(&get(1))?);
            let empty = Text::default();
            let pair = |i: usize| a.get(i).unwrap_or(&empty).clone().concat(b.get(i).unwrap_or(&empty));
            Some(join_words(&(0..a.len().max(b.len())).map(pair).collect::<Vec<_>>()))
        }
        "firstword" => {
            let list = get(0).words();
            list.first().map_or(Some(Text::default()), |word| is_solid(word).then(|| word.clone()))
        }
        "lastword" => {
            let list = get(0).words();
            list.last().map_or(Some(Text::default()), |word| is_solid(word).then(|| word.clone()))
        }
        "word" => {
            let list = solid(&get(1))?;
            Some(list.get(number(&get(0))?.checked_sub(1)?).cloned().unwrap_or_default())
        }
        "wordlist" => {
            let list = solid(&get(2))?;
            let (from, to) = (number(&get(0))?.max(1), number(&get(1))?.min(list.len()));
            Some(join_words(list.get(from - 1..to).unwrap_or_default()))
        }
        "words" => Some(Text::literal(solid(&get(0))?.len().to_string())),
        "sort" => {
            let mut list = literals(&get(0))?;
            list.sort();
            list.dedup();
            Some(Text::literal(list.join(" ")))
        }
        "filter" | "filter-out" => {
            let (patterns, list) = (literals(&get(0))?, literals(&get(1))?);
            if patterns.iter().any(|pattern| pattern.contains("\\%")) {
                return None;
            }
            let fits = |word: &String| patterns.iter().any(|p| fits_pattern(p, word));
            let kept: Vec<&str> = list.iter().filter(|w| fits(w) == (name == "filter")).map(String::as_str).collect();
            Some(Text::literal(kept.join(" ")))
        }
        "findstring" => {
            let (wanted, text) = (get(0), get(1));
            let found = text.as_literal()?.contains(wanted.as_literal()?);
            Some(if found { wanted } else { Text::default() })
        }
        _ => None,
    }
}

fn fits_pattern(pattern: &str, word: &str) -> bool {
    match pattern.split_once('%') {
        Some((prefix, suffix)) => {
            word.len() >= prefix.len() + suffix.len() && word.starts_with(prefix) && word.ends_with(suffix)
        }
        None => pattern == word,
    }
}

/// `$(patsubst from,to,list)`.
pub(super) fn patsubst(from: &Text, to: &Text, list: &Text) -> Expansion {
    let open = || symbol("patsubst", &[from.clone(), to.clone(), list.clone()]);
    let escapes = |text: &Text| text.parts().iter().any(|p| matches!(p, Part::Literal(t) if t.contains("\\%")));
    if from.as_literal().is_none() || escapes(from) || escapes(to) {
        return open();
    }
    let mut out = Vec::new();
    for word in list.words() {
        let whole = from.as_literal() == word.as_literal();
        let bare = from.as_literal().is_some_and(|f| f == "%" && is_solid(&word));
        match (stem_or_empty(from, &word), word.as_literal()) {
            (Some(stem), _) if is_solid(&word) || bare => out.push(fill(to, &stem)),
            (None, Some(_)) if whole => out.push(to.clone()),
            (None, Some(_)) => out.push(word),
            _ => return open(),
        }
    }
    Ok(join_words(&out))
}

fn stem_or_empty(pattern: &Text, word: &Text) -> Option<Text> {
    if let (Some(pattern), Some(word)) = (pattern.as_literal(), word.as_literal()) {
        let (prefix, suffix) = pattern.split_once('%')?;
        return fits_pattern(pattern, word).then(|| Text::literal(&word[prefix.len()..word.len() - suffix.len()]));
    }
    stem(pattern, word)
}

pub(super) fn dir(list: &Text) -> Expansion {
    let found = each(list, |word| {
        let tail = word.split('/').pop()?;
        if tail == *word {
            return word.as_literal().map(|_| "./".into());
        }
        // A symbol behind the last slash may hold another.
        tail.as_literal().and_then(|tail| word.strip_suffix(tail))
    });
    found.map_or_else(|| symbol("dir", std::slice::from_ref(list)), Ok)
}

pub(super) fn notdir(list: &Text) -> Expansion {
    let found = each(list, |word| {
        let tail = word.split('/').pop()?;
        // The checkout's own name is nobody's business.
        tail.as_literal().filter(|tail| !CHECKOUT.ends_with(tail) || tail.is_empty())?;
        Some(tail)
    });
    found.map_or_else(|| symbol("notdir", std::slice::from_ref(list)), Ok)
}

/// `.go` of `main.go`. The outer `None`: a symbol hides it.
fn extension(word: &Text) -> Option<Option<String>> {
    let tail = word.split('/').pop()?;
    let literal = tail.literal_suffix();
    match literal.rfind('.') {
        Some(at) => Some(Some(literal[at..].to_string())),
        None => tail.as_literal().map(|_| None),
    }
}

fn substitute(from: &str, to: &Text, text: &Text) -> Option<Text> {
    let whole = text.as_literal()?;
    // Nothing is found first at the end.
    if from.is_empty() {
        return Some(text.clone().concat(to));
    }
    if whole.contains(CHECKOUT) && CHECKOUT.contains(from) {
        return None;
    }
    let mut out = Text::default();
    for (i, piece) in whole.split(from).enumerate() {
        if i > 0 {
            out.push(to);
        }
        out.push_str(piece);
    }
    Some(out)
}

/// Maps every word, where each certainly is one.
fn each(list: &Text, map: impl Fn(&Text) -> Option<Text>) -> Option<Text> {
    let mapped: Option<Vec<Text>> = solid(list)?.iter().map(map).collect();
    Some(join_words(&mapped?))
}

fn solid(list: &Text) -> Option<Vec<Text>> {
    let list = list.words();
    list.iter().all(is_solid).then_some(list)
}

/// Certainly a word: not a symbol alone, which may be empty or hold several words.
fn is_solid(word: &Text) -> bool {
    word.parts().iter().any(|part| matches!(part, Part::Literal(_)))
}

fn is_empty(text: &Text) -> Option<bool> {
    if text.is_empty() {
        return Some(true);
    }
    is_solid(text).then_some(false)
}

fn strip(text: &Text) -> Text {
    join_words(&text.words())
}
