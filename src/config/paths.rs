//! Where configuration and data live: the platform's own places, or where the operator says.
//!
//! Data of one profile never mixes with another's: each has its own directory for journal,
//! database and keystore files. Directories are made private to the user.

use std::io;
use std::path::{Path, PathBuf};

use etcetera::{AppStrategy, AppStrategyArgs, choose_app_strategy};

use super::file::ProfileName;

/// The directories in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paths {
    /// The configuration file.
    pub config_file: PathBuf,
    /// The directory of everything ramptop writes by itself.
    pub data_dir: PathBuf,
}

impl Paths {
    /// The platform's places, each replaced by what was given.
    ///
    /// # Errors
    /// When the platform tells no home directory and one is needed.
    pub fn resolve(config_file: Option<PathBuf>, data_dir: Option<PathBuf>) -> io::Result<Self> {
        if let (Some(config_file), Some(data_dir)) = (&config_file, &data_dir) {
            return Ok(Self { config_file: config_file.clone(), data_dir: data_dir.clone() });
        }
        let args = AppStrategyArgs {
            top_level_domain: "com".to_owned(),
            author: "ramptop".to_owned(),
            app_name: "ramptop".to_owned(),
        };
        let strategy = choose_app_strategy(args).map_err(io::Error::other)?;
        Ok(Self {
            config_file: config_file.unwrap_or_else(|| strategy.config_dir().join("config.toml")),
            data_dir: data_dir.unwrap_or_else(|| strategy.data_dir()),
        })
    }

    /// The directory of one profile's data.
    pub fn profile_dir(&self, profile: &ProfileName) -> PathBuf {
        self.data_dir.join("profiles").join(profile.as_str())
    }

    /// What the profile may sign for.
    pub fn pins_file(&self, profile: &ProfileName) -> PathBuf {
        self.profile_config_dir(profile).join("pins.toml")
    }

    /// The limits on what it signs.
    pub fn policy_file(&self, profile: &ProfileName) -> PathBuf {
        self.profile_config_dir(profile).join("policy.toml")
    }

    fn profile_config_dir(&self, profile: &ProfileName) -> PathBuf {
        self.config_file.parent().unwrap_or(Path::new(".")).join("profiles").join(profile.as_str())
    }

    /// The directory of the log files.
    pub fn log_dir(&self) -> PathBuf {
        self.data_dir.join("logs")
    }
}

/// Makes a directory and its parents; on Unix the directory is readable by its owner only.
pub fn make_private_dir(dir: &Path) -> io::Result<()> {
    std::fs::create_dir_all(dir)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_places_are_used_and_profiles_are_apart() {
        let paths = Paths::resolve(Some("/c/x.toml".into()), Some("/d".into())).unwrap();
        assert_eq!(paths.config_file, PathBuf::from("/c/x.toml"));
        let name = ProfileName::parse("prod").unwrap();
        assert_eq!(paths.profile_dir(&name), PathBuf::from("/d/profiles/prod"));
    }

    #[cfg(unix)]
    #[test]
    fn private_means_private() {
        use std::os::unix::fs::PermissionsExt;
        let base = tempfile::tempdir().unwrap();
        let dir = base.path().join("a/b");
        make_private_dir(&dir).unwrap();
        assert_eq!(std::fs::metadata(&dir).unwrap().permissions().mode() & 0o777, 0o700);
    }
}
