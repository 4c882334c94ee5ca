//! Knows the shape of `gobin-lint.toml`: its keys, what each means, and an example of each. The schema and the commented file are made
//! from here.
//! Refuses to know whether what stands there makes sense.

use std::collections::BTreeMap;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use toml::Spanned;

use super::{FailOn, Level};
use crate::model::images::{Libc, PackageManager};
use crate::rules::RULES;

/// Configuration of gobin-lint. A file governs its own directory and what lies below, up to a directory that has a file of its own, which
/// replaces this one. Every key may be left out.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(title = "gobin-lint.toml")]
pub struct File {
    /// Files to lint beside those that are named like Dockerfiles and Makefiles, also in hidden directories.
    /// Globs as lines of `.gitignore`, from the directory of this file.
    #[schemars(with = "Vec<String>", example = ["build/*.docker"])]
    pub include: Vec<Spanned<String>>,

    /// Files and directories that are not linted unless they are named on the command line (with `--force-exclude` not even then).
    /// Globs as lines of `.gitignore`, from the directory of this file.
    #[schemars(with = "Vec<String>", example = ["third_party/", "*.mk", "!rules.mk"])]
    pub exclude: Vec<Spanned<String>>,

    /// Ask these rules and no others; `--select` takes its place.
    #[schemars(schema_with = "ids", example = ["entrypoint-not-found", "libc-mismatch"])]
    pub select: Option<Spanned<Vec<Spanned<String>>>>,

    /// The mildest finding that makes the exit code 1: `error`, `warning` (as without this key), `note` or `never`.
    /// `--fail-on` takes its place.
    #[schemars(with = "Option<FailOn>", example = FailOn::Error)]
    pub fail_on: Option<FailOn>,

    /// What images are built for, as `docker build --platform` has it. What holds on other platforms only is not reported.
    /// Without this key that is `linux/amd64` and `linux/arm64`.
    #[schemars(with = "Option<Vec<String>>", example = ["linux/amd64"])]
    pub platforms: Option<Spanned<Vec<Spanned<String>>>>,

    /// The level of all findings of a rule: `off`, `note`, `warning` or `error`.
    #[schemars(schema_with = "levels", example = example_levels())]
    pub rules: Levels,

    /// Other levels for some files. Where several speak of a rule, the last does.
    #[schemars(example = example_overrides())]
    pub overrides: Vec<Override>,

    /// Images that gobin-lint cannot know: what it should believe of them. The key is the reference as FROM has it, with `${NAME}` for a
    /// build argument without default. One `*` stands for any characters; without tag and `*` the key names the image whatever the tag.
    #[schemars(with = "BTreeMap<String, Image>", example = example_images())]
    pub images: BTreeMap<Spanned<String>, Image>,
}

pub type Levels = BTreeMap<Spanned<String>, Spanned<Level>>;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Override {
    /// Globs as lines of `.gitignore`, from the directory of this file.
    #[schemars(with = "Vec<String>", length(min = 1))]
    pub files: Spanned<Vec<Spanned<String>>>,

    /// As `[rules]`, for these files.
    #[schemars(schema_with = "levels")]
    pub rules: Levels,
}

/// What is true of an image. What is not said is as in the image that it is based on, or not known.
#[derive(Deserialize, JsonSchema, Default)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
pub struct Image {
    /// It is this image under another name, and has its tag where none stands here. A `*` is what the key's `*` stands for.
    #[schemars(with = "Option<String>")]
    pub same_as: Option<Spanned<String>>,

    /// It was built `FROM` this image, and has all of it that is not told otherwise here; more files, programs and accounts may have
    /// come since.
    #[schemars(with = "Option<String>")]
    pub based_on: Option<Spanned<String>>,

    /// The C library of its dynamic programs, with the loader: `glibc`, `musl`, or `none` where only static programs run.
    pub libc: Option<Libc>,

    /// The absolute path of its shell, or `none`.
    #[schemars(with = "Option<String>")]
    pub shell: Option<Spanned<String>>,

    /// USER.
    pub user: Option<String>,

    /// WORKDIR.
    #[schemars(with = "Option<String>")]
    pub workdir: Option<Spanned<String>>,

    /// PATH.
    pub path: Option<String>,

    /// ENV, without PATH.
    pub env: BTreeMap<String, String>,

    /// ENTRYPOINT.
    pub entrypoint: Option<Vec<String>>,

    /// CMD.
    pub cmd: Option<Vec<String>>,

    /// The version of its Go toolchain.
    #[schemars(with = "Option<String>")]
    pub go: Option<Spanned<String>>,

    /// `apk`, `apt`, `dnf`, `microdnf`, `yum`, `tdnf` or `none`.
    pub package_manager: Option<PackageManager>,

    /// Users in `/etc/passwd`, with their numbers.
    pub users: BTreeMap<String, u32>,

    /// Groups in `/etc/group`, with their numbers.
    pub groups: BTreeMap<String, u32>,

    /// Absolute paths that are there, and names of programs that are on PATH. `gcc` decides cgo.
    #[schemars(with = "Vec<String>")]
    pub has: Vec<Spanned<String>>,

    /// Absolute paths that are not there, and names of programs that are not on PATH.
    #[schemars(with = "Vec<String>")]
    pub lacks: Vec<Spanned<String>>,
}

/// The JSON Schema of the file, in the draft that editors of TOML read.
pub fn schema() -> Schema {
    schemars::generate::SchemaSettings::draft07().into_generator().into_root_schema_for::<File>()
}

fn ids(_: &mut SchemaGenerator) -> Schema {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    json_schema!({ "type": "array", "minItems": 1, "items": { "type": "string", "enum": ids } })
}

fn levels(generator: &mut SchemaGenerator) -> Schema {
    let level = generator.subschema_for::<Level>();
    let of = |rule: &crate::rules::Rule| {
        let property = json_schema!({ "description": rule.page.title, "allOf": [level] });
        (rule.id.to_string(), property.into())
    };
    let properties: serde_json::Map<String, serde_json::Value> = RULES.iter().map(of).collect();
    json_schema!({ "type": "object", "properties": properties, "additionalProperties": false })
}

fn example_levels() -> serde_json::Value {
    serde_json::json!({ "unpinned-install": "off", "relative-entrypoint": "warning" })
}

fn example_overrides() -> serde_json::Value {
    serde_json::json!([{ "files": ["hack/"], "rules": { "implicit-gobin": "off" } }])
}

fn example_images() -> serde_json::Value {
    serde_json::json!({
        "registry.example/hub/*": { "same-as": "*" },
        "registry.example/go-builder": { "based-on": "golang:1.24-alpine", "has": ["gcc", "make", "/usr/local/bin/tini"] },
        "registry.example/runtime:*": {
            "libc": "none",
            "shell": "none",
            "user": "10001",
            "workdir": "/",
            "entrypoint": [],
            "users": { "app": 10001 },
        },
    })
}
