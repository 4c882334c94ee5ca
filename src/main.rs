//! Knows nothing but that arguments go in and an exit code comes out.
//! Refuses to know what happens in between.

/// The model is many small texts, made and dropped by several threads at once.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    gobin_lint::cli::main()
}
