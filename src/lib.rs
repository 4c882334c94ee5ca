//! gobin-lint follows a Go program from `go build` to `ENTRYPOINT` and says where the road breaks.

pub mod cli;
pub mod finding;
pub mod fix;
pub mod kind;
pub mod lint;
pub mod model;
pub mod page;
pub mod project;
pub mod report;
pub mod rules;
pub mod source;
pub mod syntax;
