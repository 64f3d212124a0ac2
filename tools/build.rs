//! Makes cargo see new files in the embedded folders; the folders themselves are embedded by `scenario::Library` and `locale`.

fn main() {
    for folder in ["assets", "scenarios"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
