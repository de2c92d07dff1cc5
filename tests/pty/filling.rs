//! What the tests that fill forms and follow the playbook have in common.

use crate::pty::Term;

pub const CTRL_S: &str = "\u{13}";
pub const CTRL_E: &str = "\u{5}";
pub const ESC: &str = "\u{1b}";
const PAGE_UP: &str = "\u{1b}[5~";

/// The line of a page that is selected.
fn marked(screen: &vt100::Screen) -> String {
    screen.contents().lines().find(|line| line.contains('▸')).unwrap_or_default().to_owned()
}

impl Term {
    /// Tabs to a form's field by its label, from the one above it or from any further up.
    #[track_caller]
    pub fn tab_to(&mut self, label: &str) {
        self.until("a form", |screen| marked(screen).contains('▏'));
        for _ in 0..30 {
            let before = self.screen(marked);
            if before.contains(&format!("▸ {label}")) {
                return;
            }
            self.keys("\t");
            self.until("the next field", |screen| marked(screen) != before && !marked(screen).is_empty());
        }
        panic!("no field {label}:\n{}", self.text());
    }

    /// Fills a field in, and waits until it stands there.
    #[track_caller]
    pub fn fill(&mut self, label: &str, text: &str) {
        self.tab_to(label);
        self.keys(text);
        self.until(&format!("{text} typed"), |screen| marked(screen).contains(&format!("{text}▏")));
    }

    /// Selects a step of the playbook by its title.
    #[track_caller]
    pub fn choose_step(&mut self, title: &str) {
        self.sees("Monitoring");
        for _ in 0..3 {
            self.keys(PAGE_UP);
        }
        self.until("the first step", |screen| marked(screen).contains("Obtain credentials"));
        for _ in 0..20 {
            let before = self.screen(marked);
            if before.contains(title) {
                return;
            }
            self.keys("j");
            self.until("the step below", |screen| marked(screen) != before && !marked(screen).is_empty());
        }
        panic!("no step {title}:\n{}", self.text());
    }

    /// Waits until a step of the playbook stands so, selects it, and goes where it leads.
    #[track_caller]
    pub fn take_step(&mut self, title: &str, state: &str) {
        self.step_is(title, state);
        self.choose_step(title);
        self.keys("\r");
    }

    /// Waits until a step of the playbook stands so.
    #[track_caller]
    pub fn step_is(&self, title: &str, state: &str) {
        self.until(&format!("{title}: {state}"), |screen| {
            let text = screen.contents();
            text.contains("Monitoring")
                && text.lines().any(|line| line.contains(title) && word_after(line, title) == state)
        });
    }

    /// Answers yes to the question that is opening, and goes back when it was accepted.
    #[track_caller]
    pub fn agree_and_close(&mut self) {
        self.sees("[y] YES, do it");
        self.keys("y");
        self.sees("✓ ACCEPTED");
        self.keys_until_gone(ESC, "✓ ACCEPTED");
    }
}

/// The state's word: what stands after the title, up to two spaces.
fn word_after<'a>(line: &'a str, title: &str) -> &'a str {
    let rest = line.split(title).nth(1).unwrap_or_default().trim_start();
    rest.split("  ").next().unwrap_or_default().trim()
}
