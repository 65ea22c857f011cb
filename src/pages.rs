//! The explanation pages: one a code, as `cosim explain E0103` prints them.

/// What a diagnostic means, why it is one, and the way out, in Markdown.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    pub code: &'static str,
    pub text: &'static str,
}

impl Page {
    /// The first line, without the code.
    pub fn title(&self) -> &'static str {
        let line = self.text.lines().next().unwrap_or_default();
        line.split_once(": ").map_or(line, |(_, title)| title)
    }
}

/// Every page, in the order of the codes.
#[rustfmt::skip]
pub const PAGES: &[Page] = &[
    Page { code: "E0001", text: include_str!("../docs/errors/E0001.md") },
    Page { code: "E0002", text: include_str!("../docs/errors/E0002.md") },
    Page { code: "E0003", text: include_str!("../docs/errors/E0003.md") },
    Page { code: "E0004", text: include_str!("../docs/errors/E0004.md") },
    Page { code: "E0005", text: include_str!("../docs/errors/E0005.md") },
    Page { code: "E0006", text: include_str!("../docs/errors/E0006.md") },
    Page { code: "E0007", text: include_str!("../docs/errors/E0007.md") },
    Page { code: "E0008", text: include_str!("../docs/errors/E0008.md") },
    Page { code: "E0009", text: include_str!("../docs/errors/E0009.md") },
    Page { code: "E0010", text: include_str!("../docs/errors/E0010.md") },
    Page { code: "E0011", text: include_str!("../docs/errors/E0011.md") },
    Page { code: "E0012", text: include_str!("../docs/errors/E0012.md") },
    Page { code: "E0013", text: include_str!("../docs/errors/E0013.md") },
    Page { code: "E0014", text: include_str!("../docs/errors/E0014.md") },
    Page { code: "E0015", text: include_str!("../docs/errors/E0015.md") },
    Page { code: "E0016", text: include_str!("../docs/errors/E0016.md") },
    Page { code: "E0017", text: include_str!("../docs/errors/E0017.md") },
    Page { code: "E0018", text: include_str!("../docs/errors/E0018.md") },
    Page { code: "E0019", text: include_str!("../docs/errors/E0019.md") },
    Page { code: "E0020", text: include_str!("../docs/errors/E0020.md") },
    Page { code: "E0021", text: include_str!("../docs/errors/E0021.md") },
    Page { code: "E0022", text: include_str!("../docs/errors/E0022.md") },
    Page { code: "E0023", text: include_str!("../docs/errors/E0023.md") },
    Page { code: "E0024", text: include_str!("../docs/errors/E0024.md") },
    Page { code: "E0025", text: include_str!("../docs/errors/E0025.md") },
    Page { code: "E0026", text: include_str!("../docs/errors/E0026.md") },
    Page { code: "E0027", text: include_str!("../docs/errors/E0027.md") },
    Page { code: "E0028", text: include_str!("../docs/errors/E0028.md") },
    Page { code: "E0029", text: include_str!("../docs/errors/E0029.md") },
    Page { code: "E0030", text: include_str!("../docs/errors/E0030.md") },
    Page { code: "E0031", text: include_str!("../docs/errors/E0031.md") },
    Page { code: "E0032", text: include_str!("../docs/errors/E0032.md") },
    Page { code: "E0033", text: include_str!("../docs/errors/E0033.md") },
    Page { code: "E0034", text: include_str!("../docs/errors/E0034.md") },
    Page { code: "E0035", text: include_str!("../docs/errors/E0035.md") },
    Page { code: "E0036", text: include_str!("../docs/errors/E0036.md") },
    Page { code: "E0037", text: include_str!("../docs/errors/E0037.md") },
    Page { code: "E0101", text: include_str!("../docs/errors/E0101.md") },
    Page { code: "E0102", text: include_str!("../docs/errors/E0102.md") },
    Page { code: "E0103", text: include_str!("../docs/errors/E0103.md") },
    Page { code: "E0104", text: include_str!("../docs/errors/E0104.md") },
    Page { code: "E0105", text: include_str!("../docs/errors/E0105.md") },
    Page { code: "E0106", text: include_str!("../docs/errors/E0106.md") },
    Page { code: "E0107", text: include_str!("../docs/errors/E0107.md") },
    Page { code: "E0108", text: include_str!("../docs/errors/E0108.md") },
    Page { code: "E0109", text: include_str!("../docs/errors/E0109.md") },
    Page { code: "E0201", text: include_str!("../docs/errors/E0201.md") },
    Page { code: "E0202", text: include_str!("../docs/errors/E0202.md") },
    Page { code: "E0203", text: include_str!("../docs/errors/E0203.md") },
    Page { code: "E0204", text: include_str!("../docs/errors/E0204.md") },
    Page { code: "E0205", text: include_str!("../docs/errors/E0205.md") },
    Page { code: "E0206", text: include_str!("../docs/errors/E0206.md") },
    Page { code: "E0301", text: include_str!("../docs/errors/E0301.md") },
    Page { code: "E0302", text: include_str!("../docs/errors/E0302.md") },
    Page { code: "E0303", text: include_str!("../docs/errors/E0303.md") },
    Page { code: "E0304", text: include_str!("../docs/errors/E0304.md") },
    Page { code: "E0305", text: include_str!("../docs/errors/E0305.md") },
    Page { code: "E0306", text: include_str!("../docs/errors/E0306.md") },
    Page { code: "E0307", text: include_str!("../docs/errors/E0307.md") },
    Page { code: "E0308", text: include_str!("../docs/errors/E0308.md") },
    Page { code: "E0309", text: include_str!("../docs/errors/E0309.md") },
    Page { code: "E0310", text: include_str!("../docs/errors/E0310.md") },
    Page { code: "E0311", text: include_str!("../docs/errors/E0311.md") },
    Page { code: "E0312", text: include_str!("../docs/errors/E0312.md") },
    Page { code: "E0313", text: include_str!("../docs/errors/E0313.md") },
    Page { code: "E0314", text: include_str!("../docs/errors/E0314.md") },
    Page { code: "E0401", text: include_str!("../docs/errors/E0401.md") },
    Page { code: "E0402", text: include_str!("../docs/errors/E0402.md") },
    Page { code: "E0403", text: include_str!("../docs/errors/E0403.md") },
    Page { code: "E0404", text: include_str!("../docs/errors/E0404.md") },
    Page { code: "E0405", text: include_str!("../docs/errors/E0405.md") },
    Page { code: "E0406", text: include_str!("../docs/errors/E0406.md") },
    Page { code: "E0407", text: include_str!("../docs/errors/E0407.md") },
    Page { code: "E0601", text: include_str!("../docs/errors/E0601.md") },
    Page { code: "E0602", text: include_str!("../docs/errors/E0602.md") },
    Page { code: "E0603", text: include_str!("../docs/errors/E0603.md") },
    Page { code: "E0604", text: include_str!("../docs/errors/E0604.md") },
    Page { code: "E0605", text: include_str!("../docs/errors/E0605.md") },
    Page { code: "E0606", text: include_str!("../docs/errors/E0606.md") },
    Page { code: "E0607", text: include_str!("../docs/errors/E0607.md") },
    Page { code: "E0608", text: include_str!("../docs/errors/E0608.md") },
    Page { code: "E0609", text: include_str!("../docs/errors/E0609.md") },
    Page { code: "E0610", text: include_str!("../docs/errors/E0610.md") },
    Page { code: "E0611", text: include_str!("../docs/errors/E0611.md") },
    Page { code: "E0612", text: include_str!("../docs/errors/E0612.md") },
    Page { code: "E0701", text: include_str!("../docs/errors/E0701.md") },
    Page { code: "E0702", text: include_str!("../docs/errors/E0702.md") },
    Page { code: "E0703", text: include_str!("../docs/errors/E0703.md") },
    Page { code: "E0704", text: include_str!("../docs/errors/E0704.md") },
    Page { code: "E0705", text: include_str!("../docs/errors/E0705.md") },
    Page { code: "E0706", text: include_str!("../docs/errors/E0706.md") },
    Page { code: "E0707", text: include_str!("../docs/errors/E0707.md") },
    Page { code: "E0801", text: include_str!("../docs/errors/E0801.md") },
    Page { code: "E0802", text: include_str!("../docs/errors/E0802.md") },
    Page { code: "E0901", text: include_str!("../docs/errors/E0901.md") },
    Page { code: "E0902", text: include_str!("../docs/errors/E0902.md") },
    Page { code: "E1001", text: include_str!("../docs/errors/E1001.md") },
    Page { code: "E1002", text: include_str!("../docs/errors/E1002.md") },
    Page { code: "W0501", text: include_str!("../docs/errors/W0501.md") },
    Page { code: "W0502", text: include_str!("../docs/errors/W0502.md") },
    Page { code: "W0503", text: include_str!("../docs/errors/W0503.md") },
    Page { code: "W0504", text: include_str!("../docs/errors/W0504.md") },
    Page { code: "W0505", text: include_str!("../docs/errors/W0505.md") },
];

/// The page of a code.
pub fn page(code: &str) -> Option<&'static Page> {
    let found = PAGES.binary_search_by(|page| page.code.cmp(code)).ok()?;
    Some(&PAGES[found])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_sorted_and_named() {
        assert!(PAGES.windows(2).all(|two| two[0].code < two[1].code));
        for entry in PAGES {
            assert!(entry.text.starts_with(&format!("# {}: ", entry.code)), "{}", entry.code);
            assert!(page(entry.code).is_some_and(|found| found.code == entry.code));
            assert!(entry.text.lines().all(|line| line.chars().count() <= 160), "{}", entry.code);
        }
    }
}
