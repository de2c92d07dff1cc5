//! Text from outside is data: made visible before it can reach a screen or a log.
//!
//! Control characters, bidi overrides and zero-width characters can repaint a terminal or make
//! one address look like another. They are shown as `\u{..}` escapes, never passed on.

/// Whether a character may be shown as it is.
pub fn is_displayable(c: char) -> bool {
    !c.is_control() && !is_invisible(c)
}

/// Zero-width, bidi and other format characters (Unicode Cf and line separators), which change
/// how their neighbours look without showing themselves.
fn is_invisible(c: char) -> bool {
    matches!(u32::from(c),
        0x00AD | 0x061C | 0x180E | 0xFEFF | 0xFFF9..=0xFFFB
        | 0x034F | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x3164 | 0xFFA0
        | 0x180B..=0x180D | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F
        | 0xFE00..=0xFE0F | 0x1D173..=0x1D17A | 0xE0000..=0xE0FFF)
}

/// The text with everything that does not show itself written as an escape.
///
/// ```
/// use ramptop::domain::text::visible;
/// assert_eq!(visible("a\u{1b}[2Jb\u{202e}c"), "a\\u{1b}[2Jb\\u{202e}c");
/// ```
pub fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        push_visible(&mut out, c);
    }
    out
}

/// An error with its causes, each once, as they came: to be made visible before it is shown.
pub fn with_causes(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let more = cause.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        next = cause.source();
    }
    text
}

/// Like [`visible`], cut to at most `max` characters of the source with `…` for what is left out.
pub fn visible_prefix(text: &str, max: usize) -> String {
    let mut out = String::new();
    let mut rest = text.chars();
    for c in rest.by_ref().take(max) {
        push_visible(&mut out, c);
    }
    if rest.next().is_some() {
        out.push('…');
    }
    out
}

fn push_visible(out: &mut String, c: char) {
    if is_displayable(c) {
        out.push(c);
    } else {
        out.extend(c.escape_unicode());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_long_text_is_cut_before_it_is_copied() {
        let text = "x".repeat(100_000);
        assert_eq!(visible_prefix(&text, 3), "xxx…");
        assert_eq!(visible_prefix("abc", 3), "abc");
    }

    proptest! {
        #[test]
        fn nothing_invisible_gets_through(text in "\\PC*|[\\x00-\\x1f\\u{200b}-\\u{206f}]*") {
            prop_assert!(visible(&text).chars().all(is_displayable));
        }
    }
}
