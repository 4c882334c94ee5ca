//! Knows a few public modules: those that need cgo, and those whose API cannot do without `net`.
//! Refuses to know versions, and every module that is not listed.

use crate::model::go::{Imports, Need};
use crate::model::value::Why;

/// A module with `import "C"`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CgoModule {
    pub module: &'static str,
    /// It builds without cgo, but what it builds then only reports that cgo is missing (fact 88).
    pub stub: bool,
}

const fn needs(module: &'static str) -> CgoModule {
    CgoModule { module, stub: false }
}

/// Bindings to C libraries, as their READMEs say: each asks for a C compiler or a C library.
const CGO: &[CgoModule] = &[
    CgoModule { module: "github.com/mattn/go-sqlite3", stub: true },
    needs("github.com/DataDog/zstd"),
    needs("github.com/bytecodealliance/wasmtime-go"),
    needs("github.com/confluentinc/confluent-kafka-go"),
    needs("github.com/davidbyttow/govips"),
    needs("github.com/go-gl/gl"),
    needs("github.com/go-gl/glfw"),
    needs("github.com/godror/godror"),
    needs("github.com/gographics/imagick"),
    needs("github.com/gotk3/gotk3"),
    needs("github.com/h2non/bimg"),
    needs("github.com/libgit2/git2go"),
    needs("github.com/linxGnu/grocksdb"),
    needs("github.com/marcboeker/go-duckdb"),
    needs("github.com/mattn/go-oci8"),
    needs("github.com/miekg/pkcs11"),
    needs("github.com/mutecomm/go-sqlcipher"),
    needs("github.com/otiai10/gosseract"),
    needs("github.com/pebbe/zmq4"),
    needs("github.com/tecbot/gorocksdb"),
    needs("github.com/tree-sitter/go-tree-sitter"),
    needs("github.com/smacker/go-tree-sitter"),
    needs("github.com/valyala/gozstd"),
    needs("gocv.io/x/gocv"),
    needs("rogchap.com/v8go"),
];

/// Packages whose exported types are `net`'s or `net/http`'s, so that no version can do without them.
const NET: &[&str] = &[
    "github.com/gin-gonic/gin",
    "github.com/go-chi/chi",
    "github.com/go-chi/chi/v5",
    "github.com/go-redis/redis/v8",
    "github.com/go-sql-driver/mysql",
    "github.com/gorilla/mux",
    "github.com/gorilla/websocket",
    "github.com/jackc/pgx/v4",
    "github.com/jackc/pgx/v5",
    "github.com/julienschmidt/httprouter",
    "github.com/labstack/echo",
    "github.com/labstack/echo/v4",
    "github.com/lib/pq",
    "github.com/prometheus/client_golang/prometheus/promhttp",
    "github.com/redis/go-redis/v9",
    "github.com/spf13/cobra",
    "github.com/spf13/pflag",
    "google.golang.org/grpc",
    "k8s.io/client-go/kubernetes",
    "k8s.io/client-go/rest",
    "sigs.k8s.io/controller-runtime",
];

/// The listed module that a package belongs to.
pub fn cgo_module(import_path: &str) -> Option<CgoModule> {
    let belongs =
        |module: &str| import_path.strip_prefix(module).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    CGO.iter().copied().find(|known| belongs(known.module))
}

/// What is known of a package whose source is not visible.
pub(super) fn imports(path: &str) -> Imports {
    let unseen = Imports::unknown(Why::new(format!("what {path} imports is not known")));
    if cgo_module(path).is_some() {
        return Imports { user_cgo: Need::Yes(path.to_string()), ..unseen };
    }
    if NET.contains(&path) {
        return Imports { net: Need::Yes(path.to_string()), ..unseen };
    }
    unseen
}
