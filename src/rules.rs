//! Knows the one list of rules, and which page and which question belong to each.
//! Refuses to know when rules run and what becomes of their findings.

mod edit;
mod installed;
mod layer;
mod linked;

mod cgo_required;
mod cgo_without_compiler;
mod chmod_after_copy;
mod chmod_before_chown;
mod chown_after_copy;
mod colliding_binaries;
mod copy_breaks_base;
mod copy_destination;
mod copy_source_missing;
mod cross_install_destination;
mod dynamic_binary_without_loader;
mod entrypoint_needs_shell;
mod entrypoint_not_executable;
mod entrypoint_not_found;
mod entrypoint_shell_form;
mod foreign_package_manager;
mod glued_argument;
mod glued_path;
mod gobin_cross_compile;
mod gobin_from_goenv;
mod implicit_cgo;
mod implicit_gobin;
mod ineffective_static_flags;
mod inherited_entrypoint;
mod install_output_flag;
mod invalid_cgo_value;
mod libc_mismatch;
mod lost_environment;
mod malformed_exec_form;
mod missing_directory;
mod missing_script;
mod misspelled_go_variable;
mod non_atomic_install;
mod ownership_lost_by_copy;
mod package_path_without_dot;
mod platform_mismatch;
mod platforms;
mod race_without_cgo;
mod relative_entrypoint;
mod relative_gobin;
mod run_without_shell;
mod shadowed_platform_arg;
mod syntax_error;
mod tool_not_on_path;
mod undeclared_build_arg;
mod undefined_make_variable;
mod unexpanded_variable;
mod unexported_gobin;
mod unknown_make_target;
mod unknown_owner;
mod unknown_stage;
mod unpinned_install;
mod unused_allow;
mod whole_bin_copy;
mod world_writable_binary;

use std::sync::LazyLock;

use crate::allow::Idle;
use crate::finding::Finding;
use crate::model::Model;
use crate::page::Page;

/// One question, with a page.
#[derive(Clone, Copy)]
pub struct Rule {
    /// Reads well behind "allow"; stable once released.
    pub id: &'static str,
    /// Read when somebody first looks into it.
    pub page: &'static LazyLock<Page>,
    pub question: Question,
}

/// What a rule asks the model.
pub type Ask = fn(&Model) -> Vec<Finding>;

/// Whom a rule asks.
#[derive(Clone, Copy)]
pub enum Question {
    /// What the build does.
    Model(Ask),
    /// Which comments allowed nothing, once all other rules have answered.
    Comments(fn(&[Idle]) -> Vec<Finding>),
}

impl Rule {
    /// A rule that asks the model.
    pub const fn new(id: &'static str, page: &'static LazyLock<Page>, check: Ask) -> Rule {
        Rule { id, page, question: Question::Model(check) }
    }

    /// Whether it can be asked only when all others have answered.
    pub fn comes_last(&self) -> bool {
        matches!(self.question, Question::Comments(_))
    }
}

/// A rule of this list: its id, which names its page, and its module, which has `check`; then whom it asks, if not the model.
macro_rules! rule {
    ($id:literal, $module:ident) => {
        rule!($id, $module, Model)
    };
    ($id:literal, $module:ident, $whom:ident) => {
        Rule {
            id: $id,
            page: {
                static PAGE: LazyLock<Page> =
                    LazyLock::new(|| Page::parse(include_str!(concat!("../rules/", $id, ".md"))));
                &PAGE
            },
            question: Question::$whom($module::check),
        }
    };
}

/// The id that is written almost so.
pub fn nearest(id: &str) -> Option<&'static str> {
    let ids: Vec<&str> = RULES.iter().map(|rule| rule.id).collect();
    let typed = id.to_lowercase().replace('_', "-");
    similar::get_close_matches(typed.as_str(), &ids, 1, 0.6).first().copied()
}

/// All rules, in the order of the documentation.
pub static RULES: &[Rule] = &[
    rule!("syntax-error", syntax_error),
    rule!("implicit-gobin", implicit_gobin),
    rule!("relative-gobin", relative_gobin),
    rule!("unexported-gobin", unexported_gobin),
    rule!("gobin-cross-compile", gobin_cross_compile),
    rule!("cross-install-destination", cross_install_destination),
    rule!("install-output-flag", install_output_flag),
    rule!("lost-environment", lost_environment),
    rule!("misspelled-go-variable", misspelled_go_variable),
    rule!("undefined-make-variable", undefined_make_variable),
    rule!("glued-path", glued_path),
    rule!("tool-not-on-path", tool_not_on_path),
    rule!("package-path-without-dot", package_path_without_dot),
    rule!("unpinned-install", unpinned_install),
    rule!("colliding-binaries", colliding_binaries),
    rule!("gobin-from-goenv", gobin_from_goenv),
    rule!("relative-entrypoint", relative_entrypoint),
    rule!("entrypoint-not-found", entrypoint_not_found),
    rule!("entrypoint-needs-shell", entrypoint_needs_shell),
    rule!("entrypoint-shell-form", entrypoint_shell_form),
    rule!("inherited-entrypoint", inherited_entrypoint),
    rule!("run-without-shell", run_without_shell),
    rule!("malformed-exec-form", malformed_exec_form),
    rule!("glued-argument", glued_argument),
    rule!("unexpanded-variable", unexpanded_variable),
    rule!("whole-bin-copy", whole_bin_copy),
    rule!("copy-source-missing", copy_source_missing),
    rule!("copy-destination", copy_destination),
    rule!("copy-breaks-base", copy_breaks_base),
    rule!("unknown-stage", unknown_stage),
    rule!("unknown-make-target", unknown_make_target),
    rule!("missing-directory", missing_directory),
    rule!("missing-script", missing_script),
    rule!("platform-mismatch", platform_mismatch),
    rule!("undeclared-build-arg", undeclared_build_arg),
    rule!("shadowed-platform-arg", shadowed_platform_arg),
    rule!("foreign-package-manager", foreign_package_manager),
    rule!("entrypoint-not-executable", entrypoint_not_executable),
    rule!("unknown-owner", unknown_owner),
    rule!("chmod-after-copy", chmod_after_copy),
    rule!("chown-after-copy", chown_after_copy),
    rule!("chmod-before-chown", chmod_before_chown),
    rule!("non-atomic-install", non_atomic_install),
    rule!("world-writable-binary", world_writable_binary),
    rule!("ownership-lost-by-copy", ownership_lost_by_copy),
    rule!("dynamic-binary-without-loader", dynamic_binary_without_loader),
    rule!("libc-mismatch", libc_mismatch),
    rule!("implicit-cgo", implicit_cgo),
    rule!("ineffective-static-flags", ineffective_static_flags),
    rule!("invalid-cgo-value", invalid_cgo_value),
    rule!("cgo-required", cgo_required),
    rule!("race-without-cgo", race_without_cgo),
    rule!("cgo-without-compiler", cgo_without_compiler),
    rule!("unused-allow", unused_allow, Comments),
];
