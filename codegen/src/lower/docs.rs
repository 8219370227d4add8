//! Descriptions of a document → Markdown that rustdoc and clippy take without a warning.
//!
//! Descriptions are CommonMark in theory and anything in practice. Kept are paragraphs, lists (flattened to one level),
//! headings, tables, code spans, fences (as text, so that nothing becomes a doctest) and links to the web; all else that
//! rustdoc would take for HTML, a link to an item or a code block is escaped. Long lines are wrapped.

use crate::ir::Docs;

const WIDTH: usize = 96;

/// The docs for these texts, a paragraph each at least; absent and empty ones are passed over.
pub(super) fn docs<'a>(texts: impl IntoIterator<Item = Option<&'a str>>) -> Docs {
    let mut lines: Vec<String> = Vec::new();
    let mut seen: Vec<&str> = Vec::new();
    for text in texts.into_iter().flatten().map(str::trim) {
        if text.is_empty() || seen.contains(&text) {
            continue;
        }
        seen.push(text);
        let part = Renderer::default().render(text);
        if !lines.is_empty() && !part.is_empty() {
            lines.push(String::new());
        }
        lines.extend(part);
    }
    Docs { lines }
}

/// Docs of one line of plain text.
pub(super) fn line(text: impl Into<String>) -> Docs {
    Docs { lines: vec![text.into()] }
}

/// These docs, and a paragraph of lines that are good Markdown already.
pub(super) fn with_note(mut docs: Docs, note: String) -> Docs {
    if !docs.lines.is_empty() {
        docs.lines.push(String::new());
    }
    docs.lines.push(note);
    docs
}

/// A value as a code span, shortened if it is long.
pub(super) fn code(value: &serde_json::Value) -> String {
    code_of(&value.to_string())
}

/// Text as a code span, shortened if it is long.
pub(super) fn code_of(text: &str) -> String {
    let mut text = text.replace('`', "'");
    text.retain(|c| !is_dangerous(c));
    if text.chars().count() > 60 {
        text = text.chars().take(57).chain("...".chars()).collect();
    }
    format!("`{text}`")
}

#[derive(Default)]
struct Renderer {
    lines: Vec<String>,
    /// The fence that is open: its mark.
    fence: Option<char>,
    /// How wide the marker of the list item is that we are in; 0 outside of lists.
    hanging: usize,
    /// The lines of the paragraph that we are in, escaped, and what stands in front of the first.
    paragraph: (String, Vec<String>),
}

impl Renderer {
    fn render(mut self, text: &str) -> Vec<String> {
        for line in text.lines() {
            let line: String = line.chars().filter(|c| !is_dangerous(*c)).collect();
            self.line(line.replace('\t', "    ").trim_end());
        }
        self.end_paragraph();
        if self.fence.is_some() {
            self.lines.push("```".to_owned());
        }
        while self.lines.last().is_some_and(String::is_empty) {
            self.lines.pop();
        }
        self.lines
    }

    fn line(&mut self, line: &str) {
        let text = line.trim_start();
        if let Some(mark) = fence_mark(text) {
            self.fence_line(mark, line);
        } else if self.fence.is_some() {
            self.lines.push(line.to_owned());
        } else if text.is_empty() {
            self.end_paragraph();
            self.blank();
        } else if let Some((marker, rest)) = list_item(text) {
            self.end_paragraph();
            self.hanging = marker.chars().count() + 1;
            self.paragraph = (format!("{marker} "), vec![escape(rest)]);
        } else if is_whole_line(text) {
            self.end_paragraph();
            self.hanging = 0;
            self.lines.push(escape(text));
        } else {
            self.text_line(line, text);
        }
    }

    fn text_line(&mut self, line: &str, text: &str) {
        let is_first = self.paragraph.1.is_empty();
        let after_blank = self.lines.last().is_none_or(String::is_empty);
        if is_first && after_blank && line == text {
            self.hanging = 0;
        }
        if is_first {
            self.paragraph.0 = " ".repeat(self.hanging);
        }
        self.paragraph.1.push(escape_start(escape(text)));
    }

    /// Writes a paragraph as its author broke it, or newly broken where a line is too long.
    fn end_paragraph(&mut self) {
        let (first, lines) = std::mem::take(&mut self.paragraph);
        let width = WIDTH - self.hanging.min(WIDTH);
        if lines.iter().any(|line| line.chars().count() > width) {
            self.wrap(&first, &lines.join(" "));
            return;
        }
        let indent = " ".repeat(self.hanging);
        for (at, line) in lines.iter().enumerate() {
            let indent = if at == 0 { &first } else { &indent };
            self.lines.push(format!("{indent}{line}").trim_end().to_owned());
        }
    }

    fn fence_line(&mut self, mark: char, line: &str) {
        self.end_paragraph();
        match self.fence {
            None => {
                self.fence = Some(mark);
                self.hanging = 0;
                self.blank();
                self.lines.push("```text".to_owned());
            }
            Some(open) if open == mark => {
                self.fence = None;
                self.lines.push("```".to_owned());
            }
            Some(_) => self.lines.push(line.to_owned()),
        }
    }

    /// At most one empty line, and none in front.
    fn blank(&mut self) {
        if self.lines.last().is_some_and(|last| !last.is_empty()) {
            self.lines.push(String::new());
        }
    }

    /// Breaks a line between words, but never so that the next line would mean something else.
    fn wrap(&mut self, first_indent: &str, text: &str) {
        let next_indent = " ".repeat(self.hanging);
        let mut line = first_indent.to_owned();
        let mut width = line.chars().count();
        let mut is_empty = true;
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let length = word.chars().count();
            if !is_empty && width + 1 + length > WIDTH && can_begin_line(word) {
                self.lines.push(std::mem::replace(&mut line, next_indent.clone()));
                width = next_indent.len();
                is_empty = true;
            }
            if !is_empty {
                line.push(' ');
                width += 1;
            }
            line.push_str(word);
            width += length;
            is_empty = false;
        }
        self.lines.push(line.trim_end().to_owned());
    }
}

/// Control characters, and those that turn the direction of text (rustc denies them in comments).
pub(crate) fn is_dangerous(c: char) -> bool {
    c.is_control() && c != '\t'
        || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{200b}')
}

fn fence_mark(text: &str) -> Option<char> {
    ['`', '~'].into_iter().find(|mark| text.chars().take_while(|c| c == mark).count() >= 3)
}

/// Marker and text of a list item, the marker as `-` or `1.`.
fn list_item(text: &str) -> Option<(String, &str)> {
    let rest = text.strip_prefix(['-', '*', '+']);
    if let Some(rest) = rest.and_then(|rest| rest.strip_prefix(' ')) {
        return Some(("-".to_owned(), rest.trim_start()));
    }
    let digits = text.chars().take_while(char::is_ascii_digit).count();
    let rest = text[digits..].strip_prefix(['.', ')'])?.strip_prefix(' ')?;
    (1..=3).contains(&digits).then(|| (format!("{}.", &text[..digits]), rest.trim_start()))
}

/// Headings and rows of tables, which can't be wrapped.
fn is_whole_line(text: &str) -> bool {
    let level = text.chars().take_while(|c| *c == '#').count();
    (1..=6).contains(&level) && text[level..].starts_with(' ') || text.starts_with('|')
}

/// What would be a quotation, a heading's underline or a rule is text.
fn escape_start(text: String) -> String {
    let is_line = text.chars().all(|c| matches!(c, '=' | '-' | '*' | '_' | ' '));
    if is_line || text.starts_with(['>', '=', '+']) { format!("\\{text}") } else { text }
}

fn can_begin_line(word: &str) -> bool {
    !word.starts_with(['-', '+', '*', '#', '>', '=', '|', '~', '_'])
        && !word.starts_with("```")
        && !word.starts_with(|c: char| c.is_ascii_digit())
}

/// Escapes what is neither in a code span nor a link to the web.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let taken = match first {
            '`' => code_span(rest, &mut escaped),
            '[' => link(rest, &mut escaped),
            '<' => angle(rest, &mut escaped),
            'h' => url(rest, &mut escaped),
            ']' => {
                escaped.push_str("\\]");
                1
            }
            '\\' => backslash(rest, &mut escaped),
            _ => 0,
        };
        if taken == 0 {
            escaped.push(first);
        }
        rest = &rest[if taken == 0 { first.len_utf8() } else { taken }..];
    }
    escaped
}

/// A code span, or else backticks that are just that. Returns how many bytes were taken.
fn code_span(text: &str, out: &mut String) -> usize {
    let ticks = text.bytes().take_while(|byte| *byte == b'`').count();
    let mut at = ticks;
    while let Some(found) = text[at..].find('`') {
        let start = at + found;
        let run = text[start..].bytes().take_while(|byte| *byte == b'`').count();
        if run == ticks && start > ticks {
            out.push_str(&text[..start + run]);
            return start + run;
        }
        at = start + run;
    }
    out.push_str(&"\\`".repeat(ticks));
    ticks
}

/// `[text](https://…)`, or else an escaped bracket.
fn link(text: &str, out: &mut String) -> usize {
    let parts = text[1..].split_once("](").and_then(|(label, rest)| {
        let (target, _) = rest.split_once(')')?;
        let is_plain = !label.contains(['[', ']', '`', '<', '\\']);
        let is_web = target.starts_with("https://") || target.starts_with("http://");
        let is_clean = !target.contains([' ', '<', '>', '(', '"', '\\', '`']);
        (is_plain && is_web && is_clean).then_some((label, target))
    });
    match parts {
        Some((label, target)) => {
            out.push_str(&format!("[{}]({target})", escape_label(label)));
            label.len() + target.len() + 4
        }
        None => {
            out.push_str("\\[");
            1
        }
    }
}

fn escape_label(label: &str) -> String {
    if label.is_empty() { "link".to_owned() } else { label.replace('>', "\\>") }
}

/// `<https://…>`, or else an escaped angle bracket.
fn angle(text: &str, out: &mut String) -> usize {
    let inner = text[1..].split_once('>').map(|(inner, _)| inner);
    if let Some(inner) = inner.filter(|inner| url_length(inner) == inner.len() && !inner.is_empty())
    {
        out.push('<');
        out.push_str(inner);
        out.push('>');
        return inner.len() + 2;
    }
    out.push_str("\\<");
    1
}

/// A bare URL, in angle brackets.
fn url(text: &str, out: &mut String) -> usize {
    let length = url_length(text);
    if length > 0 {
        out.push('<');
        out.push_str(&text[..length]);
        out.push('>');
    }
    length
}

fn url_length(text: &str) -> usize {
    let Some(rest) = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://")) else {
        return 0;
    };
    let ends = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '<' | '>' | '"' | '\'' | '`' | '(' | ')' | '[' | ']' | '\\' | '*' | '{' | '}' | '|'
            )
    };
    let url = &rest[..rest.find(ends).unwrap_or(rest.len())];
    let url = url.trim_end_matches(['.', ',', ';', ':', '!', '?']);
    if url.is_empty() { 0 } else { text.len() - rest.len() + url.len() }
}

/// A backslash with what it escapes; one in front of a letter is one.
fn backslash(text: &str, out: &mut String) -> usize {
    match text[1..].chars().next() {
        Some(next) if next.is_ascii_punctuation() => {
            out.push('\\');
            out.push(next);
            2
        }
        _ => {
            out.push_str("\\\\");
            1
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(docs([Some(text)]).lines, expected);
    }

    #[test]
    fn what_rustdoc_would_misread_is_escaped() {
        check("a [b] c", &["a \\[b\\] c"]);
        check("a <b> c", &["a \\<b> c"]);
        check("see https://example.com/x.", &["see <https://example.com/x>."]);
        check("see <https://example.com>", &["see <https://example.com>"]);
        check("[x](https://example.com)", &["[x](https://example.com)"]);
        check("[x](#anchor)", &["\\[x\\](#anchor)"]);
        check("`a [b] <c>`", &["`a [b] <c>`"]);
        check("a ` b", &["a \\` b"]);
        check("    fn main() {}", &["fn main() {}"]);
        check("```\nlet x = [1];\n", &["```text", "let x = [1];", "```"]);
        check("> quoted", &["\\> quoted"]);
    }

    #[test]
    fn lists_hang() {
        check("- a\nb\n\nc", &["- a", "  b", "", "c"]);
        check("* a\n    * b", &["- a", "- b"]);
        check("1. a\n2. b", &["1. a", "2. b"]);
    }

    #[test]
    fn long_lines_are_wrapped_where_it_is_safe() {
        let text = format!("{} - 1. {}", "word ".repeat(19), "word ".repeat(3));
        let lines = docs([Some(text.as_str())]).lines;
        assert_eq!(lines.len(), 2);
        assert!(!lines[1].starts_with('-') && !lines[1].starts_with('1'), "{lines:?}");
    }

    proptest::proptest! {
        #[test]
        fn no_text_is_too_odd(text in "(?s).{0,200}") {
            let _ = docs([Some(text.as_str())]);
        }

        #[test]
        fn markup_in_any_order(text in "[-`*#>\\[\\]()<h:/ \n\\\\t1.~|]{0,80}") {
            for line in docs([Some(text.as_str())]).lines {
                proptest::prop_assert!(!line.contains('\n'));
            }
        }
    }
}
