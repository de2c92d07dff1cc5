//! The contract as schemas: which operation a call is, and what is wrong with an answer.
//!
//! The contract leaves objects open. The check does not: a field it does not name is a complaint,
//! unless the contract says that anything may be there.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jsonschema::Validator;
use ramptop::sandbox::Dialect;
use serde_json::{Map, Value, json};

use crate::beyond::{self, Table};

pub struct Contract {
    components: Value,
    operations: Map<String, Value>,
    /// By their schemas.
    validators: RefCell<BTreeMap<String, Arc<Validator>>>,
}

/// What is to be said of one answer.
#[derive(Default)]
pub struct Verdict {
    pub complaints: Vec<String>,
    /// Documented fields that it has.
    pub fields: BTreeSet<String>,
    /// Entries of `beyond::EXTENSIONS` it needed.
    pub extensions: BTreeSet<(&'static str, &'static str)>,
}

impl Contract {
    pub fn load() -> Self {
        let mut document: Value = serde_json::from_str(include_str!("schemas.json")).unwrap();
        let Value::Object(operations) = document["operations"].take() else { panic!("operations") };
        Self { components: document["components"].take(), operations, validators: RefCell::default() }
    }

    pub fn operations(&self) -> impl Iterator<Item = &str> {
        self.operations.keys().map(String::as_str)
    }

    /// Every documented pair of operation and status.
    pub fn answers(&self) -> impl Iterator<Item = (&str, u16)> {
        self.operations.iter().flat_map(|(operation, answers)| {
            answers.as_object().unwrap().keys().map(move |status| (operation.as_str(), status.parse().unwrap()))
        })
    }

    /// The operation of a call: the template that fits its path.
    pub fn operation(&self, method: &str, path: &str) -> Option<&str> {
        let path = path.split('?').next().unwrap();
        let fits = |template: &&str| {
            let Some((its_method, template)) = template.split_once(' ') else { return false };
            let (one, other): (Vec<_>, Vec<_>) = (template.split('/').collect(), path.split('/').collect());
            let same = |(one, other): (&&str, &&str)| one.starts_with('{') || one == other;
            its_method == method && one.len() == other.len() && one.iter().zip(&other).all(same)
        };
        self.operations().chain(beyond::OPERATIONS.iter().copied()).find(fits)
    }

    /// Holds an answer against the schema of its operation and status.
    pub fn check(&self, dialect: Dialect, operation: &str, status: u16, body: &Value) -> Verdict {
        let mut complaints = Vec::new();
        let documented = self.operations.get(operation).and_then(|answers| answers.get(status.to_string()));
        if documented.is_none() && !beyond::is_known_status(operation, status) {
            complaints.push(format!("status {status} is not documented"));
        }
        if operation != "GET /health" && body["success"] != (status < 400) {
            complaints.push("`success` does not fit the status".to_owned());
        }
        let schema =
            documented.filter(|schema| !schema.is_null()).cloned().unwrap_or_else(|| envelope(operation, status));
        let allowed = match dialect {
            Dialect::Baseline => vec![beyond::EXTENSIONS],
            Dialect::Newer => vec![beyond::EXTENSIONS, beyond::NEWER],
        };
        let mut verdict = self.compare(&schema, body, &allowed, operation);
        verdict.complaints.extend(complaints);
        verdict
    }

    /// Holds an event against the contract's.
    pub fn check_event(&self, dialect: Dialect, event: &Value) -> Verdict {
        let allowed = match dialect {
            Dialect::Baseline => vec![beyond::EXTENSIONS, beyond::EVENTS],
            Dialect::Newer => vec![beyond::EXTENSIONS, beyond::EVENTS, beyond::NEWER_EVENTS],
        };
        self.compare(&json!({"$ref": "#/components/schemas/WebhookEventPayload"}), event, &allowed, "event")
    }

    fn compare(&self, schema: &Value, body: &Value, allowed: &[Table], name: &str) -> Verdict {
        let mut verdict = Verdict::default();
        let made = self.validators.borrow().get(&schema.to_string()).cloned();
        let validator = made.unwrap_or_else(|| {
            let validator = Arc::new(self.validator(schema));
            self.validators.borrow_mut().insert(schema.to_string(), validator.clone());
            validator
        });
        for error in validator.iter_errors(body) {
            let (path, value) = (generic(&error.instance_path().to_string()), error.instance());
            match beyond::extension(allowed, &path, value.as_str().unwrap_or_default()) {
                Some(extension) => drop(verdict.extensions.insert(extension)),
                None => verdict.complaints.push(format!("{path}: {error}")),
            }
        }
        self.walk(body, &[schema], "", &mut verdict, (allowed, name));
        verdict
    }

    /// Every field the schemas of these answers name.
    pub fn fields_of(&self, answers: &BTreeSet<(String, u16)>) -> BTreeSet<String> {
        let mut fields = BTreeSet::new();
        for (operation, status) in answers {
            if let Some(schema) = self.operations.get(operation).and_then(|all| all.get(status.to_string())) {
                self.name_fields(&[schema], operation, &mut fields);
            }
        }
        fields
    }

    fn name_fields(&self, schemas: &[&Value], path: &str, fields: &mut BTreeSet<String>) {
        let parts = self.parts(schemas);
        for (name, schemas) in named(&parts) {
            let path = format!("{path}/{name}");
            self.name_fields(&schemas, &path, fields);
            fields.insert(path);
        }
        let items: Vec<_> = parts.iter().filter_map(|part| part.get("items")).collect();
        if !items.is_empty() {
            self.name_fields(&items, &format!("{path}/*"), fields);
        }
    }

    /// Names the fields of an answer, and those that no schema names.
    fn walk(&self, value: &Value, schemas: &[&Value], path: &str, verdict: &mut Verdict, place: (&[Table], &str)) {
        let parts = self.parts(schemas);
        match value {
            Value::Object(object) => {
                let known = named(&parts);
                let open = known.is_empty() || parts.iter().any(|part| part.get("additionalProperties").is_some());
                for (name, value) in object {
                    let path = format!("{path}/{name}");
                    match known.get(name) {
                        Some(schemas) => {
                            verdict.fields.insert(format!("{}{path}", place.1));
                            self.walk(value, schemas, &path, verdict, place);
                        }
                        None if open => {}
                        None => match beyond::extension(place.0, &path, "") {
                            Some(extension) => drop(verdict.extensions.insert(extension)),
                            None => verdict.complaints.push(format!("{path}: the contract has no such field")),
                        },
                    }
                }
            }
            Value::Array(items) => {
                let schemas: Vec<_> = parts.iter().filter_map(|part| part.get("items")).collect();
                for item in items {
                    self.walk(item, &schemas, &format!("{path}/*"), verdict, place);
                }
            }
            _ => {}
        }
    }

    /// Schemas without their references and conjunctions.
    fn parts<'a>(&'a self, schemas: &[&'a Value]) -> Vec<&'a Value> {
        let mut parts = Vec::new();
        for schema in schemas {
            if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
                let name = reference.rsplit('/').next().unwrap();
                parts.extend(self.parts(&[&self.components["schemas"][name]]));
            } else if let Some(all) = schema.get("allOf").and_then(Value::as_array) {
                parts.extend(self.parts(&all.iter().collect::<Vec<_>>()));
            } else {
                parts.push(*schema);
            }
        }
        parts
    }

    fn validator(&self, schema: &Value) -> Validator {
        let whole = json!({"components": self.components, "allOf": [schema]});
        jsonschema::draft202012::options().should_validate_formats(true).build(&whole).unwrap()
    }
}

/// What an answer is where the contract gives no schema: the envelope of its family.
fn envelope(operation: &str, status: u16) -> Value {
    let name = match status {
        200..300 => "APIResponse",
        422 if operation.contains("/payment-details") => return beyond::bare_text(),
        _ if ["/orders", "/stats", "/send-out"].iter().any(|part| operation.contains(part))
            || operation.contains("ramp/") =>
        {
            "PartnerErrorResponse"
        }
        _ => "ErrorResponse",
    };
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// The properties of all parts by name.
fn named<'a>(parts: &[&'a Value]) -> BTreeMap<&'a String, Vec<&'a Value>> {
    let mut named: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for (name, schema) in parts.iter().filter_map(|part| part.get("properties")?.as_object()).flatten() {
        named.entry(name).or_default().push(schema);
    }
    named
}

/// A path without the numbers of lists.
fn generic(path: &str) -> String {
    let part = |part: &str| if part.parse::<u32>().is_ok() { "*".to_owned() } else { part.to_owned() };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}
