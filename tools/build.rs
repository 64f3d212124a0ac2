//! Makes cargo see new files in the embedded folders; the folders themselves are embedded by `src/embedded.rs`.

fn main() {
    for folder in ["assets", "scenarios"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
