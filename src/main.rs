//! Knows nothing but that arguments go in and an exit code comes out.
//! Refuses to know what happens in between.

fn main() -> std::process::ExitCode {
    gobin_lint::cli::main()
}
