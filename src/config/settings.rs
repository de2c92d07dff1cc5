//! What is in force for one run: command line over environment over file.

use alloy_primitives::Address;

use super::file::{ConfigError, ConfigFile, KeystoreChoice, ProfileName};
use super::paths::Paths;
use super::webhook::WebhookConfig;
use crate::api::ApiUrl;
use crate::chain::RpcUrl;

/// What kind of money is behind an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Environment {
    /// Real money.
    Production,
    /// The API's own test environment.
    Staging,
    /// A simulation on this machine.
    Sandbox,
    /// Another address: treated with the caution of production.
    Other(String),
}

impl Environment {
    /// From the profile's word, else from the address.
    pub fn of(url: &ApiUrl, word: Option<&str>) -> Self {
        match word.map(str::to_lowercase).as_deref() {
            Some("production") => return Self::Production,
            Some("staging") => return Self::Staging,
            Some("sandbox") => return Self::Sandbox,
            Some(other) => return Self::Other(other.to_owned()),
            None => {}
        }
        match url.host() {
            "api.unigox.com" => Self::Production,
            "api-staging.unigox.com" => Self::Staging,
            _ if url.is_loopback() => Self::Sandbox,
            host => Self::Other(host.to_owned()),
        }
    }
}

/// What the command line and the environment say.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// `--profile`, `RAMPTOP_PROFILE`.
    pub profile: Option<ProfileName>,
    /// `--api-url`, `RAMPTOP_API_URL`.
    pub api_url: Option<String>,
    /// `--rpc-url`, `RAMPTOP_RPC_URL`.
    pub rpc_url: Option<String>,
    /// `RAMPTOP_KEYSTORE`.
    pub keystore: Option<KeystoreChoice>,
    /// `--read-only`.
    pub read_only: bool,
}

/// One run's settings.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The profile's name, `default` if none was named.
    pub profile: ProfileName,
    /// The API address, where one is known.
    pub api_url: Option<ApiUrl>,
    /// The address stands in for another one that the profile names: the profile's stored API key
    /// is not for it.
    pub url_overridden: bool,
    /// The node that is asked what the chain says, where one is named. The profile's own is for the
    /// profile's own API address only: another API may be on another chain.
    pub rpc_url: Option<RpcUrl>,
    /// The node was named for this run.
    pub rpc_given: bool,
    /// Where secrets are kept.
    pub keystore: KeystoreChoice,
    /// Watch only.
    pub read_only: bool,
    /// The wallet that pays, where the profile pins it.
    pub sender: Option<Address>,
    /// Minutes without a key after which the dashboard is disarmed, where the profile says.
    pub arm_minutes: Option<u8>,
    /// The profile's word for the environment.
    pub environment: Option<String>,
    /// Where the dashboard, or a watch, listens for webhook events, where the profile says.
    pub webhook: Option<WebhookConfig>,
    /// Where files live.
    pub paths: Paths,
}

impl Settings {
    /// Puts the sources together.
    ///
    /// # Errors
    /// A profile that was named but is not in the file and has no address either, or a bad address.
    pub fn resolve(file: &ConfigFile, paths: Paths, overrides: &Overrides) -> Result<Self, ConfigError> {
        let named = overrides.profile.clone().or_else(|| file.default_profile.clone());
        let name = named.clone().unwrap_or_else(ProfileName::default_name);
        let profile = file.profiles.get(&name);
        if profile.is_none() && named.is_some() && overrides.api_url.is_none() {
            return Err(ConfigError::Refused(format!(
                "there is no profile {name}; add it with: ramptop profile add {name} --api-url URL"
            )));
        }
        let text = overrides.api_url.as_deref().or(profile.map(|p| p.api_url.as_str()));
        let api_url = text.map(ApiUrl::parse).transpose().map_err(|e| ConfigError::Refused(e.to_string()))?;
        let own_url = profile.and_then(|p| ApiUrl::parse(&p.api_url).ok());
        let url_overridden =
            own_url.is_some() && own_url.map(|u| u.to_string()) != api_url.as_ref().map(ToString::to_string);
        let own_rpc = profile.and_then(|p| p.rpc_url.as_deref()).filter(|_| !url_overridden);
        let rpc_url = overrides.rpc_url.as_deref().or(own_rpc).map(RpcUrl::parse).transpose();
        Ok(Self {
            profile: name,
            url_overridden,
            rpc_url: rpc_url.map_err(|e| ConfigError::Refused(e.to_string()))?,
            rpc_given: overrides.rpc_url.is_some(),
            keystore: overrides.keystore.or(profile.map(|p| p.keystore)).unwrap_or_default(),
            read_only: overrides.read_only || profile.is_some_and(|p| p.read_only),
            sender: profile.and_then(|p| p.sender),
            arm_minutes: profile.and_then(|p| p.arm_minutes),
            webhook: profile.and_then(|p| p.webhook),
            environment: if url_overridden { None } else { profile.and_then(|p| p.environment.clone()) },
            api_url,
            paths,
        })
    }

    /// The API address, or what to do about there being none.
    pub fn require_api_url(&self) -> Result<&ApiUrl, ConfigError> {
        self.api_url.as_ref().ok_or_else(|| {
            ConfigError::Refused(
                "no API address is known. Name one with --api-url URL, keep one with: ramptop profile add NAME --api-url URL, \
                 or try everything out without one: ramptop --sandbox"
                    .to_owned(),
            )
        })
    }
}

/// Whether a text is an API address we would talk to.
pub fn check_url(text: &str) -> Result<(), String> {
    ApiUrl::parse(text).map(|_| ()).map_err(|e| e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths() -> Paths {
        Paths { config_file: "/c".into(), data_dir: "/d".into() }
    }

    fn file() -> ConfigFile {
        toml::from_str(
            "default_profile = \"p\"\n[profile.p]\napi_url = \"https://api.unigox.com\"\nkeystore = \"file\"\n\
             rpc_url = \"https://rpc.example/key\"\n",
        )
        .unwrap()
    }

    #[test]
    fn the_command_line_beats_the_file() {
        let over = Overrides { api_url: Some("http://127.0.0.1:1".to_owned()), ..Overrides::default() };
        let s = Settings::resolve(&file(), paths(), &over).unwrap();
        assert!(s.url_overridden);
        assert_eq!(s.keystore, KeystoreChoice::File);
        let s = Settings::resolve(&file(), paths(), &Overrides::default()).unwrap();
        assert!(!s.url_overridden);
        assert_eq!(Environment::of(s.api_url.as_ref().unwrap(), None), Environment::Production);
    }

    #[test]
    fn an_address_works_without_any_profile() {
        let over = Overrides { api_url: Some("http://localhost:1".to_owned()), ..Overrides::default() };
        let s = Settings::resolve(&ConfigFile::default(), paths(), &over).unwrap();
        assert_eq!(s.profile, ProfileName::default_name());
        assert_eq!(Environment::of(s.api_url.as_ref().unwrap(), None), Environment::Sandbox);
        assert!(
            Settings::resolve(&ConfigFile::default(), paths(), &Overrides::default())
                .unwrap()
                .require_api_url()
                .is_err()
        );
    }

    #[test]
    fn a_sender_is_an_address_or_the_file_is_refused() {
        let with = |sender: &str| {
            let text = format!("[profile.p]\napi_url = \"https://api.unigox.com\"\nsender = \"{sender}\"\n");
            toml::from_str::<ConfigFile>(&text)
        };
        let address = "0x2c7536E3605D9C16a7a3D7b1898e529396a65c23";
        let over = Overrides { profile: Some(ProfileName::parse("p").unwrap()), ..Overrides::default() };
        let settings = Settings::resolve(&with(address).unwrap(), paths(), &over).unwrap();
        assert_eq!(settings.sender.unwrap().to_string(), address);
        for bad in ["", "0x12", "me", &address[..41]] {
            assert!(with(bad).is_err(), "{bad}");
        }
        assert_eq!(Settings::resolve(&file(), paths(), &Overrides::default()).unwrap().sender, None);
    }

    #[test]
    fn the_node_is_the_profiles_own_or_the_one_named_now_never_for_another_api() {
        let rpc = |over: Overrides| Settings::resolve(&file(), paths(), &over).unwrap().rpc_url.map(|url| url.full());
        assert_eq!(rpc(Overrides::default()).as_deref(), Some("https://rpc.example/key"));
        let elsewhere = Overrides { api_url: Some("http://127.0.0.1:1".to_owned()), ..Overrides::default() };
        assert_eq!(rpc(elsewhere.clone()), None);
        let named = Overrides { rpc_url: Some("http://127.0.0.1:1/rpc".to_owned()), ..elsewhere };
        assert_eq!(rpc(named).as_deref(), Some("http://127.0.0.1:1/rpc"));
        let bad = Overrides { rpc_url: Some("http://rpc.example".to_owned()), ..Overrides::default() };
        assert!(Settings::resolve(&file(), paths(), &bad).is_err());
    }

    #[test]
    fn plain_http_elsewhere_is_refused() {
        let over = Overrides { api_url: Some("http://example.com".to_owned()), ..Overrides::default() };
        assert!(Settings::resolve(&ConfigFile::default(), paths(), &over).is_err());
    }
}
