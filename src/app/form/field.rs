//! One field of a form: its text, its choices, what is wrong with it.

use tui_input::{Input, InputRequest};

use super::rules::Rule;

/// The longest text a field takes, in characters: a provider's share token has well over a thousand.
pub const MAX: usize = 4000;

/// One thing that can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// What is sent.
    pub value: String,
    /// What is shown.
    pub label: String,
}

impl Choice {
    /// A choice whose label is not its value.
    pub fn new(value: impl Into<String>, label: impl Into<String>) -> Self {
        Self { value: value.into(), label: label.into() }
    }

    /// A choice that is shown as it is sent.
    pub fn plain(value: &str) -> Self {
        Self::new(value, value)
    }
}

/// What may be put into a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// Free text.
    Text,
    /// One of these; typing narrows them.
    Choice(Vec<Choice>),
    /// One of what the API finds for the typed text.
    Search(Vec<Choice>),
}

/// One field.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is an independent fact of the field")]
pub struct Field {
    /// The API's name for it.
    pub name: String,
    /// What the operator reads.
    pub label: String,
    /// A line of help, shown while the field has the focus.
    pub hint: String,
    /// What may be put in.
    pub kind: Kind,
    /// Must it be filled?
    pub required: bool,
    /// What the text must be like.
    pub rule: Rule,
    /// Personal data: shown only while the field has the focus.
    pub private: bool,
    /// What the API said against it; gone with the next change.
    pub refused: Option<String>,
    /// The operator has been here and left.
    pub touched: bool,
    pub(super) input: Input,
    pub(super) chosen: Option<usize>,
    /// The next character replaces what stands here: the label of an earlier choice.
    pub(super) replace: bool,
}

impl Field {
    /// An empty, optional text field.
    pub fn text(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: String::new(),
            kind: Kind::Text,
            required: false,
            rule: Rule::Any,
            private: false,
            refused: None,
            touched: false,
            input: Input::default(),
            chosen: None,
            replace: false,
        }
    }

    /// One of several; the first is chosen already.
    pub fn choice(name: impl Into<String>, label: impl Into<String>, choices: Vec<Choice>) -> Self {
        let mut field = Self { kind: Kind::Choice(choices), ..Self::text(name, label) };
        field.choose(Some(0));
        field
    }

    /// One of what the API finds.
    pub fn search(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { kind: Kind::Search(Vec::new()), ..Self::text(name, label) }
    }

    /// It must be filled.
    #[must_use]
    pub fn required(self) -> Self {
        Self { required: true, ..self }
    }

    /// With a line of help.
    #[must_use]
    pub fn hint(self, hint: impl Into<String>) -> Self {
        Self { hint: hint.into(), ..self }
    }

    /// Held to a rule.
    #[must_use]
    pub fn rule(self, rule: Rule) -> Self {
        Self { rule, ..self }
    }

    /// Shown only while the field has the focus.
    #[must_use]
    pub fn private(self) -> Self {
        Self { private: true, ..self }
    }

    /// Filled beforehand; for a choice, by value.
    #[must_use]
    pub fn with(mut self, value: &str) -> Self {
        self.set(value);
        self
    }

    /// Puts a value in; for a choice, by value. An unknown choice clears it.
    pub fn set(&mut self, value: &str) {
        match &self.kind {
            Kind::Text => self.input = Input::new(value.to_owned()),
            Kind::Choice(options) | Kind::Search(options) => {
                let at = options.iter().position(|c| c.value == value);
                self.choose(at);
            }
        }
    }

    /// What is sent: the trimmed text, or the value of the choice. Empty when there is none.
    pub fn value(&self) -> &str {
        match &self.kind {
            Kind::Text => self.input.value().trim(),
            Kind::Choice(_) | Kind::Search(_) => self.choice_made().map_or("", |c| c.value.as_str()),
        }
    }

    /// The text as typed, with the place of the cursor in characters.
    pub fn typed(&self) -> (&str, usize) {
        (self.input.value(), self.input.cursor())
    }

    /// Whether the text is the label of a choice that stands, not something being typed.
    pub fn is_settled(&self) -> bool {
        self.replace && self.choice_made().is_some_and(|made| made.label == self.input.value())
    }

    /// What is chosen.
    pub fn choice_made(&self) -> Option<&Choice> {
        self.options().get(self.chosen?)
    }

    /// Everything that could be chosen.
    pub fn options(&self) -> &[Choice] {
        match &self.kind {
            Kind::Text => &[],
            Kind::Choice(options) | Kind::Search(options) => options,
        }
    }

    /// What can be chosen with the text as it stands: places in [`Self::options`].
    pub fn matches(&self) -> Vec<usize> {
        let text = self.input.value().trim().to_lowercase();
        let all = self.replace || text.is_empty() || matches!(self.kind, Kind::Search(_));
        let fits = |c: &Choice| c.label.to_lowercase().contains(&text) || c.value.to_lowercase().contains(&text);
        (0..).zip(self.options()).filter(|(_, c)| all || fits(c)).map(|(i, _)| i).collect()
    }

    /// Why the field is not right as it stands.
    pub fn problem(&self) -> Option<String> {
        if let Some(refused) = &self.refused {
            return Some(refused.clone());
        }
        let value = self.value();
        if value.is_empty() {
            // "None of these" can be a choice of its own.
            let typed =
                !self.input.value().trim().is_empty() && self.choice_made().is_none() && self.kind != Kind::Text;
            return match (typed, self.required) {
                (true, _) => Some("nothing like this can be chosen".to_owned()),
                (false, true) => Some("must be filled in".to_owned()),
                (false, false) => None,
            };
        }
        self.rule.broken_by(value)
    }

    /// New things to choose from. What was chosen stays if it is still among them.
    pub fn offer(&mut self, options: Vec<Choice>) {
        let before = self.value().to_owned();
        let found = options.iter().position(|c| c.value == before && !before.is_empty());
        match &mut self.kind {
            Kind::Text => return,
            Kind::Choice(own) | Kind::Search(own) => *own = options,
        }
        match self.kind {
            // The text is the search; the best match is what Tab takes.
            Kind::Search(_) if !self.replace => {
                let searched = !self.input.value().trim().is_empty();
                self.chosen = found.or_else(|| (searched && !self.options().is_empty()).then_some(0));
            }
            // Nobody chose: the first that comes along may be another bank.
            Kind::Search(_) => self.choose(found),
            // Being narrowed: what was typed stays.
            _ if !self.replace && !self.input.value().trim().is_empty() => {
                self.chosen = found.or_else(|| self.matches().first().copied());
            }
            _ => self.choose(found.or(Some(0))),
        }
    }

    /// A search came back after the focus had left: what was typed is taken for a choice only if
    /// it found exactly one.
    pub(super) fn settle(&mut self) {
        if matches!(self.kind, Kind::Search(_)) && !self.replace {
            self.chosen = self.chosen.filter(|_| self.options().len() == 1);
            if self.chosen.is_some() {
                self.choose(self.chosen);
            }
        }
    }

    /// Takes over what the operator did in the field this one stands for.
    pub(super) fn inherit(&mut self, old: &Self) {
        self.touched = old.touched;
        self.refused.clone_from(&old.refused);
        if self.kind == Kind::Text {
            self.input = old.input.clone();
            return;
        }
        let at = self.options().iter().position(|c| c.value == old.value() && old.choice_made().is_some());
        if old.replace {
            let fallback = self.chosen;
            self.choose(at.or(fallback));
        } else if !old.input.value().trim().is_empty() {
            // Being typed: the text stays.
            (self.input, self.replace) = (old.input.clone(), false);
            let narrowed = || self.matches().first().copied().filter(|_| matches!(self.kind, Kind::Choice(_)));
            self.chosen = at.or_else(narrowed);
        }
    }

    /// Other things to choose from while the operator may be typing: what was typed or chosen stays,
    /// and what fits the text is chosen if nothing was.
    pub(super) fn relist(&mut self, options: Vec<Choice>) {
        let before = self.value().to_owned();
        let Kind::Choice(own) = &mut self.kind else { return };
        *own = options;
        self.chosen = self.options().iter().position(|c| c.value == before && !before.is_empty());
        if self.chosen.is_some() && self.replace {
            self.choose(self.chosen);
        } else if self.chosen.is_none() && !self.input.value().trim().is_empty() {
            self.chosen = self.matches().first().copied();
        }
    }

    pub(super) fn choose(&mut self, at: Option<usize>) {
        self.chosen = at.filter(|i| *i < self.options().len());
        let label = self.choice_made().map_or_else(String::new, |c| c.label.clone());
        self.input = Input::new(label);
        self.replace = true;
    }

    /// One step up or down among what can be chosen.
    pub(super) fn step(&mut self, down: bool) {
        let matches = self.matches();
        let here = self.chosen.and_then(|c| matches.iter().position(|m| *m == c));
        let next = match (here, down) {
            (None, _) => 0,
            (Some(i), true) => (i + 1).min(matches.len().saturating_sub(1)),
            (Some(i), false) => i.saturating_sub(1),
        };
        self.chosen = matches.get(next).copied();
        self.refused = None;
    }

    /// Typing. `true` if something changed.
    pub(super) fn edit(&mut self, request: InputRequest) -> bool {
        let before = self.input.value().to_owned();
        if let InputRequest::InsertChar(_) = request {
            if self.replace {
                self.input = Input::default();
                self.replace = false;
            }
            if self.input.value().chars().count() >= MAX {
                return false;
            }
        } else if self.replace && is_deletion(request) {
            self.input = Input::default();
            self.replace = false;
            self.chosen = None;
            self.refused = None;
            return true;
        }
        self.input.handle(request);
        if self.input.value() == before {
            return false;
        }
        self.refused = None;
        let empty = self.input.value().trim().is_empty();
        match self.kind {
            Kind::Text => {}
            Kind::Choice(_) => self.chosen = if empty { None } else { self.matches().first().copied() },
            // What was chosen belongs to the text before; what this text finds is not known yet.
            Kind::Search(_) => self.chosen = None,
        }
        true
    }

    /// The focus goes elsewhere: what was chosen is spelt out.
    pub(super) fn leave(&mut self) {
        self.touched = true;
        if self.kind != Kind::Text && self.chosen.is_some() {
            self.choose(self.chosen);
        }
    }
}

fn is_deletion(request: InputRequest) -> bool {
    matches!(
        request,
        InputRequest::DeletePrevChar
            | InputRequest::DeleteNextChar
            | InputRequest::DeleteLine
            | InputRequest::DeletePrevWord
            | InputRequest::DeleteNextWord
            | InputRequest::DeleteTillEnd
    )
}
