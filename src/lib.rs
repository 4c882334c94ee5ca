//! gobin-lint follows a Go program from `go build` to `ENTRYPOINT` and says where the road breaks.

pub mod finding;
pub mod model;
pub mod source;
pub mod syntax;
