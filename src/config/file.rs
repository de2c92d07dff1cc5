//! `config.toml`: reading it strictly, and editing it without losing the operator's comments.

use std::fmt;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use alloy_primitives::Address;
use serde::Deserialize;
use std::collections::BTreeMap;

use super::webhook::WebhookConfig;
use crate::chain::RpcUrl;

/// A profile's name: it becomes a directory and a keyring entry, so it is short and plain.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "String")]
pub struct ProfileName(String);

impl ProfileName {
    /// The name used when nobody says otherwise.
    pub fn default_name() -> Self {
        Self("default".to_owned())
    }

    /// 1 to 32 letters, digits, `-` and `_`.
    ///
    /// # Errors
    /// A sentence for the operator.
    pub fn parse(text: &str) -> Result<Self, String> {
        let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if (1..=32).contains(&text.len()) && text.chars().all(plain) {
            Ok(Self(text.to_owned()))
        } else {
            Err("a profile name has 1 to 32 letters, digits, '-' or '_'".to_owned())
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProfileName {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl std::str::FromStr for ProfileName {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        Self::parse(text)
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// How a profile keeps its secrets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum KeystoreChoice {
    /// The operating system's keyring.
    #[default]
    Keyring,
    /// An encrypted JSON keystore (V3) in the profile's data directory.
    File,
}

/// One `[profile.NAME]` table.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Base address of the partner API.
    pub api_url: String,
    /// A node of the operator's own choice, asked by JSON-RPC what the chain says.
    pub rpc_url: Option<String>,
    /// Where the signing key and the API key are kept.
    #[serde(default)]
    pub keystore: KeystoreChoice,
    /// Watch only: every action is refused.
    #[serde(default)]
    pub read_only: bool,
    /// The wallet that pays: a key of another address is not imported.
    pub sender: Option<Address>,
    /// Minutes without a key after which the dashboard is disarmed, 1 to 60; 10 if not given.
    pub arm_minutes: Option<u8>,
    /// Shown in the header instead of what the address suggests: `production`, `staging`, `sandbox`.
    pub environment: Option<String>,
    /// Where the dashboard, or a watch, listens for webhook events; nowhere if not given.
    pub webhook: Option<WebhookConfig>,
}

/// The whole file.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct ConfigFile {
    /// The profile used when none is named.
    pub default_profile: Option<ProfileName>,
    /// The profiles.
    #[serde(default, rename = "profile")]
    pub profiles: BTreeMap<ProfileName, Profile>,
}

/// What can go wrong with the file.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file could not be read or written.
    #[error("{path}: {source}")]
    Io {
        /// The file.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The file is not what it should be; the message holds line and column.
    #[error("{path} is not a valid configuration; nothing was changed.\n{message}")]
    Invalid {
        /// The file.
        path: PathBuf,
        /// Line, column and reason.
        message: String,
    },
    /// A sentence for the operator.
    #[error("{0}")]
    Refused(String),
}

impl ConfigFile {
    /// Reads the file; a file that is not there is an empty one.
    pub fn load(path: &Path) -> Result<Self, ConfigError> {
        let text = read_or_empty(path)?;
        Self::from_toml(&text).map_err(|message| ConfigError::Invalid { path: path.to_owned(), message })
    }

    fn from_toml(text: &str) -> Result<Self, String> {
        let file: Self = toml::from_str(text).map_err(|e| e.to_string())?;
        for (name, profile) in &file.profiles {
            crate::config::settings::check_url(&profile.api_url).map_err(|e| format!("profile {name}: {e}"))?;
            if let Some(rpc) = &profile.rpc_url {
                RpcUrl::parse(rpc).map_err(|e| format!("profile {name}: {e}"))?;
            }
            if profile.arm_minutes.is_some_and(|minutes| !(1..=60).contains(&minutes)) {
                return Err(format!("profile {name}: arm_minutes must be 1 to 60"));
            }
            profile.webhook.map_or(Ok(()), |webhook| webhook.check()).map_err(|e| format!("profile {name}: {e}"))?;
        }
        Ok(file)
    }
}

fn read_or_empty(path: &Path) -> Result<String, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(text),
        Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(String::new()),
        Err(source) => Err(ConfigError::Io { path: path.to_owned(), source }),
    }
}

/// Changes the file through `edit`, keeping comments and order, and only if the result is valid.
pub fn edit(path: &Path, edit: impl FnOnce(&mut toml_edit::DocumentMut)) -> Result<(), ConfigError> {
    let invalid = |message: String| ConfigError::Invalid { path: path.to_owned(), message };
    let old = read_or_empty(path)?;
    let mut document: toml_edit::DocumentMut = old.parse().map_err(|e: toml_edit::TomlError| invalid(e.to_string()))?;
    let head = head_comment(&old);
    edit(&mut document);
    let mut text = document.to_string();
    // It hangs on the first entry, and goes with it.
    if !text.contains(head.trim()) {
        text.insert_str(0, head);
    }
    ConfigFile::from_toml(&text).map_err(invalid)?;
    write_whole(path, &text).map_err(|source| ConfigError::Io { path: path.to_owned(), source })
}

/// The comment a file begins with.
fn head_comment(text: &str) -> &str {
    let lines = text.split_inclusive('\n').take_while(|line| line.starts_with('#') || line.trim().is_empty());
    text.get(..lines.map(str::len).sum()).unwrap_or_default()
}

/// Replaces a file in one step: a crash leaves the old one or the new one, never a half.
pub(super) fn write_whole(path: &Path, text: &str) -> io::Result<()> {
    let dir = path.parent().unwrap_or(Path::new("."));
    super::paths::make_private_dir(dir)?;
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let mut file = std::fs::File::create(&temporary)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&temporary, path)
}

/// Adds a profile; the first one becomes the default.
pub fn add_profile(
    path: &Path,
    name: &ProfileName,
    api_url: &str,
    rpc_url: Option<&RpcUrl>,
    keystore: KeystoreChoice,
) -> Result<(), ConfigError> {
    super::settings::check_url(api_url).map_err(ConfigError::Refused)?;
    let current = ConfigFile::load(path)?;
    if current.profiles.contains_key(name) {
        return Err(ConfigError::Refused(format!("profile {name} exists already; remove it first")));
    }
    edit(path, |document| {
        if current.default_profile.is_none() {
            document.insert("default_profile", toml_edit::value(name.as_str()));
        }
        let table = document.entry("profile").or_insert_with(|| {
            let mut parent = toml_edit::Table::new();
            parent.set_implicit(true);
            toml_edit::Item::Table(parent)
        });
        let mut profile = toml_edit::Table::new();
        profile.insert("api_url", toml_edit::value(api_url));
        if let Some(rpc) = rpc_url {
            profile.insert("rpc_url", toml_edit::value(rpc.full()));
        }
        if keystore == KeystoreChoice::File {
            profile.insert("keystore", toml_edit::value("file"));
        }
        if let Some(parent) = table.as_table_like_mut() {
            parent.insert(name.as_str(), toml_edit::Item::Table(profile));
        }
    })
}

/// Makes a profile the default.
pub fn use_profile(path: &Path, name: &ProfileName) -> Result<(), ConfigError> {
    require(path, name)?;
    edit(path, |document| {
        document.insert("default_profile", toml_edit::value(name.as_str()));
    })
}

/// Takes a profile out of the file. Its data directory stays.
pub fn remove_profile(path: &Path, name: &ProfileName) -> Result<(), ConfigError> {
    let current = require(path, name)?;
    edit(path, |document| {
        if let Some(table) = document.get_mut("profile").and_then(toml_edit::Item::as_table_like_mut) {
            table.remove(name.as_str());
        }
        if current.default_profile.as_ref() == Some(name) {
            document.remove("default_profile");
        }
    })
}

fn require(path: &Path, name: &ProfileName) -> Result<ConfigFile, ConfigError> {
    let current = ConfigFile::load(path)?;
    if current.profiles.contains_key(name) {
        return Ok(current);
    }
    let known: Vec<&str> = current.profiles.keys().map(ProfileName::as_str).collect();
    let list = if known.is_empty() { "there are none".to_owned() } else { known.join(", ") };
    Err(ConfigError::Refused(format!("there is no profile {name} (known: {list})")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ProfileName {
        ProfileName::parse(text).unwrap()
    }

    #[test]
    fn profiles_are_added_used_and_removed_and_comments_stay() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("c/config.toml");
        add_profile(&path, &name("one"), "https://api-staging.unigox.com", None, KeystoreChoice::Keyring).unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("# mine\n{text}")).unwrap();
        add_profile(&path, &name("two"), "http://127.0.0.1:9", None, KeystoreChoice::Keyring).unwrap();
        use_profile(&path, &name("two")).unwrap();
        let file = ConfigFile::load(&path).unwrap();
        assert_eq!(file.default_profile, Some(name("two")));
        assert_eq!(file.profiles.len(), 2);
        remove_profile(&path, &name("two")).unwrap();
        assert_eq!(ConfigFile::load(&path).unwrap().default_profile, None);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with("# mine"));
    }

    #[test]
    fn mistakes_are_named_and_change_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        for (text, part) in [
            ("profile = 3", "profile"),
            ("[profile.x]\napi_url = \"https://a\"\ncolour = 1", "colour"),
            ("[profile.\"a b\"]\napi_url = \"https://a\"", "profile name"),
            ("[profile.x]\napi_url = \"http://example.com\"", "https"),
            ("[profile.x]\napi_url = \"https://a\"\nrpc_url = \"http://rpc.example\"", "RPC address"),
            ("[profile.x]\napi_url = \"https://a\"\narm_minutes = 0", "1 to 60"),
            ("[profile.x]\napi_url = \"https://a\"\narm_minutes = 61", "1 to 60"),
            ("[profile.x]\napi_url = \"https://a\"\nwebhook.listen = \"0.0.0.0:8788\"", "plain http"),
            ("[profile.x\n", "line 1"),
        ] {
            std::fs::write(&path, text).unwrap();
            let error = ConfigFile::load(&path).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
            assert!(add_profile(&path, &name("y"), "https://b", None, KeystoreChoice::Keyring).is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn an_unknown_profile_is_refused_with_the_known_ones() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.toml");
        add_profile(&path, &name("one"), "https://x.example", None, KeystoreChoice::Keyring).unwrap();
        let error = use_profile(&path, &name("nope")).unwrap_err().to_string();
        assert!(error.contains("known: one"), "{error}");
        assert!(add_profile(&path, &name("one"), "https://y.example", None, KeystoreChoice::Keyring).is_err());
    }
}
