//! Bytes as a document, to the Rust that is written from it.
//!
//! Whatever the bytes: reading and generating end without a panic, and each file that is written parses as Rust.

#![no_main]

use std::path::Path;

use codegen::{Options, generate};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let reading = spec::read(Path::new("any.yaml"), &spec::Memory::one("any.yaml", text));
    // What is shown to people is made of the document's text, so that it is tried as well.
    let _ = reading.findings.render();
    let Some(contract) = reading.contract else { return };
    let options = Options { spec: "any.yaml".to_owned(), ..Options::default() };
    for file in generate(&contract, &options).files {
        // The runtime is the same whatever the document.
        let is_written = file.path.ends_with(".rs") && !file.path.starts_with("src/runtime/");
        if is_written
            && let Err(error) = syn::parse_file(&file.contents)
        {
            panic!("{} is no Rust: {error}\n{}", file.path, file.contents);
        }
    }
});
