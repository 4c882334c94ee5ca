//! Knows what a build does: follows files, variables and binaries through stages and recipes.
//! Refuses to know what is a fault: rules ask, the model answers.

pub mod go;
pub mod images;
pub mod matching;
pub mod modules;
pub mod path;
pub mod tri;
pub mod value;
