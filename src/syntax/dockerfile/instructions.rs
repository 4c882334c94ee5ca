//! Knows the grammar of each instruction: which arguments it takes, in which form, and what the builder refuses.
//! Refuses to know lines, and what an instruction does.

use super::heredoc;
use super::json::{self, Json};
use super::words::Part;
use super::{Assignment, Command, Heredoc, JsonString, Kind, Path, Transfer, Word, Words};
use crate::source::Span;
use crate::syntax::SyntaxError;
use crate::syntax::fold::Folded;

/// What reading one instruction's arguments needs and collects.
pub(super) struct Arguments<'l, 'e> {
    /// In upper case.
    pub keyword: &'static str,
    /// Where the keyword stands, for what is missing.
    pub place: Span,
    /// Behind the flags, without blanks around.
    pub rest: Part<'l>,
    pub heredocs: Vec<Heredoc>,
    pub escape: char,
    pub errors: &'e mut Vec<SyntaxError>,
}

impl Arguments<'_, '_> {
    /// Reads the arguments of any instruction but ONBUILD.
    pub fn read(mut self) -> Kind {
        match self.keyword {
            "FROM" => self.from(),
            "RUN" => self.command().map_or(Kind::Unknown, Kind::Run),
            "CMD" => self.command().map_or(Kind::Unknown, Kind::Cmd),
            "ENTRYPOINT" => self.command().map_or(Kind::Unknown, Kind::Entrypoint),
            "COPY" => self.transfer().map_or(Kind::Unknown, Kind::Copy),
            "ADD" => self.transfer().map_or(Kind::Unknown, Kind::Add),
            "ENV" => Kind::Env(self.pairs()),
            "LABEL" => Kind::Label(self.pairs()),
            "ARG" => Kind::Arg(self.names()),
            "WORKDIR" => self.single("Name the directory: WORKDIR /src").map_or(Kind::Unknown, Kind::Workdir),
            "USER" => self.single("Name the user: USER nobody").map_or(Kind::Unknown, Kind::User),
            "STOPSIGNAL" => self.single("Name the signal: STOPSIGNAL SIGINT").map_or(Kind::Unknown, Kind::StopSignal),
            "MAINTAINER" => self.single("Name somebody.").map_or(Kind::Unknown, |w| Kind::Maintainer(w.raw)),
            "EXPOSE" => self.ports(),
            "VOLUME" => self.volume(),
            "SHELL" => self.shell(),
            "HEALTHCHECK" => self.healthcheck(),
            _ => Kind::Unknown,
        }
    }

    fn error(&mut self, span: Span, message: impl Into<String>, help: impl Into<String>) {
        self.errors.push(SyntaxError { span, message: message.into(), help: Some(help.into()) });
    }

    /// The array of strings that the rest is. `Err` is an array the builder refuses, `Ok(None)` no array.
    fn array(&mut self) -> Result<Option<Vec<JsonString>>, ()> {
        match json::array(self.rest) {
            Json::Strings(elements) => Ok(Some(elements)),
            Json::No => Ok(None),
            Json::OtherElement(part) => {
                self.error(
                    part.span(),
                    "when using JSON array syntax, arrays must be comprised of strings only",
                    "Put it between double quotes.",
                );
                Err(())
            }
        }
    }

    fn command(&mut self) -> Option<Command> {
        let span = self.rest.span();
        Some(match self.array().ok()? {
            Some(elements) => Command::Exec { elements, span },
            None => Command::Shell {
                text: self.rest.folded(),
                heredocs: std::mem::take(&mut self.heredocs),
                malformed_json: json::meant_as_exec(self.rest.text()),
            },
        })
    }

    fn from(&mut self) -> Kind {
        let words = self.rest.words();
        let is_as = |w: &Part| w.text().eq_ignore_ascii_case("as");
        let named = words.get(1).is_some_and(is_as);
        let alias = words.get(2).filter(|_| named);
        let Some(image) = words.first() else {
            self.error(self.place, ONE_OR_THREE, "Name the image: FROM golang:1.25, or FROM golang:1.25 AS build.");
            return Kind::Unknown;
        };
        let expected = if named { 3 } else { 1 };
        if words.len() < expected {
            self.error(words[1].span(), ONE_OR_THREE, "Give the stage a name behind AS, or leave AS out.");
        } else if words.len() > expected {
            let extra = words[expected].to(words[words.len() - 1]);
            let help = if let Some(comment) = words.iter().find(|w| w.text().starts_with('#')) {
                format!(
                    "A # starts a comment only at the start of a line: put `{}` on a line of its own.",
                    comment.to(extra).text()
                )
            } else if named {
                "Nothing may follow the stage's name.".to_string()
            } else {
                "Write AS before the stage's name.".to_string()
            };
            self.error(extra.span(), ONE_OR_THREE, help);
        } else if let Some(name) = alias.filter(|a| !is_stage_name(a.text())) {
            self.error(
                name.span(),
                format!(
                    "invalid name for build stage: \"{}\", name can't start with a number or contain symbols",
                    name.text()
                ),
                "A stage's name starts with a letter; letters, digits, `-`, `_` and `.` may follow.",
            );
        }
        Kind::From { image: image.word(), alias: alias.map(|a| a.word()) }
    }

    fn transfer(&mut self) -> Option<Transfer> {
        let heredocs = std::mem::take(&mut self.heredocs);
        let (keyword, span) = (self.keyword, self.rest.span());
        let elements = self.array().ok()?;
        let json = elements.is_some();
        let mut paths: Vec<Path> = match elements {
            Some(elements) => elements.into_iter().map(|e| Path { word: json_word(e), json: true }).collect(),
            None => self.rest.words().into_iter().map(|w| Path { word: w.word(), json: false }).collect(),
        };
        if paths.len() < 2 {
            let help = match paths.first() {
                Some(_) => format!("Add where it is to be put: {keyword} {} .", self.rest.text()),
                None => format!("Name what to take and where to put it: {keyword} source destination"),
            };
            self.error(
                if self.rest.is_empty() { self.place } else { span },
                format!(
                    "{keyword} requires at least two arguments, but only one was provided. Destination could not be \
                     determined."
                ),
                help,
            );
        }
        let is_heredoc = |p: &Path| heredoc::marker(Part::of(&p.word.raw)).is_some();
        let destination = if paths.len() < 2 { None } else { paths.pop() };
        if let Some(last) = destination.as_ref().filter(|d| is_heredoc(d)) {
            self.error(
                last.word.span,
                format!("{keyword} cannot accept a heredoc as a destination"),
                format!("Add the file's name at the end: {keyword} {} /path/to/file", last.word.raw.text),
            );
        }
        paths.retain(|p| !is_heredoc(p));
        Some(Transfer { sources: paths, destination, heredocs, json })
    }

    /// `name=value …`, or the old `name value` where the first word has no `=`.
    fn pairs(&mut self) -> Vec<Assignment> {
        let keyword = self.keyword;
        let words = self.rest.quoted_words(self.escape);
        let Some(first) = words.first() else {
            self.at_least_one(&format!("Write {keyword} NAME=value."));
            return Vec::new();
        };
        if !first.text().contains('=') {
            let (name, value) = self.rest.split_first();
            if value.is_empty() {
                let help = format!("Write {keyword} {}=value; {0}= alone leaves the value empty.", name.text());
                self.error(name.span(), format!("{keyword} must have two arguments"), help);
                return vec![Assignment { name: name.word(), value: None, span: name.span() }];
            }
            return vec![Assignment { name: name.word(), value: Some(value.word()), span: name.to(value).span() }];
        }
        let mut all = Vec::new();
        let mut complained = false;
        for word in words {
            let (name, value) = word.split_assignment();
            if value.is_none() {
                if !complained {
                    let help = if word.text().starts_with('#') {
                        "A # starts a comment only at the start of a line: put the comment on a line of its own."
                    } else {
                        "Put the value between double quotes if it holds a blank."
                    };
                    self.error(
                        word.span(),
                        format!("Syntax error - can't find = in \"{}\". Must be of the form: name=value", word.text()),
                        help,
                    );
                }
                complained = true;
                continue;
            }
            self.named(name, word);
            all.push(Assignment { name: name.word(), value: value.map(|v| v.word()), span: word.span() });
        }
        all
    }

    fn names(&mut self) -> Vec<Assignment> {
        let words = self.rest.quoted_words(self.escape);
        if words.is_empty() {
            self.at_least_one("Write ARG NAME, or ARG NAME=default.");
        }
        let mut all = Vec::new();
        for word in words {
            let (name, value) = word.split_assignment();
            self.named(name, word);
            all.push(Assignment { name: name.word(), value: value.map(|v| v.word()), span: word.span() });
        }
        all
    }

    /// Complains of a name that is missing before `=`.
    fn named(&mut self, name: Part, assignment: Part) {
        if name.is_empty() {
            let message = format!("{} names can not be blank", self.keyword);
            self.error(assignment.span(), message, "Write the name before the =, without a blank between them.");
        }
    }

    fn single(&mut self, help: &str) -> Option<Word> {
        if self.rest.is_empty() {
            self.error(self.place, format!("{} requires exactly one argument", self.keyword), help);
            return None;
        }
        Some(self.rest.word())
    }

    fn at_least_one(&mut self, help: &str) {
        self.error(self.place, format!("{} requires at least one argument", self.keyword), help);
    }

    fn ports(&mut self) -> Kind {
        if self.rest.is_empty() {
            self.at_least_one("Name a port: EXPOSE 8080");
        }
        Kind::Expose(self.rest.words().into_iter().map(|w| w.word()).collect())
    }

    fn volume(&mut self) -> Kind {
        let span = self.rest.span();
        let Ok(elements) = self.array() else { return Kind::Unknown };
        match elements {
            Some(elements) => {
                if elements.is_empty() {
                    self.at_least_one("Name a directory: VOLUME [\"/data\"]");
                }
                for empty in elements.iter().filter(|e| e.value.trim().is_empty()) {
                    self.error(
                        empty.span,
                        "VOLUME specified can not be an empty string",
                        "Name a directory, or remove it.",
                    );
                }
                Kind::Volume(Words::Json { elements, span })
            }
            None => {
                if self.rest.is_empty() {
                    self.at_least_one("Name a directory: VOLUME /data");
                }
                Kind::Volume(Words::Plain(self.rest.words().into_iter().map(|w| w.word()).collect()))
            }
        }
    }

    fn shell(&mut self) -> Kind {
        let span = self.rest.span();
        match self.array() {
            Ok(Some(elements)) if !elements.is_empty() => return Kind::Shell { elements, span },
            Ok(None) if !self.rest.is_empty() => {
                let words: Vec<String> = self.rest.words().iter().map(|w| format!("{:?}", w.text())).collect();
                self.error(
                    span,
                    "SHELL requires the arguments to be in JSON form",
                    if self.rest.text().starts_with('[') {
                        "A JSON array of strings has double quotes, commas between the strings and nothing behind it."
                            .to_string()
                    } else {
                        format!("Write SHELL [{}].", words.join(", "))
                    },
                );
            }
            Ok(_) => self.at_least_one("Write SHELL [\"/bin/sh\", \"-c\"]."),
            Err(()) => {}
        }
        Kind::Unknown
    }

    fn healthcheck(&mut self) -> Kind {
        if self.rest.is_empty() {
            self.at_least_one("Write HEALTHCHECK CMD and the command, or HEALTHCHECK NONE.");
            return Kind::Unknown;
        }
        let text = self.rest.text();
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        let (form, command) = (self.rest.sub(0..end), self.rest.from(end).trim());
        if form.text().eq_ignore_ascii_case("none") {
            if !command.is_empty() {
                self.error(
                    command.span(),
                    "HEALTHCHECK NONE takes no arguments",
                    "Remove them, or write CMD for NONE.",
                );
            }
            return Kind::Healthcheck(None);
        }
        if !form.text().eq_ignore_ascii_case("cmd") {
            let message = format!("Unknown type \"{}\" in HEALTHCHECK (try CMD)", form.text().to_uppercase());
            self.error(form.span(), message, "Write HEALTHCHECK, its --flags, CMD and then the command.");
            return Kind::Unknown;
        }
        self.rest = command;
        let Some(read) = self.command() else { return Kind::Unknown };
        let empty = match &read {
            Command::Exec { elements, .. } => elements.is_empty(),
            Command::Shell { text, .. } => text.text.is_empty(),
        };
        if empty {
            self.error(form.span(), "Missing command after HEALTHCHECK CMD", "Write the command behind CMD.");
        }
        Kind::Healthcheck(Some(read))
    }
}

/// A JSON string as a word. Its places are exact where nothing in it was escaped or folded.
fn json_word(element: JsonString) -> Word {
    let range = element.span.range();
    let mut raw = Folded::new(element.span.file);
    if range.len() == element.value.len() + 2 {
        raw.push(&element.value, range.start + 1);
    } else {
        raw.push_for(&element.value, range);
    }
    Word { raw, span: element.span }
}

const ONE_OR_THREE: &str = "FROM requires either one or three arguments";

fn is_stage_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
}
