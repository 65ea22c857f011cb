//! Names of files as the protocol has them: `file:///stories/%E6%B4%97%E8%A1%A3.cosim`.

use std::path::{Path, PathBuf};

/// The file a URI names; nothing for what is no file, such as a text that was never saved.
pub fn path(uri: &str) -> Option<PathBuf> {
    let rest = uri.strip_prefix("file://")?;
    let path = decoded(&rest[rest.find('/')?..])?;
    let bytes = path.as_bytes();
    // `/c:/x` is `c:/x`.
    let drive = bytes.len() > 2 && bytes[1].is_ascii_alphabetic() && bytes[2] == b':';
    Some(PathBuf::from(if drive { &path[1..] } else { path.as_str() }))
}

pub fn uri(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    let mut out = String::from(if text.starts_with('/') { "file://" } else { "file:///" });
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        rest = more;
        if first != b'%' {
            bytes.push(first);
            continue;
        }
        let digits = std::str::from_utf8(rest.get(..2)?).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        rest = &rest[2..];
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (text, file) in [
            ("file:///a/b%20c/%E6%B4%97.cosim", "/a/b c/洗.cosim"),
            ("file:///c%3A/x.ron", "c:/x.ron"),
            ("file:///a/100%25.ron", "/a/100%.ron"),
        ] {
            assert_eq!(path(text).as_deref(), Some(Path::new(file)));
            assert_eq!(uri(Path::new(file)), text);
        }
        assert_eq!(path("file://localhost/a%2Bb").as_deref(), Some(Path::new("/a+b")));
    }

    #[test]
    fn what_is_no_file_is_none() {
        for text in ["untitled:Untitled-1", "file://", "file:///%", "file:///%zz", "file:///%ff", "", "%"] {
            assert_eq!(path(text), None, "{text}");
        }
    }
}
